#pragma once

// The records of one log file, one after the other (LOG-FORMAT 3.2, 3.3, 3.5).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "format/common.h"
#include "format/log/log_record.h"
#include "format/log/log_segment.h"

namespace ese::format {

struct LogRecord {
    Lgpos position;  // by the rule of LOG-FORMAT 3.3
    Lgpos end;       // of the byte behind it: where the next record is, if nothing is skipped
    LogRecordType type = LogRecordType::nop;
    ByteView bytes;  // whole and checked; valid until the next call
    bool fragmented = false;
};

// Reads the good segments of one generation. NOP bytes are skipped; FragmentBegin and Fragment come as the record they
// make. Everything that does not parse throws JET_errLogFileCorrupt (or what set_corrupt_error() says) and names
// generation:sector:offset and reason.
class LogStream {
 public:
    // `scan` says where the file ends; `read` gives its sectors and must stay valid.
    LogStream(const SegmentScan& scan, SectorReader read);

    // Backup sets have other numbers for the same damage (LOG-FORMAT 3.4).
    void set_corrupt_error(std::int32_t jet) { corrupt_error_ = jet; }

    // Continues at `start` (LOG-FORMAT 5.1 step 5): a record boundary, or inside NOP bytes. The rest of a record that
    // began in an earlier segment is skipped. A position behind the last good segment is the end.
    void seek(const Lgpos& start);

    // False at the end of the good segments.
    bool next(LogRecord& record);

    // Where the next record would be: after the last one, the end of the data.
    Lgpos position() const;
    // At the end: the last record is incomplete. Only a restart may follow (LOG-FORMAT 3.5).
    bool ends_in_fragment() const { return fragment_left_ > 0; }

 private:
    bool load(std::uint32_t sector);
    bool skip_nops();
    void skip_to(std::uint16_t offset);
    bool skip_leading_fragments();
    Lgpos cursor() const;
    bool take_fragment(LogRecord& record);
    void begin_fragment();
    bool is_restart(ByteView rest) const;
    std::size_t whole_record(ByteView rest) const;
    ByteView rest() const { return ByteView(segment_).subspan(offset_); }
    [[noreturn]] void fail(const std::string& reason) const;

    SegmentScan scan_;
    SectorReader read_;
    std::int32_t corrupt_error_;
    LogSector segment_{};
    std::uint32_t sector_ = 0;  // loaded; 0: none yet
    std::uint16_t offset_ = 0;  // read cursor in it; log_sector_bytes: at its end
    Lgpos position_;            // of the next record: not moved by NOPs and segment heads
    std::vector<std::uint8_t> assembled_;
    std::size_t fragment_left_ = 0;
    Lgpos fragment_position_;
};

struct LastRecord {
    LogRecordType type;
    Lgpos position;    // found by walking the last good segment only: offset 0 for its first record
    Lgpos written_at;  // by the rule of LOG-FORMAT 3.3: in the segment before, if the record did not fit behind its end
};
// The last record of the last good segment that is no filler; a piece of a fragmented record counts as what it is.
// Nothing if there is none. A log was closed cleanly if is_run_end(type), and needs no redo if the checkpoint is at one
// of the two positions (LOG-FORMAT 3.4, end, and 5.1 step 2): engines have stamped both.
std::optional<LastRecord> last_record(const SegmentScan& scan, const SectorReader& read);

}  // namespace ese::format
