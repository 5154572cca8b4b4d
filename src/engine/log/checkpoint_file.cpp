#include "engine/log/checkpoint_file.h"

#include "base/error.h"
#include "esent.h"
#include "os/whole_file.h"

namespace ese::engine {

format::Checkpoint read_checkpoint(os::FileSystem& files, const std::string& path) {
    if (!files.info(path)) throw Error(JET_errCheckpointFileNotFound, "there is no checkpoint file").in_file(path);
    const auto bytes = os::read_start(files, path, format::Checkpoint::file_bytes);
    try {
        return format::parse_checkpoint(bytes);
    } catch (Error& error) {
        error.set_file(path);
        throw;
    }
}

void write_checkpoint(os::FileSystem& files, const std::string& path, const format::Checkpoint& checkpoint) {
    const auto copy = format::serialise_checkpoint(checkpoint);
    const auto file = files.open(path, files.info(path) ? os::OpenMode::read_write : os::OpenMode::create_new);
    file->write_at(0, copy);
    file->sync();
    file->write_at(format::Checkpoint::copy_bytes, copy);
    file->sync();
}

}  // namespace ese::engine
