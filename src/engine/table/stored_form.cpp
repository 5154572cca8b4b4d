#include "engine/table/stored_form.h"

#include <algorithm>

#include "base/error.h"
#include "esent.h"
#include "format/database/index_key.h"

namespace ese::engine {

namespace {

// JET_coltypBinary and JET_coltypText.
constexpr std::size_t most_short_bytes = 255;

// Fixed text is filled up with blanks, fixed binary data with zeros.
void pad(const Column& column, std::vector<std::uint8_t>& bytes) {
    const bool text = column.is_text();
    const std::size_t given = bytes.size();
    bytes.resize(column.width(), text && !column.is_unicode() ? ' ' : 0);
    if (column.is_unicode())
        for (std::size_t at = given + given % 2; at < bytes.size(); at += 2) bytes[at] = ' ';
}

}  // namespace

StoredForm stored_form(const Column& column, ByteView data) {
    StoredForm stored{{data.begin(), data.end()}, false};
    const std::size_t of_type = format::column_width(column.type);
    if (of_type != 0) {
        // A tagged column may have a value without bytes.
        if (data.size() != of_type && !(data.empty() && column.is_tagged()))
            throw Error(ErrorKind::usage, JET_errInvalidBufferSize,
                        "column " + column.name + " takes values of " + std::to_string(of_type) + " bytes, not " +
                            std::to_string(data.size()));
        if (column.type == format::ColumnType::bit)
            for (std::uint8_t& byte : stored.bytes) byte = byte == 0 ? 0 : 0xFF;
        return stored;
    }
    const std::size_t most = column.max_bytes == 0 ? most_short_bytes : column.max_bytes;
    if (column.is_fixed()) {
        if (data.size() > most)
            throw Error(ErrorKind::usage, JET_errColumnTooBig,
                        "column " + column.name + " takes values of " + std::to_string(most) + " bytes at most");
        pad(column, stored.bytes);
    } else if (data.size() > most) {
        stored.bytes.resize(most);
        stored.was_cut = true;
    }
    return stored;
}

std::vector<std::uint8_t> comparable_key(const Column& column, ByteView value) {
    constexpr std::size_t most_key_bytes = 255;
    format::KeySegmentForm form;
    form.type = column.type;
    form.unicode = column.is_unicode();
    format::KeyBuilder builder(most_key_bytes);
    builder.add(form, value);
    return builder.key();
}

}  // namespace ese::engine
