#pragma once

// What tables, columns and indexes a database has: the rows of MSysObjects put together (DATABASE-FORMAT 5).

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/btree/tree_cursor.h"
#include "format/database/catalog.h"

namespace ese::engine {

// The number of a column in the API: that of the record format, and a bit for columns of a template table.
using ColumnId = Id<struct ColumnIdTag>;
constexpr std::uint32_t template_column_bit = 0x80000000;

struct Column {
    using Bytes = std::vector<std::uint8_t>;

    std::string name;
    std::uint16_t number = 0;
    bool of_template = false;  // defined by the template table, for it and for the tables derived from it
    bool inherited = false;    // of_template, in a derived table
    format::ColumnType type = format::ColumnType::bit;
    std::uint32_t max_bytes = 0;  // 0: as long as the type allows
    std::uint32_t flags = 0;      // format::column_flag
    std::uint16_t code_page = 0;
    std::uint16_t record_offset = 0;  // fixed columns
    std::optional<Bytes> default_value;

    ColumnId id() const { return ColumnId(number | (of_template ? template_column_bit : 0)); }
    bool is_fixed() const { return number < format::first_variable_column; }
    bool is_variable() const { return !is_fixed() && !is_tagged(); }
    bool is_tagged() const { return number >= format::first_tagged_column; }
    bool is_long() const { return type == format::ColumnType::long_binary || type == format::ColumnType::long_text; }
    bool is_text() const { return type == format::ColumnType::text || type == format::ColumnType::long_text; }
    bool is_unicode() const { return is_text() && code_page == 1200; }
    bool has(std::uint32_t flag) const { return (flags & flag) != 0; }
    // Bytes that a fixed column takes in the record.
    std::size_t width() const;
};

struct IndexColumn {
    const Column* column = nullptr;  // never null
    bool descending = false;
};

struct IndexCondition {
    const Column* column = nullptr;  // never null
    bool must_be_null = false;
};

struct Index {
    std::string name;
    Tree tree;
    std::uint32_t flags = 0;  // format::index_flag
    std::uint32_t density = 0;
    std::uint16_t key_most = 255;
    std::uint16_t var_segment_max = 255;
    std::uint32_t locale_map_flags = 0;
    std::string locale;
    std::optional<std::vector<std::uint8_t>> tuple_limits, sort_version, sort_id, space_hints;
    std::vector<IndexColumn> columns;
    std::vector<IndexCondition> conditions;

    bool has(std::uint32_t flag) const { return (flags & flag) != 0; }
    bool is_primary() const { return has(format::index_flag::primary); }
};

// Which numbers of columns were given, those of deleted columns too: they are not given again.
struct ColumnNumbers {
    std::uint16_t last_fixed = 0;
    std::uint16_t last_variable = format::first_variable_column - 1;
    std::uint16_t last_tagged = format::first_tagged_column - 1;
    std::uint16_t fixed_end = format::RecordView::header_bytes;  // where the next fixed column begins in a record
};

// A value that is longer lies outside of its record, if nobody says otherwise (DATABASE-FORMAT 6.1).
constexpr std::uint32_t usual_most_inline_bytes = 1023;

struct Table {
    std::string name;
    Tree tree;
    std::uint32_t flags = 0;  // format::table_flag
    std::uint32_t density = 0;
    std::uint32_t first_pages = 0;
    std::string template_name;    // of a derived table
    std::vector<Column> columns;  // in the order of their ids, those of a template table behind the others
    std::vector<Index> indexes;   // by name, as names compare
    std::optional<Tree> long_values;
    std::optional<std::uint32_t> long_value_chunk_max;
    std::uint32_t most_inline_bytes = usual_most_inline_bytes;
    ColumnNumbers numbers;

    bool has(std::uint32_t flag) const { return (flags & flag) != 0; }
    const Column* find_column(std::string_view column_name) const;
    const Column* find_column(ColumnId id) const;
    const Index* find_index(std::string_view index_name) const;
    // nullptr for a table whose rows are in the order of their insertion.
    const Index* primary_index() const;
};

// Names of tables, columns and indexes compare without regard to the case of ASCII letters.
std::string folded_name(std::string_view name);

// The rows of one table, as the catalog has them.
struct TableRows {
    std::optional<format::CatalogRow> table;
    std::vector<format::CatalogRow> columns, indexes;
    std::optional<format::CatalogRow> long_values;

    // Throws JET_errCatalogCorrupted for a row of a type that is not known.
    void add(format::CatalogRow row);
    bool is_derived() const { return (table.value().flags & format::table_flag::derived) != 0; }
    std::string template_name() const;
};
// Makes the definition of a table from its rows; `base` has those of its template table, if it is derived. Throws
// JET_errCatalogCorrupted where they do not fit together.
std::shared_ptr<const Table> table_from(TableRows rows, const TableRows* base);

// The tables of a database that nobody changes meanwhile, all of them.
class Catalog {
 public:
    // Reads MSysObjects. Throws JET_errCatalogCorrupted where its rows do not fit together.
    explicit Catalog(PageCache& cache);

    const Table* find(std::string_view name) const;
    // By folded name.
    const std::map<std::string, std::shared_ptr<const Table>>& tables() const { return tables_; }

 private:
    std::map<std::string, std::shared_ptr<const Table>> tables_;
};

}  // namespace ese::engine
