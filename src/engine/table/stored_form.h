#pragma once

// What a column takes: a caller's value as the record holds it.

#include <vector>

#include "engine/table/catalog.h"

namespace ese::engine {

// JET_coltypLongBinary and JET_coltypLongText.
constexpr std::size_t most_long_value_bytes = 0x7FFFFFFF;

struct StoredForm {
    std::vector<std::uint8_t> bytes;
    bool was_cut = false;  // the column allows no more
};
// Of a column that is not of a long type; `data` is not NULL. JET_errInvalidBufferSize, JET_errColumnTooBig.
StoredForm stored_form(const Column& column, ByteView data);

// Two values that an index takes for the same have the same. Throws JET_errUnicodeNormalizationNotSupported.
std::vector<std::uint8_t> comparable_key(const Column& column, ByteView value);

}  // namespace ese::engine
