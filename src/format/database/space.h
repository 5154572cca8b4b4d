#pragma once

// Space headers of tree roots, split buffers, and the nodes of space trees (DATABASE-FORMAT 3.5, 4).

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "format/database/page.h"

namespace ese::format {

// A run of pages, named by its last page and their number, as space trees store it.
struct Extent {
    PageNumber last;
    std::uint32_t pages = 0;

    bool operator==(const Extent&) const = default;
    PageNumber first() const { return PageNumber(last.value() - pages + 1); }
    bool contains(PageNumber page) const { return page.value() <= last.value() && last.value() - page.value() < pages; }
};

// Tag 0 of a tree's root page.
struct SpaceHeader {
    static constexpr std::size_t size = 16;

    std::uint32_t pages = 0;  // v1: pages of the primary extent; v2: pages of the last allocation
    PageNumber parent;        // root page of the parent tree; none for the system root
    bool multiple_extent = false;
    bool non_unique = false;
    bool v2 = false;
    std::uint32_t other_flags = 0;                // bits that no one explained yet, kept
    std::uint32_t available = 0;                  // single extent: bit k set means page root + 1 + k is free
    PageNumber owned_root;                        // multiple extent: root of OE; AE's is the next page
    bool root_fields = false;                     // stored in the root-field form; implied by the next three
    std::optional<std::uint64_t> auto_increment;  // root-field form: greatest value reserved
    std::vector<std::uint8_t> unknown_fields;     // root-field form: fields after those above, kept
    std::uint8_t unknown_field_bits = 0;

    bool operator==(const SpaceHeader&) const = default;
    PageNumber available_root() const { return owned_root.next(); }

    // `tag0` of a root page that is no space tree's. Throws JET_errSPOwnExtCorrupted if it cannot be one.
    static SpaceHeader parse(ByteView tag0);
    std::vector<std::uint8_t> to_bytes() const;

    // A new tree of `pages` pages from `root` on, one extent (DATABASE-FORMAT 4); at most 33 pages.
    static SpaceHeader single(std::uint32_t pages, PageNumber parent, bool non_unique);
    // Single extent: the free pages of a tree whose root page is `root`.
    std::vector<PageNumber> available_pages(PageNumber root) const;
};

// Tag 0 of a space tree's root: two extents kept for splitting that space tree itself.
struct SplitBuffer {
    static constexpr std::size_t size = 16;

    std::array<Extent, 2> extents{};

    bool operator==(const SplitBuffer&) const = default;
    // An empty tag 0 is an empty split buffer, which the engine repairs when it writes.
    static SplitBuffer parse(ByteView tag0);
    std::vector<std::uint8_t> to_bytes() const;
};

// A node of OE or AE. Pools exist in AE only: 0 general (4-byte key), 1 contiguous, 2 shelved (5-byte key).
struct ExtentNode {
    Extent extent;
    std::uint8_t pool = 0;

    bool operator==(const ExtentNode&) const = default;
    static ExtentNode parse(const Node& node);  // throws as SpaceHeader::parse
    std::vector<std::uint8_t> key() const;
    std::vector<std::uint8_t> data() const;
};

}  // namespace ese::format
