#pragma once

// Every JET_err and JET_wrn: its name, what kind of error it is, and what it means in plain words. Any thread may
// use it.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "esent.h"

namespace ese::jet {

struct JetErrorRow {
    std::int32_t value;
    std::string_view name;  // "JET_errFileNotFound"
    JET_ERRCAT category;    // the narrowest one
    std::string_view text;  // "a file is missing"
};

// All rows, by rising value. Names that stand for the same number as another one are left out.
std::span<const JetErrorRow> jet_errors();

// nullptr for a number that no error has.
const JetErrorRow* find_jet_error(std::int32_t value);

// Never empty: a number that no error has is an "Unknown error".
std::string_view jet_error_name(std::int32_t value);
std::string_view jet_error_text(std::int32_t value);

// The categories that an error of `category` belongs to, from the widest to `category` itself; the rest is zero.
std::array<unsigned char, 8> jet_error_hierarchy(JET_ERRCAT category);

}  // namespace ese::jet
