#pragma once

// What every database has from the start: the trees with fixed places, the catalog that describes itself, and the two
// system tables (DATABASE-FORMAT 4.1). All of it is logged like any other change, so that a replay makes it again.

#include "engine/table/live_tables.h"

namespace ese::engine {

// Pages of a new database: more than its first trees take; with the two of the header whole steps of its growth.
std::uint32_t pages_of_new_database(std::uint32_t growth_pages);

// The file gets the pages. The transaction is at level 0, before and after.
void fill_new_database(LiveTables& tables, Transaction& transaction, std::uint32_t pages);

}  // namespace ese::engine
