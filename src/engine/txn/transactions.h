#pragma once

// The transactions of an instance: how they begin and end, and what becomes of the versions that they leave.

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <set>

#include "engine/txn/transaction.h"

namespace ese::engine {

struct EngineCore;
class LiveDatabase;

class Transactions {
 public:
    explicit Transactions(EngineCore& core) : core_(core), cleaner_(cleaning_session) {}

    // Sessions of the API are numbered behind these; the numbers only have to tell log records apart.
    static constexpr format::SessionNumber system_session = 1, cleaning_session = 2, defragmenting_session = 3, first_session = 5;

    // Each takes the engine's latch if it needs it. JET_errTransTooDeep.
    void begin(Transaction& transaction, bool read_only);
    // One for a single change of the engine itself, so that it can be taken back alone; however deep the session is.
    void begin_inner(Transaction& transaction);
    // JET_errNotInTransaction. Of the outermost level: what was changed is there for whoever begins from now on. It is
    // durable when the log is flushed up to last_commit().
    void commit(Transaction& transaction);
    // The innermost level, or all of them.
    void roll_back(Transaction& transaction, bool all_levels);

    // Takes versions away that nobody needs any more, and nodes that nobody can see; some of them, so that others get in
    // between. True if there may be more to do at once.
    bool clean_up();
    // All that is left of a database that nobody has open: before it is detached.
    void clean_up_all(LiveDatabase& database);

    // Whether anything waits to be cleaned up.
    bool has_leftovers() const { return leftovers_ > 0; }

    // With the latch, shared at least: where a replay has to begin for the sake of open transactions.
    std::optional<format::Lgpos> oldest_logged_begin() const;

    // With the latch: the transaction's Begin0 is in the log.
    void logged_begin(const Transaction& transaction);

 private:
    void enter(Transaction& transaction, bool read_only);
    struct Ended {
        TransactionTime time = 0;
        std::deque<Transaction::Change> changes;
        std::deque<Transaction::Action> actions;
    };

    void commit_level(Transaction& transaction);
    // What it leaves to be cleaned up.
    Ended undo(Transaction& transaction, std::uint8_t to_level);
    void end_outermost(Transaction& transaction);
    void commit_cleaner();
    TransactionTime tick();
    TransactionTime oldest_begin() const;
    std::size_t forget(const Transaction::Change& change);
    void run(const Transaction::Action& action);
    bool clean_up_some(const std::function<bool(const Ended&)>& may_go);

    EngineCore& core_;
    mutable std::mutex clock_mutex_;
    TransactionTime clock_ = 0;
    std::multiset<TransactionTime> active_;  // when open transactions began
    // With the latch:
    std::multiset<format::Lgpos> logged_begins_;
    std::deque<Ended> ended_;
    std::atomic<std::size_t> leftovers_ = 0;  // of ended_
    Transaction cleaner_;
};

}  // namespace ese::engine
