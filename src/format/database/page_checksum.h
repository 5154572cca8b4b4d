#pragma once

// Checksums of database pages and log segments: XOR32 and ECC of a block, and what a page makes of them
// (DATABASE-FORMAT 3.2).

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"

namespace ese::format {

// Both halves of the checksum of one block. On disk they are one u64: XOR in the low half, ECC in the high one.
struct BlockChecksum {
    std::uint32_t xor32 = 0;
    std::uint32_t ecc = 0;

    bool operator==(const BlockChecksum&) const = default;
    std::uint64_t value() const { return std::uint64_t{ecc} << 32 | xor32; }
    static BlockChecksum from(std::uint64_t value) {
        return {static_cast<std::uint32_t>(value), static_cast<std::uint32_t>(value >> 32)};
    }
};

// The block's size must be a power of two from 64 to 8192 (the ECC has 16 bits for a bit's number).
// `seed` is the page number, or the sector of a log segment. `skip_first_8` counts the first 8 bytes, where the
// checksum itself is stored, as zero. Uses the widest vectors that the processor has.
BlockChecksum block_checksum(ByteView block, std::uint32_t seed, bool skip_first_8);

// The number of the one bit (8 * byte + bit, LSB first) whose flip explains why `stored` and `computed` differ, if
// there is such a bit in a block of this size. A flip inside the stored checksum itself cannot be told.
std::optional<std::uint32_t> single_bit_error(BlockChecksum stored, BlockChecksum computed, std::size_t block_bytes);

// Flips that bit, if there is one, and if then the block's checksum is `stored`. The bit of the flags that says "new
// checksum" (both in pages and in log segments bit 0x2000 of the u32 at 36) is never flipped: without it the checksum
// would mean something else. On failure the block is as before.
std::optional<std::uint32_t> correct_single_bit(ByteSpan block, BlockChecksum stored, std::uint32_t seed,
                                                bool skip_first_8);

enum class PageState {
    valid,
    correctable,        // one bit is wrong in one or more blocks, and known; corrected if the caller asked for it
    uninitialised,      // all zero: never used, no checksum
    wrong_page_number,  // sound, but another page: the checksum fits another number
    bad,
};

std::string_view to_string(PageState state);

// What the checksum says of a page.
struct PageVerdict {
    PageState state = PageState::valid;
    // correctable: which bits of the page, at most one per block. The first is enough for a message.
    std::vector<std::uint32_t> bits;
    // Every state but valid and uninitialised: checksum stored and computed of the first block that differs.
    std::uint64_t found = 0;
    std::uint64_t expected = 0;
    // wrong_page_number: the number that the page was written for. On small pages it is worked out from the checksum,
    // where a bit flipped in the stored XOR looks the same.
    PageNumber found_page;

    bool usable() const { return state == PageState::valid || state == PageState::correctable; }
};

// `page` must have one of the page sizes (2, 4, 8, 16, 32 KiB). Both checksum formats are known. Only reads the page.
PageVerdict verify_page(ByteView page, PageNumber number);

// As verify_page, and corrects the bits it reports.
PageVerdict verify_and_correct_page(ByteSpan page, PageNumber number);

// Stamps the checksum (and in large pages the number at 64) in the new format, setting flag 0x2000.
void stamp_page_checksum(ByteSpan page, PageNumber number);

// One way to compute a block checksum; all give the same result. For tests and benchmarks.
struct ChecksumMethod {
    std::string_view name;
    BlockChecksum (*compute)(ByteView block, std::uint32_t seed, bool skip_first_8);
};

// The methods that this processor can run, the one that block_checksum uses last.
std::vector<ChecksumMethod> checksum_methods();

}  // namespace ese::format
