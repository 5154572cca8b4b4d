#pragma once

// About where in a tree an entry lies, from the pages above it alone.

#include "engine/btree/tree_cursor.h"

namespace ese::engine {

// A place as a fraction of the tree: so many of so many parts lie in front. Parts are entries, counted as if all pages
// of a level had as many of them as those on the way to the place; both numbers fit into 32 bits.
struct TreePosition {
    std::uint64_t in_front = 0;
    std::uint64_t parts = 1;
};

// Of the first node that is not in front of this bookmark.
TreePosition position_of(PageCache& cache, const Tree& tree, ByteView key, ByteView data);
// The key of a node near such a place. False for a tree without nodes there.
bool node_at(PageCache& cache, const Tree& tree, const TreePosition& position, std::vector<std::uint8_t>& key);

}  // namespace ese::engine
