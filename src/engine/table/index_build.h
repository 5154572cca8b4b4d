#pragma once

// The entries of a new index for the records that a table has.

#include "engine/table/catalog.h"
#include "engine/txn/live_changes.h"

namespace ese::engine {

// No open transaction but this one has changed the table. The entries are not versioned: who can't see the index has no
// use for them, and a rollback gives the pages back. JET_errKeyDuplicate, JET_errNullKeyDisallowed.
void build_index(LiveChanges& changes, const Table& table, const Index& index);

}  // namespace ese::engine
