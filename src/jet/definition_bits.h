#pragma once

// Flags of columns and indexes: what the catalog has, in the terms of the API (DATABASE-FORMAT 5).

#include "engine/table/catalog.h"
#include "esent.h"

namespace ese::jet {

JET_GRBIT column_bits(const engine::Column& column);
JET_GRBIT index_bits(const engine::Index& index);

}  // namespace ese::jet
