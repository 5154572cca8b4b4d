// Cursors: open, close, move, choose an index, bookmarks and keys.

#include <algorithm>

#include "base/error.h"
#include "esent.h"
#include "jet/index_id.h"
#include "jet/session_use.h"
#include "jet/text.h"

namespace ese::jet {
namespace {

constexpr JET_GRBIT open_bits = JET_bitTableDenyWrite | JET_bitTableDenyRead | JET_bitTableReadOnly |
                                JET_bitTableUpdatable | JET_bitTablePermitDDL | JET_bitTableNoCache |
                                JET_bitTablePreread | JET_bitTableOpportuneRead | JET_bitTableSequential |
                                JET_bitTableClassMask;

template <class Char>
JET_ERR open_table(JET_SESID session, JET_DBID dbid, const Char* name, JET_GRBIT grbit, JET_TABLEID* table) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        if (!table) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no place for the cursor was given");
        *table = JET_tableidNil;
        require_known_bits(grbit, open_bits, "JetOpenTable");
        const std::string text = text_from(name);
        if (text.empty()) throw Error(ErrorKind::usage, JET_errInvalidName, "no table was named");
        const engine::TableUse use{(grbit & JET_bitTableReadOnly) == 0, (grbit & JET_bitTableDenyRead) != 0,
                                   (grbit & JET_bitTableDenyWrite) != 0, (grbit & JET_bitTablePermitDDL) != 0};
        *table = instance.sessions().add_cursor(
            session, dbid,
            engine::TableCursor::open(instance.live_tables(session, dbid), instance.sessions().transaction(session),
                                      text, use));
        return JET_errSuccess;
    });
}

// With the lists' rows in their order, JET_bitMoveKeyNE has no meaning there.
JET_ERR move(JET_SESID session, JET_TABLEID table, JET_INT32 rows, JET_GRBIT grbit) {
    return with_cursor(session, table, [&](engine::Cursor& cursor) -> JET_ERR {
        require_known_bits(grbit, JET_bitMoveKeyNE, "JetMove");
        const bool there = rows == JET_MoveFirst  ? cursor.move_first()
                           : rows == JET_MoveLast ? cursor.move_last()
                                                  : cursor.move_by(rows, (grbit & JET_bitMoveKeyNE) != 0);
        return there ? JET_errSuccess : JET_errNoCurrentRecord;
    });
}

template <class Char>
JET_ERR set_index(JET_SESID session, JET_TABLEID table, const Char* name, JET_GRBIT grbit, std::uint32_t tag) {
    return with_table(session, table, [&](engine::TableCursor& cursor) -> JET_ERR {
        require_known_bits(grbit, JET_bitMoveFirst | JET_bitNoMove, "JetSetCurrentIndex2");
        cursor.set_index(text_from(name), (grbit & JET_bitNoMove) != 0, tag);
        return JET_errSuccess;
    });
}

// By what JET_IdxInfoIndexId has given of it, where that is there, or else by name.
template <class Char>
JET_ERR set_index(JET_SESID session, JET_TABLEID table, const Char* name, const JET_INDEXID* id, JET_GRBIT grbit,
                  std::uint32_t tag) {
    if (!id) return set_index(session, table, name, grbit, tag);
    return with_table(session, table, [&](engine::TableCursor& cursor) -> JET_ERR {
        const auto definition = cursor.table();
        return set_index(session, table, index_of_id(*definition, *id).name.c_str(), grbit, tag);
    });
}

template <class Char>
JET_ERR get_index(JET_SESID session, JET_TABLEID table, Char* name, std::uint32_t bytes) {
    return with_table(session, table, [&](engine::TableCursor& cursor) -> JET_ERR {
        put_text(cursor.index_name(), name, bytes);
        return JET_errSuccess;
    });
}

}  // namespace
}  // namespace ese::jet

using namespace ese::jet;
using ese::Error;
using ese::ErrorKind;
namespace engine = ese::engine;

extern "C" {

JET_ERR JetOpenTableA(JET_SESID session, JET_DBID dbid, const char* name, const void*, std::uint32_t, JET_GRBIT grbit,
                      JET_TABLEID* table) {
    return open_table(session, dbid, name, grbit, table);
}
JET_ERR JetOpenTableW(JET_SESID session, JET_DBID dbid, const char16_t* name, const void*, std::uint32_t,
                      JET_GRBIT grbit, JET_TABLEID* table) {
    return open_table(session, dbid, name, grbit, table);
}

JET_ERR JetCloseTable(JET_SESID session, JET_TABLEID table) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        instance.sessions().close_cursor(session, table);
        return JET_errSuccess;
    });
}

JET_ERR JetMove(JET_SESID session, JET_TABLEID table, JET_INT32 rows, JET_GRBIT grbit) {
    return move(session, table, rows, grbit);
}

JET_ERR JetGetBookmark(JET_SESID session, JET_TABLEID table, void* bookmark, std::uint32_t bytes,
                       std::uint32_t* actual) {
    return with_records(session, table, [&](engine::RecordCursor& cursor) {
        return put_bytes(cursor.bookmark(), bookmark, bytes, actual);
    });
}

JET_ERR JetRetrieveKey(JET_SESID session, JET_TABLEID table, void* key, std::uint32_t bytes, std::uint32_t* actual,
                       JET_GRBIT grbit) {
    return with_records(session, table, [&](engine::RecordCursor& cursor) -> JET_ERR {
        require_known_bits(grbit, JET_bitRetrieveCopy, "JetRetrieveKey");
        const bool made = (grbit & JET_bitRetrieveCopy) != 0;
        const JET_ERR result = put_bytes(made ? cursor.made_key() : cursor.key(), key, bytes, actual);
        return result == JET_errBufferTooSmall ? JET_wrnBufferTruncated : result;
    });
}

JET_ERR JetSetCurrentIndexA(JET_SESID session, JET_TABLEID table, const char* name) {
    return set_index(session, table, name, 0, 1);
}
JET_ERR JetSetCurrentIndexW(JET_SESID session, JET_TABLEID table, const char16_t* name) {
    return set_index(session, table, name, 0, 1);
}
JET_ERR JetSetCurrentIndex2A(JET_SESID session, JET_TABLEID table, const char* name, JET_GRBIT grbit) {
    return set_index(session, table, name, grbit, 1);
}
JET_ERR JetSetCurrentIndex2W(JET_SESID session, JET_TABLEID table, const char16_t* name, JET_GRBIT grbit) {
    return set_index(session, table, name, grbit, 1);
}
JET_ERR JetSetCurrentIndex3A(JET_SESID session, JET_TABLEID table, const char* name, JET_GRBIT grbit,
                             std::uint32_t tag) {
    return set_index(session, table, name, grbit, tag);
}
JET_ERR JetSetCurrentIndex3W(JET_SESID session, JET_TABLEID table, const char16_t* name, JET_GRBIT grbit,
                             std::uint32_t tag) {
    return set_index(session, table, name, grbit, tag);
}

JET_ERR JetSetCurrentIndex4A(JET_SESID session, JET_TABLEID table, const char* name, JET_INDEXID* id, JET_GRBIT grbit,
                             std::uint32_t tag) {
    return set_index(session, table, name, id, grbit, tag);
}
JET_ERR JetSetCurrentIndex4W(JET_SESID session, JET_TABLEID table, const char16_t* name, JET_INDEXID* id,
                             JET_GRBIT grbit, std::uint32_t tag) {
    return set_index(session, table, name, id, grbit, tag);
}

JET_ERR JetGetCurrentIndexA(JET_SESID session, JET_TABLEID table, char* name, std::uint32_t bytes) {
    return get_index(session, table, name, bytes);
}
JET_ERR JetGetCurrentIndexW(JET_SESID session, JET_TABLEID table, char16_t* name, std::uint32_t bytes) {
    return get_index(session, table, name, bytes);
}

}  // extern "C"
