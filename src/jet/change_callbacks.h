#pragma once

// The callbacks of a table hear of changes through its cursors.

#include <functional>
#include <vector>

#include "engine/table/table_cursor.h"
#include "jet/registry.h"

namespace ese::jet {

// The cursor that something is changed with.
struct ChangingCursor {
    engine::Instance& instance;
    JET_SESID session;
    JET_DBID dbid;
    JET_TABLEID table;
    engine::RecordCursor& records;
};

// Stores what is prepared, or deletes the current record: `change` does, and the callbacks hear of it before and after.
// One that fails before stops it, and what was done since is taken back.
void update_with_callbacks(const ChangingCursor& cursor, const std::function<void()>& change);
void delete_with_callbacks(const ChangingCursor& cursor, const std::function<void()>& change);

}  // namespace ese::jet
