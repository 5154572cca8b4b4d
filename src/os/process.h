#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "os/pipe.h"

namespace ese::os {

std::uint32_t process_id();
// Of this machine; empty if it has none.
std::string host_name();

// A command that bash runs (-o pipefail: a pipeline fails if any part of it does) and that reads what is written here.
// What it says on its standard output goes to our standard error. It has a process group of its own, so that Ctrl-C
// comes to us alone and all of it can be ended at once.
class ShellCommand {
 public:
    // `stop` is asked while writing and waiting, as FdStream does it. Failures are ErrorKind::output.
    ShellCommand(const std::string& command, const std::vector<std::pair<std::string, std::string>>& environment,
                 std::function<bool()> stop);
    // Without finish(): ends the command before its input closes, so that it does not take what it got for all.
    ~ShellCommand();
    ShellCommand(const ShellCommand&) = delete;
    ShellCommand& operator=(const ShellCommand&) = delete;

    // Where the command ended early, the error says how.
    void write(ByteView bytes);
    // Closes its input and waits for it. Throws unless its exit status is 0.
    void finish();

 private:
    bool has_ended();
    void wait_for_end(unsigned at_most_ms);
    void end_it();

    int process_ = -1;  // -1: waited for
    int status_ = 0;    // as waitpid gives it
    std::function<bool()> stop_;
    std::unique_ptr<FdStream> input_;
};

}  // namespace ese::os
