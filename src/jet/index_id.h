#pragma once

// JET_INDEXID: an index of a table, named so that a program can keep it. It holds the objects of both, and the root
// page of the index: where a later index had the same number, it would not have the same page.

#include "engine/table/catalog.h"
#include "esent.h"

namespace ese::jet {

JET_INDEXID id_of_index(const engine::Table& table, const engine::Index& index);
// Throws JET_errInvalidIndexId for what is no index of the table (any more).
const engine::Index& index_of_id(const engine::Table& table, const JET_INDEXID& id);

}  // namespace ese::jet
