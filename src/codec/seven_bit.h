#pragma once

// Seven bits a character: what the engine makes of short texts in compressed columns (DATABASE-FORMAT 6.2).

#include <cstddef>
#include <vector>

#include "base/bytes.h"

namespace ese::codec {

// How many characters `packed` holds: a byte with the number of bits used in the last byte, then the bits. Throws
// JET_errDecompressionFailed where it is too short for one.
std::size_t seven_bit_characters(ByteView packed);

// Appends the characters to `into`, each as `character_bytes` bytes (1, or 2 for UTF-16).
void unpack_seven_bit(ByteView packed, std::size_t character_bytes, std::vector<std::uint8_t>& into);

}  // namespace ese::codec
