#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

namespace ese {

// What went wrong, as far as a caller outside the engine has to tell failures apart. The command's exit codes follow from
// it (src/cli/exit_code.h); inside the engine the JET_ERR says all and the kind stays `other`.
enum class ErrorKind {
    other,
    usage,           // the caller asked for something that makes no sense
    damage,          // bytes that were read are not what they must be
    incomplete,      // an archive without its end
    chain,           // a generation or a base backup is missing, or two of them contradict each other
    source_damaged,  // the database or log to be backed up is damaged
    output,          // what was to be written could not be
    not_possible,    // the state of things forbids it now; the message says what to do first
    busy,            // somebody else holds it; try later
    interrupted,     // a signal asked us to stop
};

// The one exception of this project. `message` says in plain words what was being done and why it failed, `file` which file
// it was about (empty if none), `jet` the JET_ERR that the API returns for it (0 where there is no fitting one), `hint` what to do now.
// It is caught at src/jet and at the top of each thread, nowhere else, except to add the file or to clean up.
class Error : public std::exception {
 public:
    Error(ErrorKind kind, std::int32_t jet, std::string message) : kind_(kind), jet_(jet), message_(std::move(message)) {}
    Error(std::int32_t jet, std::string message) : Error(ErrorKind::other, jet, std::move(message)) {}
    Error(ErrorKind kind, std::string message) : Error(kind, 0, std::move(message)) {}

    Error&& in_file(std::string_view path) && { set_file(path); return std::move(*this); }
    Error&& with_hint(std::string hint) && { hint_ = std::move(hint); text_.clear(); return std::move(*this); }
    // For a parser that does not know the file: the first caller that does names it.
    void set_file(std::string_view path) { if (file_.empty()) { file_ = path; text_.clear(); } }

    ErrorKind kind() const { return kind_; }
    std::int32_t jet() const { return jet_; }
    const std::string& message() const { return message_; }
    const std::string& file() const { return file_; }
    const std::string& hint() const { return hint_; }
    const char* what() const noexcept override;

 private:
    ErrorKind kind_;
    std::int32_t jet_;
    std::string message_;
    std::string file_;
    std::string hint_;
    mutable std::string text_;
};

}  // namespace ese
