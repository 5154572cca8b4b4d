#include "format/database/catalog.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "base/error.h"
#include "esent.h"

namespace ese::format {

namespace {

using Bytes = CatalogRow::Bytes;

// The fixed columns of the catalog, in order of their ids from 1. They are packed, the first at 4.
constexpr std::array<std::size_t, 13> fixed_widths{4, 2, 4, 4, 4, 4, 4, 1, 2, 4, 2, 4, 8};
constexpr std::size_t required_fixed = 7;

constexpr std::size_t fixed_offset(std::size_t index) {
    std::size_t at = RecordView::header_bytes;
    for (std::size_t i = 0; i < index; ++i) at += fixed_widths[i];
    return at;
}

constexpr std::size_t variable_count = 10;

[[noreturn]] void bad_row(const std::string& what) {
    throw Error(JET_errCatalogCorrupted, "a row of the catalog " + what);
}

// The variable columns behind the name, which every row has.
constexpr std::array<std::optional<Bytes> CatalogRow::*, variable_count - 1> variable_members{
    &CatalogRow::stats,        &CatalogRow::template_table,  &CatalogRow::default_value,
    &CatalogRow::key_segments, &CatalogRow::var_segment_max, &CatalogRow::conditions,
    &CatalogRow::tuple_limits, &CatalogRow::version,         &CatalogRow::sort_id};

// The fixed columns of a row as they are stored; nullopt is NULL.
std::array<std::optional<std::uint64_t>, fixed_widths.size()> fixed_values(const CatalogRow& row) {
    const auto root = row.root ? std::optional<std::uint64_t>(*row.root ? 0xFF : 0) : std::nullopt;
    return {row.table.value(),
            static_cast<std::uint64_t>(row.type),
            row.id,
            row.type_or_page,
            row.space_usage,
            row.flags,
            row.pages_or_locale,
            root,
            row.record_offset,
            row.locale_map_flags,
            row.key_most,
            row.long_value_chunk_max,
            row.root_moved_time};
}

Bytes copy(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace

std::size_t column_width(ColumnType type) {
    switch (type) {
        case ColumnType::bit:
        case ColumnType::unsigned_byte: return 1;
        case ColumnType::short_int:
        case ColumnType::unsigned_short: return 2;
        case ColumnType::long_int:
        case ColumnType::single:
        case ColumnType::unsigned_long: return 4;
        case ColumnType::currency:
        case ColumnType::real:
        case ColumnType::date_time:
        case ColumnType::long_long:
        case ColumnType::unsigned_long_long: return 8;
        case ColumnType::guid: return 16;
        case ColumnType::binary:
        case ColumnType::text:
        case ColumnType::long_binary:
        case ColumnType::long_text: return 0;
    }
    return 0;
}

std::vector<IndexSegment> parse_index_segments(ByteView bytes) {
    if (bytes.size() % 4 != 0) bad_row("has index segments of " + std::to_string(bytes.size()) + " bytes");
    std::vector<IndexSegment> segments;
    for (std::size_t at = 0; at < bytes.size(); at += 4) segments.push_back({bytes[at], load_u16(bytes, at + 2)});
    return segments;
}

std::vector<std::uint8_t> index_segments_to_bytes(const std::vector<IndexSegment>& segments) {
    Bytes bytes(4 * segments.size());
    for (std::size_t i = 0; i < segments.size(); ++i) {
        bytes[4 * i] = segments[i].flags;
        store_u16(bytes, 4 * i + 2, segments[i].column);
    }
    return bytes;
}

std::vector<IndexSegment> CatalogRow::segments() const {
    return key_segments ? parse_index_segments(*key_segments) : std::vector<IndexSegment>();
}

std::string CatalogRow::locale_name() const {
    const auto found = std::ranges::find(tagged, catalog_column::locale_name, &Tagged::id);
    std::string locale;
    if (found == tagged.end() || found->null || (found->flags & ~tagged_flag::long_type) != 0) return locale;
    for (std::size_t at = 0; at + 1 < found->bytes.size(); at += 2) {
        const std::uint16_t unit = load_u16(found->bytes, at);
        locale += unit < 0x80 ? static_cast<char>(unit) : '?';
    }
    return locale;
}

CatalogRow CatalogRow::parse(ByteView record, bool large_page) {
    const RecordView view(record, large_page);
    if (view.last_fixed() > fixed_widths.size() || view.last_variable() >= first_variable_column + variable_count) {
        bad_row("has columns that this version does not know");
    }
    if (view.last_fixed() < required_fixed || !view.variable(first_variable_column).has_value()) {
        bad_row("lacks columns that every row has");
    }
    const std::size_t last = view.last_fixed();
    if (view.fixed_area().size() != fixed_offset(last) - RecordView::header_bytes) {
        bad_row("has " + std::to_string(view.fixed_area().size()) + " bytes of fixed columns");
    }
    const auto fixed = [&](std::size_t column) -> std::optional<std::uint64_t> {
        const std::size_t width = fixed_widths[column - 1];
        const ColumnValue value = view.fixed(static_cast<std::uint16_t>(column), fixed_offset(column - 1), width);
        if (!value.has_value()) {
            if (column <= required_fixed) bad_row("has NULL in column " + std::to_string(column));
            return std::nullopt;
        }
        std::uint64_t number = 0;
        for (std::size_t i = 0; i < width; ++i) number |= std::uint64_t{value.bytes[i]} << 8 * i;
        return number;
    };
    const auto as_u32 = [&](std::size_t column) { return static_cast<std::uint32_t>(*fixed(column)); };
    CatalogRow row;
    row.table = ObjectId(as_u32(1));
    row.type = static_cast<CatalogType>(*fixed(2));
    row.id = as_u32(3);
    row.type_or_page = as_u32(4);
    row.space_usage = as_u32(5);
    row.flags = as_u32(6);
    row.pages_or_locale = as_u32(7);
    if (const auto v = fixed(8)) row.root = *v != 0;
    if (const auto v = fixed(9)) row.record_offset = static_cast<std::uint16_t>(*v);
    if (const auto v = fixed(10)) row.locale_map_flags = static_cast<std::uint32_t>(*v);
    if (const auto v = fixed(11)) row.key_most = static_cast<std::uint16_t>(*v);
    if (const auto v = fixed(12)) row.long_value_chunk_max = static_cast<std::uint32_t>(*v);
    row.root_moved_time = fixed(13);

    const ByteView name = view.variable(first_variable_column).bytes;
    row.name.assign(name.begin(), name.end());
    for (std::size_t i = 0; i < variable_members.size(); ++i) {
        const ColumnValue value = view.variable(static_cast<std::uint16_t>(first_variable_column + 1 + i));
        if (value.has_value()) row.*variable_members[i] = copy(value.bytes);
    }
    for (const TaggedColumn& c : view.tagged()) {
        row.tagged.push_back({c.id, c.derived, c.null, c.has_flags, c.flags, copy(c.bytes)});
    }
    row.fixed_columns = static_cast<std::uint8_t>(last);
    row.variable_columns = static_cast<std::uint8_t>(view.last_variable() + 1u - first_variable_column);
    row.fixed_bytes = copy(view.fixed_area());
    return row;
}

std::vector<std::uint8_t> CatalogRow::to_record(bool large_page) const {
    const auto values = fixed_values(*this);
    std::size_t fixed_count = std::min<std::size_t>(fixed_columns, values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i]) fixed_count = std::max(fixed_count, i + 1);
    }
    RecordBuilder builder;
    for (std::size_t i = 0; i < fixed_count; ++i) {
        const std::size_t at = fixed_offset(i) - RecordView::header_bytes;
        if (values[i]) {
            std::array<std::uint8_t, 8> bytes{};
            store_u64(bytes, 0, *values[i]);
            builder.add_fixed(ByteView(bytes).first(fixed_widths[i]));
        } else if (at + fixed_widths[i] <= fixed_bytes.size()) {
            builder.add_fixed_null(ByteView(fixed_bytes).subspan(at, fixed_widths[i]));
        } else {
            builder.add_fixed_null(fixed_widths[i]);
        }
    }

    std::size_t variables = std::clamp<std::size_t>(variable_columns, 1, variable_count);
    for (std::size_t i = 0; i < variable_members.size(); ++i) {
        if (this->*variable_members[i]) variables = std::max(variables, i + 2);
    }
    builder.add_variable({reinterpret_cast<const std::uint8_t*>(name.data()), name.size()});
    for (std::size_t i = 0; i + 1 < variables; ++i) {
        const auto& value = this->*variable_members[i];
        if (value) {
            builder.add_variable(*value);
        } else {
            builder.add_variable_null();
        }
    }
    for (const Tagged& c : tagged) builder.add_tagged({c.id, c.derived, c.null, c.has_flags, c.flags, c.bytes});
    return builder.build(large_page);
}

Bytes CatalogRow::key() const {
    // A signed integer: 0x7F, then big-endian with the sign turned, so that bytes compare as numbers do.
    constexpr std::uint8_t not_null = 0x7F;
    Bytes bytes(5 + 3 + 5, not_null);
    store_be(bytes.data() + 1, table.value() ^ 0x80000000u);
    store_be(bytes.data() + 6, static_cast<std::uint16_t>(static_cast<unsigned>(type) ^ 0x8000u));
    store_be(bytes.data() + 9, id ^ 0x80000000u);
    return bytes;
}

}  // namespace ese::format
