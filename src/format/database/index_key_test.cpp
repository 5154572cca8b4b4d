// The vectors are those of DATABASE-FORMAT 7, from databases that the original engine wrote.

#include "format/database/index_key.h"

#include <bit>
#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "base/error.h"
#include "esent.h"

using namespace ese;
using namespace ese::format;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes from_hex(const std::string& hex) {
    Bytes bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2)
        bytes.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
    return bytes;
}

KeySegmentForm form_of(ColumnType type, bool descending = false) {
    KeySegmentForm form;
    form.type = type;
    form.descending = descending;
    return form;
}

template <class T>
Bytes raw(T value) {
    Bytes bytes(sizeof value);
    store_le(
        bytes.data(),
        std::bit_cast<std::conditional_t<sizeof(T) == 8, std::uint64_t,
                                         std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint16_t>>>(value));
    return bytes;
}

Bytes key_of(const KeySegmentForm& form, const Bytes& value) {
    KeyBuilder builder(2000);
    builder.add(form, value);
    return builder.key();
}

}  // namespace

TEST_CASE("Keys of the original engine") {
    KeyBuilder first(255);
    first.add(form_of(ColumnType::short_int, true), raw<std::int16_t>(32518));
    first.add(form_of(ColumnType::long_int), raw<std::int32_t>(88));
    CHECK(first.key() == from_hex("8000F97F80000058"));

    KeyBuilder second(255);
    second.add(form_of(ColumnType::real), std::nullopt);
    second.add(form_of(ColumnType::long_long, true), raw<std::int64_t>(0x7DB534D35CA58227));
    second.add(form_of(ColumnType::bit), Bytes{0});
    CHECK(second.key() == from_hex("0080024ACB2CA35A7DD87F00"));

    KeyBuilder third(255);
    third.add(form_of(ColumnType::guid), from_hex("5F4294EAD576308974E00580ACC5EBEB"));
    third.add(form_of(ColumnType::binary), from_hex("FC540F81F0B4537FF8E20FA7A52660E3A63B"));
    CHECK(third.key() == from_hex("7F0580ACC5EBEB74E03089D5765F4294EA"
                                  "7FFC540F81F0B4537F09F8E20FA7A52660E309A63B00000000000002"));
    CHECK_FALSE(third.is_truncated());
}

TEST_CASE("NULL sorts in front, empty values behind it, text without regard to case") {
    CHECK(key_of(form_of(ColumnType::text), {}) == Bytes{0x40});
    CHECK(key_of(form_of(ColumnType::text), {'a', 'Z', 0xE9, 0, 'x'}) == Bytes{0x7F, 'A', 'Z', 0xE9, 0});
    KeySegmentForm high = form_of(ColumnType::long_int);
    high.nulls_high = true;
    KeyBuilder builder(255);
    builder.add(high, std::nullopt);
    CHECK(builder.key() == Bytes{0xC0});
    KeySegmentForm dotnet = form_of(ColumnType::guid);
    dotnet.dotnet_guid = true;
    CHECK(key_of(dotnet, from_hex("000102030405060708090A0B0C0D0E0F")) == from_hex("7F03020100050407060"
                                                                                   "8090A0B0C0D0E0F"));
}

TEST_CASE("Keys are cut at their greatest length, and values of a wrong width are refused") {
    KeyBuilder builder(255);
    builder.add(form_of(ColumnType::binary), Bytes(300, 0x11));
    CHECK(builder.key().size() == 255);
    CHECK(builder.is_truncated());
    CHECK(builder.is_full());
    KeySegmentForm limited = form_of(ColumnType::text);
    limited.most_bytes = 4;
    CHECK(key_of(limited, {'a', 'b', 'c', 'd', 'e'}) == Bytes{0x7F, 'A', 'B', 'C'});
    CHECK_THROWS_AS(key_of(form_of(ColumnType::long_int), {1, 2, 3}), Error);
    KeySegmentForm unicode = form_of(ColumnType::long_text);
    unicode.unicode = true;
    try {
        (void)key_of(unicode, {'a', 0});
        FAIL("a key of Unicode text was made without saying how");
    } catch (const Error& error) {
        CHECK(error.jet() == JET_errUnicodeNormalizationNotSupported);
    }
}

namespace {

template <class T>
void check_order(ColumnType type, std::mt19937_64& random) {
    INFO("column type " << static_cast<unsigned>(type));
    for (int i = 0; i < 2000; ++i) {
        T a, b;
        if constexpr (std::is_floating_point_v<T>) {
            std::uniform_real_distribution<T> any(-1e6, 1e6);
            a = any(random), b = any(random);
        } else {
            a = static_cast<T>(random()), b = static_cast<T>(random());
        }
        const bool in_order = (a < b) == (key_of(form_of(type), raw(a)) < key_of(form_of(type), raw(b)));
        const bool turned = (a < b) == (key_of(form_of(type, true), raw(a)) > key_of(form_of(type, true), raw(b)));
        if (!in_order || !turned) FAIL("keys of " << a << " and " << b << " are not in order");
    }
}

}  // namespace

TEST_CASE("Keys compare as the values do") {
    const auto seed = std::random_device()();
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    check_order<std::int16_t>(ColumnType::short_int, random);
    check_order<std::int32_t>(ColumnType::long_int, random);
    check_order<std::int64_t>(ColumnType::long_long, random);
    check_order<std::int64_t>(ColumnType::currency, random);
    check_order<std::uint16_t>(ColumnType::unsigned_short, random);
    check_order<std::uint32_t>(ColumnType::unsigned_long, random);
    check_order<std::uint64_t>(ColumnType::unsigned_long_long, random);
    check_order<float>(ColumnType::single, random);
    check_order<double>(ColumnType::real, random);
    check_order<double>(ColumnType::date_time, random);
    for (int i = 0; i < 2000; ++i) {
        Bytes a(random() % 20 + 1), b(random() % 20 + 1);
        for (auto* bytes : {&a, &b})
            for (auto& byte : *bytes) byte = static_cast<std::uint8_t>(random() % 3);
        if ((a < b) != (key_of(form_of(ColumnType::binary), a) < key_of(form_of(ColumnType::binary), b)))
            FAIL("binary keys are not in order");
    }
}

TEST_CASE("Unicode text goes into keys by its sort key, turned over for descending columns, and can be a prefix") {
    KeySegmentForm form = form_of(ColumnType::text);
    form.unicode = true;
    form.map_flags = 0x30401;
    const Bytes text{'b', 0, 0xE9, 0};
    CHECK(key_of(form, text) == from_hex("7f0e090e2101020e01010100"));
    // Half a character at the end, where a value was cut, does not count.
    CHECK(key_of(form, {'b', 0, 0xE9, 0, 'c'}) == key_of(form, text));
    KeyBuilder prefix(255);
    prefix.add(form, text, true);
    CHECK(prefix.key() == from_hex("7f0e090e21"));
    form.descending = true;
    CHECK(key_of(form, text) == from_hex("80f1f6f1defefdf1fefefeff"));
    CHECK(key_of(form, {}) == Bytes{0xBF});
}

TEST_CASE("A key ends within the segment that no longer fits, and nothing comes behind it") {
    KeyBuilder builder(255);
    CHECK(builder.add(form_of(ColumnType::binary), Bytes(200, 0x11)));  // 25 chunks of 9 bytes, and the mark
    CHECK(builder.key().size() == 226);
    builder.add(form_of(ColumnType::guid), Bytes(16, 0x22));
    CHECK(builder.key().size() == 243);
    CHECK_FALSE(builder.is_truncated());
    CHECK_FALSE(builder.add(form_of(ColumnType::guid), Bytes(16, 0x33)));
    CHECK(builder.key().size() == 255);
    CHECK(builder.key().back() == 0x33);
    CHECK(builder.is_truncated());
    const Bytes full = builder.key();
    builder.add(form_of(ColumnType::bit), std::nullopt);
    CHECK(builder.key() == full);
    // Behind all keys that begin so is only what is longer.
    builder.pad_to_end();
    CHECK(builder.key().size() == 256);
    CHECK(builder.key() > full);
}

TEST_CASE("A segment's own limit holds for text and binary data, and is no truncation") {
    for (const ColumnType type : {ColumnType::text, ColumnType::long_binary}) {
        KeySegmentForm limited = form_of(type);
        limited.most_bytes = 3;
        KeyBuilder builder(255);
        CHECK_FALSE(builder.add(limited, Bytes(20, 'A')));
        CHECK(builder.key() == Bytes{0x7F, 'A', 'A'});
        CHECK_FALSE(builder.is_truncated());
        builder.add(form_of(ColumnType::unsigned_byte), Bytes{7});
        CHECK(builder.key() == Bytes{0x7F, 'A', 'A', 0x7F, 7});
    }
    KeySegmentForm number = form_of(ColumnType::long_int);
    number.most_bytes = 3;
    CHECK(key_of(number, {1, 0, 0, 0}) == Bytes{0x7F, 0x80, 0, 0, 1});
    KeySegmentForm fixed = form_of(ColumnType::binary);
    fixed.fixed = true;
    CHECK(key_of(fixed, {1, 2, 0}) == Bytes{0x7F, 1, 2, 0});
}
