#pragma once

// The writing half of the data area: places records in the segments of one generation (LOG-FORMAT 3.2, 3.3, 7.1).

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "format/common.h"
#include "format/log/log_header.h"

namespace ese::format {

// A segment with its head (position, time) and zero bytes behind the last record; stamp_segment() makes it ready to be
// written.
struct PackedSegment {
    std::uint16_t sector = 0;
    LogSector bytes{};
};

// What a log writer does with it:
//   1. If the records that belong together do not fit: pad(), write what is left, and begin the next generation with a
//      new packer.
//   2. position = packer.append(record, now), for each of them.
//   3. To flush: packer.fill(now) where a whole segment is wanted; then write take_full() and, if anything is left,
//      partial(), this one twice, at its sector and at the next one (LOG-FORMAT 7.1).
class SegmentPacker {
 public:
    // Records begin at the start of `first_sector`: 1 in a new file, the sector behind the last good one after a
    // restart (LOG-FORMAT 3.5). `sectors` is the size of the file. Throws JET_errInvalidParameter where no data sector
    // is left.
    SegmentPacker(Generation generation, std::uint16_t sectors, std::uint16_t first_sector = 1);

    // The write cursor: the position that the next record gets (LOG-FORMAT 3.3). Everything before it has been
    // appended.
    Lgpos position() const;

    // Whether records of these sizes can all be appended before the generation is full. At least one byte of the last
    // data segment stays free.
    bool fits(std::span<const std::size_t> record_bytes) const;
    bool fits(std::initializer_list<std::size_t> record_bytes) const {
        return fits(std::span(record_bytes.begin(), record_bytes.size()));
    }

    // Copies the record in, split in fragments where the rest of the segment is too short, and returns its position.
    // The caller has asked fits(); JET_errInternalError otherwise. `now` is the time of every segment that it begins.
    Lgpos append(ByteView record, const LogTime& now);

    // Fills the partial segment with one NOP2 record, so that it is full. False where nothing is to fill or fewer than
    // 5 bytes are left.
    bool fill(const LogTime& now);
    // Ends the partial segment with zero bytes; the cursor goes to the next segment. For the end of a generation.
    void pad();

    // The full segments since the last call, in order; they are forgotten here.
    std::vector<PackedSegment> take_full();
    // A copy of the segment under the cursor, if it holds anything.
    std::optional<PackedSegment> partial() const;
    // How many segments take_full() would return.
    std::size_t full_segments() const { return full_.size(); }
    // Whether no segment has been begun in this generation.
    bool empty() const { return full_.empty() && offset_ == 0 && sector_ == first_sector_; }

 private:
    struct Cursor {
        std::uint32_t sector;
        std::uint32_t offset;  // 0 at the start of a segment that holds nothing, else behind its last byte
    };
    static Cursor advanced(Cursor cursor, std::size_t record_bytes);
    void put(ByteView bytes, const LogTime& now);
    void close();

    Generation generation_;
    std::uint16_t sectors_;
    std::uint16_t first_sector_;
    std::uint16_t sector_;
    std::uint16_t offset_ = 0;
    LogSector current_{};
    std::vector<PackedSegment> full_;
};

}  // namespace ese::format
