#include "archive/sink.h"

#include "base/error.h"
#include "os/as_output.h"

namespace ese::archive {

FileSink::FileSink(os::FileSystem& files, std::string path, std::uint32_t process_id)
    : files_(files), path_(std::move(path)) {
    partial_path_ =
        os::join(os::directory_of(path_), "." + os::name_of(path_) + ".partial-" + std::to_string(process_id));
    os::as_output(path_, [&] {
        // Early, because the rename at the end would refuse it only after all the work.
        if (files_.info(path_)) throw Error(ErrorKind::output, "there is already something with the archive's name");
        file_ = files_.open(partial_path_, os::OpenMode::create_or_truncate);
    });
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

void FileSink::write(ByteView bytes) {
    os::as_output(path_, [&] {
        file_->write_at(written_, bytes);
        file_->drop_cached(written_, bytes.size());  // has it go to the disk now, so that finish() has less to wait for
    });
    written_ += bytes.size();
}

std::optional<DurableReceipt> FileSink::finish() {
    os::as_output(path_, [&] {
        file_->sync();
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
