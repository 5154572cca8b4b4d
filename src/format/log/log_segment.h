#pragma once

// The data area of a log file: 4096-byte segments with a checksum each, and the rules that say where the log ends
// (LOG-FORMAT 3.1, 3.4).

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "format/common.h"
#include "format/log/log_header.h"

namespace ese::format {

constexpr std::uint16_t segment_head_bytes = 40;
constexpr std::uint16_t segment_record_bytes = log_sector_bytes - segment_head_bytes;

struct SegmentHeader {
    std::uint64_t checksum = 0;
    Lgpos position;   // offset 0
    LogTime started;  // when its first byte was written; may be zero
    std::uint32_t flags = 0;
};
SegmentHeader parse_segment_header(ByteView segment);

// Of the bytes as they are, for a segment that belongs in `sector`. A copy one sector further verifies with the same
// seed.
std::uint64_t segment_checksum(ByteView segment, std::uint16_t sector);
// Sets the format flag and the checksum; the position in the segment says its sector. Everything else must be in place.
void stamp_segment(ByteSpan segment);

struct SegmentCheck {
    bool good = false;
    std::optional<std::uint32_t> corrected_bit;  // one flipped bit was found and put right in place
};
SegmentCheck check_segment(ByteSpan segment, std::uint16_t sector);

// Gives the 4096 bytes of a sector of one log file; called with sectors inside the file only.
using SectorReader = std::function<void(std::uint16_t sector, ByteSpan into)>;
SectorReader sectors_of(ByteView file);

// Why no segment follows the last good one.
enum class LogEnd {
    full,     // every data sector is used
    zero,     // an empty sector
    stale,    // a segment of an older generation in a recycled file
    shadow,   // the copy of the last segment
    damaged,  // see SegmentScan::damage
};

struct LogDamage {
    std::uint16_t sector = 0;
    std::string reason;
};

struct CorrectedBit {
    std::uint16_t sector = 0;
    std::uint32_t bit = 0;  // counted from the start of the segment
};

struct SegmentScan {
    Generation generation;
    std::uint16_t last_good = 0;    // the good segments are the sectors 1 .. last_good; 0: none
    bool last_from_shadow = false;  // sector last_good is torn; its content is the copy in the next sector
    LogEnd end = LogEnd::full;
    std::uint64_t checksum = 0;  // accumulated over the good segments, for the next generation's header
    std::vector<CorrectedBit> corrected;
    std::optional<LogDamage> damage;

    // Throws what the damage is, if there is any: JET_errLogFileCorrupt in soft recovery,
    // JET_errLogCorruptDuringHardRestore or JET_errLogCorruptDuringHardRecovery in a backup set.
    void require_undamaged(std::int32_t jet) const;
};

// The end-of-log rules of LOG-FORMAT 3.4 over the sectors 1 .. header.last_data_sector() of a file that has its full
// size.
SegmentScan scan_segments(const LogHeader& header, const SectorReader& read);

// A good segment as the log means it: flipped bit corrected, torn last segment taken from its shadow. `sector` is 1 ..
// last_good. Throws JET_errLogFileCorrupt where the file is no longer what was scanned.
void read_segment(const SegmentScan& scan, const SectorReader& read, std::uint16_t sector, ByteSpan into);

}  // namespace ese::format
