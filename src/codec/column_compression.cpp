#include "codec/column_compression.h"

#include <string>

#include "base/error.h"
#include "codec/seven_bit.h"
#include "codec/xpress.h"
#include "esent.h"

namespace ese::codec {

namespace {

enum class Scheme : std::uint8_t { none, ascii, utf16, xpress, scrubbed, xpress9, xpress10, lz4 };

constexpr unsigned scheme_shift = 3;
constexpr std::size_t xpress_head_bytes = 3;  // scheme, u16 size

[[noreturn]] void damaged(const std::string& why) {
    throw Error(ErrorKind::damage, JET_errDecompressionFailed, "a compressed value is damaged: " + why);
}

std::string name_of(Scheme scheme) {
    switch (scheme) {
        case Scheme::xpress9: return "XPRESS9";
        case Scheme::xpress10: return "XPRESS10";
        case Scheme::lz4: return "LZ4";
        default: return "scheme " + std::to_string(static_cast<unsigned>(scheme));
    }
}

}  // namespace

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
            if (stored.size() < xpress_head_bytes) damaged("it has no head");
            if (load_u16(stored, 1) > most_bytes) damaged("it is too long");
            value.resize(load_u16(stored, 1));
            decompress_xpress(stored.subspan(xpress_head_bytes), value);
            break;
        case Scheme::scrubbed: damaged("it was scrubbed, its data are gone");
        default:
            throw Error(JET_errFeatureNotAvailable,
                        "a value is compressed by " + name_of(scheme) + ", which this version can't read");
    }
    if (value.size() > most_bytes) damaged("it is too long");
    return value;
}

}  // namespace ese::codec
