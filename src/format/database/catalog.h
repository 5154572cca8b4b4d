#pragma once

// Rows of MSysObjects and its shadow: what tables, columns, indexes and long-value trees a database has
// (DATABASE-FORMAT 5).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "format/database/record.h"

namespace ese::format {

// Pages and object ids that every database has in the same place (DATABASE-FORMAT 4.1).
namespace system_tree {
constexpr PageNumber root_page{1};
constexpr PageNumber catalog_page{4};
constexpr PageNumber catalog_name_index_page{7};
constexpr PageNumber catalog_root_objects_index_page{10};
constexpr PageNumber shadow_catalog_page{24};
constexpr ObjectId root_object{1};
constexpr ObjectId catalog_object{2};
constexpr ObjectId shadow_catalog_object{3};
}  // namespace system_tree

enum class CatalogType : std::uint16_t { table = 1, column = 2, index = 3, long_value = 4, callback = 5 };

enum class ColumnType : std::uint32_t {
    bit = 1,
    unsigned_byte = 2,
    short_int = 3,
    long_int = 4,
    currency = 5,
    single = 6,
    real = 7,
    date_time = 8,
    binary = 9,
    text = 10,
    long_binary = 11,
    long_text = 12,
    unsigned_long = 14,
    long_long = 15,
    guid = 16,
    unsigned_short = 17,
    unsigned_long_long = 18,
};

// Bytes of a fixed-width type; 0 for binary, text and long types, and for unknown ones.
std::size_t column_width(ColumnType type);

namespace column_flag {
constexpr std::uint32_t not_null = 0x1, version = 0x2, auto_increment = 0x4, multi_valued = 0x8, has_default = 0x10,
                        escrow = 0x20, finalize = 0x40, user_default = 0x80, template_column = 0x100,
                        delete_on_zero = 0x200, primary_placeholder = 0x800, compressed = 0x1000, encrypted = 0x2000;
}
namespace table_flag {
constexpr std::uint32_t system = 0x80000000, fixed_ddl = 0x40000000, template_table = 0x20000000, derived = 0x10000000,
                        dynamic_system = 0x08000000, no_derived_fixed = 0x04000000;
}
namespace index_flag {
constexpr std::uint32_t unique = 0x1, allow_all_null = 0x2, allow_first_null = 0x4, allow_some_null = 0x8,
                        no_null_segment = 0x10, primary = 0x20, locale_set = 0x40, multi_valued = 0x80,
                        template_index = 0x100, derived = 0x200, localised_text = 0x400, nulls_high = 0x800,
                        cross_product = 0x2000, disallow_truncation = 0x4000, nested_table = 0x8000,
                        extended_columns = 0x10000, dotnet_guid = 0x20000, deferred_populate = 0x40000,
                        optionally_unique = 0x80000;
}

// A segment of an index key, or a condition of an index.
struct IndexSegment {
    static constexpr std::uint8_t template_column = 0x80, descending = 0x40, must_be_null = 0x20;
    std::uint8_t flags = 0;
    std::uint16_t column = 0;
    bool operator==(const IndexSegment&) const = default;
};

// The arrays in key_segments and conditions. Throws JET_errCatalogCorrupted if the bytes are no whole number of
// segments.
std::vector<IndexSegment> parse_index_segments(ByteView bytes);
std::vector<std::uint8_t> index_segments_to_bytes(const std::vector<IndexSegment>& segments);

// One row. Which columns a row has depends on its type; those that it has not are nullopt. Writing a row that was read
// gives the same bytes.
struct CatalogRow {
    using Bytes = std::vector<std::uint8_t>;

    ObjectId table;
    CatalogType type = CatalogType::table;
    std::uint32_t id = 0;               // object id of a table, index or long-value tree; column id of a column
    std::uint32_t type_or_page = 0;     // column: ColumnType; others: root page
    std::uint32_t space_usage = 0;      // density in percent, or greatest length of a column
    std::uint32_t flags = 0;            // table_flag, column_flag or index_flag
    std::uint32_t pages_or_locale = 0;  // table, long values: first pages; column: code page
    std::optional<bool> root;           // true on tables
    std::optional<std::uint16_t> record_offset;     // fixed columns
    std::optional<std::uint32_t> locale_map_flags;  // indexes
    std::optional<std::uint16_t> key_most;          // indexes, if not 255
    std::optional<std::uint32_t> long_value_chunk_max;
    std::optional<std::uint64_t> root_moved_time;  // from update-major 230 on
    std::string name;
    std::optional<Bytes> stats, template_table, default_value, key_segments, var_segment_max, conditions, tuple_limits,
        version, sort_id;
    // Tagged columns, in order, as they are stored. LocaleName and others are found by id.
    struct Tagged {
        std::uint16_t id = 0;
        bool derived = false, null = false, has_flags = false;
        std::uint8_t flags = 0;
        Bytes bytes;
        bool operator==(const Tagged&) const = default;
    };
    std::vector<Tagged> tagged;

    // How many fixed and variable columns the record stores, and what its NULL fixed columns hold: they have no
    // meaning, but a row that was read is written back the same. Zero and empty: as the engine does for a row of this
    // type.
    std::uint8_t fixed_columns = 0;
    std::uint8_t variable_columns = 0;
    Bytes fixed_bytes;

    bool operator==(const CatalogRow&) const = default;

    PageNumber root_page() const { return PageNumber(type_or_page); }    // not for columns
    ColumnType column_type() const { return ColumnType(type_or_page); }  // columns only
    std::vector<IndexSegment> segments() const;                          // indexes only
    // "en-US"; empty if the row has none. ASCII only, other characters become '?'.
    std::string locale_name() const;

    // Throws JET_errCatalogCorrupted for a record that lacks a column every row has.
    static CatalogRow parse(ByteView record, bool large_page);
    std::vector<std::uint8_t> to_record(bool large_page) const;
    // The row's key in both catalogs: ObjidTable, Type, Id, normalised (DATABASE-FORMAT 7).
    Bytes key() const;
};

namespace catalog_column {
constexpr std::uint16_t callback_data = 256, callback_dependencies = 257, separate_long_value = 258, space_hints = 259,
                        deferred_long_value_hints = 260, locale_name = 261;
}

}  // namespace ese::format
