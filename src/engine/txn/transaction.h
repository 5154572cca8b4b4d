#pragma once

// A session's transaction: how deep it is, what it sees, and what it has changed.

#include <cstdint>
#include <functional>
#include <vector>

#include "engine/btree/tree_changes.h"
#include "engine/txn/version_store.h"
#include "format/log/log_record_types.h"

namespace ese::engine {

class LiveDatabase;

// It is there as long as its session, at level 0 between transactions. The session's thread uses it; others only look at
// what they find in the version store, with the engine's latch.
class Transaction {
 public:
    explicit Transaction(format::SessionNumber session) : session_(session) {}
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    format::SessionNumber session() const { return session_; }
    std::uint8_t level() const { return level_; }  // 1: the outermost transaction
    bool is_read_only() const { return read_only_; }
    // What was committed before is seen.
    TransactionTime begun() const { return begun_; }
    // Where the log has its last commit; flushing up to there makes all its commits durable.
    format::Lgpos last_commit() const { return last_commit_; }

 private:
    friend class Transactions;
    friend class LiveChanges;

    // A change, in the order in which they were made.
    struct Change {
        LiveDatabase* database = nullptr;
        NodeName node;
        std::uint32_t rceid = 0;
        std::uint8_t level = 0;
        Version undone = {};  // of an insert that was rolled back: its node is there still
    };
    // What is to be done when the change that it belongs to is beyond recall.
    struct Action {
        LiveDatabase* database = nullptr;
        std::uint8_t level = 0;
        bool on_rollback = false;
        std::function<void(TreeChanges&)> work;
    };

    format::SessionNumber session_;
    std::uint8_t level_ = 0;
    std::uint8_t logged_level_ = 0;  // begins are logged with the first change (LOG-FORMAT 4.4)
    bool read_only_ = false;
    TransactionTime begun_ = 0;
    format::Lgpos begin_position_;  // of Begin0, if logged_level_ is not 0
    format::Lgpos last_commit_;
    std::vector<Change> changes_;
    std::vector<Action> actions_;
};

}  // namespace ese::engine
