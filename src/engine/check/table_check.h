#pragma once

// The rows of a table against its indexes and its long values.

#include "engine/check/findings.h"
#include "engine/table/quiet_database.h"

namespace ese::engine {

// Decodes every record; then every index must have an entry for exactly the keys that the records have, and the long
// values exactly the references that the records have to them.
void check_table(const QuietDatabase& database, const Table& table, Findings& findings);

}  // namespace ese::engine
