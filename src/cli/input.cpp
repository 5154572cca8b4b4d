#include "cli/input.h"

#include "archive/command_source.h"
#include "archive/encryption.h"
#include "backup/take_backup.h"
#include "os/signals.h"
#include "os/terminal.h"

namespace ese::cli {

Input::Input(const std::string& name, const std::vector<archive::Identity>& identities, const std::string& from_exec)
    : name_(name == "-" ? "standard input" : name) {
    const auto stop = [] { return os::stop_signal() != 0; };
    if (!from_exec.empty()) {
        raw_ = std::make_unique<archive::CommandSource>(from_exec, name, stop);
    } else if (name == "-") {
        if (os::is_terminal(os::standard_input))
            throw Error(ErrorKind::usage, "standard input is a terminal, not an archive");
        stream_ = std::make_unique<os::FdStream>(os::standard_input, name_, stop);
        raw_ = std::make_unique<archive::PipeSource>(*stream_);
    }
    if (raw_) {
        source_ = archive::decrypting_source(*raw_, identities);
        return;
    }
    const auto info = os::real_file_system().info(name);
    if (!info) throw Error(ErrorKind::usage, "there is no such file").in_file(name);
    if (info->is_directory) throw Error(ErrorKind::usage, "this is a directory").in_file(name);
    if (!info->is_regular)  // and opening a pipe may wait for ever
        throw Error(ErrorKind::usage, "this is no regular file").in_file(name).with_hint("a pipe can be read with -");
    file_ = archive::open_decrypted(os::real_file_system(), name, identities);
}

backup::ArchiveInput Input::archive() { return {file_.get(), source_.get(), name_}; }

bool is_directory(const std::string& argument) {
    const auto info = os::real_file_system().info(argument);
    return info && info->is_directory;
}

std::vector<std::string> archives_in(const std::string& argument) {
    if (!is_directory(argument)) return {argument};
    os::FileSystem& files = os::real_file_system();
    std::vector<std::string> archives;
    for (const std::string& name : files.list(argument)) {
        if (backup::is_archive_name(name)) archives.push_back(os::join(argument, name));
    }
    return archives;
}

std::vector<std::string> archives_in(const std::vector<std::string>& arguments, const std::string& from_exec) {
    if (!from_exec.empty()) return arguments;
    std::vector<std::string> all;
    for (const std::string& argument : arguments)
        for (const std::string& name : archives_in(argument)) all.push_back(name);
    return all;
}

std::string damage_text(const backup::Damage& damage) {
    return damage.file + ": " + (damage.page ? "page " + std::to_string(damage.page->value()) + " " : std::string()) +
           "at byte " + std::to_string(damage.offset) + ": " + damage.reason;
}

Json damage_json(const char* type, const backup::Damage& damage) {
    Json line = json_line(type);
    line["file"] = damage.file;
    if (damage.page) line["page"] = damage.page->value();
    line["offset"] = damage.offset;
    line["reason"] = damage.reason;
    return line;
}

}  // namespace ese::cli
