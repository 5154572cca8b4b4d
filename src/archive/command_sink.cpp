#include "archive/command_sink.h"

#include <algorithm>

#include "base/error.h"

namespace ese::archive {

namespace {

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
}

std::string with_name(std::string command, const std::string& name) {
    if (name.empty() || name.front() == '-' || !std::all_of(name.begin(), name.end(), is_plain))
        throw Error(ErrorKind::usage, "this name of an archive cannot stand in a command: " + name);
    const std::string placeholder = "{name}";
    for (auto at = command.find(placeholder); at != std::string::npos; at = command.find(placeholder, at + name.size()))
        command.replace(at, placeholder.size(), name);
    return command;
}

}  // namespace

CommandSink::CommandSink(const std::string& command, std::string name, std::function<bool()> stop)
    : name_(std::move(name)), process_(with_name(command, name_), {{"ESEBACKUP_NAME", name_}}, std::move(stop)) {}

std::optional<DurableReceipt> CommandSink::finish() {
    process_.finish();
    return receipt(name_);
}

}  // namespace ese::archive
