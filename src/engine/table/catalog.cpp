#include "engine/table/catalog.h"

#include <algorithm>

#include "base/error.h"
#include "esent.h"

namespace ese::engine {

using format::CatalogRow;
using format::CatalogType;
using format::IndexSegment;
namespace system_tree = format::system_tree;

namespace {

[[noreturn]] void corrupted(const std::string& what) {
    throw Error(ErrorKind::damage, JET_errCatalogCorrupted, "the catalog is damaged: " + what);
}

std::string text_of(const std::optional<CatalogRow::Bytes>& bytes) {
    return bytes ? std::string(bytes->begin(), bytes->end()) : std::string();
}

bool is_known(format::ColumnType type) {
    using enum format::ColumnType;
    const auto value = static_cast<std::uint32_t>(type);
    return value >= static_cast<std::uint32_t>(bit) && value <= static_cast<std::uint32_t>(unsigned_long_long) &&
           value != 13;  // 13 was a type of Exchange 2000
}

Column column_from(const CatalogRow& row, bool of_template) {
    Column column;
    column.name = row.name;
    if (row.id == 0 || row.id > 0xFFFF) corrupted("column " + row.name + " has the number " + std::to_string(row.id));
    column.number = static_cast<std::uint16_t>(row.id);
    column.of_template = of_template;
    column.type = row.column_type();
    column.max_bytes = row.space_usage;
    column.flags = row.flags;
    column.code_page = static_cast<std::uint16_t>(row.pages_or_locale);
    if (column.has(format::column_flag::has_default)) column.default_value = row.default_value;
    // True is FF in records, whatever was given for the default.
    if (column.type == format::ColumnType::bit && column.default_value)
        for (std::uint8_t& byte : *column.default_value) byte = byte == 0 ? 0 : 0xFF;
    if (column.is_fixed()) {
        column.record_offset = row.record_offset.value_or(0);
        if (column.record_offset < format::RecordView::header_bytes)
            corrupted("the fixed column " + row.name + " has no place in the record");
    }
    return column;
}

// The catalog's own columns are packed; the rows that describe them have no offsets (DATABASE-FORMAT 5). Its newest one
// is known to the engine even where an old database has no row for it (real-dumps).
void complete_own_columns(std::vector<CatalogRow>& columns) {
    constexpr std::uint32_t root_moved_time = 13;
    std::ranges::sort(columns, {}, &CatalogRow::id);
    if (!columns.empty() && std::ranges::find(columns, root_moved_time, &CatalogRow::id) == columns.end()) {
        CatalogRow added = columns.front();
        added.name = "PgnoFDPLastSetTime";
        added.id = root_moved_time;
        added.type_or_page = static_cast<std::uint32_t>(format::ColumnType::date_time);
        added.space_usage = static_cast<std::uint32_t>(format::column_width(format::ColumnType::date_time));
        added.flags = 0;
        columns.insert(std::ranges::upper_bound(columns, root_moved_time, {}, &CatalogRow::id), std::move(added));
    }
    std::size_t at = format::RecordView::header_bytes;
    for (CatalogRow& row : columns) {
        if (row.id >= format::first_variable_column) break;
        row.record_offset = static_cast<std::uint16_t>(at);
        at += format::column_width(row.column_type());
    }
}

void add_columns(Table& table, const TableRows& rows, bool of_template, bool inherited) {
    for (const CatalogRow& row : rows.columns) {
        // A deleted column leaves a row without a type, as its number is not used again.
        if (row.type_or_page == 0) continue;
        if (!is_known(row.column_type()))
            corrupted("column " + row.name + " of table " + table.name + " has the type " +
                      std::to_string(row.type_or_page));
        table.columns.push_back(column_from(row, of_template));
        table.columns.back().inherited = inherited;
    }
}

const Column& segment_column(const Table& table, const std::string& index, const IndexSegment& segment) {
    const bool of_template =
        (segment.flags & IndexSegment::template_column) != 0 || table.has(format::table_flag::template_table);
    const Column* column = table.find_column(ColumnId(segment.column | (of_template ? template_column_bit : 0)));
    if (!column)
        corrupted("index " + index + " of table " + table.name + " is over column " + std::to_string(segment.column) +
                  ", which does not exist");
    return *column;
}

Index index_from(const CatalogRow& row, const Table& table) {
    Index index;
    index.name = row.name;
    index.flags = row.flags;
    const bool unique = index.has(format::index_flag::unique);
    index.tree = index.is_primary() ? table.tree : Tree{row.root_page(), ObjectId(row.id), unique};
    index.density = row.space_usage;
    index.key_most = row.key_most.value_or(255);
    index.var_segment_max = index.key_most;
    if (row.var_segment_max && row.var_segment_max->size() == 2)
        index.var_segment_max = load_u16(*row.var_segment_max, 0);
    index.locale_map_flags = row.locale_map_flags.value_or(0);
    index.locale = row.locale_name();
    index.tuple_limits = row.tuple_limits;
    index.sort_version = row.version;
    index.sort_id = row.sort_id;
    for (const CatalogRow::Tagged& column : row.tagged)
        if (column.id == format::catalog_column::space_hints) index.space_hints = column.bytes;
    for (const IndexSegment& segment : row.segments())
        index.columns.push_back(
            {&segment_column(table, row.name, segment), (segment.flags & IndexSegment::descending) != 0});
    if (index.columns.empty()) corrupted("index " + row.name + " of table " + table.name + " is over no column");
    if (row.conditions)
        for (const IndexSegment& segment : format::parse_index_segments(*row.conditions))
            index.conditions.push_back(
                {&segment_column(table, row.name, segment), (segment.flags & IndexSegment::must_be_null) != 0});
    return index;
}

// Deleted columns count: records still have their places.
void count_numbers(ColumnNumbers& numbers, const std::vector<CatalogRow>& columns, bool inherited) {
    for (const CatalogRow& row : columns) {
        const auto number = static_cast<std::uint16_t>(row.id);
        if (number >= format::first_tagged_column) {
            // In records those of a template table stand in a row of their own.
            if (!inherited) numbers.last_tagged = std::max(numbers.last_tagged, number);
        } else if (number >= format::first_variable_column) {
            numbers.last_variable = std::max(numbers.last_variable, number);
        } else {
            numbers.last_fixed = std::max(numbers.last_fixed, number);
            const std::uint32_t end = row.record_offset.value_or(0) + row.space_usage;
            if (end > 0xFFFF) corrupted("the fixed column " + row.name + " lies outside of the record");
            numbers.fixed_end = std::max(numbers.fixed_end, static_cast<std::uint16_t>(end));
        }
    }
}

void fill_table(Table& table, const TableRows& rows, const TableRows* base) {
    const CatalogRow& row = *rows.table;
    table.name = row.name;
    table.tree = {row.root_page(), ObjectId(row.id)};
    table.flags = row.flags;
    table.density = row.space_usage;
    table.first_pages = row.pages_or_locale;
    table.template_name = text_of(row.template_table);
    for (const auto& column : row.tagged)
        if (column.id == format::catalog_column::separate_long_value && column.bytes.size() == sizeof(std::uint32_t))
            table.most_inline_bytes = load_le<std::uint32_t>(column.bytes.data());
    add_columns(table, rows, table.has(format::table_flag::template_table), false);
    count_numbers(table.numbers, rows.columns, false);
    if (base) {
        add_columns(table, *base, true, true);
        count_numbers(table.numbers, base->columns, true);
    }
    std::ranges::sort(table.columns, {}, &Column::id);
    for (const CatalogRow& index : rows.indexes) table.indexes.push_back(index_from(index, table));
    std::ranges::sort(table.indexes, {}, [](const Index& index) { return folded_name(index.name); });
    if (rows.long_values) {
        table.long_values = Tree{rows.long_values->root_page(), ObjectId(rows.long_values->id)};
        table.long_value_chunk_max = rows.long_values->long_value_chunk_max;
    }
}

}  // namespace

std::size_t Column::width() const {
    const std::size_t of_type = format::column_width(type);
    return of_type != 0 ? of_type : max_bytes;
}

std::string folded_name(std::string_view name) {
    std::string folded(name);
    for (char& c : folded)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return folded;
}

const Column* Table::find_column(std::string_view column_name) const {
    const std::string wanted = folded_name(column_name);
    const auto found =
        std::ranges::find_if(columns, [&](const Column& column) { return folded_name(column.name) == wanted; });
    return found == columns.end() ? nullptr : &*found;
}

const Column* Table::find_column(ColumnId id) const {
    const auto found = std::ranges::lower_bound(columns, id, {}, &Column::id);
    return found == columns.end() || found->id() != id ? nullptr : &*found;
}

const Index* Table::find_index(std::string_view index_name) const {
    const std::string wanted = folded_name(index_name);
    const auto found =
        std::ranges::find_if(indexes, [&](const Index& index) { return folded_name(index.name) == wanted; });
    return found == indexes.end() ? nullptr : &*found;
}

const Index* Table::primary_index() const {
    const auto found = std::ranges::find_if(indexes, [](const Index& index) { return index.is_primary(); });
    return found == indexes.end() ? nullptr : &*found;
}

void TableRows::add(CatalogRow row) {
    switch (row.type) {
        case CatalogType::table: table = std::move(row); break;
        case CatalogType::column: columns.push_back(std::move(row)); break;
        case CatalogType::index: indexes.push_back(std::move(row)); break;
        case CatalogType::long_value: long_values = std::move(row); break;
        case CatalogType::callback: break;  // nothing here calls back
        default: corrupted("it has a row of type " + std::to_string(static_cast<unsigned>(row.type)));
    }
}

std::string TableRows::template_name() const { return text_of(table.value().template_table); }

std::shared_ptr<const Table> table_from(TableRows rows, const TableRows* base) {
    const ObjectId object = rows.table.value().table;
    if (object == system_tree::catalog_object || object == system_tree::shadow_catalog_object)
        complete_own_columns(rows.columns);
    // Indexes point to the columns, so the table is filled where it stays.
    auto table = std::make_shared<Table>();
    fill_table(*table, rows, base);
    return table;
}

Catalog::Catalog(PageCache& cache) {
    const bool large = format::is_large_page(cache.page_bytes());
    std::map<std::uint32_t, TableRows> rows;
    TreeCursor cursor(cache, {system_tree::catalog_page, system_tree::catalog_object});
    for (bool more = cursor.first(); more; more = cursor.next()) {
        CatalogRow row = CatalogRow::parse(cursor.data(), large);
        rows[row.table.value()].add(std::move(row));
    }
    std::map<std::string, const TableRows*> by_name;
    for (const auto& [object, table] : rows) {
        if (!table.table) corrupted("object " + std::to_string(object) + " has rows, but no table");
        if (!by_name.emplace(folded_name(table.table->name), &table).second)
            corrupted("two tables are called " + table.table->name);
    }
    for (const auto& [name, table] : by_name) {
        const TableRows* base = nullptr;
        if (table->is_derived()) {
            const auto found = by_name.find(folded_name(table->template_name()));
            if (found == by_name.end())
                corrupted("table " + table->table->name + " is derived from " + table->template_name() +
                          ", which does not exist");
            base = found->second;
        }
        tables_[name] = table_from(*table, base);
    }
    if (!find("MSysObjects")) corrupted("it does not describe itself");
}

const Table* Catalog::find(std::string_view name) const {
    const auto found = tables_.find(folded_name(name));
    return found == tables_.end() ? nullptr : found->second.get();
}

}  // namespace ese::engine
