#pragma once

// Up to where a restore replays the logs, when that is not their end: a time, a generation, or a position in a log.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "archive/manifest.h"
#include "format/common.h"

namespace ese::backup {

// A time stands for the end of the last segment that was begun no later: an engine begins one with each commit that it
// does not put off (LOG-FORMAT 3.1, 9).
struct StopTime {
    std::int64_t unix_ms = 0;
};
// All of it, or up to and with the record at a position.
using StopPosition = std::variant<StopTime, Generation, format::Lgpos>;

// "2024-05-01T12:34:56Z", "2024-05-01 14:34:56.500+02:00": a time, with its offset; "26" or "0x1A": a generation;
// "1A:10:CC7": a position, as the dumps of ESE print it. Throws ErrorKind::usage.
StopPosition parse_stop_position(const std::string& text);

// A time of RFC 3339 in milliseconds since 1970; nothing for other text.
std::optional<std::int64_t> parse_rfc3339(const std::string& text);

// Whether everything in this archive, or in the logs of it, lies before the position; and whether its logs reach up to
// it.
bool ends_before(const archive::Manifest& manifest, const StopPosition& stop);
bool reaches(const archive::Manifest& manifest, const StopPosition& stop);

}  // namespace ese::backup
