#pragma once

// The rows that the catalog has for a table, a column, an index, and a tree of long values; and the keys under which
// its indexes have them (DATABASE-FORMAT 5).

#include <string_view>

#include "engine/table/catalog.h"

namespace ese::engine {

format::CatalogRow table_row(const Table& table);
format::CatalogRow column_row(ObjectId table, const Column& column);
format::CatalogRow index_row(ObjectId table, const Index& index);
format::CatalogRow long_value_row(ObjectId table, const Tree& tree);

// The index of names: one entry for each row.
std::vector<std::uint8_t> catalog_name_key(const format::CatalogRow& row);
// The index of root objects: one entry for each table.
std::vector<std::uint8_t> root_objects_key(std::string_view table_name);
// Of the row of the table itself.
std::vector<std::uint8_t> table_row_key(ObjectId table);
// What the keys of all rows of a table begin with, in the catalog itself and in its index of names.
std::vector<std::uint8_t> table_rows_prefix(ObjectId table);
// Which tables, indexes and trees of long values there are is told again by MSysObjids; primary indexes are their
// table.
bool has_row_in_objids(const format::CatalogRow& row);

bool begins_with(ByteView bytes, ByteView prefix);

}  // namespace ese::engine
