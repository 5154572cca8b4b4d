#pragma once

#include <string>

#include "archive/sink.h"
#include "os/process.h"

namespace ese::archive {

// A command of the shell that takes the archive on its standard input. It is durable when the command has taken all of
// it and ended with exit status 0.
class CommandSink : public ByteSink {
 public:
    // `name` is the archive's: it stands in the command (command_name.h) and in the variable ESEBACKUP_NAME.
    CommandSink(const std::string& command, std::string name, std::function<bool()> stop);
    void write(ByteView bytes) override { process_.write(bytes); }
    std::optional<DurableReceipt> finish() override;

 private:
    std::string name_;
    os::ShellCommand process_;
};

}  // namespace ese::archive
