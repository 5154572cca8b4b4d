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

bool fits_seven_bits(ByteView value, std::size_t character_bytes) {
    if (value.size() % character_bytes != 0) return false;
    for (std::size_t i = 0; i < value.size(); ++i)
        if (value[i] > (i % character_bytes == 0 ? 0x7F : 0)) return false;
    return true;
}

std::size_t seven_bit_size(std::size_t value_bytes, std::size_t character_bytes) {
    return 1 + (value_bytes / character_bytes * 7 + 7) / 8;
}

std::vector<std::uint8_t> pack_seven_bit(ByteView value, std::size_t character_bytes) {
    std::vector<std::uint8_t> packed(seven_bit_size(value.size(), character_bytes));
    const std::size_t count = value.size() / character_bytes;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t byte = 1 + 7 * i / 8, shift = 7 * i % 8;
        const unsigned word = unsigned{value[i * character_bytes]} << shift;
        packed[byte] |= static_cast<std::uint8_t>(word);
        if (shift > 1) packed[byte + 1] |= static_cast<std::uint8_t>(word >> 8);
    }
    packed[0] = static_cast<std::uint8_t>((7 * count - 1) % 8);  // bits used in the last byte, less one
    return packed;
}

}  // namespace ese::codec
