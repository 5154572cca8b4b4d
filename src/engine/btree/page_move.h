#pragma once

// Moves of pages: PageMove by itself, and the macro that moves the roots of a tree (LOG-FORMAT 4.5).

#include <vector>

#include "engine/btree/node_change.h"

namespace ese::engine {

// A page that is no root: it, its siblings and its parent change.
void apply_page_move(const ChangeTarget& target, ByteView record);

// RootPageMove: the root of a tree and those of its two space trees move at once; the roots of trees that are part of
// it, and the rows of the catalog, come to name the new root. All records of the macro.
void apply_root_move(const ChangeTarget& target, const std::vector<ByteView>& records);

}  // namespace ese::engine
