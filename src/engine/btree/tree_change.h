#pragma once

// Making the changes that records about several pages describe: roots of new trees, splits, merges, moves (LOG-FORMAT 4.5, 5.4).

#include <vector>

#include "engine/btree/node_change.h"

namespace ese::engine {

// CreateSingleExtentFDP, CreateMultipleExtentFDP, ConvertFDP2, NewPage, EmptyTree, PageMove outside of a macro. Throws
// JET_errFeatureNotAvailable for every other record.
void apply_tree_record(const ChangeTarget& target, ByteView record);

// All records of a macro, in their order. Throws JET_errFeatureNotAvailable for a combination that is not known here.
void apply_macro(const ChangeTarget& target, const std::vector<ByteView>& records);

}  // namespace ese::engine
