#pragma once

// Making the changes that a record about one node, or one page's header, describes (LOG-FORMAT 4.5).

#include "base/bytes.h"
#include "engine/btree/page_nodes.h"
#include "engine/btree/tree_pages.h"
#include "engine/btree/version.h"
#include "format/log/tree_records.h"

namespace ese::engine {

// What a record is applied to. `position` is the record's.
struct ChangeTarget {
    TreePages& pages;
    Versions& versions;
    format::Lgpos position;
};

// Insert, FlagInsert, FlagInsertAndReplaceData, FlagDelete, Replace, ReplaceD, Delete, Delta, Delta64,
// SetExternalHeader, Undo: changes the page if it needs that, and keeps what a rollback would take back. Throws
// JET_errFeatureNotAvailable for every other record.
void apply_node_record(const ChangeTarget& target, ByteView record);

// The part of a split that changes a node: applied to the nodes of the page that splits, and kept for a rollback.
void apply_passenger(const ChangeTarget& target, ByteView record, std::vector<OwnedNode>& nodes);
// The same where the page has the split already.
void keep_passenger_version(const ChangeTarget& target, ByteView record);

// What undoing does to a node: an insert becomes a deleted node, a flag is taken back, data becomes what it was.
void take_back(format::PageWriter& writer, PageNumber number, std::size_t line, const Version& version);

}  // namespace ese::engine
