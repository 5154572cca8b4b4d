#pragma once

// Names of the files in a log directory (LOG-FORMAT 1.1).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace ese::format {

enum class LogFileKind { current, archived, temporary, reserve, checkpoint, shadow };

// How one instance names its files. One directory never mixes both sets of extensions.
struct LogNaming {
    std::string base = "edb";
    bool legacy = true;           // .log and .chk, not .jtx and .jcp (JET_bitESE98FileNames)
    bool eight_dot_three = true;  // five digits as long as they suffice (JET_bitEightDotThreeSoftCompat)

    std::string current() const;                        // edb.log
    std::string archived(Generation generation) const;  // edb0001A.log
    std::string temporary() const;                      // edbtmp.log
    std::string reserve(std::uint32_t number) const;    // edbres00001.jrs
    std::string checkpoint() const;                     // edb.chk
};

struct LogFileName {
    LogFileKind kind;
    bool legacy;               // meaningless for reserve and shadow files, whose extension is always the same
    std::uint32_t number = 0;  // generation of an archived log, number of a reserve file

    bool operator==(const LogFileName&) const = default;
    Generation generation() const { return Generation(number); }
};

// What `name` (no directory) is in a directory of the given base name; letters match in both cases, as on Windows.
// Nothing for any other file.
std::optional<LogFileName> parse_log_file_name(std::string_view base, std::string_view name);

// Generations beyond these are not written (LOG-FORMAT 1.1).
constexpr Generation last_generation{0x7FFFF800};
constexpr Generation last_generation_in_undo{0x7FFFFA00};

}  // namespace ese::format
