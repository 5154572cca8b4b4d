#pragma once

#include <functional>
#include <string>

#include "archive/reader.h"
#include "os/process.h"

namespace ese::archive {

// An archive that a command of the shell gives on its standard output. The command is started when the first byte is
// wanted, so that several of them do not run at once.
class CommandSource : public ByteSource {
 public:
    // `name` is the archive's, as CommandSink has it.
    CommandSource(const std::string& command, const std::string& name, std::function<bool()> stop);
    std::size_t read(ByteSpan into) override;

 private:
    std::string command_, name_;
    std::function<bool()> stop_;
    std::unique_ptr<os::ShellSource> process_;
};

}  // namespace ese::archive
