#pragma once

// Replaying records that change one node, or one page's header (LOG-FORMAT 4.5).

#include "base/bytes.h"
#include "engine/btree/page_nodes.h"
#include "engine/recovery/recovering_database.h"
#include "engine/txn/replayed_sessions.h"
#include "format/log/tree_records.h"

namespace ese::engine {

// What a record is replayed over. `position` is the record's.
struct RedoTarget {
    RecoveringDatabase& database;
    ReplayedSessions& sessions;
    format::Lgpos position;
};

// Insert, FlagInsert, FlagInsertAndReplaceData, FlagDelete, Replace, ReplaceD, Delete, Delta, Delta64,
// SetExternalHeader, Undo: changes the page if it needs that, and keeps what a rollback would take back. Throws
// JET_errFeatureNotAvailable for every other record.
void redo_node_record(const RedoTarget& target, ByteView record);

// The part of a split that changes a node: applied to the nodes of the page that splits, and kept for a rollback.
void redo_passenger(const RedoTarget& target, ByteView record, std::vector<OwnedNode>& nodes);
// The same where the page has the split already.
void redo_passenger_version(const RedoTarget& target, ByteView record);

// What undoing does to a node: an insert becomes a deleted node, a flag is taken back, data becomes what it was.
void take_back(format::PageWriter& writer, PageNumber number, std::size_t line, const Version& version);

}  // namespace ese::engine
