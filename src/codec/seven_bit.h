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

// Whether every character of `value`, of `character_bytes` bytes each, has no more than seven bits.
bool fits_seven_bits(ByteView value, std::size_t character_bytes);

// What `value_bytes` bytes take when they are packed, the first byte included.
std::size_t seven_bit_size(std::size_t value_bytes, std::size_t character_bytes);

// The packed form of a value that fits and is not empty; of the first byte the low three bits are set.
std::vector<std::uint8_t> pack_seven_bit(ByteView value, std::size_t character_bytes);

}  // namespace ese::codec
