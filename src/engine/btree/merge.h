#pragma once

// Merging a page into a sibling, and taking it out of its tree (LOG-FORMAT 4.5, Merge2). Each function changes one page,
// because replaying a merge may find any of them changed already.

#include <span>
#include <vector>

#include "engine/btree/page_nodes.h"
#include "format/log/tree_records.h"

namespace ese::engine {

// The nodes of the source page that go to the sibling: without those that are flagged as deleted.
std::vector<OwnedNode> nodes_to_move(const format::PageView& source, const format::MergeRecord& merge);

// The sibling gets them, in front or at its end.
void take_in(ByteSpan page, PageNumber number, std::span<const OwnedNode> nodes, bool in_front);
// A partial merge: what has moved leaves the source page, deleted nodes too.
void drop_moved(ByteSpan source, const format::MergeRecord& merge);
// The page leaves its tree: no nodes, and the flag that says so. Links and object stay, as the original leaves them
// (DATABASE-FORMAT 3.1).
void make_empty_page(ByteSpan page, PageNumber number);

// An internal page on the path, by its own record. `leaf` has what the record of the leaf level says.
void change_parent(ByteSpan page, const format::MergeRecord& record, const format::MergeRecord& leaf);

}  // namespace ese::engine
