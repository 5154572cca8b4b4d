#pragma once

#include <functional>
#include <string>

#include "base/bytes.h"

namespace ese::os {

// Bytes in order through a descriptor: a pipe, a socket, standard input or output. Owns the descriptor.
class FdStream {
 public:
    // `name` is for messages ("standard output"). With `stop`, a read or write that would block asks it ten times a
    // second whether to give up with ErrorKind::interrupted; the descriptor does not block while it is owned here.
    FdStream(int fd, std::string name, std::function<bool()> stop = {});
    // A file, to be read from its beginning to its end; also a pipe, which is waited for until somebody writes to it.
    FdStream(const std::string& path, std::function<bool()> stop);
    ~FdStream();
    FdStream(const FdStream&) = delete;
    FdStream& operator=(const FdStream&) = delete;

    // At least one byte, or 0 at the end.
    std::size_t read(ByteSpan into);
    // All of it. ErrorKind::output, also where the reader has gone (call ignore_broken_pipes() once, or the process
    // dies of it).
    void write(ByteView bytes);
    // Of a pipe that is written to: bytes that its reader has not taken yet.
    std::size_t unread() const;
    // ErrorKind::output where closing fails: the kernel may report there what a write could not.
    void close();

 private:
    bool wait(short events);

    int fd_;
    std::string name_;
    std::function<bool()> stop_;
    int old_flags_ = -1;  // to be restored; -1: not changed
};

// A write to a pipe without a reader then is an error, not a signal that kills.
void ignore_broken_pipes();

}  // namespace ese::os
