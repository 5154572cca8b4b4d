#pragma once

// The nodes of a page on their own, for changes that take them from one page to another.

#include <cstdint>
#include <span>
#include <vector>

#include "format/database/page.h"

namespace ese::engine {

struct OwnedNode {
    std::vector<std::uint8_t> key;
    std::vector<std::uint8_t> data;
    std::uint8_t flags = 0;  // versioned and deleted

    bool is_deleted() const { return (flags & format::node_flag::deleted) != 0; }
    // Of a node that is not on a leaf. The page that it points to.
    PageNumber child() const { return PageNumber(load_u32(data, 0)); }
    void set_child(PageNumber page);
    static OwnedNode pointing_to(PageNumber page, ByteView key);
};

OwnedNode own(const format::Node& node);
std::vector<OwnedNode> nodes_of(const format::PageView& page);

// Formats `page` and puts the nodes there. Throws JET_errInternalError where they do not fit: whoever moves nodes has
// counted them before.
void write_nodes(ByteSpan page, const format::PageIdentity& identity, ByteView external_header,
                 std::span<const OwnedNode> nodes, unsigned reserved_tags);

// The space that was reserved for it is there, or the page is not what the change was made on.
void require_room(bool done, const format::PageView& page, PageNumber number);

}  // namespace ese::engine
