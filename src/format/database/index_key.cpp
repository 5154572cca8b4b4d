#include "format/database/index_key.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/error.h"
#include "collation/sort_key.h"
#include "esent.h"

namespace ese::format {

namespace {

constexpr std::uint8_t null_mark = 0x00, null_high_mark = 0xC0, empty_mark = 0x40, value_mark = 0x7F;
// Behind the first section of a sort key, which has the letters without their accents and case.
constexpr std::uint8_t sort_key_separator = 0x01;

constexpr std::array<std::uint8_t, 16> guid_order{10, 11, 12, 13, 14, 15, 8, 9, 6, 7, 4, 5, 0, 1, 2, 3};
constexpr std::array<std::uint8_t, 16> dotnet_guid_order{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

// Chunks of eight bytes, each with its length behind it, or 9 where more follow: so a value sorts in front of those
// that it begins.
void append_chunks(ByteView value, bool as_prefix, std::vector<std::uint8_t>& into) {
    constexpr std::size_t chunk = 8;
    for (std::size_t at = 0; at < value.size(); at += chunk) {
        const ByteView part = value.subspan(at, std::min(chunk, value.size() - at));
        into.insert(into.end(), part.begin(), part.end());
        if (as_prefix && at + chunk >= value.size()) return;
        into.insert(into.end(), chunk - part.size(), 0);
        into.push_back(static_cast<std::uint8_t>(at + chunk < value.size() ? chunk + 1 : part.size()));
    }
}

void append_narrow_text(ByteView value, bool as_prefix, std::vector<std::uint8_t>& into) {
    for (const std::uint8_t byte : value) {
        if (byte == 0) break;
        into.push_back(static_cast<std::uint8_t>(byte >= 'a' && byte <= 'z' ? byte - 'a' + 'A' : byte));
    }
    if (!as_prefix) into.push_back(0);
}

void append_unicode_text(const KeySegmentForm& form, ByteView value, bool as_prefix, std::vector<std::uint8_t>& into) {
    if (form.map_flags == 0)
        throw Error(JET_errUnicodeNormalizationNotSupported, "the text of this index can't be mapped to sort keys");
    std::u16string text;  // half a code unit, left when a value was cut, does not count
    for (std::size_t at = 0; at + 1 < value.size(); at += 2) text.push_back(static_cast<char16_t>(load_u16(value, at)));
    const auto key = collation::sort_key(text, form.map_flags);
    into.insert(into.end(), key.begin(), as_prefix ? std::ranges::find(key, sort_key_separator) : key.end());
}

// Numbers are little-endian in records. `is_signed`: the sign bit turns over, so that negative ones come first.
void append_number(ByteView value, bool is_signed, std::vector<std::uint8_t>& into) {
    const std::size_t first = into.size();
    into.insert(into.end(), value.rbegin(), value.rend());
    if (is_signed) into[first] ^= 0x80;
}

// Sign and magnitude: of negative numbers all bits turn over.
void append_real(ByteView value, std::vector<std::uint8_t>& into) {
    const std::uint8_t inverted = (value.back() & 0x80) != 0 ? 0xFF : 0;
    const std::size_t first = into.size();
    into.insert(into.end(), value.rbegin(), value.rend());
    for (std::size_t i = first; i < into.size(); ++i) into[i] ^= inverted;
    if (inverted == 0) into[first] ^= 0x80;
}

void append_value(const KeySegmentForm& form, ByteView value, bool as_prefix, std::vector<std::uint8_t>& into) {
    switch (form.type) {
        case ColumnType::bit: into.push_back(value[0] == 0 ? 0x00 : 0xFF); return;
        case ColumnType::unsigned_byte:
        case ColumnType::unsigned_short:
        case ColumnType::unsigned_long:
        case ColumnType::unsigned_long_long: append_number(value, false, into); return;
        case ColumnType::short_int:
        case ColumnType::long_int:
        case ColumnType::currency:
        case ColumnType::long_long: append_number(value, true, into); return;
        case ColumnType::single:
        case ColumnType::real:
        case ColumnType::date_time: append_real(value, into); return;
        case ColumnType::guid:
            for (const std::uint8_t from : form.dotnet_guid ? dotnet_guid_order : guid_order)
                into.push_back(value[from]);
            return;
        case ColumnType::binary:
        case ColumnType::long_binary:
            if (form.fixed)
                into.insert(into.end(), value.begin(), value.end());
            else
                append_chunks(value, as_prefix, into);
            return;
        case ColumnType::text:
        case ColumnType::long_text:
            if (form.unicode)
                append_unicode_text(form, value, as_prefix, into);
            else
                append_narrow_text(value, as_prefix, into);
            return;
    }
}

bool is_text(ColumnType type) { return type == ColumnType::text || type == ColumnType::long_text; }

bool is_binary(ColumnType type) { return type == ColumnType::binary || type == ColumnType::long_binary; }

}  // namespace

TupleLimits TupleLimits::parse(ByteView bytes) {
    constexpr std::size_t number_bytes = 4, of_old_files = 3, all = 5;
    const std::size_t numbers = bytes.size() / number_bytes;
    if (bytes.size() % number_bytes != 0 || (numbers != of_old_files && numbers != all))
        throw Error(ErrorKind::damage, JET_errCatalogCorrupted,
                    "the catalog has limits of tuples in " + std::to_string(bytes.size()) + " bytes");
    TupleLimits limits{load_u32(bytes, 0), load_u32(bytes, 4), load_u32(bytes, 8)};
    if (numbers == all) {
        limits.increment = load_u32(bytes, 12);
        limits.start = load_u32(bytes, 16);
    }
    if (limits.least_characters == 0 || limits.most_characters < limits.least_characters || limits.increment == 0)
        throw Error(ErrorKind::damage, JET_errCatalogCorrupted, "the catalog has impossible limits of tuples");
    return limits;
}

void KeyBuilder::append(ByteView bytes, std::uint8_t inverted) {
    const std::size_t room = most_bytes_ - std::min(most_bytes_, key_.size());
    if (bytes.size() > room) truncated_ = true;
    for (const std::uint8_t byte : bytes.first(std::min(room, bytes.size())))
        key_.push_back(static_cast<std::uint8_t>(byte ^ inverted));
}

bool KeyBuilder::add(const KeySegmentForm& form, std::optional<ByteView> value, bool as_prefix) {
    std::vector<std::uint8_t> segment;
    if (!value) {
        segment.push_back(form.nulls_high ? null_high_mark : null_mark);
    } else if (value->empty()) {
        segment.push_back(empty_mark);
    } else {
        const std::size_t width = column_width(form.type);
        if (width != 0 && value->size() != width)
            throw Error(ErrorKind::usage, JET_errInvalidBufferSize,
                        "a key value of " + std::to_string(value->size()) + " bytes was given for a column of " +
                            std::to_string(width));
        const std::size_t most = most_bytes_ == default_key_most ? default_key_most : value->size();
        segment.push_back(value_mark);
        append_value(form, value->first(std::min(most, value->size())), as_prefix, segment);
    }
    const bool has_limit = form.most_bytes != 0 && (is_text(form.type) || is_binary(form.type));
    const bool reaches_limit = has_limit && segment.size() >= form.most_bytes;
    if (reaches_limit) segment.resize(form.most_bytes);
    append(segment, form.descending ? 0xFF : 0);
    return !reaches_limit && !is_full();
}

}  // namespace ese::format
