#include "format/log/segment_packer.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "esent.h"
#include "format/log/log_record_types.h"
#include "format/log/log_segment.h"

namespace ese::format {

namespace {

constexpr std::uint16_t longest_fragment = segment_record_bytes - fragment_bytes;
constexpr std::size_t smallest_filler = 5;

}  // namespace

SegmentPacker::SegmentPacker(Generation generation, std::uint16_t sectors, std::uint16_t first_sector)
    : generation_(generation), sectors_(sectors), first_sector_(first_sector), sector_(first_sector) {
    if (first_sector == 0 || std::uint32_t{first_sector} + 2 > sectors) {
        throw Error(JET_errInvalidParameter, "a log of " + std::to_string(sectors) + " sectors has no data sector " +
                                                 std::to_string(first_sector));
    }
}

Lgpos SegmentPacker::position() const { return {generation_, sector_, offset_}; }

SegmentPacker::Cursor SegmentPacker::advanced(Cursor cursor, std::size_t record_bytes) {
    const auto normalised = [](Cursor c) { return c.offset == log_sector_bytes ? Cursor{c.sector + 1, 0} : c; };
    const auto start = [](const Cursor& c) { return c.offset == 0 ? std::uint32_t{segment_head_bytes} : c.offset; };
    const std::size_t room = log_sector_bytes - start(cursor);
    if (record_bytes > room) {
        std::size_t left = record_bytes;
        if (room >= shortest_fragment_room) left -= room - fragment_begin_bytes;
        ++cursor.sector;
        cursor.offset = 0;
        if (room < shortest_fragment_room) return advanced(cursor, record_bytes);
        cursor.sector += static_cast<std::uint32_t>(left / longest_fragment);
        left %= longest_fragment;
        if (left > 0) cursor.offset = static_cast<std::uint32_t>(segment_head_bytes + fragment_bytes + left);
        return normalised(cursor);
    }
    cursor.offset = static_cast<std::uint32_t>(start(cursor) + record_bytes);
    return normalised(cursor);
}

bool SegmentPacker::fits(std::span<const std::size_t> record_bytes) const {
    Cursor cursor{sector_, offset_};
    const std::size_t whole_file = std::size_t{sectors_} * log_sector_bytes;
    for (const std::size_t bytes : record_bytes) {
        if (bytes > whole_file) return false;
        cursor = advanced(cursor, bytes);
        // The cursor must stay in a data segment: then this segment has a free byte.
        if (cursor.sector + 2 > sectors_) return false;
    }
    return true;
}

Lgpos SegmentPacker::append(ByteView record, const LogTime& now) {
    if (record.empty() || !fits({record.size()})) {
        throw Error(JET_errInternalError, "log generation " + std::to_string(generation_.value()) +
                                              " has no room for a record of " + std::to_string(record.size()) +
                                              " bytes");
    }
    const Lgpos at = position();
    std::size_t room = log_sector_bytes - std::max(offset_, segment_head_bytes);
    if (record.size() > room && room < shortest_fragment_room) {
        pad();
        room = segment_record_bytes;
    }
    if (record.size() <= room) {
        put(record, now);
        return at;
    }

    auto piece = static_cast<std::uint16_t>(room - fragment_begin_bytes);
    std::array<std::uint8_t, fragment_begin_bytes> head{static_cast<std::uint8_t>(LogRecordType::fragment_begin)};
    store_u32(head, 1, static_cast<std::uint32_t>(record.size()));
    store_u16(head, 5, piece);
    put(head, now);
    put(record.first(piece), now);
    for (ByteView left = record.subspan(piece); !left.empty(); left = left.subspan(piece)) {
        piece = static_cast<std::uint16_t>(std::min<std::size_t>(left.size(), longest_fragment));
        std::array<std::uint8_t, fragment_bytes> next_head{static_cast<std::uint8_t>(LogRecordType::fragment)};
        store_u16(next_head, 1, piece);
        put(next_head, now);
        put(left.first(piece), now);
    }
    return at;
}

bool SegmentPacker::fill(const LogTime& now) {
    const std::size_t room = log_sector_bytes - std::max(offset_, segment_head_bytes);
    if (offset_ == 0 || room < smallest_filler) return false;
    put(filler_record(room), now);
    return true;
}

void SegmentPacker::pad() {
    if (offset_ != 0) close();
}

std::vector<PackedSegment> SegmentPacker::take_full() { return std::exchange(full_, {}); }

std::optional<PackedSegment> SegmentPacker::partial() const {
    if (offset_ == 0) return std::nullopt;
    return PackedSegment{sector_, current_};
}

// The bytes fit in the segment under the cursor; it is begun if need be, and closed when it is full.
void SegmentPacker::put(ByteView bytes, const LogTime& now) {
    if (offset_ == 0) {
        current_.fill(0);
        Lgpos{generation_, sector_, 0}.write(current_, 8);
        now.write(current_, 16);
        offset_ = segment_head_bytes;
    }
    store_bytes(current_, offset_, bytes);
    offset_ = static_cast<std::uint16_t>(offset_ + bytes.size());
    if (offset_ == log_sector_bytes) close();
}

void SegmentPacker::close() {
    full_.push_back({sector_, current_});
    ++sector_;
    offset_ = 0;
}

}  // namespace ese::format
