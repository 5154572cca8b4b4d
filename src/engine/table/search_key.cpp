#include "engine/table/search_key.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "esent.h"

namespace ese::engine {

namespace {

// A value to search for, as the index has it: no longer than its tuples are, and text of a fixed length filled up.
std::vector<std::uint8_t> value_in_index(const Index& index, std::size_t position, ByteView given) {
    const Column& column = *index.columns[position].column;
    const std::size_t character_bytes = column.is_unicode() ? 2 : 1;
    std::vector<std::uint8_t> value(given.begin(), given.end());
    if (position == 0 && index.tuple_limits) {
        const auto limits = format::TupleLimits::parse(*index.tuple_limits);
        if (value.size() < limits.least_characters * character_bytes)
            throw Error(ErrorKind::usage, JET_errIndexTuplesKeyTooSmall,
                        "index " + index.name + " has parts of at least " + std::to_string(limits.least_characters) +
                            " characters");
        value.resize(std::min(value.size(), limits.most_characters * character_bytes));
    }
    if (!column.is_fixed() || value.empty()) return value;
    if (column.is_text())
        while (value.size() < column.width()) value.push_back(value.size() % character_bytes == 0 ? ' ' : 0);
    if (value.size() != column.width())
        throw Error(ErrorKind::usage, JET_errInvalidBufferSize,
                    "a key value of " + std::to_string(value.size()) + " bytes was given for column " + column.name +
                        ", which has " + std::to_string(column.width()));
    return value;
}

}  // namespace

void require_makeable_keys(const Index& index) {
    if (const auto why = why_no_keys(index))
        throw Error(JET_errUnicodeNormalizationNotSupported,
                    "keys of index " + index.name + " can't be made in this version: " + *why);
}

void SearchKey::add(const Index& index, std::optional<ByteView> value, bool first, KeyEnd end) {
    if (first) key_.emplace(Key{format::KeyBuilder(index.key_most)});
    if (!key_) throw Error(ErrorKind::usage, JET_errKeyNotMade, "no key was begun (JET_bitNewKey)");
    if (key_->complete || key_->columns == index.columns.size())
        throw Error(ErrorKind::usage, JET_errKeyIsMade, "the key is complete already");
    require_makeable_keys(index);
    const bool as_prefix = end == KeyEnd::prefix || end == KeyEnd::behind_prefix;
    const std::size_t position = key_->columns;
    const auto in_index = value || (position == 0 && index.tuple_limits)
                              ? std::optional(value_in_index(index, position, value.value_or(ByteView())))
                              : std::nullopt;
    key_->builder.add(segment_form(index, index.columns[position]), in_index, as_prefix);
    ++key_->columns;
    key_->complete = end != KeyEnd::open;
    if (end == KeyEnd::behind_whole || end == KeyEnd::behind_prefix) key_->builder.pad_to_end();
}

void SearchKey::use(ByteView key) {
    key_.emplace(Key{format::KeyBuilder(key.size())});
    key_->builder.use(key);
    key_->complete = true;
}

std::vector<std::uint8_t> SearchKey::made() const {
    if (!key_) throw Error(ErrorKind::usage, JET_errKeyNotMade, "no key was made");
    return key_->builder.key();
}

std::vector<std::uint8_t> SearchKey::take() {
    auto key = made();
    key_.reset();
    return key;
}

}  // namespace ese::engine
