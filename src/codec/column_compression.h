#pragma once

// Compressed column values and chunks of long values: the first byte names the scheme (DATABASE-FORMAT 6.2).

#include <cstddef>
#include <vector>

#include "base/bytes.h"

namespace ese::codec {

// The bytes that a compressed value stands for, at most `most_bytes` of them. Throws JET_errDecompressionFailed for a
// value that is damaged or longer, and JET_errFeatureNotAvailable for a scheme that is not known here, with its name.
std::vector<std::uint8_t> decompress_value(ByteView stored, std::size_t most_bytes);

}  // namespace ese::codec
