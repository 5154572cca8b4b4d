#pragma once

// The seek table behind the tar: zstd's seekable format, version 0.1.0: a skippable frame with an entry for each
// frame (with checksums) and a footer.

#include <cstdint>
#include <vector>

#include "base/bytes.h"

namespace ese::archive {

struct SeekEntry {
    std::uint32_t compressed_bytes = 0;
    std::uint32_t raw_bytes = 0;
    std::uint32_t checksum = 0;  // low half of XXH64 of the raw bytes: the same as a zstd frame's own last four bytes

    bool operator==(const SeekEntry&) const = default;
};

struct SeekTable {
    static constexpr std::size_t entry_bytes = 12;
    static constexpr std::size_t header_bytes = 8;
    static constexpr std::size_t footer_bytes = 9;

    std::vector<SeekEntry> entries;

    std::uint64_t bytes() const { return header_bytes + footer_bytes + std::uint64_t{entry_bytes} * entries.size(); }
    std::uint64_t compressed_bytes() const;  // of all frames
    std::uint64_t raw_bytes() const;
    std::vector<std::uint8_t> to_bytes() const;

    // From the last footer_bytes of a file: how many bytes the whole table has. Throws ErrorKind::incomplete if
    // this is no footer.
    static std::uint64_t bytes_from_footer(ByteView footer);
    // All of it, exactly; ErrorKind::damage otherwise.
    static SeekTable parse(ByteView table);
};

}  // namespace ese::archive
