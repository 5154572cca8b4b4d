#pragma once

// A level of a session's transaction that is rolled back unless it is committed.

#include "engine/txn/engine_core.h"
#include "engine/txn/live_database.h"

namespace ese::engine {

// Begun without the engine's latch, and ended without it.
class NestedLevel {
 public:
    NestedLevel(LiveDatabase& database, Transaction& transaction) : core_(database.core()), transaction_(transaction) {
        core_.transactions.begin_inner(transaction_);
    }
    ~NestedLevel() {
        if (open_) core_.transactions.roll_back(transaction_, false);
    }
    NestedLevel(const NestedLevel&) = delete;
    NestedLevel& operator=(const NestedLevel&) = delete;

    void commit() {
        core_.transactions.commit(transaction_);
        open_ = false;
    }

 private:
    EngineCore& core_;
    Transaction& transaction_;
    bool open_ = true;
};

}  // namespace ese::engine
