#pragma once

// Taking pages out of a tree: one that fell empty, and one whose nodes have room on its right neighbour (LOG-FORMAT 4.5,
// Merge2).

#include <optional>
#include <vector>

#include "engine/btree/changed_tree.h"
#include "engine/btree/tree_changes.h"
#include "engine/btree/tree_path.h"

namespace ese::engine {

// Both return the page that has left the tree, which is the caller's to give back.

// The leaf leaves the tree; what it has is flagged as deleted and goes with it. Nothing is done where the tree can't be
// without it: a root, or the only child of its parent.
std::optional<PageNumber> remove_leaf(TreeChanges& changes, const ChangedTree& tree, const TreePath& path);

// After something was taken from the leaf: it or its left neighbour goes where both fit on one page with room to spare.
std::optional<PageNumber> merge_leaf(TreeChanges& changes, const ChangedTree& tree, const TreePath& path);

// Merges what can be merged, from the leaf with this bookmark on (key, and data where keys are not unique; empty: the
// first), and looks at no more than `pages` leaves. Returns where to go on; nothing at the end of the tree.
std::optional<std::vector<std::uint8_t>> merge_pass(TreeChanges& changes, const Tree& tree, ByteView from,
                                                    std::uint32_t pages);

}  // namespace ese::engine
