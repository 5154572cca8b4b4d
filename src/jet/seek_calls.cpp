// Keys, and finding entries by them.

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "esent.h"
#include "jet/session_use.h"
#include "jet/text.h"

namespace ese::jet {
namespace {

using engine::KeyEnd;
using engine::RecordCursor;

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

JET_ERR make_key(RecordCursor& cursor, const void* data, std::uint32_t bytes, JET_GRBIT grbit) {
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

RecordCursor::Seek seek_mode(JET_GRBIT grbit) {
    switch (grbit & ~JET_GRBIT{JET_bitSetIndexRange | JET_bitCheckUniqueness}) {
        case JET_bitSeekEQ: return RecordCursor::Seek::equal;
        case JET_bitSeekLT: return RecordCursor::Seek::less;
        case JET_bitSeekLE: return RecordCursor::Seek::less_or_equal;
        case JET_bitSeekGE: return RecordCursor::Seek::greater_or_equal;
        case JET_bitSeekGT: return RecordCursor::Seek::greater;
        default: throw Error(ErrorKind::usage, JET_errInvalidGrbit, "JetSeek needs one of JET_bitSeek...");
    }
}

JET_ERR seek(RecordCursor& cursor, JET_GRBIT grbit) {
    const RecordCursor::Seek mode = seek_mode(grbit);
    const auto key = cursor.made_key();
    const RecordCursor::Sought sought = cursor.seek(mode);
    if (sought == RecordCursor::Sought::not_found) return JET_errRecordNotFound;
    if (mode == RecordCursor::Seek::equal && (grbit & JET_bitSetIndexRange)) {
        cursor.use_key(key);
        (void)cursor.set_range(true, true);
    }
    if (mode == RecordCursor::Seek::equal && (grbit & JET_bitCheckUniqueness) && cursor.is_only_entry())
        return JET_wrnUniqueKey;
    return sought == RecordCursor::Sought::neighbour ? JET_wrnSeekNotEqual : JET_errSuccess;
}

JET_ERR set_range(RecordCursor& cursor, JET_GRBIT grbit) {
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
    return with_records(session, table,
                        [&](engine::RecordCursor& cursor) { return make_key(cursor, data, bytes, grbit); });
}

JET_ERR JetSeek(JET_SESID session, JET_TABLEID table, JET_GRBIT grbit) {
    return with_records(session, table, [&](engine::RecordCursor& cursor) { return seek(cursor, grbit); });
}

JET_ERR JetSetIndexRange(JET_SESID session, JET_TABLEID table, JET_GRBIT grbit) {
    return with_records(session, table, [&](engine::RecordCursor& cursor) { return set_range(cursor, grbit); });
}

JET_ERR JetIndexRecordCount(JET_SESID session, JET_TABLEID table, std::uint32_t* count, std::uint32_t most) {
    return with_records(session, table, [&](engine::RecordCursor& cursor) -> JET_ERR {
        if (!count) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no place for the count was given");
        *count = cursor.count_entries(most == 0 ? 0xFFFFFFFF : most);
        return JET_errSuccess;
    });
}

JET_ERR JetIndexRecordCount2(JET_SESID session, JET_TABLEID table, std::uint64_t* count, std::uint64_t most) {
    return with_records(session, table, [&](engine::RecordCursor& cursor) -> JET_ERR {
        if (!count) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no place for the count was given");
        const std::uint64_t limit = most == 0 ? 0xFFFFFFFF : std::min<std::uint64_t>(most, 0xFFFFFFFF);
        *count = cursor.count_entries(static_cast<std::uint32_t>(limit));
        return JET_errSuccess;
    });
}

JET_ERR JetGetSecondaryIndexBookmark(JET_SESID session, JET_TABLEID table, void* key, std::uint32_t key_bytes,
                                     std::uint32_t* key_actual, void* bookmark, std::uint32_t bookmark_bytes,
                                     std::uint32_t* bookmark_actual, const JET_GRBIT grbit) {
    return with_table(session, table, [&](engine::TableCursor& cursor) -> JET_ERR {
        require_known_bits(grbit, 0, "JetGetSecondaryIndexBookmark");
        if (!cursor.is_on_secondary_index())
            throw Error(ErrorKind::usage, JET_errNoCurrentIndex, "the cursor is on no secondary index");
        const JET_ERR of_key = put_bytes(cursor.key(), key, key_bytes, key_actual);
        const JET_ERR of_bookmark = put_bytes(cursor.bookmark(), bookmark, bookmark_bytes, bookmark_actual);
        return of_key != JET_errSuccess ? of_key : of_bookmark;
    });
}

JET_ERR JetGotoSecondaryIndexBookmark(JET_SESID session, JET_TABLEID table, void* key, std::uint32_t key_bytes,
                                      void* bookmark, std::uint32_t bookmark_bytes, const JET_GRBIT grbit) {
    return with_table(session, table, [&](engine::TableCursor& cursor) -> JET_ERR {
        require_known_bits(grbit, 0, "JetGotoSecondaryIndexBookmark");
        if (!key || key_bytes == 0 || !bookmark || bookmark_bytes == 0)
            throw Error(ErrorKind::usage, JET_errInvalidBookmark, "no key or no bookmark was given");
        const bool found = cursor.go_to_entry({static_cast<const std::uint8_t*>(key), key_bytes},
                                              {static_cast<const std::uint8_t*>(bookmark), bookmark_bytes});
        return found ? JET_errSuccess : JET_errRecordDeleted;
    });
}

JET_ERR JetSetTableSequential(JET_SESID session, JET_TABLEID table, JET_GRBIT grbit) {
    return with_table(session, table, [&](engine::TableCursor&) -> JET_ERR {
        require_known_bits(grbit, JET_bitPrereadForward | JET_bitPrereadBackward, "JetSetTableSequential");
        return JET_errSuccess;
    });
}
JET_ERR JetResetTableSequential(JET_SESID session, JET_TABLEID table, JET_GRBIT grbit) {
    return with_table(session, table, [&](engine::TableCursor&) -> JET_ERR {
        require_known_bits(grbit, 0, "JetResetTableSequential");
        return JET_errSuccess;
    });
}

JET_ERR JetGetCursorInfo(JET_SESID session, JET_TABLEID table, void*, std::uint32_t, std::uint32_t level) {
    return with_table(session, table, [&](engine::TableCursor& cursor) -> JET_ERR {
        if (level != 0)
            throw Error(ErrorKind::usage, JET_errInvalidParameter,
                        "JetGetCursorInfo knows no level " + std::to_string(level));
        cursor.require_unchanged();
        return JET_errSuccess;
    });
}

JET_ERR JetGetRecordPosition(JET_SESID session, JET_TABLEID table, JET_RECPOS* position, std::uint32_t bytes) {
    return with_table(session, table, [&](engine::TableCursor& cursor) -> JET_ERR {
        if (!position || bytes < sizeof(JET_RECPOS))
            throw Error(ErrorKind::usage, JET_errInvalidParameter, "no place for the position was given");
        const engine::TreePosition found = cursor.position();
        position->cbStruct = sizeof(JET_RECPOS);
        position->centriesLT = static_cast<std::uint32_t>(found.in_front);
        position->centriesInRange = 1;
        position->centriesTotal = static_cast<std::uint32_t>(found.parts);
        return JET_errSuccess;
    });
}

JET_ERR JetGotoPosition(JET_SESID session, JET_TABLEID table, JET_RECPOS* position) {
    return with_table(session, table, [&](engine::TableCursor& cursor) -> JET_ERR {
        if (!position || position->cbStruct < sizeof(JET_RECPOS))
            throw Error(ErrorKind::usage, JET_errInvalidParameter, "no position was given");
        if (position->centriesLT > position->centriesTotal)
            throw Error(ErrorKind::usage, JET_errInvalidParameter, "a position is behind the end");
        const bool found = cursor.go_to_position({position->centriesLT, position->centriesTotal});
        return found ? JET_errSuccess : JET_errRecordNotFound;
    });
}

JET_ERR JetGotoBookmark(JET_SESID session, JET_TABLEID table, void* bookmark, std::uint32_t bytes) {
    return with_records(session, table, [&](engine::RecordCursor& cursor) -> JET_ERR {
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
        *copy = instance.sessions().add_cursor(session, open.dbid,
                                               cursor_as<engine::TableCursor>(*open.cursor).duplicate());
        return JET_errSuccess;
    });
}

}  // extern "C"
