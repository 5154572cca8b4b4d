#include "engine/table/column_definition.h"

#include <algorithm>

#include "base/error.h"
#include "esent.h"

namespace ese::engine {

namespace column_flag = format::column_flag;
namespace table_flag = format::table_flag;
using format::ColumnType;

namespace {

constexpr std::size_t most_name_bytes = 64;
constexpr std::uint32_t most_short_bytes = 255;
constexpr std::uint32_t most_long_bytes = 0x7FFFFFFF;
constexpr std::uint16_t last_fixed_number = format::first_variable_column - 1;
constexpr std::uint16_t last_variable_number = format::first_tagged_column - 1;
constexpr std::uint16_t last_tagged_number = 65247;
constexpr std::uint16_t english = 1252, utf16 = 1200;

[[noreturn]] void refuse(std::int32_t jet, const ColumnRequest& request, const std::string& reason) {
    throw Error(ErrorKind::usage, jet, "column " + request.name + ": " + reason);
}

bool is_counted_type(ColumnType type) {
    return type == ColumnType::long_int || type == ColumnType::long_long || type == ColumnType::unsigned_long_long ||
           type == ColumnType::currency;
}

void require_type(const ColumnRequest& request) {
    constexpr std::uint32_t obsolete = 13;
    if (request.type == 0 || request.type > static_cast<std::uint32_t>(ColumnType::unsigned_long_long) ||
        request.type == obsolete)
        refuse(JET_errInvalidColumnType, request, "there is no type " + std::to_string(request.type));
}

void require_fitting_flags(const ColumnRequest& request, const Column& column, const Table& table) {
    constexpr std::uint32_t counters = column_flag::auto_increment | column_flag::version;
    if (request.fixed && request.tagged)
        refuse(JET_errInvalidGrbit, request, "it can't be both of fixed length and tagged");
    if (request.fixed && column.is_long())
        refuse(JET_errInvalidColumnType, request, "a column for long values has no fixed length");
    if (column.has(column_flag::not_null) && column.is_tagged())
        refuse(JET_errTaggedNotNULL, request, "a tagged column can always be NULL");
    if (column.has(column_flag::multi_valued) && !column.is_tagged())
        refuse(JET_errMultiValuedColumnMustBeTagged, request, "only a tagged column can have several values");
    if ((column.flags & (counters | column_flag::escrow)) != 0 && column.is_tagged())
        refuse(JET_errCannotBeTagged, request, "what the engine counts in can't be a tagged column");
    if ((column.flags & counters) == counters || ((column.flags & counters) != 0 && column.has(column_flag::escrow)))
        refuse(JET_errInvalidGrbit, request, "it can count one thing only");
    if (column.has(column_flag::auto_increment) && !is_counted_type(column.type))
        refuse(JET_errInvalidGrbit, request, "the engine counts up in columns of 4 or 8 bytes only");
    if (column.has(column_flag::version) && column.type != ColumnType::long_int)
        refuse(JET_errInvalidGrbit, request, "the engine counts changes in columns of type Long only");
    if (column.has(column_flag::escrow) && column.type != ColumnType::long_int)
        refuse(JET_errInvalidGrbit, request, "a column that is added to in escrow has the type Long");
    if (column.has(column_flag::escrow) && !request.default_value)
        refuse(JET_errInvalidGrbit, request, "a column that is added to in escrow needs a default");
    if ((column.flags & counters) != 0 && request.default_value)
        refuse(JET_errInvalidGrbit, request, "what the engine counts in has no default");
    if ((column.flags & (column_flag::finalize | column_flag::delete_on_zero)) != 0)
        refuse(JET_errFeatureNotAvailable, request,
               "nothing happens at zero (JET_bitColumnFinalize, "
               "JET_bitColumnDeleteOnZero) in this version");
    if (column.has(column_flag::user_default))
        refuse(JET_errFeatureNotAvailable, request, "defaults by callback are not available in this version");
    if (column.has(column_flag::encrypted))
        refuse(JET_errFeatureNotAvailable, request, "encrypted columns are not available in this version");
    if (column.has(column_flag::compressed) && !column.is_long())
        refuse(JET_errColumnCannotBeCompressed, request, "only long values are compressed");
    for (const std::uint32_t counter : {column_flag::auto_increment, column_flag::version})
        if (column.has(counter) && std::ranges::any_of(table.columns, [&](const Column& c) { return c.has(counter); }))
            refuse(JET_errColumnRedundant, request, "the table has a column that counts this already");
}

std::uint16_t code_page_of(const ColumnRequest& request, const Column& column) {
    if (!column.is_text()) return 0;
    if (request.code_page == 0) return english;
    if (request.code_page != english && request.code_page != utf16)
        refuse(JET_errInvalidCodePage, request,
               "text has the code page 1252 or 1200, not " + std::to_string(request.code_page));
    return static_cast<std::uint16_t>(request.code_page);
}

std::uint32_t most_bytes(const ColumnRequest& request, const Column& column, bool& was_cut) {
    if (const std::size_t width = format::column_width(column.type); width != 0)
        return static_cast<std::uint32_t>(width);
    const std::uint32_t limit = column.is_long() ? most_long_bytes : most_short_bytes;
    was_cut = request.max_bytes > limit;
    if (request.max_bytes == 0) return column.is_long() ? 0 : limit;
    return std::min(request.max_bytes, limit);
}

std::uint16_t next_number(std::uint16_t last, std::uint16_t highest, const ColumnRequest& request) {
    if (last >= highest) refuse(JET_errTooManyColumns, request, "all numbers of columns of its kind are used up");
    return static_cast<std::uint16_t>(last + 1);
}

bool is_stored_fixed(const ColumnRequest& request, ColumnType type) {
    return !request.tagged && (request.fixed || format::column_width(type) != 0);
}

void number(Column& column, const ColumnRequest& request, const ColumnNumbers& numbers) {
    if (is_stored_fixed(request, column.type))
        column.number = next_number(numbers.last_fixed, last_fixed_number, request);
    else if (request.tagged || column.is_long())
        column.number = next_number(numbers.last_tagged, last_tagged_number, request);
    else
        column.number = next_number(numbers.last_variable, last_variable_number, request);
}

// Fixed columns are packed. All of them have to fit into a record together.
void place(Column& column, const ColumnRequest& request, const ColumnNumbers& numbers, std::uint32_t page_bytes) {
    if (!column.is_fixed()) return;
    column.record_offset = numbers.fixed_end;
    const std::size_t end = numbers.fixed_end + column.width() + (column.number + 7u) / 8;
    if (end > page_bytes - format::page_header_bytes(page_bytes) - most_short_bytes)
        refuse(JET_errRecordTooBig, request, "the columns of fixed length do not fit into one record any more");
}

}  // namespace

void require_object_name(std::string_view name) {
    const auto is_bad = [](char c) { return (c >= 0 && c < ' ') || c == '!' || c == '.' || c == '[' || c == ']'; };
    const bool is_ascii = std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (name.empty() || name.size() > most_name_bytes || name.front() == ' ' || !is_ascii ||
        std::ranges::any_of(name, is_bad))
        throw Error(ErrorKind::usage, JET_errInvalidName,
                    "\"" + std::string(name) +
                        "\" can't be the name of a table, column or index: it has 1 to 64 ASCII "
                        "characters, no space in front, and none of !.[] or control characters");
}

std::vector<std::uint8_t> checked_default(const Column& column, std::vector<std::uint8_t> value) {
    const auto refuse_default = [&](std::int32_t jet, const std::string& reason) {
        throw Error(ErrorKind::usage, jet, "column " + column.name + ": the default " + reason);
    };
    const std::size_t width = format::column_width(column.type);
    if (width != 0 && value.size() != width)
        refuse_default(JET_errInvalidBufferSize, "does not have the " + std::to_string(width) + " bytes of its type");
    const std::size_t limit = column.is_long() || column.max_bytes == 0 ? most_short_bytes : column.max_bytes;
    if (value.size() > limit)
        refuse_default(JET_errDefaultValueTooBig, "has more than " + std::to_string(limit) + " bytes");
    if (column.is_fixed() && width == 0)
        value.resize(column.max_bytes, column.is_text() ? std::uint8_t{' '} : std::uint8_t{0});
    return value;
}

DefinedColumn define_column(const Table& table, const ColumnRequest& request, std::uint32_t page_bytes) {
    require_object_name(request.name);
    if (table.find_column(request.name)) refuse(JET_errColumnDuplicate, request, "the table has such a column already");
    require_type(request);
    DefinedColumn defined;
    Column& column = defined.column;
    column.name = request.name;
    column.type = ColumnType(request.type);
    column.flags = request.flags;
    column.of_template = table.has(table_flag::template_table);
    number(column, request, table.numbers);
    column.code_page = code_page_of(request, column);
    column.max_bytes = most_bytes(request, column, defined.max_was_cut);
    require_fitting_flags(request, column, table);
    if (table.has(table_flag::derived) && table.has(table_flag::no_derived_fixed) && !column.is_tagged())
        refuse(JET_errCannotAddFixedVarColumnToDerivedTable, request,
               "the template table allows tagged columns only in the tables derived from it");
    place(column, request, table.numbers, page_bytes);
    if (column.of_template) column.flags |= column_flag::template_column;
    if (request.default_value) {
        column.flags |= column_flag::has_default;
        column.default_value = checked_default(column, *request.default_value);
    }
    return defined;
}

}  // namespace ese::engine
