#pragma once

// Everything that can be held against something else in a database: pages, trees, space, both catalogs, records,
// indexes and long values.

#include "engine/check/findings.h"
#include "engine/txn/live_database.h"

namespace ese::engine {

// Reads only; everybody else waits meanwhile, so the receiver must not call the engine. Returns how many findings of
// damage it had. What `poll` throws, often called, ends it.
std::uint64_t check_database(LiveDatabase& database, Findings::Receiver receiver, std::function<void()> poll);

}  // namespace ese::engine
