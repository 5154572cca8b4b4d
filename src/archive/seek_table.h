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
    static constexpr std::uint32_t max_entries = 0x8000000;  // the format's own limit: 1 PiB in frames of 8 MiB

    std::vector<SeekEntry> entries;

    // Throws ErrorKind::not_possible for more frames than a table can name.
    std::vector<std::uint8_t> to_bytes() const;

    // How many bytes a table of so many entries has.
    static std::uint64_t bytes_of(std::uint64_t entries);
    // From the last footer_bytes of a file: the number of entries. Throws ErrorKind::incomplete if this is no footer.
    static std::uint32_t entries_from_footer(ByteView footer);
    // The table's first header_bytes, given that number; ErrorKind::damage if they do not fit.
    static void check_header(ByteView header, std::uint32_t entries);
    // Any run of entries: a whole number of entry_bytes.
    static std::vector<SeekEntry> parse_entries(ByteView bytes);
    // All of it, exactly; ErrorKind::damage otherwise.
    static SeekTable parse(ByteView table);
};

}  // namespace ese::archive
