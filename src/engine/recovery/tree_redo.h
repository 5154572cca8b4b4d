#pragma once

// Replaying records about several pages: roots of new trees, splits, merges, moves (LOG-FORMAT 4.5, 5.4).

#include <vector>

#include "engine/recovery/node_redo.h"

namespace ese::engine {

// CreateSingleExtentFDP, CreateMultipleExtentFDP, ConvertFDP2, NewPage, EmptyTree, PageMove outside of a macro. Throws
// JET_errFeatureNotAvailable for every other record.
void redo_tree_record(const RedoTarget& target, ByteView record);

// All records of a macro, in their order. Throws JET_errFeatureNotAvailable for a combination that is not known here.
void redo_macro(const RedoTarget& target, const std::vector<ByteView>& records);

}  // namespace ese::engine
