#include "archive/sink.h"

#include <algorithm>

#include "base/error.h"
#include "os/as_output.h"

namespace ese::archive {

namespace {

constexpr std::uint64_t settling_bytes = std::uint64_t{64} << 20;  // by then they have been written to the disk
constexpr std::uint64_t look_every_bytes = std::uint64_t{64} << 20;

void require_reserve(os::FileSystem& files, const std::string& directory, std::uint64_t reserve) {
    if (reserve == 0) return;
    const std::uint64_t free = os::as_output(directory, [&] { return files.free_bytes(directory); });
    if (free >= reserve) return;
    throw Error(ErrorKind::output, "only " + std::to_string(free) + " bytes are free there, and " +
                                       std::to_string(reserve) + " are to stay free")
        .in_file(directory)
        .with_hint("make room, or lower --reserve");
}

}  // namespace

FileSink::FileSink(os::FileSystem& files, std::string path, std::uint32_t process_id, std::uint64_t reserve)
    : files_(files), path_(std::move(path)), reserve_(reserve) {
    partial_path_ =
        os::join(os::directory_of(path_), "." + os::name_of(path_) + partial_infix + std::to_string(process_id));
    require_place(files_, path_, reserve_);
    os::as_output(path_, [&] {
        // Early, because the rename at the end would refuse it only after all the work.
        if (files_.info(path_)) throw Error(ErrorKind::output, "there is already something with the archive's name");
        files_.remove(partial_path_);  // of a killed process that had this number, or a link that somebody put there
        file_ = files_.open(partial_path_, os::OpenMode::create_private);
    });
    try {
        file_->try_lock(true);
    } catch (const Error&) {
        // A file system without locks: if the process dies, the file stays until somebody removes it.
    }
}

FileSink::~FileSink() {
    if (!file_) return;
    file_.reset();
    try {
        files_.remove(partial_path_);
    } catch (const std::exception&) {
        // Its name says that it is partial, and the failure that brought us here is the one to report.
    }
}

void FileSink::require_place(os::FileSystem& files, const std::string& path, std::uint64_t reserve) {
    const std::string directory = os::directory_of(path);
    const auto info = os::as_output(directory, [&] { return files.info(directory); });
    if (!info || !info->is_directory) throw Error(ErrorKind::output, "there is no such directory").in_file(directory);
    if (!files.is_writable(directory))
        throw Error(ErrorKind::output, "this directory cannot be written").in_file(directory);
    require_reserve(files, directory, reserve);
}

void FileSink::write(ByteView bytes) {
    if (written_ / look_every_bytes != (written_ + bytes.size()) / look_every_bytes)
        require_reserve(files_, os::directory_of(path_), reserve_);
    os::as_output(path_, [&] {
        file_->write_at(written_, bytes);
        written_ += bytes.size();
        // New bytes begin to go to the disk, so that finish() has less to wait for; those that are there by now leave
        // the cache to what others need.
        const std::uint64_t begin = written_ - std::min<std::uint64_t>(written_, settling_bytes + bytes.size());
        file_->drop_cached(begin, written_ - begin);
    });
}

std::optional<DurableReceipt> FileSink::finish() {
    os::as_output(path_, [&] {
        file_->sync();
        file_->drop_cached(0, written_);
        files_.rename_new(partial_path_, path_);
        file_.reset();
    });
    try {
        files_.sync_directory(os::directory_of(path_));
    } catch (const Error& error) {
        throw Error(ErrorKind::output, error.jet(), error.message())
            .in_file(error.file())
            .with_hint("the archive is complete as " + path_ +
                       ", but nothing says that it would be there after a power failure");
    }
    return receipt(path_);
}

void PipeSink::write(ByteView bytes) { stream_.write(bytes); }

std::optional<DurableReceipt> PipeSink::finish() {
    stream_.close();
    return std::nullopt;
}

}  // namespace ese::archive
