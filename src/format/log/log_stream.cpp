#include "format/log/log_stream.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "esent.h"
#include "format/log/log_record_types.h"

namespace ese::format {

namespace {
using Type = LogRecordType;
}

LogStream::LogStream(const SegmentScan& scan, SectorReader read)
    : scan_(scan), read_(std::move(read)), corrupt_error_(JET_errLogFileCorrupt), position_{scan.generation, 1, 0} {}

void LogStream::fail(const std::string& reason) const {
    const Lgpos at{scan_.generation, static_cast<std::uint16_t>(sector_), offset_};
    throw Error(ErrorKind::damage, corrupt_error_, "the log cannot be read at " + at.to_string() + ": " + reason);
}

bool LogStream::load(std::uint32_t sector) {
    if (sector == 0 || sector > scan_.last_good) return false;
    read_segment(scan_, read_, static_cast<std::uint16_t>(sector), segment_);
    sector_ = sector;
    offset_ = segment_head_bytes;
    return true;
}

// To the next byte that begins a record, over NOPs and segment heads. False at the end of the log.
bool LogStream::skip_nops() {
    for (;;) {
        while (offset_ < log_sector_bytes && sector_ != 0 && segment_[offset_] == 0) ++offset_;
        if (sector_ != 0 && offset_ < log_sector_bytes) return true;
        if (!load(sector_ + 1)) return false;
    }
}

Lgpos LogStream::position() const { return position_; }

std::size_t LogStream::whole_record(ByteView available) const {
    std::optional<std::size_t> size;
    std::string reason;
    try {
        size = record_size(available);
        if (size && *size <= available.size()) return *size;
        reason = "a record of type " + std::string(record_name(record_type(available))) + " runs over the end of its " +
                 (fragment_left_ > 0 ? "fragments" : "segment");
    } catch (const Error& error) {
        reason = error.message();
    }
    fail(reason);
}

void LogStream::seek(const Lgpos& start) {
    if (start.generation != scan_.generation || start.sector == 0) {
        throw Error(JET_errInvalidParameter, start.to_string() + " is not a position in log generation " +
                                                 std::to_string(scan_.generation.value()));
    }
    assembled_.clear();
    fragment_left_ = 0;
    position_ = start;
    sector_ = start.sector;
    offset_ = log_sector_bytes;
    if (!load(start.sector)) return;
    skip_to(start.offset);
    if (skip_leading_fragments()) position_ = cursor();
}

// Walks from the start of the segment to `offset`, which must be where a record or padding is.
void LogStream::skip_to(std::uint16_t offset) {
    if (offset != 0 && offset < segment_head_bytes) fail("the start position lies in a segment head");
    while (offset_ < offset) {
        offset_ = static_cast<std::uint16_t>(offset_ + whole_record(rest()));
        if (offset_ > offset) fail("the start position lies inside a record");
    }
}

// Passes over the pieces of a record that began before the segment.
bool LogStream::skip_leading_fragments() {
    bool skipped = false;
    while (offset_ == segment_head_bytes && record_type(rest()) == Type::fragment) {
        skipped = true;
        offset_ = static_cast<std::uint16_t>(offset_ + whole_record(rest()));
        if (offset_ == log_sector_bytes && !load(sector_ + 1)) break;
    }
    return skipped;
}

// The read cursor as a position: the end of a segment is the start of the next one.
Lgpos LogStream::cursor() const {
    const bool at_end = offset_ == log_sector_bytes;
    return {scan_.generation, static_cast<std::uint16_t>(at_end ? sector_ + 1 : sector_),
            at_end || offset_ == segment_head_bytes ? std::uint16_t{0} : offset_};
}

void LogStream::begin_fragment() {
    const std::size_t size = whole_record(rest());
    const std::size_t total = load_u32(rest(), 1);
    const std::size_t piece = size - fragment_begin_bytes;
    if (piece == 0 || piece >= total) {
        fail("a fragment of " + std::to_string(piece) + " bytes begins a record of " + std::to_string(total));
    }
    const ByteView bytes = rest().subspan(fragment_begin_bytes, piece);
    assembled_.assign(bytes.begin(), bytes.end());
    fragment_left_ = total - piece;
    fragment_position_ = position_;
    offset_ = static_cast<std::uint16_t>(offset_ + size);
}

// The next piece of the record under way. True when it is complete.
bool LogStream::take_fragment(LogRecord& record) {
    const std::size_t size = whole_record(rest());
    const std::size_t piece = size - fragment_bytes;
    if (piece == 0 || piece > fragment_left_) {
        fail("a fragment of " + std::to_string(piece) + " bytes where " + std::to_string(fragment_left_) +
             " are missing");
    }
    const ByteView bytes = rest().subspan(fragment_bytes, piece);
    assembled_.insert(assembled_.end(), bytes.begin(), bytes.end());
    fragment_left_ -= piece;
    if (fragment_left_ > 0) {
        offset_ = static_cast<std::uint16_t>(offset_ + size);
        return false;
    }
    if (whole_record(assembled_) != assembled_.size()) fail("the fragments make more than one record");
    offset_ = static_cast<std::uint16_t>(offset_ + size);
    record.position = fragment_position_;
    record.bytes = assembled_;
    record.fragmented = true;
    return true;
}

// Whether this is how a recovery continues a log that broke off in the middle of a record (LOG-FORMAT 3.5).
bool LogStream::is_restart(ByteView available) const {
    if (offset_ != segment_head_bytes) return false;
    Type type = record_type(available);
    if (type == Type::fragment_begin) {
        if (available.size() <= fragment_begin_bytes) return false;
        type = static_cast<Type>(available[fragment_begin_bytes]);
    }
    return type == Type::recovery_undo || type == Type::recovery_undo2 || type == Type::undo_info;
}

bool LogStream::next(LogRecord& record) {
    for (;;) {
        if (!skip_nops()) return false;
        const Type type = record_type(rest());
        if (fragment_left_ > 0 && type != Type::fragment) {
            if (!is_restart(rest())) fail("a record lies between the fragments of another");
            fragment_left_ = 0;
            position_ = cursor();
        }
        record.fragmented = false;
        if (type == Type::fragment_begin) {
            begin_fragment();
            continue;
        }
        if (type == Type::fragment) {
            if (fragment_left_ == 0) fail("a fragment of no record");
            if (!take_fragment(record)) continue;
        } else {
            const std::size_t size = whole_record(rest());
            record.position = position_;
            record.bytes = rest().first(size);
            offset_ = static_cast<std::uint16_t>(offset_ + size);
        }
        try {
            check_record(record.bytes);
        } catch (const Error& error) {
            fail(error.message());
        }
        record.type = record_type(record.bytes);
        position_ = cursor();
        record.end = position_;
        return true;
    }
}

namespace {

// Where the padding at the end of a segment begins, if it is what a writer leaves when the next record is too long: 1
// to 31 zero bytes behind the last record, which must be whole.
std::optional<std::uint16_t> padding_at(ByteView segment) {
    std::size_t offset = segment_head_bytes;
    while (offset < log_sector_bytes) {
        const ByteView rest = segment.subspan(offset);
        if (is_all_zero(rest)) {
            return rest.size() < shortest_fragment_room ? std::optional(static_cast<std::uint16_t>(offset))
                                                        : std::nullopt;
        }
        const auto size = record_size(rest);
        if (!size) return std::nullopt;
        offset += *size;
    }
    return std::nullopt;
}

}  // namespace

std::optional<LastRecord> last_record(const SegmentScan& scan, const SectorReader& read) {
    if (scan.last_good == 0) return std::nullopt;
    LogSector segment;
    read_segment(scan, read, scan.last_good, segment);
    std::optional<LastRecord> last;
    bool first = true;
    for (std::size_t offset = segment_head_bytes; offset < log_sector_bytes;) {
        const ByteView rest = ByteView(segment).subspan(offset);
        const auto size = record_size(rest);
        const LogRecordType type = record_type(rest);
        const Lgpos position{scan.generation, scan.last_good,
                             static_cast<std::uint16_t>(offset == segment_head_bytes ? 0 : offset)};
        if (!size || *size > rest.size()) {
            throw Error(
                ErrorKind::damage, JET_errLogFileCorrupt,
                "the log cannot be read at " + position.to_string() + ": a record runs over the end of its segment");
        }
        if (type != Type::nop && type != Type::nop2) {
            last = LastRecord{type, position, position};
            first = offset == segment_head_bytes;
        }
        offset += *size;
    }
    if (last && first && scan.last_good > 1) {
        const auto before = static_cast<std::uint16_t>(scan.last_good - 1);
        read_segment(scan, read, before, segment);
        if (const auto padding = padding_at(segment)) last->written_at = {scan.generation, before, *padding};
    }
    return last;
}

}  // namespace ese::format
