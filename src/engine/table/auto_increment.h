#pragma once

// The numbers that a table gives to its records by itself (DATABASE-FORMAT 6.3).

#include "engine/table/catalog.h"
#include "engine/table/table_counters.h"
#include "engine/txn/live_changes.h"

namespace ese::engine {

// The next number, with the engine's latch held alone; 0 where some have to be reserved first. At first it is one more
// than what any record has: by its last entry in an index that begins with the column, or by all records. Throws
// JET_errOutOfAutoincrementValues.
std::uint64_t next_auto_increment(PageCache& cache, TableCounters& counters, const Table& table, const Column& column);

// Newer databases have the greatest number in the root page of the table (DATABASE-FORMAT 3.5). It is written there
// before it is given, and not rolled back.
void reserve_auto_increments(LiveChanges& changes, TableCounters& counters, const Table& table);

}  // namespace ese::engine
