#include "codec/column_compression.h"

#include <lz4.h>

#include <string>

#include "base/error.h"
#include "codec/seven_bit.h"
#include "codec/xpress.h"
#include "esent.h"

namespace ese::codec {

namespace {

enum class Scheme : std::uint8_t { none, ascii, utf16, xpress, scrubbed, xpress9, xpress10, lz4 };

constexpr unsigned scheme_shift = 3;
constexpr std::size_t sized_head_bytes = 3;  // scheme, u16 size
// XPRESS is tried for what has a size between these.
constexpr std::size_t xpress_least_bytes = 1024, xpress_most_bytes = 0xFFFF;

[[noreturn]] void damaged(const std::string& why) {
    throw Error(ErrorKind::damage, JET_errDecompressionFailed, "a compressed value is damaged: " + why);
}

std::string name_of(Scheme scheme) {
    switch (scheme) {
        case Scheme::xpress9: return "XPRESS9";
        case Scheme::xpress10: return "XPRESS10";
        default: return "scheme " + std::to_string(static_cast<unsigned>(scheme));
    }
}

std::uint8_t first_byte(Scheme scheme, std::uint8_t extra) {
    return static_cast<std::uint8_t>(static_cast<unsigned>(scheme) << scheme_shift | extra);
}

std::optional<std::vector<std::uint8_t>> try_xpress(ByteView value) {
    if (value.size() < xpress_least_bytes || value.size() > xpress_most_bytes) return std::nullopt;
    std::vector<std::uint8_t> stored(sized_head_bytes);
    stored[0] = first_byte(Scheme::xpress, 0);
    store_u16(stored, 1, static_cast<std::uint16_t>(value.size()));
    const std::vector<std::uint8_t> compressed = compress_xpress(value);
    stored.insert(stored.end(), compressed.begin(), compressed.end());
    if (stored.size() >= value.size()) return std::nullopt;
    return stored;
}

std::optional<std::vector<std::uint8_t>> try_seven_bit(ByteView value, Scheme scheme) {
    const std::size_t character_bytes = scheme == Scheme::utf16 ? 2 : 1;
    if (!fits_seven_bits(value, character_bytes)) return std::nullopt;
    if (seven_bit_size(value.size(), character_bytes) >= value.size()) return std::nullopt;
    std::vector<std::uint8_t> stored = pack_seven_bit(value, character_bytes);
    stored[0] = first_byte(scheme, stored[0]);
    return stored;
}

// Text in UTF-16 is not packed as ASCII, even if UTF-16 does not pay.
std::optional<std::vector<std::uint8_t>> choose(ByteView value) {
    auto xpress = try_xpress(value);
    if (xpress && xpress->size() <= seven_bit_size(value.size(), 2)) return xpress;
    const bool is_utf16 = fits_seven_bits(value, 2);
    if (is_utf16 || !xpress) {
        auto packed = try_seven_bit(value, is_utf16 ? Scheme::utf16 : Scheme::ascii);
        if (packed || !xpress) return packed;
    }
    return xpress;
}

// What follows a head of the XPRESS and LZ4 schemes fills the size that it tells exactly.
std::vector<std::uint8_t> decompress_sized(Scheme scheme, ByteView stored, std::size_t most_bytes) {
    if (stored.size() < sized_head_bytes) damaged("it has no head");
    if (load_u16(stored, 1) > most_bytes) damaged("it is too long");
    std::vector<std::uint8_t> value(load_u16(stored, 1));
    const ByteView compressed = stored.subspan(sized_head_bytes);
    if (scheme == Scheme::xpress) {
        decompress_xpress(compressed, value);
        return value;
    }
    const int bytes =
        LZ4_decompress_safe(reinterpret_cast<const char*>(compressed.data()), reinterpret_cast<char*>(value.data()),
                            static_cast<int>(compressed.size()), static_cast<int>(value.size()));
    if (bytes < 0 || static_cast<std::size_t>(bytes) != value.size()) damaged("it is no LZ4 block of its size");
    return value;
}

}  // namespace

std::optional<std::vector<std::uint8_t>> compress_value(ByteView value, std::size_t least_bytes) {
    auto stored = choose(value);
    if (stored && stored->size() < least_bytes) stored.reset();
    return stored;
}

std::vector<std::uint8_t> decompress_value(ByteView stored, std::size_t most_bytes) {
    if (stored.empty()) damaged("it is empty");
    const auto scheme = static_cast<Scheme>(stored[0] >> scheme_shift);
    std::vector<std::uint8_t> value;
    switch (scheme) {
        case Scheme::none: value.assign(stored.begin() + 1, stored.end()); break;
        case Scheme::ascii:
        case Scheme::utf16: {
            const std::size_t character_bytes = scheme == Scheme::utf16 ? 2 : 1;
            if (seven_bit_characters(stored) > most_bytes / character_bytes) damaged("it is too long");
            unpack_seven_bit(stored, character_bytes, value);
            break;
        }
        case Scheme::xpress:
        case Scheme::lz4: value = decompress_sized(scheme, stored, most_bytes); break;
        case Scheme::scrubbed: damaged("it was scrubbed, its data are gone");
        default:
            throw Error(JET_errFeatureNotAvailable,
                        "a value is compressed by " + name_of(scheme) + ", which this version can't read");
    }
    if (value.size() > most_bytes) damaged("it is too long");
    return value;
}

}  // namespace ese::codec
