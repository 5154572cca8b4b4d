// Pages that a program will need soon.

#include <algorithm>
#include <span>

#include "base/error.h"
#include "engine/btree/line_search.h"
#include "esent.h"
#include "jet/session_use.h"

namespace ese::jet {
namespace {

using engine::KeyEnd;
using engine::KeyRange;
using engine::TableCursor;
using Bytes = TableCursor::Bytes;

Error wrong(const char* reason) { return {ErrorKind::usage, JET_errInvalidParameter, reason}; }

Bytes copy_of(const void* at, std::uint32_t bytes) {
    const auto* const first = static_cast<const std::uint8_t*>(at);
    return {first, first + (at ? bytes : 0)};
}

bool is_in_order(const Bytes& first, const Bytes& second, bool forward) {
    const int order = engine::compare_bytes(first, second);
    return forward ? order <= 0 : order >= 0;
}

// --- keys

TableCursor::ReadingAhead keys_wanted(const void** keys, const std::uint32_t* key_bytes, std::int32_t count,
                                      JET_GRBIT grbit) {
    if (grbit != JET_bitPrereadForward && grbit != JET_bitPrereadBackward)
        throw Error(ErrorKind::usage, JET_errInvalidGrbit, "keys are read ahead either forwards or backwards");
    if (count <= 0 || !keys || !key_bytes) throw wrong("keys to read ahead are missing");
    TableCursor::ReadingAhead wanted;
    wanted.forward = grbit == JET_bitPrereadForward;
    for (std::int32_t i = 0; i < count; ++i) {
        if (!keys[i]) throw wrong("a key to read ahead is missing");
        if (key_bytes[i] == 0 || key_bytes[i] > JET_cbKeyMost32KBytePage)
            throw Error(ErrorKind::usage, JET_errInvalidBufferSize,
                        "a key to read ahead has " + std::to_string(key_bytes[i]) + " bytes");
        const Bytes key = copy_of(keys[i], key_bytes[i]);
        if (i > 0 && !is_in_order(wanted.ranges.back().first, key, wanted.forward))
            throw wrong("the keys to read ahead are not in their order");
        wanted.ranges.push_back({key, key});
    }
    return wanted;
}

// --- ranges

std::optional<ByteView> value_of(const JET_INDEX_COLUMN& given, bool is_last) {
    const bool empty_is_a_value = given.grbit == JET_bitZeroLength;
    if (given.relop != JET_relopEquals && !(is_last && given.relop == JET_relopPrefixEquals))
        throw wrong("only the last column of a range's end may begin with a value, all others are equal to it");
    if ((given.grbit != 0 && !empty_is_a_value) || (empty_is_a_value && given.cb != 0) || (given.cb != 0 && !given.pv))
        throw wrong("a column of a range contradicts itself about its value");
    if (given.cb == 0 && !empty_is_a_value) return std::nullopt;
    return ByteView(static_cast<const std::uint8_t*>(given.pv), given.cb);
}

// `low`: in front of all keys with these columns, else behind them.
Bytes key_from(TableCursor& cursor, std::span<const JET_INDEX_COLUMN> columns, bool low) {
    if (columns.empty()) throw Error(ErrorKind::usage, JET_errKeyNotMade, "a range has no columns to begin with");
    std::vector<std::optional<ByteView>> values;
    for (const JET_INDEX_COLUMN& column : columns) values.push_back(value_of(column, &column == &columns.back()));
    if (columns.back().relop == JET_relopPrefixEquals)
        return cursor.key_of(values, low ? KeyEnd::prefix : KeyEnd::behind_prefix);
    return cursor.key_of(values, low ? KeyEnd::whole : KeyEnd::behind_whole);
}

// A range without an end is the key that it begins with.
KeyRange range_from(TableCursor& cursor, const JET_INDEX_RANGE& given, bool forward, bool as_stored) {
    if ((given.cStartColumns != 0 && !given.rgStartColumns) || (given.cEndColumns != 0 && !given.rgEndColumns))
        throw wrong("a range has no columns");
    const std::span<const JET_INDEX_COLUMN> start(given.rgStartColumns, given.cStartColumns);
    const std::span<const JET_INDEX_COLUMN> end(given.rgEndColumns, given.cEndColumns);
    if (as_stored && (start.size() != 1 || end.size() > 1)) throw wrong("an end of a range is one key");
    const auto key = [&](std::span<const JET_INDEX_COLUMN> columns, bool low) {
        return as_stored ? copy_of(columns[0].pv, columns[0].cb) : key_from(cursor, columns, low);
    };
    KeyRange range;
    range.first = key(start, forward);
    range.last = end.empty() ? range.first : key(end, !forward);
    if (!is_in_order(range.first, range.last, forward)) throw wrong("a range ends before it begins");
    return range;
}

// Whoever wants to know how far it came gives the ranges in their order.
void put_in_order(std::vector<KeyRange>& ranges, bool forward, bool may_sort) {
    if (may_sort)
        std::ranges::sort(ranges, [&](const KeyRange& a, const KeyRange& b) {
            return forward ? std::tie(a.first, a.last) < std::tie(b.first, b.last)
                           : std::tie(a.first, a.last) > std::tie(b.first, b.last);
        });
    for (std::size_t i = 1; i < ranges.size(); ++i)
        if (!is_in_order(ranges[i - 1].last, ranges[i].first, forward))
            throw wrong(may_sort ? "ranges overlap" : "the ranges are not in their order, or overlap");
}

JET_ERR read_ranges(TableCursor& cursor, std::span<const JET_INDEX_RANGE> ranges,
                    std::span<const JET_COLUMNID> long_columns, JET_GRBIT grbit, std::uint32_t* begun) {
    require_known_bits(
        grbit, JET_bitPrereadForward | JET_bitPrereadBackward | JET_bitPrereadFirstPage | JET_bitPrereadNormalizedKey,
        "JetPrereadIndexRanges");
    if ((grbit & (JET_bitPrereadForward | JET_bitPrereadBackward)) == 0)
        throw Error(ErrorKind::usage, JET_errInvalidGrbit, "ranges are read ahead either forwards or backwards");
    TableCursor::ReadingAhead wanted;
    wanted.forward = (grbit & JET_bitPrereadForward) != 0;
    wanted.first_page_only = (grbit & JET_bitPrereadFirstPage) != 0;
    for (const JET_COLUMNID column : long_columns) wanted.long_columns.emplace_back(column);
    for (const JET_INDEX_RANGE& range : ranges)
        wanted.ranges.push_back(range_from(cursor, range, wanted.forward, (grbit & JET_bitPrereadNormalizedKey) != 0));
    put_in_order(wanted.ranges, wanted.forward, begun == nullptr);
    const std::size_t done = cursor.read_ahead(wanted);
    if (begun) *begun = static_cast<std::uint32_t>(done);
    return JET_errSuccess;
}

}  // namespace
}  // namespace ese::jet

using namespace ese::jet;
using ese::Error;
using ese::ErrorKind;
namespace engine = ese::engine;

extern "C" {

JET_ERR JetPrereadKeys(JET_SESID session, JET_TABLEID table, const void** keys, const std::uint32_t* key_bytes,
                       std::int32_t count, std::int32_t* read, JET_GRBIT grbit) {
    return with_table(session, table, [&](engine::TableCursor& cursor) -> JET_ERR {
        if (read) *read = 0;
        const std::size_t done = cursor.read_ahead(keys_wanted(keys, key_bytes, count, grbit));
        if (read) *read = static_cast<std::int32_t>(done);
        return JET_errSuccess;
    });
}

JET_ERR JetPrereadIndexRanges(JET_SESID session, JET_TABLEID table, const JET_INDEX_RANGE* const ranges,
                              const std::uint32_t count, std::uint32_t* const read, const JET_COLUMNID* const columns,
                              const std::uint32_t column_count, JET_GRBIT grbit) {
    return with_table(session, table, [&](engine::TableCursor& cursor) -> JET_ERR {
        if (count == 0 || !ranges || (column_count != 0 && !columns))
            throw Error(ErrorKind::usage, JET_errInvalidParameter, "ranges, or columns, to read ahead are missing");
        return read_ranges(cursor, std::span(ranges, count), std::span(columns, column_count), grbit, read);
    });
}

}  // extern "C"
