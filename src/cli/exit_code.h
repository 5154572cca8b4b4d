#pragma once

// One table from an error to the status of the process, the code in JSON and the words in the manual.

#include <cstdint>
#include <span>
#include <string_view>

#include "base/error.h"

namespace ese::cli {

namespace exit_status {
constexpr int done = 0;
constexpr int failure = 1;
constexpr int usage = 2;
constexpr int after_archive = 3;
constexpr int damage = 4;
constexpr int incomplete = 5;
constexpr int chain = 6;
constexpr int source_damaged = 7;
constexpr int output = 8;
constexpr int not_possible = 9;
constexpr int overdue = 10;
constexpr int busy = 75;
constexpr int signal = 128;  // and the signal's number
}  // namespace exit_status

struct ExitCode {
    int status;
    std::string_view code;                     // in JSON
    std::string_view meaning;                  // in the manual
    std::span<const std::int32_t> jet_errors;  // that mean this where the error says no kind of its own
};

// What a failure to read bytes says: that the source of a backup is damaged, or what was backed up.
enum class Subject { source, archive };

std::span<const ExitCode> exit_codes();
const ExitCode& exit_code(int status);
// Never the ones of `after_archive` and `overdue`: those are a matter of when, not of what.
const ExitCode& exit_code_of(const Error& error, Subject subject);

}  // namespace ese::cli
