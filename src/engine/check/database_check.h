#pragma once

// Everything that can be held against something else in a database: pages, trees, space, both catalogs, records,
// indexes and long values.

#include "engine/check/findings.h"
#include "engine/table/tables.h"

namespace ese::engine {

// Reads only. Returns how many findings of damage it had.
std::uint64_t check_database(Tables& tables, Findings::Receiver receiver);

}  // namespace ese::engine
