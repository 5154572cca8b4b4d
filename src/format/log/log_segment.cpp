#include "format/log/log_segment.h"

#include <algorithm>

#include "esent.h"
#include "format/database/page_checksum.h"

namespace ese::format {

namespace {

constexpr std::size_t checksum_at = 0;
constexpr std::size_t position_at = 8;
constexpr std::size_t started_at = 16;
constexpr std::size_t flags_at = 36;
constexpr std::uint32_t flag_new_checksum = 0x2000;

bool is_good(ByteView segment, std::uint16_t sector) {
    return load_u64(segment, checksum_at) == segment_checksum(segment, sector);
}

// What scan_segments() found in one sector by itself.
enum class SectorKind { good, stale, shadow, zero, newer, bad };

struct SectorFinding {
    SectorKind kind;
    std::optional<std::uint32_t> corrected_bit;
};

SectorFinding examine(ByteSpan bytes, Generation generation, std::uint16_t sector) {
    if (is_all_zero(bytes)) return {SectorKind::zero, {}};  // most of a log that was closed early: no need for checksums
    const SegmentCheck own = check_segment(bytes, sector);
    if (own.good) {
        const Lgpos position = parse_segment_header(bytes).position;
        const Lgpos expected{generation, sector, 0};
        if (position == expected) return {SectorKind::good, own.corrected_bit};
        return {position < expected ? SectorKind::stale : SectorKind::newer, own.corrected_bit};
    }
    if (sector > 1 && check_segment(bytes, static_cast<std::uint16_t>(sector - 1)).good)
        return {SectorKind::shadow, {}};
    return {SectorKind::bad, {}};
}

LogEnd end_of(SectorKind kind) {
    switch (kind) {
        case SectorKind::stale: return LogEnd::stale;
        case SectorKind::shadow: return LogEnd::shadow;
        default: return LogEnd::zero;
    }
}

// Whether the sector behind a torn one holds its shadow: correct for the torn sector's number, and naming it.
bool is_shadow_of(ByteSpan bytes, Generation generation, std::uint16_t sector) {
    return check_segment(bytes, sector).good && parse_segment_header(bytes).position == Lgpos{generation, sector, 0};
}

}  // namespace

SegmentHeader parse_segment_header(ByteView segment) {
    return {load_u64(segment, checksum_at), Lgpos::parse(segment, position_at), LogTime::parse(segment, started_at),
            load_u32(segment, flags_at)};
}

std::uint64_t segment_checksum(ByteView segment, std::uint16_t sector) {
    return block_checksum(segment, sector, true).value();
}

void stamp_segment(ByteSpan segment) {
    store_u32(segment, flags_at, load_u32(segment, flags_at) | flag_new_checksum);
    store_u64(segment, checksum_at, segment_checksum(segment, Lgpos::parse(segment, position_at).sector));
}

SegmentCheck check_segment(ByteSpan segment, std::uint16_t sector) {
    if (is_good(segment, sector)) return {true, {}};
    const auto stored = BlockChecksum::from(load_u64(segment, checksum_at));
    if (const auto bit = correct_single_bit(segment, stored, sector, true)) return {true, bit};
    return {};
}

SectorReader sectors_of(ByteView file) {
    return [file](std::uint16_t sector, ByteSpan into) {
        const std::size_t offset = std::size_t{sector} * log_sector_bytes;
        if (offset + into.size() > file.size()) {
            throw Error(ErrorKind::damage, JET_errLogFileSizeMismatch,
                        "the log ends before sector " + std::to_string(sector));
        }
        store_bytes(into, 0, file.subspan(offset, into.size()));
    };
}

void SegmentScan::require_undamaged(std::int32_t jet) const {
    if (!damage) return;
    throw Error(ErrorKind::damage, jet,
                "log generation " + std::to_string(generation.value()) + " is damaged in sector " +
                    std::to_string(damage->sector) + ": " + damage->reason);
}

SegmentScan scan_segments(const LogHeader& header, const SectorReader& read) {
    SegmentScan scan;
    scan.generation = header.generation;
    bool ended = false;
    LogSector bytes;
    const auto damaged = [&](std::uint16_t sector, std::string reason) {
        scan.damage = LogDamage{sector, std::move(reason)};
        scan.end = LogEnd::damaged;
        return scan;
    };

    for (std::uint16_t sector = 1; sector <= header.last_data_sector(); ++sector) {
        read(sector, bytes);
        const SectorFinding found = examine(bytes, header.generation, sector);
        switch (found.kind) {
            case SectorKind::good:
                if (ended) return damaged(sector, "a valid segment behind the end of the log");
                if (found.corrected_bit) scan.corrected.push_back({sector, *found.corrected_bit});
                scan.last_good = sector;
                scan.checksum ^= load_u64(bytes, checksum_at);
                break;
            case SectorKind::newer:
                return damaged(sector,
                               "it holds a segment of position " + parse_segment_header(bytes).position.to_string());
            case SectorKind::bad:
                if (ended) return damaged(sector, "the checksum is wrong, behind the end of the log");
                read(static_cast<std::uint16_t>(sector + 1), bytes);
                if (!is_shadow_of(bytes, header.generation, sector)) {
                    return damaged(sector, "the checksum is wrong and no shadow follows");
                }
                scan.last_good = sector;
                scan.last_from_shadow = true;
                scan.checksum ^= load_u64(bytes, checksum_at);
                break;
            default:
                if (!ended) scan.end = end_of(found.kind);
                ended = true;
                break;
        }
    }
    return scan;
}

void read_segment(const SegmentScan& scan, const SectorReader& read, std::uint16_t sector, ByteSpan into) {
    const bool from_shadow = scan.last_from_shadow && sector == scan.last_good;
    read(static_cast<std::uint16_t>(from_shadow ? sector + 1 : sector), into);
    if (!is_shadow_of(into, scan.generation, sector)) {
        throw Error(ErrorKind::damage, JET_errLogFileCorrupt,
                    "sector " + std::to_string(sector) + " of log generation " +
                        std::to_string(scan.generation.value()) + " has changed since the log was checked");
    }
}

}  // namespace ese::format
