#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace ese::format {

// A path as log records and attach lists hold it: UTF-16LE or, in old records, one byte for a character; up to its
// terminator or to the end of the bytes.
std::u16string parse_stored_path(ByteView bytes, bool utf16);
// UTF-16LE with its terminator.
std::vector<std::uint8_t> store_path(std::u16string_view path);

}  // namespace ese::format
