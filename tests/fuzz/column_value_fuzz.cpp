// A record held against the columns of a table: every value that it has, decompressed where it says that it is
// compressed, and the keys that its values make.

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "codec/column_compression.h"
#include "engine/table/record_values.h"
#include "format/database/index_key.h"

using namespace ese;
using namespace ese::engine;

namespace {

// Fixed columns of every type, variable and tagged ones, of which each second is multi-valued.
Table make_table(bool derived) {
    Table table;
    table.flags = derived ? format::table_flag::derived : 0;
    std::uint16_t offset = format::RecordView::header_bytes;
    for (std::uint32_t type = 1; type <= 18; ++type) {
        if (type == 13) continue;
        for (const std::uint16_t first :
             {std::uint16_t{1}, format::first_variable_column, format::first_tagged_column}) {
            Column column;
            column.number = static_cast<std::uint16_t>(first + type - 1);
            column.type = static_cast<format::ColumnType>(type);
            column.max_bytes = 12;
            column.of_template = column.inherited = derived && type % 2 == 0;
            column.code_page = type % 2 == 0 ? 1200 : 1252;
            if (type % 3 == 0) column.default_value.emplace(column.width(), std::uint8_t{1});
            if (column.is_fixed()) {
                column.record_offset = offset;
                offset = static_cast<std::uint16_t>(offset + column.width());
            }
            table.columns.push_back(std::move(column));
        }
    }
    std::ranges::sort(table.columns, {}, &Column::id);
    return table;
}

std::size_t visit(const Column& column, const ColumnContent& value) {
    std::vector<std::uint8_t> decompressed;
    ByteView bytes = value.bytes;
    if (value.separated) return long_value_key(bytes).size();
    if (value.compressed) bytes = decompressed = codec::decompress_value(bytes, 65535);
    format::KeySegmentForm form;
    form.type = column.type;
    form.fixed = column.is_fixed();
    form.unicode = column.is_unicode();
    format::KeyBuilder builder(255);
    builder.add(form, bytes);
    builder.add(form, bytes, true);
    return builder.key().size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    static const Table plain = make_table(false), derived = make_table(true);
    const Table& table = (data[0] & 2) != 0 ? derived : plain;
    const std::vector<std::uint8_t> record(data + 1, data + size);
    std::size_t total = 0;
    try {
        const RecordValues values(table, record, (data[0] & 1) != 0);
        for (const format::TaggedColumn& tagged : values.record().tagged()) (void)values.column_of(tagged);
        for (const Column& column : table.columns) {
            try {
                for (const ColumnContent& value : values.values(column)) total += visit(column, value);
            } catch (const Error&) {
            }
        }
    } catch (const Error&) {
    }
    return total == 0xFFFFFFFF ? 1 : 0;
}
