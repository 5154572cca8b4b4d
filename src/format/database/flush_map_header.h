#pragma once

// The first page of a flush map, NAME.jfm (DATABASE-FORMAT 9). Only what it takes to say whether the map belongs to a
// database.

#include <optional>

#include "format/common.h"

namespace ese::format {

struct FlushMapHeader {
    static constexpr std::size_t page_bytes = 8192;

    std::uint32_t version_major = 0;
    std::uint32_t update_major = 0;
    std::uint32_t update_minor = 0;
    std::uint32_t flags = 0;
    LogTime create_time;
    LogTime attach_time;
    LogTime detach_time;
    Generation min_required;
    Generation min_required_target;
    Signature database_header_flush;
    Signature flush_map_header_flush;

    bool is_clean() const { return (flags & 1) != 0; }

    // nullopt if the bytes are not a whole flush map header: size, checksum or file type.
    static std::optional<FlushMapHeader> parse(ByteView page);

    // Whether the map belongs to a database whose header carries these two signatures: one of the pairs is equal and
    // not zero.
    bool matches(const Signature& header_flush, const Signature& flush_map) const;
};

}  // namespace ese::format
