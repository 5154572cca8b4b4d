#include "os/pipe.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "os/errno_error.h"

namespace ese::os {

namespace {

constexpr int ask_every_ms = 100;

Error output_error(const char* doing, const std::string& name, int code) {
    const Error error = errno_error(doing, name, code);
    return Error(ErrorKind::output, error.jet(), error.message()).in_file(name);
}

// Opened like this, a pipe does not wait for its writer: that is waited for as for what it writes.
int open_for_reading(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) throw errno_error("opening", path);
    return fd;
}

}  // namespace

FdStream::FdStream(const std::string& path, std::function<bool()> stop)
    : FdStream(open_for_reading(path), path, std::move(stop)) {
    while (!wait(POLLIN)) {
    }
}

FdStream::FdStream(int fd, std::string name, std::function<bool()> stop)
    : fd_(fd), name_(std::move(name)), stop_(std::move(stop)) {
    if (!stop_) return;
    // A blocking write of more than a pipe holds does not come back until its reader moves, whatever poll() said
    // before.
    const int flags = ::fcntl(fd_, F_GETFL);
    if (flags >= 0 && (flags & O_NONBLOCK) == 0 && ::fcntl(fd_, F_SETFL, flags | O_NONBLOCK) == 0) old_flags_ = flags;
}

FdStream::~FdStream() {
    try {
        close();
    } catch (const Error&) {
        // Who cares for the result has called close().
    }
}

std::size_t FdStream::read(ByteSpan into) {
    while (true) {
        const ssize_t got = ::read(fd_, into.data(), into.size());
        if (got >= 0) return static_cast<std::size_t>(got);
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            wait(POLLIN);
        } else if (errno != EINTR) {
            throw errno_error("reading", name_);
        }
    }
}

void FdStream::write(ByteView bytes) {
    while (!bytes.empty()) {
        const ssize_t put = ::write(fd_, bytes.data(), bytes.size());
        if (put >= 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(put));
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            wait(POLLOUT);
        } else if (errno != EINTR) {
            throw output_error("writing", name_, errno);
        }
    }
}

// For a moment; true: the descriptor is ready.
bool FdStream::wait(short events) {
    if (stop_ && stop_()) throw Error(ErrorKind::interrupted, "interrupted").in_file(name_);
    pollfd entry{fd_, events, 0};
    return ::poll(&entry, 1, ask_every_ms) > 0;
}

std::size_t FdStream::unread() const {
    int bytes = 0;
    if (::ioctl(fd_, FIONREAD, &bytes) != 0) throw output_error("asking what is left in the pipe to", name_, errno);
    return static_cast<std::size_t>(bytes);
}

void FdStream::close() {
    if (fd_ < 0) return;
    const int fd = fd_;
    fd_ = -1;
    // The flags belong to the open file, which other processes may share.
    if (old_flags_ >= 0) ::fcntl(fd, F_SETFL, old_flags_);
    if (::close(fd) != 0 && errno != EINTR) throw output_error("closing", name_, errno);
}

void ignore_broken_pipes() { std::signal(SIGPIPE, SIG_IGN); }

}  // namespace ese::os
