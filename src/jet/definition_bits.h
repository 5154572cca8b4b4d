#pragma once

// Flags of columns and indexes: what the catalog has, in the terms of the API (DATABASE-FORMAT 5).

#include "engine/table/catalog.h"
#include "esent.h"

namespace ese::jet {

JET_GRBIT column_bits(const engine::Column& column);
JET_GRBIT index_bits(const engine::Index& index);

// The other way round, of what is a flag in the catalog.
std::uint32_t column_flags(JET_GRBIT grbit);
std::uint32_t index_flags(JET_GRBIT grbit);
std::uint32_t table_flags(JET_GRBIT grbit);

}  // namespace ese::jet
