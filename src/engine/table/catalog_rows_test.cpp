#include "engine/table/catalog_rows.h"

#include <catch2/catch.hpp>

#include "engine/database/database.h"
#include "format/database/test_data.h"
#include "os/file_system.h"

using namespace ese;
using namespace ese::engine;
using format::CatalogRow;
namespace data = format::test;

namespace {

// Version 230 and later keep in each row when its root was moved, which no definition says.
bool has_move_times(const data::Database& database) { return database.header.version().update_major >= 230; }

// The definition says what records hold, the row what was once given for it.
bool has_bit_as_default(const CatalogRow& row) {
    return row.type == format::CatalogType::column && row.column_type() == format::ColumnType::bit && row.default_value;
}

bool describes_itself(ObjectId table) {
    return table == format::system_tree::catalog_object || table == format::system_tree::shadow_catalog_object;
}

std::map<data::Bytes, data::Bytes> nodes_of(const data::Database& database, PageNumber root) {
    std::map<data::Bytes, data::Bytes> nodes;
    data::for_each_node(database, root, [&](const format::Node& node) {
        if (!node.is_deleted()) nodes[node.key()] = data::Bytes(node.data.begin(), node.data.end());
    });
    return nodes;
}

// The rows that the definitions of all tables make.
std::vector<CatalogRow> rows_made_from(const Catalog& catalog) {
    std::vector<CatalogRow> rows;
    for (const auto& [name, table] : catalog.tables()) {
        const ObjectId object = table->tree.object;
        if (describes_itself(object)) continue;
        rows.push_back(table_row(*table));
        for (const Column& column : table->columns)
            if (!column.inherited) rows.push_back(column_row(object, column));
        for (const Index& index : table->indexes) rows.push_back(index_row(object, index));
        if (table->long_values) rows.push_back(long_value_row(object, *table->long_values));
    }
    return rows;
}

}  // namespace

TEST_CASE("the rows that are made from the definitions of real tables are those that the engine made") {
    std::size_t compared = 0, databases = 0;
    for (const auto& path : data::data_files({".edb"})) {
        const data::Database database(path);
        if (database.header.state() != format::DatabaseState::clean_shutdown || has_move_times(database)) continue;
        INFO(database.name);
        ++databases;
        auto file = os::real_file_system().open(database.name, os::OpenMode::read);
        PageCache cache(*file, database.header.page_bytes(),
                        {1 << 24, [](const format::Lgpos&) {}, [](const CachedPage&) { return false; }});
        const Catalog catalog(cache);
        auto expected = nodes_of(database, format::system_tree::catalog_page);
        std::size_t left = expected.size();
        for (const auto& [key, data] : expected) {
            const CatalogRow row = CatalogRow::parse(data, database.large());
            const bool is_deleted_column = row.type == format::CatalogType::column && row.type_or_page == 0;
            if (describes_itself(row.table) || is_deleted_column) --left;
        }
        const auto rows = rows_made_from(catalog);
        CHECK(rows.size() == left);
        for (const CatalogRow& row : rows) {
            INFO(row.table.value() << " " << row.name);
            ++compared;
            if (!has_bit_as_default(row)) CHECK(row.to_record(database.large()) == expected[row.key()]);
        }
    }
    if (compared == 0)
        WARN(data::no_data);
    else
        CHECK(compared > (databases > 10 ? 1000 : 200));  // those in the repository alone have fewer
}

TEST_CASE("every row of the catalog stands in its index of names, every table in that of root objects") {
    bool any = false;
    for (const auto& path : data::data_files({".edb"})) {
        const data::Database database(path);
        if (database.header.state() != format::DatabaseState::clean_shutdown) continue;
        any = true;
        INFO(database.name);
        std::map<data::Bytes, data::Bytes> names, roots;
        std::map<std::uint32_t, std::size_t> objids;
        for (const auto& [key, data] : nodes_of(database, format::system_tree::catalog_page)) {
            const CatalogRow row = CatalogRow::parse(data, database.large());
            names[catalog_name_key(row)] = key;
            if (row.type == format::CatalogType::table) roots[root_objects_key(row.name)] = key;
            if (has_row_in_objids(row)) ++objids[row.id];
            CHECK(begins_with(key, table_rows_prefix(row.table)));
        }
        CHECK(names == nodes_of(database, format::system_tree::catalog_name_index_page));
        CHECK(roots == nodes_of(database, format::system_tree::catalog_root_objects_index_page));
        CHECK(objids.size() == nodes_of(database, PageNumber(29)).size());
    }
    if (!any) WARN(data::no_data);
}
