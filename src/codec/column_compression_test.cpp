// The vectors come from databases that the original engine wrote (DATABASE-FORMAT 6.2a).

#include "codec/column_compression.h"

#include <lz4.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "base/error.h"
#include "codec/seven_bit.h"
#include "esent.h"

using namespace ese;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes from_hex(const std::string& hex) {
    Bytes bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2)
        bytes.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
    return bytes;
}

std::string text_of(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

std::int32_t error_of(const Bytes& stored, std::size_t most) {
    try {
        (void)codec::decompress_value(stored, most);
        return 0;
    } catch (const Error& error) {
        return error.jet();
    }
}

}  // namespace

TEST_CASE("Seven-bit characters come back as ASCII or UTF-16") {
    CHECK(text_of(codec::decompress_value(from_hex("0FECB7BCDC0685DB653A284C4EC3D3"), 1023)) == "lorem amet adipi");
    CHECK(text_of(codec::decompress_value(from_hex("1461721A"), 1023)) == std::string("a\0d\0i\0", 6));
    CHECK(codec::seven_bit_characters(from_hex("1461721A")) == 3);
}

TEST_CASE("An XPRESS chunk of the original engine") {
    const Bytes chunk = from_hex(
        "180c045651000073006900740020006c006f00720065006d58006358006e0073680063d80065180075d800bf00ff0161ffeeae2a006428"
        "02"
        "70180073c80069180167a800646801ab02cf01036d6a00ff0304af0065b800fb04f90273a801f9005f0122bf005f00fe4f04159f03009f"
        "00"
        "ffffffef6f02c2af00af0150733f008f030e8b042b069f026f01eebf00df0b2cdf02cf0420af007f022ead055f01f9023d07bf012e7f01"
        "9f"
        "040c1f071d03bf0c8279011d034f011f06209f013b00fff0ffff9b034f01f84f050baf03eccf01df0220bf01cd03ff01e08d003f021f06"
        "a2"
        "4f02bf01eebf001f02021f052f0c2cdf035f000269007000");
    REQUIRE(chunk.size() == 248);
    std::string text;
    for (const std::uint8_t byte : codec::decompress_value(chunk, 8110))
        if (byte != 0) text += static_cast<char>(byte);
    CHECK(text.size() == 518);
    CHECK(text.starts_with("sit lorem consectetur consectetur adipiscing dolor"));
    CHECK(text.ends_with("ipsum elit adipiscing dolor dolor ip"));
}

TEST_CASE("A compressed value is held to its greatest length, and unknown schemes are named") {
    CHECK(error_of(from_hex("0FECB7BCDC0685DB653A284C4EC3D3"), 15) == JET_errDecompressionFailed);
    CHECK(error_of(from_hex("180c0456510000"), 8110) == JET_errDecompressionFailed);
    CHECK(error_of(from_hex("180c04"), 1035) == JET_errDecompressionFailed);
    CHECK(error_of(from_hex("0F"), 100) == JET_errDecompressionFailed);
    CHECK(error_of({}, 100) == JET_errDecompressionFailed);
    CHECK(error_of(from_hex("20"), 100) == JET_errDecompressionFailed);
    CHECK(error_of(from_hex("0041"), 1) == 0);
    CHECK(error_of(from_hex("004142"), 1) == JET_errDecompressionFailed);
    for (const auto& [stored, name] : {std::pair{"28", "XPRESS9"}, {"30", "XPRESS10"}}) {
        CHECK(error_of(from_hex(stored), 100) == JET_errFeatureNotAvailable);
        CHECK_THROWS_WITH(codec::decompress_value(from_hex(stored), 100), Catch::Contains(name));
    }
}

TEST_CASE("A value compressed by LZ4") {
    // Three letters, a match of 18 bytes that begins with them, and five letters; one of the size that the head tells.
    const std::string block =
        "3E6162630300"
        "5068656C6C6F";
    CHECK(text_of(codec::decompress_value(from_hex("381A00" + block), 26)) == "abcabcabcabcabcabcabchello");
    CHECK(error_of(from_hex("381A00" + block), 25) == JET_errDecompressionFailed);
    CHECK(error_of(from_hex("381B00" + block), 100) == JET_errDecompressionFailed);
    CHECK(error_of(from_hex("381900" + block), 100) == JET_errDecompressionFailed);
    CHECK(error_of(from_hex("381A00" + block.substr(0, 20)), 100) == JET_errDecompressionFailed);
    CHECK(error_of(from_hex("381A003E6162630400"
                            "5068656C6C6F"),
                   100) == JET_errDecompressionFailed);
    CHECK(error_of(from_hex("381A"), 100) == JET_errDecompressionFailed);
    CHECK(error_of(from_hex("38"), 100) == JET_errDecompressionFailed);

    // As the original engine calls the library, for the largest value that the head has room for.
    Bytes value(65535);
    std::mt19937 random(7);
    for (auto& byte : value) byte = static_cast<std::uint8_t>(random() % 20);
    Bytes stored(3 + value.size());
    const int size =
        LZ4_compress_default(reinterpret_cast<const char*>(value.data()), reinterpret_cast<char*>(stored.data() + 3),
                             static_cast<int>(value.size()), static_cast<int>(value.size()));
    REQUIRE(size > 0);
    stored.resize(3 + static_cast<std::size_t>(size));
    stored[0] = 7 << 3;
    stored[1] = stored[2] = 0xFF;
    CHECK(codec::decompress_value(stored, 65535) == value);
}

TEST_CASE("Short values are packed as the original engine packed them") {
    const auto utf16 = [](const std::string& text) {
        Bytes bytes;
        for (const char c : text) bytes.insert(bytes.end(), {static_cast<std::uint8_t>(c), 0});
        return bytes;
    };
    const std::string text = "lorem amet adipi";
    CHECK(codec::compress_value(Bytes(text.begin(), text.end())) == from_hex("0FECB7BCDC0685DB653A284C4EC3D3"));
    CHECK(codec::compress_value(utf16("adi")) == from_hex("1461721A"));
    // Eight characters fill seven bytes.
    CHECK(codec::compress_value(utf16("abcdefgh")).value().size() == 8);
    CHECK(codec::compress_value(utf16("abcdefgh")).value()[0] == 0x17);
}

TEST_CASE("What does not pay is left as it is") {
    CHECK_FALSE(codec::compress_value({}));
    CHECK_FALSE(codec::compress_value(Bytes{'a'}));
    CHECK_FALSE(codec::compress_value(Bytes(15, 'a')));  // fourteen bytes, and the first one
    CHECK(codec::compress_value(Bytes(16, 'a')));
    CHECK_FALSE(codec::compress_value(Bytes{'a', 'b', 'c', 0xE9, 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k'}));
    // Below the length of the id of a long value.
    const Bytes two{'a', 0, 'b', 0};
    CHECK(codec::compress_value(two).value().size() == 3);
    CHECK_FALSE(codec::compress_value(two, 4));
    const Bytes six{'a', 0, 'b', 0, 'c', 0, 'd', 0, 'e', 0, 'f', 0};
    CHECK(codec::compress_value(six, 4));
    CHECK_FALSE(codec::compress_value(six, 8));
    // Noise, long enough for XPRESS.
    std::mt19937 random(7);
    Bytes noise(5000);
    for (auto& byte : noise) byte = static_cast<std::uint8_t>(random());
    CHECK_FALSE(codec::compress_value(noise));
}

TEST_CASE("XPRESS is for long values, unless seven-bit UTF-16 is shorter") {
    const auto scheme = [](const Bytes& value) { return codec::compress_value(value).value()[0] >> 3; };
    CHECK(scheme(Bytes(1023, 'a')) == 1);
    CHECK(scheme(Bytes(1024, 'a')) == 3);
    CHECK(scheme(Bytes(65535, 0xE9)) == 3);
    CHECK_FALSE(codec::compress_value(Bytes(65536, 0xE9)));  // its size has no room in the head
    // Random characters: seven bits are the best.
    std::mt19937 random(7);
    Bytes text(4000);
    for (std::size_t i = 0; i < text.size(); i += 2) text[i] = static_cast<std::uint8_t>(random() % 128);
    CHECK(scheme(text) == 2);
    // One accent forbids seven bits, and XPRESS stays although it is longer than they would be.
    text[2000] = 0xE9;
    CHECK(scheme(text) == 3);
}

TEST_CASE("Whatever is compressed comes back") {
    const auto seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    int compressed = 0;
    for (int round = 0; round < 600; ++round) {
        Bytes value(random() % (round % 10 == 0 ? 65536 : 3000));
        const auto kinds = static_cast<unsigned>(1 + random() % 200), step = static_cast<unsigned>(1 + random() % 2);
        const std::size_t far = 1 + random() % 9000;
        for (std::size_t i = 0; i < value.size(); i += step) value[i] = static_cast<std::uint8_t>(random() % kinds);
        // Repetitions, near and far, up to very long ones.
        for (auto copies = random() % 4; copies > 0 && value.size() > 10; --copies) {
            const std::size_t to = 1 + random() % (value.size() - 1), distance = std::min<std::size_t>(to, far);
            const std::size_t length = random() % (value.size() - to);
            for (std::size_t i = 0; i < length; ++i) value[to + i] = value[to + i - distance];
        }
        const auto stored = codec::compress_value(value);
        if (!stored) continue;
        ++compressed;
        if (stored->size() >= value.size()) FAIL("a result is not shorter than the value");
        if (codec::decompress_value(*stored, value.size()) != value) FAIL("a value did not come back");
    }
    CHECK(compressed > 100);
}
