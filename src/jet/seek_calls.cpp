// Keys, and finding entries by them.

#include <optional>

#include "base/error.h"
#include "esent.h"
#include "jet/session_use.h"

namespace ese::jet {
namespace {

using engine::TableCursor;
using KeyEnd = TableCursor::KeyEnd;

constexpr JET_GRBIT limit_bits = JET_bitStrLimit | JET_bitSubStrLimit | JET_bitFullColumnStartLimit |
                                 JET_bitFullColumnEndLimit | JET_bitPartialColumnStartLimit |
                                 JET_bitPartialColumnEndLimit;

// JET_bitStrLimit with JET_bitSubStrLimit is the older way to say JET_bitPartialColumnEndLimit.
KeyEnd key_end(JET_GRBIT grbit) {
    switch (grbit & limit_bits) {
        case 0: return KeyEnd::open;
        case JET_bitStrLimit:
        case JET_bitFullColumnEndLimit: return KeyEnd::behind_whole;
        case JET_bitFullColumnStartLimit: return KeyEnd::whole;
        case JET_bitSubStrLimit:
        case JET_bitStrLimit | JET_bitSubStrLimit:
        case JET_bitPartialColumnEndLimit: return KeyEnd::behind_prefix;
        case JET_bitPartialColumnStartLimit: return KeyEnd::prefix;
        default:
            throw Error(ErrorKind::usage, JET_errInvalidGrbit,
                        "JetMakeKey was given two limits that exclude each other");
    }
}

JET_ERR make_key(TableCursor& cursor, const void* data, std::uint32_t bytes, JET_GRBIT grbit) {
    require_known_bits(grbit, JET_bitNewKey | JET_bitNormalizedKey | JET_bitKeyDataZeroLength | limit_bits,
                       "JetMakeKey");
    const ByteView given(static_cast<const std::uint8_t*>(data), data ? bytes : 0);
    if (grbit & JET_bitNormalizedKey) {
        if (given.empty()) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no key was given");
        cursor.use_key(given);
        return JET_errSuccess;
    }
    const bool null = given.empty() && (grbit & JET_bitKeyDataZeroLength) == 0;
    cursor.make_key(null ? std::nullopt : std::optional(given), (grbit & JET_bitNewKey) != 0, key_end(grbit));
    return JET_errSuccess;
}

TableCursor::Seek seek_mode(JET_GRBIT grbit) {
    switch (grbit & ~JET_GRBIT{JET_bitSetIndexRange | JET_bitCheckUniqueness}) {
        case JET_bitSeekEQ: return TableCursor::Seek::equal;
        case JET_bitSeekLT: return TableCursor::Seek::less;
        case JET_bitSeekLE: return TableCursor::Seek::less_or_equal;
        case JET_bitSeekGE: return TableCursor::Seek::greater_or_equal;
        case JET_bitSeekGT: return TableCursor::Seek::greater;
        default: throw Error(ErrorKind::usage, JET_errInvalidGrbit, "JetSeek needs one of JET_bitSeek...");
    }
}

JET_ERR seek(TableCursor& cursor, JET_GRBIT grbit) {
    const TableCursor::Seek mode = seek_mode(grbit);
    const auto key = cursor.made_key();
    const TableCursor::Sought sought = cursor.seek(mode);
    if (sought == TableCursor::Sought::not_found) return JET_errRecordNotFound;
    if (mode == TableCursor::Seek::equal && (grbit & JET_bitSetIndexRange)) {
        cursor.use_key(key);
        (void)cursor.set_range(true, true);
    }
    if (mode == TableCursor::Seek::equal && (grbit & JET_bitCheckUniqueness) && cursor.is_only_entry())
        return JET_wrnUniqueKey;
    return sought == TableCursor::Sought::neighbour ? JET_wrnSeekNotEqual : JET_errSuccess;
}

JET_ERR set_range(TableCursor& cursor, JET_GRBIT grbit) {
    require_known_bits(
        grbit, JET_bitRangeInclusive | JET_bitRangeUpperLimit | JET_bitRangeInstantDuration | JET_bitRangeRemove,
        "JetSetIndexRange");
    if (grbit & JET_bitRangeRemove) {
        if (grbit != JET_bitRangeRemove)
            throw Error(ErrorKind::usage, JET_errInvalidGrbit, "JET_bitRangeRemove excludes all else");
        cursor.remove_range();
        return JET_errSuccess;
    }
    const bool within = cursor.set_range((grbit & JET_bitRangeUpperLimit) != 0, (grbit & JET_bitRangeInclusive) != 0);
    if (!within) return JET_errNoCurrentRecord;
    if (grbit & JET_bitRangeInstantDuration) cursor.remove_range();
    return JET_errSuccess;
}

}  // namespace
}  // namespace ese::jet

using namespace ese::jet;
using ese::Error;
using ese::ErrorKind;
namespace engine = ese::engine;

extern "C" {

JET_ERR JetMakeKey(JET_SESID session, JET_TABLEID table, const void* data, std::uint32_t bytes, JET_GRBIT grbit) {
    return with_table(session, table,
                      [&](engine::TableCursor& cursor) { return make_key(cursor, data, bytes, grbit); });
}

JET_ERR JetSeek(JET_SESID session, JET_TABLEID table, JET_GRBIT grbit) {
    return with_table(session, table, [&](engine::TableCursor& cursor) { return seek(cursor, grbit); });
}

JET_ERR JetSetIndexRange(JET_SESID session, JET_TABLEID table, JET_GRBIT grbit) {
    return with_table(session, table, [&](engine::TableCursor& cursor) { return set_range(cursor, grbit); });
}

JET_ERR JetIndexRecordCount(JET_SESID session, JET_TABLEID table, std::uint32_t* count, std::uint32_t most) {
    return with_table(session, table, [&](engine::TableCursor& cursor) -> JET_ERR {
        if (!count) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no place for the count was given");
        *count = cursor.count_entries(most == 0 ? 0xFFFFFFFF : most);
        return JET_errSuccess;
    });
}

JET_ERR JetGotoBookmark(JET_SESID session, JET_TABLEID table, void* bookmark, std::uint32_t bytes) {
    return with_table(session, table, [&](engine::TableCursor& cursor) -> JET_ERR {
        if (!bookmark || bytes == 0) throw Error(ErrorKind::usage, JET_errInvalidBookmark, "no bookmark was given");
        const bool found = cursor.go_to_bookmark({static_cast<const std::uint8_t*>(bookmark), bytes});
        return found ? JET_errSuccess : JET_errRecordDeleted;
    });
}

JET_ERR JetDupCursor(JET_SESID session, JET_TABLEID table, JET_TABLEID* copy, JET_GRBIT grbit) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        if (!copy) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no place for the cursor was given");
        require_known_bits(grbit, 0, "JetDupCursor");
        const auto open = instance.sessions().cursor(session, table);
        const auto* const cursor = dynamic_cast<const engine::TableCursor*>(open.cursor.get());
        if (!cursor) throw Error(ErrorKind::usage, JET_errIllegalOperation, "the cursor of a list can't be duplicated");
        *copy = instance.sessions().add_cursor(
            session, open.dbid, engine::TableCursor::open(instance.tables(session, open.dbid), cursor->table().name));
        return JET_errSuccess;
    });
}

}  // extern "C"
