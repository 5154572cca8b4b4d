#pragma once

// What the text of an archive may look like, asked before anything is made of it.

#include <cstddef>
#include <string_view>

#include "base/bytes.h"

namespace ese::archive {

bool is_hex(std::string_view text, std::size_t digits);  // lower-case
bool is_uuid(std::string_view text);                     // lower-case
bool is_rfc3339_utc(std::string_view text);

// A few bytes of JSON can ask for much memory, or for deep recursion in whoever takes it apart. Throws
// ErrorKind::damage for text nested deeper than anything here is, or with more values than the largest manifest has.
// Returns how many names of fields stand in it, if it is JSON.
std::size_t check_json_limits(ByteView text, std::string_view name);

}  // namespace ese::archive
