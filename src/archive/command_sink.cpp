#include "archive/command_sink.h"

#include "archive/command_name.h"

namespace ese::archive {

CommandSink::CommandSink(const std::string& command, std::string name, std::function<bool()> stop)
    : name_(std::move(name)),
      process_(with_archive_name(command, name_), {{archive_name_variable, name_}}, std::move(stop)) {}

std::optional<DurableReceipt> CommandSink::finish() {
    process_.finish();
    return receipt(name_);
}

}  // namespace ese::archive
