#pragma once

// A record in preparation, from JetPrepareUpdate to JetUpdate.

#include <memory>
#include <vector>

#include "engine/table/record_draft.h"

namespace ese::engine {

enum class UpdateKind {
    insert,
    replace,
    replace_no_lock,        // somebody else may change the record meanwhile: then JetUpdate fails
    insert_copy,            // of the current record, with which it shares long values
    insert_copy_delete,     // the same, and the current record goes
    insert_copy_replace,    // the current record gets another primary key, if that has changed
};

struct PreparedUpdate {
    UpdateKind kind = UpdateKind::insert;
    int level = 0;  // of the transaction in which it was begun
    std::shared_ptr<const Table> table;  // that the draft was begun for
    RecordDraft draft;
    // Of the record that it began with:
    std::vector<std::uint8_t> bookmark;
    std::vector<std::uint8_t> original;

    bool inserts() const { return kind != UpdateKind::replace && kind != UpdateKind::replace_no_lock; }
};

}  // namespace ese::engine
