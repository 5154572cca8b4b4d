#pragma once

// What the command says, to people or, with --json, to programs: JSON Lines, of which the last is the summary or the
// error. Standard error is the log: text, or with --log-format json a line of JSON for each message.

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "base/error.h"
#include "cli/exit_code.h"

namespace ese::cli {

using Json = nlohmann::ordered_json;

class Output {
 public:
    bool json = false;
    bool quiet = false;
    bool verbose = false;
    bool log_as_json = false;
    bool log_is_journal = false;  // whose lines begin with their priority
    // Called before text goes to a terminal, where a bar may be drawn.
    mutable std::function<void()> before_text;

    // A line for people, on standard output, or in a log of JSON; not with --quiet or --json.
    void say(const std::string& line) const;
    // With --verbose only.
    void detail(const std::string& line) const;
    // In the log, also with --quiet; with --json a line of type `warning`.
    void warn(const std::string& text) const;
    // In the log: how far it is.
    void report(const std::string& text) const;
    // With --json: one line. `line` begins with its type.
    void event(const Json& line) const;
    // The last word where something failed: plain words, what to do, the JET_ERR's name and number, the stable code.
    // With
    // --json a line of type `error`, and text in the log only if nobody takes that.
    void fail(const Error& error, const ExitCode& code, int status) const;

    // Throws ErrorKind::output if standard output did not take what was said.
    void flush() const;

 private:
    enum class Severity { error = 3, warning = 4, information = 6 };  // as syslog(3) counts

    void line(const std::string& text) const;
    // `details`: further fields of the line, where it is JSON.
    void log(Severity severity, const std::string& text, const Json& details = Json::object()) const;
};

// "/srv/app: an incremental backup needs a full backup first; run "esebackup full" (JET_errMissingFullBackup, -560)"
std::string error_text(const Error& error);
Json error_json(const Error& error, const ExitCode& code, int status);

// Paths and names come from archives and files that anybody may have made: control characters in them, line ends and
// what is no UTF-8 must not reach a terminal. They become \x0A and the like.
std::string printable(const std::string& text);

// {"type": type, "schema": 1}, to be continued.
Json json_line(const char* type);

// "1.4 GiB"
std::string human_bytes(std::uint64_t bytes);
// "1 log", "3 logs"
std::string counted(std::uint64_t count, const char* one);

}  // namespace ese::cli
