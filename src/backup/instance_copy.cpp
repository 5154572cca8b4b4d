#include "backup/instance_copy.h"

#include <set>

#include "base/error.h"
#include "esent.h"
#include "os/as_output.h"

namespace ese::backup {

void copy_file(os::FileSystem& files, const std::string& from, const std::string& to,
               const std::function<void()>& poll) {
    const auto source = files.open(from, os::OpenMode::read);
    std::unique_ptr<os::File> target;
    std::vector<std::uint8_t> buffer(std::size_t{1} << 20);
    for (std::uint64_t offset = 0;;) {
        poll();
        const std::size_t got = source->read_at(offset, buffer);
        os::as_output(to, [&] {
            if (!target) target = files.open(to, os::OpenMode::create_new);
            if (got > 0)
                target->write_at(offset, ByteView(buffer).first(got));
            else
                target->sync();  // it may get a final name
        });
        if (got == 0) return;
        offset += got;
    }
}

void require_room_for_copy(os::FileSystem& files, const FoundInstance& found, const std::string& directory,
                           std::uint64_t reserve) {
    const auto info = files.info(directory);
    if (info && (!info->is_directory || !files.list(directory).empty())) {
        throw Error(ErrorKind::usage, "the copy needs a directory that is empty or does not exist yet")
            .in_file(directory);
    }
    std::vector<std::string> paths;
    std::set<std::string> used;
    for (const FoundDatabase& database : found.databases) {
        const std::string name = os::name_of(database.path);
        if (!used.insert(name).second) {
            throw Error(ErrorKind::usage,
                        "two databases have the name " + name + "; a copy in one directory cannot hold both")
                .with_hint("back them up one after the other with --database");
        }
        paths.push_back(database.path);
    }
    for (const std::string& log : found.logs) paths.push_back(os::join(found.log_directory, log));
    std::uint64_t bytes = 0;
    for (const std::string& path : paths) {
        const auto source = files.info(path);
        if (source) bytes += source->size;
    }
    std::string there = files.absolute(directory);
    while (!files.info(there)) there = os::directory_of(there);
    const std::uint64_t free = os::as_output(there, [&] { return files.free_bytes(there); });
    if (free >= reserve && free - reserve >= bytes) return;
    throw Error(ErrorKind::output, JET_errDiskFull,
                "only " + std::to_string(free) + " bytes are free there; the copy takes " + std::to_string(bytes) +
                    (reserve > 0 ? ", and " + std::to_string(reserve) + " are to stay free" : ""))
        .in_file(there)
        .with_hint(reserve > 0 ? "make room, or lower --reserve" : "make room");
}

FoundInstance copy_instance(os::FileSystem& files, const FoundInstance& found, const std::string& directory,
                            const std::function<void()>& poll) {
    require_room_for_copy(files, found, directory, 0);
    os::as_output(directory, [&] { files.make_directory(directory); });
    FoundInstance copy = found;
    copy.directory = copy.log_directory = copy.system_directory = files.absolute(directory);
    for (FoundDatabase& database : copy.databases) {
        const std::string to = os::join(copy.directory, os::name_of(database.path));
        copy_file(files, database.path, to, poll);
        database.path = to;
    }
    for (const std::string& log : found.logs)
        copy_file(files, os::join(found.log_directory, log), os::join(copy.directory, log), poll);
    if (found.has_logs()) copy.newest_log = os::join(copy.directory, os::name_of(found.newest_log));
    if (!found.checkpoint.empty() && found.has_logs()) {
        copy.checkpoint = os::join(copy.directory, os::name_of(found.checkpoint));
        copy_file(files, found.checkpoint, copy.checkpoint, poll);
    } else {
        copy.checkpoint.clear();
    }
    return copy;
}

}  // namespace ese::backup
