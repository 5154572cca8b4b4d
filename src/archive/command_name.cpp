#include "archive/command_name.h"

#include <algorithm>
#include <string_view>

#include "base/error.h"

namespace ese::archive {

namespace {

bool is_plain(char c) {
    constexpr std::string_view others = "._-/:+@";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
}

}  // namespace

std::string with_archive_name(std::string command, const std::string& name) {
    if (name.empty() || name.front() == '-' || !std::all_of(name.begin(), name.end(), is_plain))
        throw Error(ErrorKind::usage, "this name of an archive cannot stand in a command: " + name);
    const std::string placeholder = "{name}";
    for (auto at = command.find(placeholder); at != std::string::npos; at = command.find(placeholder, at + name.size()))
        command.replace(at, placeholder.size(), name);
    return command;
}

}  // namespace ese::archive
