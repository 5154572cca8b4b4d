#include "engine/table/catalog_rows.h"

#include <algorithm>

#include "base/error.h"
#include "format/database/index_key.h"

namespace ese::engine {

using format::CatalogRow;
using format::CatalogType;
using format::IndexSegment;

namespace {

using Bytes = std::vector<std::uint8_t>;
constexpr std::size_t most_key_bytes = 255;  // of the catalog's indexes
constexpr std::uint16_t usual_key_most = 255;
constexpr std::uint32_t long_value_density = 100;

ByteView bytes_of(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

template <class Number>
void add_number(format::KeyBuilder& key, format::ColumnType type, Number number) {
    std::uint8_t bytes[sizeof number];
    store_le(bytes, number);
    key.add({.type = type, .fixed = true}, ByteView(bytes));
}

void add_name(format::KeyBuilder& key, std::string_view name) {
    key.add({.type = format::ColumnType::text}, bytes_of(name));
}

Bytes segments(const auto& parts, auto flags_of) {
    std::vector<IndexSegment> segments;
    for (const auto& part : parts) {
        const std::uint8_t inherited = part.column->of_template ? IndexSegment::template_column : 0;
        segments.push_back({static_cast<std::uint8_t>(inherited | flags_of(part)), part.column->number});
    }
    return format::index_segments_to_bytes(segments);
}

CatalogRow::Tagged long_column(std::uint16_t id, Bytes bytes) {
    return {id, false, false, true, format::tagged_flag::long_type, std::move(bytes)};
}

}  // namespace

CatalogRow table_row(const Table& table) {
    CatalogRow row;
    row.table = table.tree.object;
    row.type = CatalogType::table;
    row.id = table.tree.object.value();
    row.type_or_page = table.tree.root.value();
    row.space_usage = table.density;
    row.flags = table.flags;
    row.pages_or_locale = table.first_pages;
    row.root = true;
    row.name = table.name;
    if (!table.template_name.empty()) {
        const ByteView name = bytes_of(table.template_name);
        row.template_table.emplace(name.begin(), name.end());
    }
    return row;
}

CatalogRow column_row(ObjectId table, const Column& column) {
    CatalogRow row;
    row.table = table;
    row.type = CatalogType::column;
    row.id = column.number;
    row.type_or_page = static_cast<std::uint32_t>(column.type);
    row.space_usage = column.max_bytes;
    row.flags = column.flags;
    row.pages_or_locale = column.code_page;
    if (column.is_fixed()) row.record_offset = column.record_offset;
    row.default_value = column.default_value;
    row.name = column.name;
    return row;
}

CatalogRow index_row(ObjectId table, const Index& index) {
    CatalogRow row;
    row.table = table;
    row.type = CatalogType::index;
    row.id = index.tree.object.value();
    row.type_or_page = index.tree.root.value();
    row.space_usage = index.density;
    row.flags = index.flags;
    row.locale_map_flags = index.locale_map_flags;
    if (index.key_most != usual_key_most) row.key_most = index.key_most;
    row.name = index.name;
    row.key_segments = segments(index.columns, [](const IndexColumn& part) {
        return part.descending ? IndexSegment::descending : std::uint8_t{0};
    });
    if (index.var_segment_max != index.key_most) {
        row.var_segment_max.emplace(2);
        store_u16(*row.var_segment_max, 0, index.var_segment_max);
    }
    if (!index.conditions.empty())
        row.conditions = segments(index.conditions, [](const IndexCondition& part) {
            return part.must_be_null ? IndexSegment::must_be_null : std::uint8_t{0};
        });
    row.tuple_limits = index.tuple_limits;
    row.version = index.sort_version;
    row.sort_id = index.sort_id;
    if (index.space_hints) row.tagged.push_back(long_column(format::catalog_column::space_hints, *index.space_hints));
    Bytes locale;
    for (const char c : index.locale) locale.insert(locale.end(), {static_cast<std::uint8_t>(c), 0});
    row.tagged.push_back(long_column(format::catalog_column::locale_name, std::move(locale)));
    return row;
}

CatalogRow long_value_row(ObjectId table, const Tree& tree) {
    CatalogRow row;
    row.table = table;
    row.type = CatalogType::long_value;
    row.id = tree.object.value();
    row.type_or_page = tree.root.value();
    row.space_usage = long_value_density;
    row.pages_or_locale = 1;
    row.name = "LV";
    return row;
}

Bytes catalog_name_key(const CatalogRow& row) {
    format::KeyBuilder key(most_key_bytes);
    add_number(key, format::ColumnType::long_int, row.table.value());
    add_number(key, format::ColumnType::short_int, static_cast<std::uint16_t>(row.type));
    add_name(key, row.name);
    return key.key();
}

Bytes root_objects_key(std::string_view table_name) {
    constexpr std::uint8_t is_root[] = {0xFF};
    format::KeyBuilder key(most_key_bytes);
    key.add({.type = format::ColumnType::bit, .fixed = true}, ByteView(is_root));
    add_name(key, table_name);
    return key.key();
}

Bytes table_rows_prefix(ObjectId table) {
    format::KeyBuilder key(most_key_bytes);
    add_number(key, format::ColumnType::long_int, table.value());
    return key.key();
}

Bytes table_row_key(ObjectId table) {
    CatalogRow row;
    row.table = table;
    row.type = CatalogType::table;
    row.id = table.value();
    return row.key();
}

bool has_row_in_objids(const CatalogRow& row) {
    const bool is_primary = row.type == CatalogType::index && (row.flags & format::index_flag::primary) != 0;
    return row.type != CatalogType::column && row.type != CatalogType::callback && !is_primary;
}

bool begins_with(ByteView bytes, ByteView prefix) {
    return bytes.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), bytes.begin());
}

}  // namespace ese::engine
