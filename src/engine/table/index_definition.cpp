#include "engine/table/index_definition.h"

#include <algorithm>

#include "base/error.h"
#include "collation/sort_version.h"
#include "engine/table/column_definition.h"
#include "engine/table/index_keys.h"
#include "esent.h"

namespace ese::engine {

namespace index_flag = format::index_flag;
namespace column_flag = format::column_flag;
using format::ColumnType;

namespace {

constexpr std::size_t most_columns = 16;
constexpr std::uint16_t usual_key_most = 255;
constexpr std::uint32_t usual_density = 80, least_density = 20, most_density = 100;
constexpr std::uint32_t usual_map_flags = 0x30401;

[[noreturn]] void refuse(std::int32_t jet, const IndexRequest& request, const std::string& reason) {
    throw Error(ErrorKind::usage, jet, "index " + request.name + ": " + reason);
}

void require_fitting_flags(const IndexRequest& request) {
    const bool ignores = request.ignore_all_null || request.ignore_any_null || request.ignore_first_null;
    if ((request.flags & index_flag::primary) != 0 && ignores)
        refuse(JET_errInvalidGrbit, request, "a primary index has every record");
    if ((request.flags & index_flag::no_null_segment) != 0 && ignores)
        refuse(JET_errInvalidGrbit, request, "NULL can't be disallowed and ignored");
    if ((request.flags & index_flag::nested_table) != 0 && (request.flags & index_flag::cross_product) != 0)
        refuse(JET_errInvalidGrbit, request, "values are combined in one way or the other");
    if (request.columns.empty()) refuse(JET_errIndexInvalidDef, request, "it is over no column");
    if (request.columns.size() > most_columns || request.conditions.size() > most_columns)
        refuse(JET_errIndexInvalidDef, request, "it can have 16 columns and 16 conditions");
}

void require_fitting_tuples(const IndexRequest& request, const Table& table) {
    if (!request.tuples) return;
    if ((request.flags & index_flag::primary) != 0)
        refuse(JET_errIndexTuplesSecondaryIndexOnly, request, "a primary index can't have parts of values");
    if ((request.flags & index_flag::unique) != 0)
        refuse(JET_errIndexTuplesNonUniqueOnly, request, "parts of values can't be unique");
    if (request.columns.size() > 1)
        refuse(JET_errIndexTuplesOneColumnOnly, request, "an index with parts of values is over one column");
    if (request.var_segment_max != 0)
        refuse(JET_errIndexTuplesVarSegMacNotAllowed, request, "parts of values have lengths of their own");
    const Column* const column = table.find_column(request.columns.front().column);
    if (column && !column->is_text() && column->type != ColumnType::binary && column->type != ColumnType::long_binary)
        refuse(JET_errIndexTuplesTextBinaryColumnsOnly, request, "only text and binary values have parts");
    const IndexRequest::Tuples& limits = *request.tuples;
    constexpr std::uint32_t shortest = 2, longest = 255, whole = 0x7FFFFFFF;
    if (limits.least < shortest || limits.most > longest || limits.least > limits.most || limits.up_to == 0 ||
        limits.up_to > whole || limits.increment == 0 || limits.increment > longest || limits.start > whole)
        refuse(JET_errIndexTuplesInvalidLimits, request, "parts have 2 to 255 characters, and begin within a value");
}

const Column& column_of(const IndexRequest& request, const Table& table, const std::string& name) {
    const Column* const column = table.find_column(name);
    if (!column) refuse(JET_errColumnNotFound, request, "table " + table.name + " has no column " + name);
    return *column;
}

void add_columns(Index& index, const IndexRequest& request, const Table& table) {
    for (const IndexRequest::Part& part : request.columns) {
        const Column& column = column_of(request, table, part.column);
        if (column.has(column_flag::escrow))
            refuse(JET_errCannotIndex, request, "column " + column.name + " is added to in escrow");
        if (column.has(column_flag::encrypted))
            refuse(JET_errCannotIndexOnEncryptedColumn, request, "column " + column.name + " is encrypted");
        if (column.has(column_flag::multi_valued)) {
            if (index.is_primary())
                refuse(JET_errIndexInvalidDef, request, "column " + column.name + " can have several values");
            index.flags |= index_flag::multi_valued;
        }
        if (column.is_unicode()) index.flags |= index_flag::localised_text;
        index.columns.push_back({&column, part.descending});
    }
    for (const IndexRequest::Condition& condition : request.conditions)
        index.conditions.push_back({&column_of(request, table, condition.column), condition.must_be_null});
}

void allow_nulls(Index& index, const IndexRequest& request) {
    if (index.has(index_flag::no_null_segment)) return;
    const bool some = !request.ignore_any_null;
    const bool first = some && !request.ignore_first_null;
    if (some) index.flags |= index_flag::allow_some_null;
    if (first) index.flags |= index_flag::allow_first_null;
    if (first && !request.ignore_all_null) index.flags |= index_flag::allow_all_null;
}

// A primary key that is always short makes room for longer records.
std::optional<std::uint16_t> exact_key_bytes(const Index& index) {
    std::size_t bytes = 0;
    for (const IndexColumn& part : index.columns) {
        if (!part.column->is_fixed() || part.column->is_text()) return std::nullopt;
        bytes += 1 + part.column->width();
    }
    if (bytes > usual_key_most) return std::nullopt;
    return static_cast<std::uint16_t>(bytes);
}

void set_key_bytes(Index& index, const IndexRequest& request, const Table& table, std::uint32_t page_bytes) {
    const std::uint32_t asked = request.key_most.value_or(usual_key_most);
    if (asked < usual_key_most)
        refuse(JET_errInvalidParameter, request, "keys can't be limited to less than 255 bytes");
    if (asked > most_key_bytes(page_bytes))
        refuse(JET_errIndexInvalidDef, request,
               "keys have at most " + std::to_string(most_key_bytes(page_bytes)) + " bytes with pages of this size");
    index.key_most = static_cast<std::uint16_t>(asked);
    if (request.var_segment_max > index.key_most)
        refuse(JET_errIndexInvalidDef, request, "a column can't have more of the key than there is");
    // What is derived from a template table may get keys that this one does not have.
    const bool may_lower = index.is_primary() && !request.key_most && request.var_segment_max == 0 &&
                           !table.has(format::table_flag::template_table);
    if (may_lower) index.key_most = exact_key_bytes(index).value_or(index.key_most);
    index.var_segment_max =
        request.var_segment_max == 0 ? index.key_most : static_cast<std::uint16_t>(request.var_segment_max);
}

std::vector<std::uint8_t> tuple_bytes(const IndexRequest::Tuples& tuples) {
    std::vector<std::uint8_t> bytes;
    for (const std::uint32_t number : {tuples.least, tuples.most, tuples.up_to, tuples.increment, tuples.start}) {
        bytes.resize(bytes.size() + sizeof number);
        store_u32(bytes, bytes.size() - sizeof number, number);
    }
    return bytes;
}

void set_locale(Index& index, const IndexRequest& request) {
    index.locale = request.locale;
    index.locale_map_flags = request.locale_map_flags == 0 ? usual_map_flags : request.locale_map_flags;
    if (!index.has(index_flag::localised_text)) return;
    index.sort_version.emplace(8);
    for (const std::size_t at : {0u, 4u}) store_u32(*index.sort_version, at, collation::sort_version);
    index.sort_id.emplace(collation::default_sort_id.begin(), collation::default_sort_id.end());
}

}  // namespace

std::uint16_t most_key_bytes(std::uint32_t page_bytes) {
    if (page_bytes >= 8192) return 2000;
    return page_bytes >= 4096 ? 1000 : 500;
}

std::uint32_t checked_density(std::uint32_t asked) {
    if (asked == 0) return usual_density;
    if (asked < least_density || asked > most_density)
        throw Error(ErrorKind::usage, JET_errDensityInvalid,
                    "pages are filled to 20 to 100 per cent, not " + std::to_string(asked));
    return asked;
}

std::optional<std::vector<std::uint8_t>> space_hint_bytes(std::vector<std::uint32_t> numbers) {
    constexpr std::uint8_t version = 1;
    while (!numbers.empty() && numbers.back() == 0) numbers.pop_back();
    if (numbers.empty()) return std::nullopt;
    std::vector<std::uint8_t> bytes(1 + 4 * numbers.size());
    bytes[0] = version;
    for (std::size_t i = 0; i < numbers.size(); ++i) store_u32(bytes, 1 + 4 * i, numbers[i]);
    return bytes;
}

Index define_index(const Table& table, const IndexRequest& request, std::uint32_t page_bytes) {
    require_object_name(request.name);
    if (table.find_index(request.name)) refuse(JET_errIndexDuplicate, request, "the table has such an index already");
    require_fitting_flags(request);
    require_fitting_tuples(request, table);
    Index index;
    index.name = request.name;
    index.flags = request.flags | index_flag::extended_columns;
    if (index.is_primary()) {
        if (table.primary_index()) refuse(JET_errIndexHasPrimary, request, "the table has a primary index already");
        index.flags |= index_flag::unique;
    }
    if (table.has(format::table_flag::template_table)) index.flags |= index_flag::template_index;
    index.density = checked_density(request.density);
    add_columns(index, request, table);
    allow_nulls(index, request);
    set_key_bytes(index, request, table, page_bytes);
    set_locale(index, request);
    if (!index.is_primary()) index.space_hints = request.space_hints;
    if (request.tuples) index.tuple_limits = tuple_bytes(*request.tuples);
    if (const auto why = why_no_keys(index))
        refuse(index.has(index_flag::localised_text) ? JET_errUnicodeNormalizationNotSupported
                                                     : JET_errFeatureNotAvailable,
               request, "its keys can't be made: " + *why);
    return index;
}

// Its columns are those that the derived table has from the template table.
Index inherited_index(const Table& derived, const Index& of_template, std::uint32_t page_bytes) {
    Index index = of_template;
    const auto own = [&](const Column*& column) {
        const ColumnId id = column->id();
        column = derived.find_column(id);
        if (!column)
            throw Error(ErrorKind::damage, JET_errDerivedColumnCorruption,
                        "index " + of_template.name + " is over a column that the derived table does not have");
    };
    for (IndexColumn& part : index.columns) own(part.column);
    for (IndexCondition& condition : index.conditions) own(condition.column);
    index.flags = (index.flags & ~index_flag::template_index) | index_flag::derived;
    if (!index.has(index_flag::localised_text)) index.locale_map_flags = 0;
    if (index.is_primary()) {
        const bool is_usual = index.key_most == usual_key_most && index.var_segment_max == usual_key_most;
        if (is_usual) index.key_most = index.var_segment_max = exact_key_bytes(index).value_or(usual_key_most);
        index.space_hints =
            derived.first_pages == 0 ? std::nullopt : space_hint_bytes({derived.first_pages * page_bytes});
    }
    return index;
}

}  // namespace ese::engine
