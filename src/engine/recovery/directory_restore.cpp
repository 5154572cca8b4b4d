#include "engine/recovery/directory_restore.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "engine/database/backup_directory.h"
#include "engine/database/database.h"
#include "engine/log/log_files.h"
#include "engine/recovery/attachments.h"
#include "engine/recovery/log_set.h"
#include "esent.h"

namespace ese::engine {

namespace hf = format::header_field;

namespace {

constexpr std::size_t copy_bytes = std::size_t{1} << 20;

struct FoundSet {
    std::string directory;
    LogDirectory logs;
};

bool is_directory(os::FileSystem& files, const std::string& path) {
    const auto info = files.info(path);
    return info && info->is_directory;
}

FoundSet find_set(os::FileSystem& files, const std::string& source, const format::LogNaming& naming) {
    if (!is_directory(files, source))
        throw Error(ErrorKind::usage, JET_errInvalidPath, "there is no such directory").in_file(source);
    for (const std::string& directory : {source, os::join(source, atomic_new), os::join(source, atomic_old)}) {
        if (!is_directory(files, directory)) continue;
        LogDirectory logs = scan_log_directory(files, directory, naming);
        if (!logs.archived.empty()) return {directory, std::move(logs)};
    }
    throw Error(ErrorKind::incomplete, JET_errFileNotFound, "there is no backup: no logs lie there").in_file(source);
}

struct FoundDatabase {
    std::string path;
    format::DatabaseHeader header;
    std::string place;  // where it is to go
};

// All files that are neither logs nor patch files.
std::vector<FoundDatabase> find_databases(os::FileSystem& files, const FoundSet& set) {
    std::vector<FoundDatabase> databases;
    const auto names = files.list(set.directory);
    for (const std::string& name : names) {
        const std::string path = os::join(set.directory, name);
        const auto info = files.info(path);
        const bool is_log = format::parse_log_file_name(set.logs.naming.base, name).has_value();
        if (!info || !info->is_regular || is_log || name.ends_with(".pat") || name.ends_with(partial_suffix)) continue;
        if (!std::ranges::binary_search(names, patch_file_name(name)))
            throw Error(ErrorKind::incomplete, JET_errPatchFileMissing,
                        "no " + patch_file_name(name) + " lies beside it: this database is not whole, or no backup")
                .in_file(path);
        const auto file = files.open(path, os::OpenMode::read);
        databases.push_back({path, read_database_header(*file, JET_errReadVerifyFailure).header, {}});
    }
    if (databases.empty())
        throw Error(ErrorKind::incomplete, JET_errPatchFileMissing, "there is no database in this backup")
            .in_file(set.directory);
    return databases;
}

// Where each database was, by its signature, as the logs say it last.
std::map<std::string, std::string> logged_places(const LogSet& set) {
    std::map<std::string, std::string> places;
    Attachments attachments(set.logs().front().header.attachments);
    const auto note = [&] {
        for (const auto& [dbid, entry] : attachments.by_dbid()) places[entry.signature.to_string()] = entry.path;
    };
    note();
    set.for_each_record([&](const SetLog&, const format::LogRecord& record) {
        attachments.record(record);
        if (record.type == format::LogRecordType::attach_db || record.type == format::LogRecordType::create_db) note();
    });
    return places;
}

void choose_places(os::FileSystem& files, const LogSet& set, const std::string& destination,
                   std::vector<FoundDatabase>& databases) {
    if (!destination.empty() && !is_directory(files, destination))
        throw Error(ErrorKind::usage, JET_errInvalidPath, "there is no such directory").in_file(destination);
    auto logged = destination.empty() ? logged_places(set) : std::map<std::string, std::string>();
    for (FoundDatabase& database : databases) {
        database.place = destination.empty() ? logged[database.header.get(hf::database_signature).to_string()]
                                             : os::join(destination, os::name_of(database.path));
        if (!database.place.starts_with('/') || !is_directory(files, os::directory_of(database.place)))
            throw Error(ErrorKind::usage, JET_errInvalidPath,
                        "the logs say that it was at \"" + database.place + "\", which is no place here")
                .in_file(database.path)
                .with_hint("name a directory for the databases");
        if (files.info(database.place))
            throw Error(ErrorKind::usage, JET_errDatabaseDuplicate,
                        "something is there already, and a restore never overwrites it")
                .in_file(database.place);
    }
}

// Databases that have been copied; gone again unless they are kept.
class Copies {
 public:
    explicit Copies(os::FileSystem& files) : files_(files) {}
    ~Copies() {
        try {
            for (const std::string& path : made_) files_.remove(path);
        } catch (const Error&) {
            // What made the restore fail is told.
        }
    }
    Copies(const Copies&) = delete;
    Copies& operator=(const Copies&) = delete;

    void add(const std::string& from, const std::string& to, const std::function<void(unsigned)>& progress) {
        const std::string partial = to + partial_suffix;
        const auto source = files_.open(from, os::OpenMode::read);
        const auto target = files_.open(partial, os::OpenMode::create_or_truncate);
        made_.push_back(partial);
        std::vector<std::uint8_t> bytes(copy_bytes);
        for (std::uint64_t at = 0;;) {
            progress(0);
            const std::size_t got = source->read_at(at, bytes);
            if (got == 0) break;
            target->write_at(at, ByteView(bytes).first(got));
            at += got;
        }
        target->sync();
        files_.rename_new(partial, to);
        made_.back() = to;
        files_.sync_directory(os::directory_of(to));
    }
    void keep() { made_.clear(); }

 private:
    os::FileSystem& files_;
    std::vector<std::string> made_;
};

}  // namespace

void restore_directory_backup(os::FileSystem& files, os::Clock& clock, RestoreRequest request,
                              const std::string& source, const std::string& destination) {
    const FoundSet set = find_set(files, files.absolute(source), request.naming);
    std::vector<FoundDatabase> databases = find_databases(files, set);
    request.naming = set.logs.naming;
    request.backup_log_directory = set.directory;
    request.high = set.logs.archived.back();
    request.low = request.high;
    for (const FoundDatabase& database : databases)
        request.low = std::min(request.low, database.header.get(hf::full_current).low);
    if (request.low == Generation())
        throw Error(ErrorKind::usage, JET_errRestoreOfNonBackupDatabase, "a database there is no part of a backup")
            .in_file(set.directory);
    const LogSet logs(files, set.directory, request.naming, request.low, request.high);
    choose_places(files, logs, destination.empty() ? std::string() : files.absolute(destination), databases);
    Copies copies(files);
    for (const FoundDatabase& database : databases) {
        copies.add(database.path, database.place, request.progress);
        request.databases.push_back({database.place, database.place});
    }
    restore_external_backup(files, clock, request);
    copies.keep();
}

}  // namespace ese::engine
