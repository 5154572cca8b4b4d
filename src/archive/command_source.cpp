#include "archive/command_source.h"

#include "archive/command_name.h"

namespace ese::archive {

CommandSource::CommandSource(const std::string& command, const std::string& name, std::function<bool()> stop)
    : command_(with_archive_name(command, name)), name_(name), stop_(std::move(stop)) {}

std::size_t CommandSource::read(ByteSpan into) {
    if (!process_)
        process_ = std::make_unique<os::ShellSource>(command_, os::Environment{{archive_name_variable, name_}}, stop_);
    return process_->read(into);
}

}  // namespace ese::archive
