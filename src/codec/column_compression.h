#pragma once

// Compressed column values and chunks of long values: the first byte names the scheme (DATABASE-FORMAT 6.2).

#include <cstddef>
#include <optional>
#include <vector>

#include "base/bytes.h"

namespace ese::codec {

// The bytes that a compressed value stands for, at most `most_bytes` of them. Throws JET_errDecompressionFailed for a
// value that is damaged or longer, and JET_errFeatureNotAvailable for a scheme that is not known here, with its name.
std::vector<std::uint8_t> decompress_value(ByteView stored, std::size_t most_bytes);

// What the original engine makes of a value or a chunk of a long value, for columns that are to be compressed: XPRESS
// from 1024 bytes on if it is not longer than seven-bit UTF-16 would be, else seven-bit UTF-16 or ASCII, whichever the
// value allows. Nothing if all are as long as the value, or the result has less than `least_bytes`: a value within a
// record is not compressed to less than the id of a long value takes (4, or 8 for long ids).
std::optional<std::vector<std::uint8_t>> compress_value(ByteView value, std::size_t least_bytes = 0);

}  // namespace ese::codec
