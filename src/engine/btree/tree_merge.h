#pragma once

// Taking pages out of a tree: one that fell empty, with those above it that had no other, and one whose nodes have room on
// a neighbour (LOG-FORMAT 4.5, Merge2 and EmptyTree).

#include <optional>
#include <vector>

#include "engine/btree/changed_tree.h"
#include "engine/btree/tree_changes.h"
#include "engine/btree/tree_path.h"

namespace ese::engine {

// Pages that have left a tree, which are the caller's to give back.
using LeftPages = std::vector<PageNumber>;

// The leaf leaves the tree, and so do the pages above it that have no other; what it has is flagged as deleted and goes with
// it. If it was the last one, the root is an empty leaf then. Nothing is done where the tree can't be without it: a root, or
// a leaf whose parent has no other, if it is the rightmost one, as the separators that would have to change are not those
// above it, or if these have no room to change.
LeftPages remove_leaf(TreeChanges& changes, const ChangedTree& tree, const TreePath& path);

// After something was taken from the leaf: it or its left neighbour goes where both fit on one page with room to spare.
LeftPages merge_leaf(TreeChanges& changes, const ChangedTree& tree, const TreePath& path);

// Brings leaves together, from the one with this bookmark on (key, and data where keys are not unique; empty: the first): each
// gets what it has room for from its right neighbour, or only all or nothing. Looks at no more than `pages` leaves. Returns
// where to go on; nothing at the end of the tree.
enum class Merging { also_in_part, whole_pages };
std::optional<std::vector<std::uint8_t>> merge_pass(TreeChanges& changes, const Tree& tree, ByteView from,
                                                    std::uint32_t pages, Merging merging);

}  // namespace ese::engine
