#include "codec/xpress.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "base/error.h"

using namespace ese;

namespace {

std::vector<std::uint8_t> from_hex(const std::string& text) {
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i < text.size(); i += 2)
        bytes.push_back(static_cast<std::uint8_t>(std::stoul(text.substr(i, 2), nullptr, 16)));
    return bytes;
}

// DATABASE-FORMAT 6.2a: a chunk of a long value, without the byte 0x18 and the length in front of it.
const char* const chunk =
    "5651000073006900740020006c006f00720065006d58006358006e0073680063d80065180075d800bf00ff0161ffeeae2a006428027018"
    "0073c80069180167a800646801ab02cf01036d6a00ff0304af0065b800fb04f90273a801f9005f0122bf005f00fe4f04159f03009f00ff"
    "ffffef6f02c2af00af0150733f008f030e8b042b069f026f01eebf00df0b2cdf02cf0420af007f022ead055f01f9023d07bf012e7f019f"
    "040c1f071d03bf0c8279011d034f011f06209f013b00fff0ffff9b034f01f84f050baf03eccf01df0220bf01cd03ff01e08d003f021f06"
    "a24f02bf01eebf001f02021f052f0c2cdf035f000269007000";
constexpr std::size_t text_bytes = 1036;

}  // namespace

TEST_CASE("A chunk that the original engine compressed comes out as its text") {
    std::vector<std::uint8_t> text(text_bytes);
    codec::decompress_xpress(from_hex(chunk), text);
    std::string narrow;
    for (std::size_t i = 0; i < text.size(); i += 2) narrow.push_back(static_cast<char>(text[i]));
    CHECK(narrow.substr(0, 43) == "sit lorem consectetur consectetur adipiscin");
    CHECK(narrow.substr(narrow.size() - 24) == "dipiscing dolor dolor ip");
}

TEST_CASE("A compressed chunk cut at any length is an error, and a changed one never writes elsewhere") {
    const auto whole = from_hex(chunk);
    std::vector<std::uint8_t> text(text_bytes);
    for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK_THROWS_AS(codec::decompress_xpress(ByteView(whole).first(size), text), Error);
    for (std::size_t i = 0; i < whole.size(); ++i) {
        auto changed = whole;
        changed[i] ^= 0x5A;
        try {
            codec::decompress_xpress(changed, text);
        } catch (const Error&) {
        }
    }
}

TEST_CASE("Published examples come out of the encoder, too") {
    std::vector<std::uint8_t> letters;
    for (char c = 'a'; c <= 'z'; ++c) letters.push_back(static_cast<std::uint8_t>(c));
    CHECK(codec::compress_xpress(letters) == from_hex("3f000000"
                                                      "6162636465666768696a6b6c6d6e6f707172737475767778797a"));
    std::vector<std::uint8_t> repeated;
    for (int i = 0; i < 100; ++i) repeated.insert(repeated.end(), {'a', 'b', 'c'});
    CHECK(codec::compress_xpress(repeated) == from_hex("ffffff1f"
                                                       "616263"
                                                       "1700"
                                                       "0f"
                                                       "ff"
                                                       "2601"));
}

TEST_CASE("A stream ends with a flag that is not used") {
    for (const std::size_t tokens : {31u, 32u, 33u, 64u}) {
        std::vector<std::uint8_t> data;
        for (std::size_t i = 0; i < tokens; ++i) data.push_back(static_cast<std::uint8_t>(i));
        const auto compressed = codec::compress_xpress(data);
        CHECK(compressed.size() == tokens + 4 * (tokens / 32 + 1));
        std::vector<std::uint8_t> back(tokens);
        codec::decompress_xpress(compressed, back);
        CHECK(back == data);
    }
    CHECK(codec::compress_xpress({}) == from_hex("ffffffff"));
    CHECK(codec::compress_xpress(std::vector<std::uint8_t>(32, 0)).size() == 4 + 1 + 4);
}
