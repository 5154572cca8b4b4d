#include "format/database/page_checksum.h"

#include <catch2/catch.hpp>
#include <random>

#include "format/common.h"

using namespace ese;
using namespace ese::format;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes random_bytes(std::size_t size, unsigned seed) {
    std::mt19937 random(seed);
    Bytes bytes(size);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    return bytes;
}

// The definition of DATABASE-FORMAT 3.2, bit by bit.
BlockChecksum naive_checksum(Bytes block, std::uint32_t seed, bool skip_first_8) {
    if (skip_first_8) std::fill_n(block.begin(), 8, std::uint8_t{0});
    std::uint32_t xor32 = seed, low = 0, high = 0;
    const auto mask = static_cast<std::uint32_t>(8 * block.size() - 1);
    for (std::size_t i = 0; i < block.size(); ++i) {
        xor32 ^= std::uint32_t{block[i]} << 8 * (i % 4);
        for (std::uint32_t bit = 0; bit < 8; ++bit) {
            if ((block[i] >> bit & 1) == 0) continue;
            const auto index = static_cast<std::uint32_t>(8 * i) + bit;
            low ^= index;
            high ^= ~index & mask;
        }
    }
    return {xor32, high << 16 | low};
}

Bytes random_page(std::size_t size, PageNumber number, unsigned seed = 1) {
    Bytes page = random_bytes(size, seed);
    stamp_page_checksum(page, number);
    return page;
}

void flip(Bytes& bytes, std::size_t bit) { bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ 1u << bit % 8); }

}  // namespace

TEST_CASE("every way to compute a block checksum agrees with the definition") {
    for (const auto& method : checksum_methods()) {
        INFO(method.name);
        for (unsigned run = 0; run < 24; ++run) {
            const std::size_t size = std::size_t{64} << run % 8;
            const Bytes block = random_bytes(size, run);
            for (const bool skip : {false, true}) {
                const auto expected = naive_checksum(block, run * 77, skip);
                CHECK(method.compute(block, run * 77, skip).value() == expected.value());
                CHECK(block_checksum(block, run * 77, skip).value() == expected.value());
            }
        }
    }
}

TEST_CASE("block checksums match the published vectors") {
    Bytes one(4096);
    one[8] = 1;
    Bytes two(8192);
    two.front() = two.back() = 0x80;
    for (const auto& method : checksum_methods()) {
        INFO(method.name);
        CHECK(method.compute(one, 5, true).value() == 0x7FBF0040'00000004);
        CHECK(method.compute(two, 7, false).value() == 0xFFF8FFF8'80000087);
        CHECK(method.compute(two, 7, true).value() == 0x0000FFFF'80000007);
    }
}

TEST_CASE("a stamped page is valid, and every single wrong bit of it is found or refused") {
    const std::size_t size = GENERATE(as<std::size_t>{}, 2048, 4096, 8192, 16384, 32768);
    const PageNumber number(0x1234);
    const Bytes page = random_page(size, number);
    REQUIRE(verify_page(page, number).state == PageState::valid);
    for (std::size_t bit = 64; bit < size * 8; bit += bit < 1024 ? 1 : 61) {
        if (bit == 36 * 8 + 13) continue;
        Bytes damaged = page;
        flip(damaged, bit);
        const PageVerdict verdict = verify_and_correct_page(damaged, number);
        REQUIRE(verdict.state == PageState::correctable);
        REQUIRE(verdict.bits == std::vector<std::uint32_t>{static_cast<std::uint32_t>(bit)});
        REQUIRE(verdict.found != verdict.expected);
        REQUIRE(damaged == page);
    }
    Bytes without_flag = page;
    flip(without_flag, 36 * 8 + 13);
    CHECK(verify_page(without_flag, number).state == PageState::bad);
    for (std::size_t bit = 32; bit < 64; ++bit) {
        Bytes damaged = page;
        flip(damaged, bit);
        CHECK(verify_page(damaged, number).state == PageState::bad);
    }
}

TEST_CASE("two wrong bits in one block are bad, in two blocks correctable") {
    const PageNumber number(9);
    const Bytes page = random_page(32768, number);
    Bytes damaged = page;
    flip(damaged, 9000);
    flip(damaged, 65536 + 77);
    flip(damaged, 40 * 8 + 3);  // stored checksum of block 1, together with block 0's bit above: two in block 0
    CHECK(verify_page(damaged, number).state == PageState::bad);
    flip(damaged, 9000);
    const PageVerdict verdict = verify_and_correct_page(damaged, number);
    CHECK(verdict.state == PageState::correctable);
    CHECK(verdict.bits == std::vector<std::uint32_t>{40 * 8 + 3, 65536 + 77});
    CHECK(damaged == page);

    Bytes small = random_page(8192, number);
    flip(small, 3000);
    flip(small, 40000);
    const PageVerdict bad = verify_page(small, number);
    CHECK(bad.state == PageState::bad);
    CHECK(bad.found == load_u64(small, 0));
    CHECK(bad.expected == block_checksum(small, 9, true).value());
}

TEST_CASE("a sound page in another page's place is named with its own number") {
    const std::size_t size = GENERATE(as<std::size_t>{}, 4096, 32768);
    const Bytes page = random_page(size, PageNumber(400));
    const PageVerdict verdict = verify_page(page, PageNumber(401));
    CHECK(verdict.state == PageState::wrong_page_number);
    CHECK(verdict.found_page == PageNumber(400));
    CHECK_FALSE(verdict.usable());
}

TEST_CASE("a large page whose number field contradicts its checksum has the wrong page number") {
    Bytes page = random_page(16384, PageNumber(7));
    store_u32(page, 64, 8);
    store_u64(page, 0, block_checksum(ByteView(page).first(4096), 7, true).value());
    const PageVerdict verdict = verify_page(page, PageNumber(7));
    CHECK(verdict.state == PageState::wrong_page_number);
    CHECK(verdict.found_page == PageNumber(8));
}

TEST_CASE("a page of zeros is uninitialised, and one bit in it makes it bad") {
    Bytes page(4096);
    CHECK(verify_page(page, PageNumber(3)).state == PageState::uninitialised);
    page[4000] = 1;
    CHECK(verify_page(page, PageNumber(3)).state == PageState::bad);
}

TEST_CASE("the checksum format before ECC is still read") {
    Bytes page = random_bytes(4096, 5);
    page[37] = static_cast<std::uint8_t>(page[37] & ~0x20);
    store_u32(page, 4, 12);
    store_u32(page, 0, header_checksum(page));
    CHECK(verify_page(page, PageNumber(12)).state == PageState::valid);
    CHECK(verify_page(page, PageNumber(13)).state == PageState::wrong_page_number);
    page[100] = static_cast<std::uint8_t>(page[100] ^ 1);
    CHECK(verify_page(page, PageNumber(12)).state == PageState::bad);
}

TEST_CASE("a wrong bit of a log segment is corrected with the sector as the seed") {
    Bytes segment = random_bytes(4096, 8);
    segment[37] = 0x20;
    const BlockChecksum stored = block_checksum(segment, 33, true);
    store_u64(segment, 0, stored.value());
    const Bytes sound = segment;
    flip(segment, 31000);
    CHECK(correct_single_bit(segment, stored, 33, true) == 31000u);
    CHECK(segment == sound);
    CHECK_FALSE(correct_single_bit(segment, stored, 33, true));
    flip(segment, 36 * 8 + 13);
    CHECK_FALSE(correct_single_bit(segment, stored, 33, true));
}
