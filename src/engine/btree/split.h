#pragma once

// Splitting a page: which nodes stay, which go to the new page, and what a parent has to know of it (LOG-FORMAT 4.5,
// Split2). Each function changes one page, because replaying a split may find any of them changed already.

#include <span>

#include "engine/btree/page_nodes.h"
#include "format/log/tree_records.h"

namespace ese::engine {

// What an internal page on the path does with the news from the level below: the old entry points to the new page, and
// in front of it comes one for the page that was split. Throws JET_errBadParentPageLink where the entry is another.
void insert_separator(std::vector<OwnedNode>& nodes, std::size_t line, PageNumber split_page, ByteView separator,
                      PageNumber new_page);
// The same on the page itself, which has room for it. `number` is the page's.
void insert_separator(ByteSpan page, PageNumber number, std::size_t line, PageNumber split_page, ByteView separator,
                      PageNumber new_page);

// `nodes`: all that the page held, with what is being inserted. Both functions expect the same.
void keep_split_part(ByteSpan page, const format::SplitRecord& split, std::span<const OwnedNode> nodes);
void fill_new_page(ByteSpan page, const format::SplitRecord& split, std::span<const OwnedNode> nodes,
                   unsigned reserved_tags);
// keep_split_part() for a leaf that keeps all its nodes and its prefix.
void keep_whole(ByteSpan leaf, const format::SplitRecord& split);

}  // namespace ese::engine
