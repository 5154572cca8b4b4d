#pragma once

// Calls that work in a session, or with one of its cursors.

#include "base/error.h"
#include "engine/table/table_cursor.h"
#include "jet/gate.h"
#include "jet/registry.h"

namespace ese::jet {

// Runs `work(instance)` for the instance of a session, while it is open for calls.
template <class Work>
JET_ERR with_session(JET_SESID session, Work work) {
    return api_call([&]() -> JET_ERR {
        const auto instance = Registry::global().of_session(session);
        const engine::Instance::Use use(*instance);
        return work(*instance);
    });
}

// Runs `work(cursor)` for any cursor, that of a list too.
template <class Work>
JET_ERR with_cursor(JET_SESID session, JET_TABLEID table, Work work) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        return work(*instance.sessions().cursor(session, table).cursor);
    });
}

// Throws JET_errIllegalOperation for the cursor of a list, or of a temporary table where `Wanted` is that of another.
template <class Wanted>
Wanted& cursor_as(engine::Cursor& cursor) {
    auto* const wanted = dynamic_cast<Wanted*>(&cursor);
    if (!wanted)
        throw Error(ErrorKind::usage, JET_errIllegalOperation, "this is not possible with the cursor of a list");
    return *wanted;
}

// The same for a cursor over records, those of a temporary table too.
template <class Work>
JET_ERR with_records(JET_SESID session, JET_TABLEID table, Work work) {
    return with_cursor(session, table, [&](engine::Cursor& cursor) -> JET_ERR {
        return work(cursor_as<engine::RecordCursor>(cursor));
    });
}

// The same for a cursor over a table.
template <class Work>
JET_ERR with_table(JET_SESID session, JET_TABLEID table, Work work) {
    return with_cursor(session, table,
                       [&](engine::Cursor& cursor) -> JET_ERR { return work(cursor_as<engine::TableCursor>(cursor)); });
}

}  // namespace ese::jet
