#include "codec/seven_bit.h"

#include "base/error.h"
#include "esent.h"

namespace ese::codec {

std::size_t seven_bit_characters(ByteView packed) {
    if (packed.size() < 2)
        throw Error(ErrorKind::damage, JET_errDecompressionFailed, "a value in seven-bit characters ends early");
    const std::size_t bits_in_last_byte = (packed[0] & 7) + std::size_t{1};
    return ((packed.size() - 2) * 8 + bits_in_last_byte) / 7;
}

void unpack_seven_bit(ByteView packed, std::size_t character_bytes, std::vector<std::uint8_t>& into) {
    const std::size_t count = seven_bit_characters(packed);
    const std::size_t start = into.size();
    into.resize(start + count * character_bytes);
    const ByteView bits = packed.subspan(1);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t byte = 7 * i / 8, shift = 7 * i % 8;
        unsigned word = bits[byte];
        if (shift > 1) word |= unsigned{bits[byte + 1]} << 8;  // the character goes over into the next byte
        into[start + i * character_bytes] = static_cast<std::uint8_t>(word >> shift & 0x7F);
    }
}

}  // namespace ese::codec
