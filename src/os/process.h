#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "os/pipe.h"

namespace ese::os {

std::uint32_t process_id();
// Of this machine; empty if it has none.
std::string host_name();
// The niceness (nice(2)) of this thread and of those that it starts, by which Linux orders their reads and writes, too.
void lower_priority(int niceness);

using Environment = std::vector<std::pair<std::string, std::string>>;

// A command that bash runs (-o pipefail: a pipeline fails if any part of it does), with a pipe to its input or from its
// output. Its other output goes to our standard error. It has a process group of its own, so that Ctrl-C comes to us
// alone and all of it can be ended at once.
class ShellProcess {
 public:
    enum class Pipe { to_its_input, from_its_output };

    // `stop` is asked while writing, reading and waiting, as FdStream does it. Failures are ErrorKind::output.
    ShellProcess(const std::string& command, const Environment& environment, Pipe pipe, std::function<bool()> stop);
    // Ends what has not ended, before the pipe closes.
    ~ShellProcess();
    ShellProcess(const ShellProcess&) = delete;
    ShellProcess& operator=(const ShellProcess&) = delete;

    FdStream& pipe() { return *pipe_; }
    void wait();
    // Waits until nothing is left in the pipe to its input. False: it has ended before.
    bool takes_all();
    bool ends_within(unsigned milliseconds);
    // Of one that has ended.
    bool succeeded() const;
    std::string how_it_ended() const;

 private:
    bool has_ended();
    void pause();
    void end_it();

    int process_ = -1;  // -1: waited for
    int status_ = 0;    // as waitpid gives it
    std::function<bool()> stop_;
    std::unique_ptr<FdStream> pipe_;
};

// A command that reads what is written here. What it says on its standard output goes to our standard error.
class ShellCommand {
 public:
    ShellCommand(const std::string& command, const Environment& environment, std::function<bool()> stop)
        : process_(command, environment, ShellProcess::Pipe::to_its_input, std::move(stop)) {}

    // Without finish(), the command is ended before its input closes, so that it does not take what it got for all.
    // Where it ended early, the error says how.
    void write(ByteView bytes);
    // Once it has read all of it, closes its input and waits for it. Throws unless its exit status is 0.
    void finish();

 private:
    Error ended_early();

    ShellProcess process_;
};

// A command whose standard output is read here. Its standard input is empty.
class ShellSource {
 public:
    ShellSource(const std::string& command, const Environment& environment, std::function<bool()> stop)
        : process_(command, environment, ShellProcess::Pipe::from_its_output, std::move(stop)) {}

    // At least one byte, or 0 at the end: then it has ended with exit status 0. ErrorKind::incomplete otherwise.
    std::size_t read(ByteSpan into);

 private:
    ShellProcess process_;
};

}  // namespace ese::os
