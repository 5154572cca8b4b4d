#pragma once

// Splitting the leaf at the end of a path, and those of its parents that have no room for the news (LOG-FORMAT 4.5,
// Split2).

#include "engine/btree/changed_tree.h"
#include "engine/btree/page_nodes.h"
#include "engine/btree/tree_changes.h"
#include "engine/btree/tree_path.h"
#include "format/log/tree_records.h"

namespace ese::engine {

// The change of a node for which the page has no room.
struct SplitPassenger {
    format::SplitOperation operation = format::SplitOperation::none;
    OwnedNode node;              // as it will be
    TreeChanges::Record record;  // about the page that splits
};

// Makes room, as one macro, and returns whether the passenger's change was made with it. If not, the tree has another
// shape now, and its place has to be found anew.
bool split_leaf(TreeChanges& changes, const ChangedTree& tree, const TreePath& path, const SplitPassenger& passenger);

}  // namespace ese::engine
