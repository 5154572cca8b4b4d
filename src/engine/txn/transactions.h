#pragma once

// The transactions of an instance: who sees what, and how they end.

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <vector>

#include "engine/txn/version_store.h"
#include "format/log/log_record_types.h"

namespace ese::engine {

class LiveDatabase;
class TransactionLog;
class Writing;

// Of one session; the session's thread uses it. It is there as long as the session, at level 0 between transactions.
class Transaction {
 public:
    explicit Transaction(format::SessionNumber session) : session_(session) {}

    format::SessionNumber session() const { return session_; }
    std::uint8_t level() const { return level_; }
    bool is_read_only() const { return read_only_; }
    // What was committed before is seen.
    TransactionTime begun() const { return begun_; }

 private:
    friend class Transactions;
    friend class Writing;

    // A change, and what it belongs to, in the order in which they were made.
    struct Change {
        LiveDatabase* database;
        VersionStore::NodeName node;
        std::uint32_t rceid;
        std::uint8_t level;
    };
    struct Action {
        std::uint8_t level;
        bool on_rollback;
        LiveDatabase* database;
        std::function<void(Writing&)> work;
    };

    format::SessionNumber session_;
    std::uint8_t level_ = 0;
    std::uint8_t logged_level_ = 0;  // begins are logged with the first change (LOG-FORMAT 4.4)
    bool read_only_ = false;
    TransactionTime begun_ = 0;
    format::Lgpos begin_position_;  // of Begin0, if logged_level_ is not 0
    std::vector<Change> changes_;
    std::vector<Action> actions_;
};

}  // namespace ese::engine
