#include "engine/database/created_database.h"

#include "engine/database/database.h"

namespace ese::engine {

namespace hf = format::header_field;

namespace {

std::string unfinished(const std::string& path) { return path + ".creating"; }

}  // namespace

bool can_be_created(os::FileSystem& files, const std::string& path) {
    if (path.empty() || path.front() != '/') return false;
    const auto directory = files.info(os::directory_of(path));
    return directory && directory->is_directory;
}

void write_database_shell(os::FileSystem& files, os::Clock& clock, const std::string& path, std::uint32_t page_bytes,
                          const format::Signature& database, const format::Signature& stream) {
    format::DatabaseHeader header(page_bytes);
    header.set(hf::state, format::DatabaseState::just_created);
    header.set(hf::database_signature, database);
    header.set(hf::log_signature, stream);
    header.set(hf::created_version, header.version().major);
    header.set(hf::created_update, header.version().update_major);
    remove_database_shell(files, path);
    const auto file = files.open(unfinished(path), os::OpenMode::create_new);
    file->resize(2ull * page_bytes);
    write_database_header(*file, clock, header);
}

std::unique_ptr<os::File> name_database_shell(os::FileSystem& files, const std::string& path) {
    files.rename(unfinished(path), path);
    files.sync_directory(os::directory_of(path));
    return files.open(path, os::OpenMode::read_write);
}

void remove_database_shell(os::FileSystem& files, const std::string& path) { files.remove(unfinished(path)); }

std::unique_ptr<os::File> create_database_file(os::FileSystem& files, os::Clock& clock, const std::string& path,
                                               std::uint32_t page_bytes, const format::Signature& database,
                                               const format::Signature& stream) {
    write_database_shell(files, clock, path, page_bytes, database, stream);
    return name_database_shell(files, path);
}

}  // namespace ese::engine
