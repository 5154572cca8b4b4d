#include "engine/table/record_values.h"

#include <algorithm>

#include "base/error.h"
#include "codec/column_compression.h"
#include "esent.h"

namespace ese::engine {

using format::ColumnValue;
using format::TaggedColumn;
namespace tagged_flag = format::tagged_flag;

namespace {

// What a value inside a record can become; separated ones are larger.
constexpr std::size_t most_inline_bytes = 65535;

}  // namespace

const Column* RecordValues::column_of(const TaggedColumn& tagged) const {
    const bool of_template = tagged.derived || table_.has(format::table_flag::template_table);
    return table_.find_column(ColumnId(tagged.id | (of_template ? template_column_bit : 0)));
}

std::optional<ColumnContent> ColumnValues::value(const Column& column, std::uint32_t number) const {
    const std::vector<ColumnContent> all = values(column);
    if (number == 0 || number > all.size()) return std::nullopt;
    return all[number - 1];
}

ColumnValue RecordValues::untagged(const Column& column) const {
    return column.is_fixed() ? record_.fixed(column.number, column.record_offset, column.width())
                             : record_.variable(column.number);
}

std::optional<ColumnContent> RecordValues::value(const Column& column, std::uint32_t number) const {
    // Most of them need no list.
    if (!column.is_tagged())
        if (const ColumnValue stored = untagged(column); stored.has_value())
            return number == 1 ? std::optional(ColumnContent{stored.bytes}) : std::nullopt;
    return ColumnValues::value(column, number);
}

std::vector<const Column*> RecordValues::tagged_columns() const {
    std::vector<const Column*> columns;
    for (const TaggedColumn& stored : record_.tagged())
        if (const Column* known = column_of(stored)) columns.push_back(known);
    return columns;
}

// Nothing: the record does not say.
std::optional<std::vector<ColumnContent>> RecordValues::stored_values(const Column& column) const {
    std::vector<ColumnContent> values;
    if (!column.is_tagged()) {
        const ColumnValue value = untagged(column);
        if (value.presence == ColumnValue::Presence::absent) return std::nullopt;
        if (value.has_value()) values.push_back({value.bytes});
        return values;
    }
    // Only a derived table's records tell the columns of the template from their own (DATABASE-FORMAT 5).
    const TaggedColumn* tagged = record_.find_tagged(column.number, column.inherited);
    if (!tagged) return std::nullopt;
    if (tagged->has(tagged_flag::encrypted))
        throw Error(JET_errFeatureNotAvailable,
                    "column " + column.name + " is encrypted, which this version can't read");
    for (const format::TaggedValue& value : format::tagged_values(*tagged))
        values.push_back({value.bytes, value.separated, value.compressed});
    return values;
}

std::vector<ColumnContent> RecordValues::values(const Column& column) const {
    if (auto stored = stored_values(column)) return std::move(*stored);
    if (!column.default_value) return {};
    ColumnContent content;
    content.bytes = *column.default_value;
    content.is_default = true;
    return {content};
}

std::uint32_t value_size(const ColumnContent& content, LongValueReader& long_values) {
    if (content.separated) return long_values.size(content.bytes);
    if (content.compressed)
        return static_cast<std::uint32_t>(codec::decompress_value(content.bytes, most_inline_bytes).size());
    return static_cast<std::uint32_t>(content.bytes.size());
}

void read_value(const ColumnContent& content, std::uint32_t offset, ByteSpan into, LongValueReader& long_values) {
    if (content.separated) return long_values.read(content.bytes, offset, into);
    std::vector<std::uint8_t> decompressed;
    ByteView bytes = content.bytes;
    if (content.compressed) bytes = decompressed = codec::decompress_value(content.bytes, most_inline_bytes);
    store_bytes(into, 0, bytes.subspan(offset, into.size()));
}

}  // namespace ese::engine
