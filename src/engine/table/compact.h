#pragma once

// Copying a database into a new one, tree by tree and node by node: what is not there any more takes no space in the
// copy, and its pages are full (JetCompact).

#include <functional>

#include "engine/table/live_tables.h"

namespace ese::engine {

// Nobody changes the source meanwhile. The copy is new, with nothing but its system tables. `copied` is told how many
// of all tables are done.
void compact(LiveTables& source, LiveTables& copy, Transaction& transaction,
             const std::function<void(std::uint32_t done, std::uint32_t all)>& copied);

}  // namespace ese::engine
