#include "collation/sort_key.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "base/error.h"
#include "collation/weights.h"
#include "esent.h"

using namespace ese;
using namespace ese::collation;

namespace {

std::string hex_key(std::u16string_view text, std::uint32_t map_flags = default_map_flags) {
    std::string hex;
    for (const std::uint8_t byte : sort_key(text, map_flags)) {
        hex += "0123456789abcdef"[byte >> 4];
        hex += "0123456789abcdef"[byte & 15];
    }
    return hex;
}

struct Vector {
    std::u16string text;
    std::uint32_t map_flags;
    std::string key;
};

}  // namespace

// From index IxUnicode of the dissect project's index.edb, without the mark in front.
TEST_CASE("The sort key of a real index of Windows") {
    CHECK(hex_key(u"Simple Unicode text 🦊") ==
          "0e910e320e510e7e0e480e2107020e9f0e700e320e0a0e7c0e1a0e2107020e990e210ea60e990702b040b686"
          "010202020202020202020202020202020202020202"
          "3f3f01010100");
}

// Made by Wine 8.0 from the same weights (sort version 6.3.5).
TEST_CASE("Sort keys of letters, accents, expansions, ideographs and punctuation") {
    const std::vector<Vector> vectors{
        {u"Simple text", 0x30401, "0e910e320e510e7e0e480e2107020e990e210ea60e990101010100"},
        {u"co-op", 0x30401, "0e0a0e7c0e7c0e7e01010101fffd821200"},
        {u"l'été", 0x30401, "0e480e210e990e2101020e020e010101fffe801200"},
        {u"STRASSE", 0x30401, "0e910e990e8a0e020e910e910e210101010100"},
        {u"straße", 0x30401, "0e910e990e8a0e020e910e910e210101010100"},
        {u"Ærøskøbing", 0x30401, "0e020e210e8a0e7c0e910e360e7c0e090e320e700e25010202022102022101010100"},
        {u"þing", 0x30401, "0e990e2c0e320e700e250101010100"},
        {u"ĳs œuvre", 0x30401, "0e320e350e9107020e7c0e210e9f0ea20e8a0e210101010100"},
        {u"Ωμέγα ς", 0x30401, "0f320f180f0a0f060f0207020f260102020e01010100"},
        {u"Ёлка", 0x30401, "10141032102e1002011301010100"},
        {u"a\u0301b", 0x30401, "0e020e09010e01010100"},
        {u"\u0301a", 0x30401, "0e02010c01010100"},
        {u"e\u0302\u0323", 0x30401, "0e21016801010100"},
        {u"中文", 0x30401, "fdff3c97fdff54210101010100"},
        {u"x中-y", 0x30401, "0ea6fdff3c970ea701010101fffc821200"},
        {u"1 < 2 & 3", 0x30401, "0d1a0702080e07020d1c0702072507020d1e0101010100"},
        {u"a\u00ADb\u200D", 0x30401, "0e020e090101010100"},
        {u"\u2013\u2019", 0x30401, "077a01010101ffff891200"},
        {u"€5", 0x30401, "07a90d220101010100"},
        {u"Ÿÿ", 0x30401, "0ea70ea701131301010100"},
        {u"Mixed Case", 0x400, "0e510e320ea60e210e1a07020e0a0e020e910e21010112020202020212010100"},
        {u"Straße", 0x400, "0e910e990e8a0e020e910e910e21010112010100"},
        {u"ĲÆ", 0x400, "0e320e350e020e21010112121212010100"},
        {u"a-B", 0x400, "0e020e09010102120101fffe821200"},
        {u"ªº²", 0x400, "0e020e7c0d1c010303010e0e0e010100"},
        {u"Mixed Case É", 0x401, "0e510e320ea60e210e1a07020e0a0e020e910e2107020e210102020202020202020202020e01010100"},
        {u"É-e\u0301", 0x403, "0e210e2101010101fffe821200"},
        {u"É-e\u0301Ö", 0x402, "0e210e210e7c01011202120101fffe821200"},
        {u"Ñandú", 0x30403, "0e700e020e700e1a0e9f0101010100"},
    };
    for (const Vector& vector : vectors) {
        INFO("expected " << vector.key << ", flags " << vector.map_flags);
        CHECK(hex_key(vector.text, vector.map_flags) == vector.key);
    }
}

TEST_CASE("Nothing and what is ignored have the key of nothing") {
    CHECK(hex_key(u"") == "0101010100");
    CHECK(hex_key(std::u16string(3, u'\0')) == "0101010100");
}

TEST_CASE("No key is made of text whose weights are not known") {
    const std::u16string unknown[] = {
        u"カナ",                 // Kana
        u"한",                   // Hangul
        u"\u0374",               // in Wine's tables only
        u"\u20BD",               // came later than some of the sort versions
        u"\uFFFE",               // no character
        std::u16string{0xD83E},  // half a character
        std::u16string{0xDD8A, 'a'},
        std::u16string{0xD840, 0xDC00},        // beyond plane 1
        u"\uE000",                             // private use
        u"a" + std::u16string(12, u'\u0323'),  // marks whose weights add up to more than a byte
    };
    for (const std::u16string& text : unknown) {
        INFO("U+" << std::hex << static_cast<unsigned>(text[0]));
        try {
            (void)sort_key(u"ab" + text, default_map_flags);
            FAIL("a key was made");
        } catch (const Error& error) {
            CHECK(error.jet() == JET_errUnicodeNormalizationNotSupported);
        }
    }
    try {
        (void)sort_key(u"xカ", default_map_flags);
    } catch (const Error& error) {
        CHECK(error.message().find("U+30AB") != std::string::npos);
    }
    // What Windows leaves of these case weights is known for all flags or none.
    CHECK_THROWS_AS(sort_key(u"x²", map_flag::sort_key | map_flag::ignore_case), Error);
    CHECK_THROWS_AS(sort_key(u"🦊", map_flag::sort_key | map_flag::ignore_width), Error);
    CHECK(hex_key(u"x²") == "0ea60d1c0101010100");
}

TEST_CASE("Flags that are known") {
    CHECK(is_known_mapping(default_map_flags));
    CHECK(is_known_mapping(map_flag::sort_key));
    CHECK(is_known_mapping(map_flag::sort_key | map_flag::ignore_nonspacing));
    CHECK_FALSE(is_known_mapping(map_flag::ignore_case));
    CHECK_FALSE(is_known_mapping(default_map_flags | 0x1000));  // SORT_STRINGSORT
    CHECK_FALSE(is_known_mapping(0));
}

TEST_CASE("Keys sort words as a dictionary does") {
    const std::u16string sorted[] = {u"",   u"-",  u" a",  u"!",    u"<",     u"1",     u"10",  u"2",    u"a",
                                     u"ab", u"äb", u"abc", u"coop", u"co-op", u"zebra", u"αβγ", u"язык", u"中"};
    for (std::size_t i = 1; i < std::size(sorted); ++i) {
        INFO("word " << i);
        CHECK(sort_key(sorted[i - 1], default_map_flags) < sort_key(sorted[i], default_map_flags));
    }
}

TEST_CASE("Case never matters where it is ignored, and a separator never stands within a section") {
    const auto seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 2000; ++round) {
        std::u16string text;
        for (int i = 0; i < 20; ++i) {
            const auto unit = static_cast<char16_t>(random() % 4 ? random() % 0x180 : 0x4E00 + random() % 0x5000);
            if (weight_of(unit)) text += unit;
        }
        std::u16string upper = text;
        for (char16_t& unit : upper)
            if (unit >= u'a' && unit <= u'z') unit = static_cast<char16_t>(unit - u'a' + u'A');
        const auto key = sort_key(text, default_map_flags);
        if (key != sort_key(upper, default_map_flags)) FAIL("case changed a key");
        if (std::ranges::count(key, std::uint8_t{1}) != 4 || key.back() != 0 ||
            std::ranges::count(key, std::uint8_t{0}) != 1)
            FAIL("a key has a wrong number of separators: " << hex_key(text));
    }
}
