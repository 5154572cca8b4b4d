#include "format/database/page_checksum.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <span>

#include "format/common.h"

namespace ese::format {

namespace {

constexpr std::size_t max_block_bytes = 8192;
constexpr std::size_t flags_at = 36;
constexpr std::uint32_t new_checksum_flag = 0x2000;
constexpr std::uint32_t new_checksum_bit = flags_at * 8 + 13;
constexpr std::size_t large_page_blocks = 4;
constexpr std::size_t large_number_at = 64;

inline std::uint32_t parity(std::uint64_t bits) { return static_cast<std::uint32_t>(__builtin_parityll(bits)); }

// From the XOR of all rows (as u64 columns) and the number of the rows with odd parity XORed together, to both
// checksums.
BlockChecksum finish(std::span<const std::uint64_t> columns, std::uint32_t row_index, std::size_t block_bytes,
                     std::uint32_t seed) {
    std::uint64_t folded = 0;
    std::uint32_t lane_index = 0;
    for (std::size_t lane = 0; lane < columns.size(); ++lane) {
        folded ^= columns[lane];
        if (parity(columns[lane]) != 0) lane_index ^= static_cast<std::uint32_t>(lane);
    }
    constexpr std::array<std::uint64_t, 6> bit_of_index{0xAAAAAAAAAAAAAAAA, 0xCCCCCCCCCCCCCCCC, 0xF0F0F0F0F0F0F0F0,
                                                        0xFF00FF00FF00FF00, 0xFFFF0000FFFF0000, 0xFFFFFFFF00000000};
    const auto lane_bits = static_cast<unsigned>(std::countr_zero(columns.size()));
    std::uint32_t low = row_index << (6 + lane_bits) | lane_index << 6;
    for (std::size_t k = 0; k < bit_of_index.size(); ++k) low |= parity(folded & bit_of_index[k]) << k;
    const auto mask = static_cast<std::uint32_t>(8 * block_bytes - 1);
    const std::uint32_t high = parity(folded) == 0 ? low : low ^ mask;
    return {static_cast<std::uint32_t>(folded ^ folded >> 32) ^ seed, high << 16 | low};
}

BlockChecksum scalar_checksum(ByteView block, std::uint32_t seed, bool skip_first_8) {
    std::uint64_t column = 0;
    std::uint32_t row_index = 0;
    for (std::size_t at = skip_first_8 ? 8 : 0; at < block.size(); at += 8) {
        const std::uint64_t row = load_le<std::uint64_t>(block.data() + at);
        column ^= row;
        row_index ^= static_cast<std::uint32_t>(at / 8) & (0u - parity(row));
    }
    return finish({&column, 1}, row_index, block.size(), seed);
}

namespace bits_128 {  // SSE2, NEON
#define KERNEL_LANES 2
#define KERNEL_TARGET
#include "format/database/page_checksum_kernel.inc"
#undef KERNEL_LANES
#undef KERNEL_TARGET
}  // namespace bits_128

#if defined(__x86_64__)
// Vectors of 512 bits were measured too, and are slower on data that comes from memory.
namespace bits_256 {
#define KERNEL_LANES 4
#define KERNEL_TARGET __attribute__((target("avx2,popcnt")))
#include "format/database/page_checksum_kernel.inc"
#undef KERNEL_LANES
#undef KERNEL_TARGET
}  // namespace bits_256
#endif

}  // namespace

std::vector<ChecksumMethod> checksum_methods() {
    std::vector<ChecksumMethod> methods{{"scalar", scalar_checksum}};
    if constexpr (std::endian::native == std::endian::little) methods.push_back({"128-bit vectors", bits_128::compute});
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt")) {
        methods.push_back({"256-bit vectors", bits_256::compute});
    }
#endif
    return methods;
}

BlockChecksum block_checksum(ByteView block, std::uint32_t seed, bool skip_first_8) {
    static const auto best = checksum_methods().back().compute;
    assert(block.size() >= 64 && block.size() <= max_block_bytes && std::has_single_bit(block.size()));
    return best(block, seed, skip_first_8);
}

std::optional<std::uint32_t> single_bit_error(BlockChecksum stored, BlockChecksum computed, std::size_t block_bytes) {
    const auto mask = static_cast<std::uint32_t>(8 * block_bytes - 1);
    const std::uint32_t ecc = stored.ecc ^ computed.ecc;
    const std::uint32_t bit = ecc & 0xFFFF;
    const std::uint32_t xor_difference = stored.xor32 ^ computed.xor32;
    // A set bit more or less turns the parity, so the two halves of the ECC differ in every bit.
    if (((ecc >> 16 ^ ecc) & mask) != mask || bit > mask) return std::nullopt;
    if (xor_difference != std::uint32_t{1} << bit % 32) return std::nullopt;
    return bit;
}

namespace {

void flip(ByteSpan bytes, std::uint32_t bit) {
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ 1u << bit % 8);
}

// single_bit_error, without the bits that may not be flipped: those that the checksum leaves out, and its format flag.
std::optional<std::uint32_t> correctable_bit(BlockChecksum stored, BlockChecksum computed, std::size_t bytes,
                                             bool skip_first_8) {
    const auto bit = single_bit_error(stored, computed, bytes);
    if (!bit || (skip_first_8 && (*bit < 64 || *bit == new_checksum_bit))) return std::nullopt;
    return bit;
}

// Where the checksum of a block of a large page is stored.
constexpr std::size_t stored_at(std::size_t block) { return block == 0 ? 0 : 32 + 8 * block; }

// A page as the blocks that have a checksum each.
struct Blocks {
    std::size_t count;
    std::size_t bytes;
    explicit Blocks(std::size_t page_bytes)
        : count(page_bytes > 8192 ? large_page_blocks : 1), bytes(page_bytes / count) {}
};

// The format before ECC: a seeded XOR of all words but the first, and the page number in the second.
PageVerdict verify_legacy(ByteView page, PageNumber number) {
    const std::uint32_t sum = header_checksum(page);
    PageVerdict verdict;
    verdict.found = load_u64(page, 0);
    verdict.expected = std::uint64_t{number.value()} << 32 | sum;
    if (verdict.found == verdict.expected) return {};
    verdict.found_page = PageNumber(load_u32(page, 4));
    verdict.state = load_u32(page, 0) == sum ? PageState::wrong_page_number : PageState::bad;
    return verdict;
}

// Whether all that is wrong is that the page was written for another number.
bool is_page(ByteView page, std::uint32_t number) {
    const Blocks blocks(page.size());
    if (blocks.count > 1 && load_u32(page, large_number_at) != number) return false;
    for (std::size_t i = 0; i < blocks.count; ++i) {
        const auto computed = block_checksum(page.subspan(i * blocks.bytes, blocks.bytes), number, i == 0);
        if (computed.value() != load_u64(page, stored_at(i))) return false;
    }
    return true;
}

}  // namespace

std::optional<std::uint32_t> correct_single_bit(ByteSpan block, BlockChecksum stored, std::uint32_t seed,
                                                bool skip_first_8) {
    const auto bit = correctable_bit(stored, block_checksum(block, seed, skip_first_8), block.size(), skip_first_8);
    if (bit) flip(block, *bit);
    return bit;
}

std::string_view to_string(PageState state) {
    switch (state) {
        case PageState::valid: return "valid";
        case PageState::correctable: return "correctable";
        case PageState::uninitialised: return "uninitialised";
        case PageState::wrong_page_number: return "wrong page number";
        case PageState::bad: return "bad";
    }
    return "unknown";
}

PageVerdict verify_page(ByteView page, PageNumber number) {
    assert(is_page_size(static_cast<std::uint32_t>(page.size())));
    const Blocks blocks(page.size());
    if (load_u64(page, 0) == 0 && is_all_zero(page)) {
        PageVerdict verdict;
        verdict.state = PageState::uninitialised;
        return verdict;
    }
    if ((load_u32(page, flags_at) & new_checksum_flag) == 0) return verify_legacy(page, number);

    PageVerdict verdict;
    std::uint64_t first_difference = 0;
    bool correctable = true;
    // A wrong bit in the stored checksum of blocks 1 to 3 lies in block 0, so block 0 comes first and its correction is
    // counted in.
    std::array<std::uint64_t, large_page_blocks> stored{};
    for (std::size_t i = 0; i < blocks.count; ++i) stored[i] = load_u64(page, stored_at(i));
    for (std::size_t i = 0; i < blocks.count; ++i) {
        const ByteView block = page.subspan(i * blocks.bytes, blocks.bytes);
        const auto computed = block_checksum(block, number.value(), i == 0);
        if (computed.value() == stored[i]) continue;
        if (verdict.found == verdict.expected) {
            verdict.found = stored[i];
            verdict.expected = computed.value();
            first_difference = stored[i] ^ computed.value();
        }
        const auto bit = correctable_bit(BlockChecksum::from(stored[i]), computed, blocks.bytes, i == 0);
        if (!bit) {
            correctable = false;
            break;
        }
        verdict.bits.push_back(static_cast<std::uint32_t>(i * blocks.bytes * 8) + *bit);
        for (std::size_t k = 1; i == 0 && k < blocks.count; ++k) {
            if (*bit / 64 == stored_at(k) / 8) stored[k] ^= std::uint64_t{1} << *bit % 64;
        }
    }
    const bool differs = verdict.found != verdict.expected;
    if (!differs) {
        if (blocks.count == 1 || load_u32(page, large_number_at) == number.value()) return verdict;
        verdict.state = PageState::wrong_page_number;
        verdict.found = verdict.expected = stored[0];
        verdict.found_page = PageNumber(load_u32(page, large_number_at));
        return verdict;
    }
    if (correctable) {
        verdict.state = PageState::correctable;
        return verdict;
    }
    verdict.bits.clear();
    verdict.state = PageState::bad;
    const std::uint32_t other = number.value() ^ static_cast<std::uint32_t>(first_difference);
    if (first_difference >> 32 == 0 && is_page(page, other)) {
        verdict.state = PageState::wrong_page_number;
        verdict.found_page = PageNumber(other);
    }
    return verdict;
}

PageVerdict verify_and_correct_page(ByteSpan page, PageNumber number) {
    PageVerdict verdict = verify_page(page, number);
    for (const std::uint32_t bit : verdict.bits) flip(page, bit);
    return verdict;
}

void stamp_page_checksum(ByteSpan page, PageNumber number) {
    assert(is_page_size(static_cast<std::uint32_t>(page.size())));
    const Blocks blocks(page.size());
    store_u32(page, flags_at, load_u32(page, flags_at) | new_checksum_flag);
    if (blocks.count > 1) store_u32(page, large_number_at, number.value());
    // Block 0 last: it contains the checksums of the others.
    for (std::size_t i = blocks.count; i-- > 0;) {
        const auto sum = block_checksum(page.subspan(i * blocks.bytes, blocks.bytes), number.value(), i == 0);
        store_u64(page, stored_at(i), sum.value());
    }
}

}  // namespace ese::format
