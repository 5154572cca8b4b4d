#pragma once

// Changes of what a database has: tables, columns, indexes (DATABASE-FORMAT 5). Each is part of the caller's
// transaction and undone with it; where one throws, the caller rolls the innermost level back. What they make of pages
// stays and is given back when nobody can see it any more.

#include <string>

#include "engine/table/column_definition.h"
#include "engine/table/index_definition.h"
#include "engine/table/live_tables.h"

namespace ese::engine {

struct TableRequest {
    std::string name;
    std::string template_name = {};  // empty: none
    std::uint32_t pages = 1;         // that it has from the start
    std::uint32_t density = 0;       // 0: the usual one
    std::uint32_t flags =
        0;  // format::table_flag: fixed_ddl, template_table, no_derived_fixed; system of the engine's own
    std::optional<std::vector<std::uint8_t>> space_hints = {}, long_value_space_hints = {};
    std::uint32_t most_inline_bytes = 0;  // of a long value; 0: the usual
};

// An empty table, with the indexes of its template table. JET_errTableDuplicate, JET_errObjectNotFound for the
// template.
ObjectId create_table(LiveChanges& changes, LiveTables& tables, const TableRequest& request);
// JET_errCannotDeleteSystemTable, JET_errCannotDeleteTemplateTable, JET_errTableInUse.
void delete_table(LiveChanges& changes, LiveTables& tables, const std::string& name);
void rename_table(LiveChanges& changes, LiveTables& tables, const std::string& name, const std::string& new_name);

// What can be done with an open table. `table` is its newest definition.
DefinedColumn add_column(LiveChanges& changes, LiveTables& tables, const Table& table, const ColumnRequest& request);
// `own_only`: not those that a derived table has from its template table.
void delete_column(LiveChanges& changes, LiveTables& tables, const Table& table, const std::string& name,
                   bool own_only);
void rename_column(LiveChanges& changes, LiveTables& tables, const Table& table, const std::string& name,
                   const std::string& new_name);
void set_column_default(LiveChanges& changes, LiveTables& tables, const Table& table, const std::string& name,
                        std::vector<std::uint8_t> value);
// Without entries for records that are there (table/index_build.h). JET_errTableNotEmpty for a primary index.
void create_index(LiveChanges& changes, LiveTables& tables, const Table& table, const IndexRequest& request);
void delete_index(LiveChanges& changes, LiveTables& tables, const Table& table, const std::string& name);

// The table has none yet.
Tree create_long_value_tree(LiveChanges& changes, LiveTables& tables, const Table& table);

// JET_errFixedDDL for a table whose definition is fixed, unless its cursor was opened to change it all the same.
void require_changeable(const Table& table, const TableUse& use);

}  // namespace ese::engine
