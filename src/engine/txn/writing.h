#pragma once

// One call of the API on a live database: it has the engine's latch as long as it works, shared to read or alone to
// change, and the cache keeps to its budget behind it.

#include <shared_mutex>

#include "base/error.h"
#include "engine/txn/live_changes.h"

namespace ese::engine {

// Trees are walked with TreeCursor(cache(), tree, &view): the view passes over what the transaction must not see, and
// gives older data where a newer change is not its own.
class Reading {
 public:
    Reading(LiveDatabase& database, const Transaction& transaction)
        : after_{database}, hold_(database.core().latch), view_(database.core().versions, transaction, database.dbid()) {}

    LiveDatabase& database() const { return after_.database; }
    PageCache& cache() const { return after_.database.cache(); }
    const SnapshotView& view() const { return view_; }

 private:
    friend class Writing;
    // What was done is done, whether pages could be written to make room or not: the next call tells.
    struct KeepToBudget {
        LiveDatabase& database;
        ~KeepToBudget() {
            try {
                database.keep_to_budget();
            } catch (const Error&) {
            }
        }
    };

    KeepToBudget after_;
    std::shared_lock<Latch> hold_;
    SnapshotView view_;
};

class Writing {
 public:
    Writing(LiveDatabase& database, Transaction& transaction)
        : after_{database}, hold_(database.core().latch), changes_(database, transaction) {}

    LiveDatabase& database() const { return after_.database; }
    Transaction& transaction() const { return changes_.transaction(); }
    LiveChanges& changes() { return changes_; }
    PageCache& cache() const { return after_.database.cache(); }
    const SnapshotView& view() const { return changes_.view(); }

 private:
    Reading::KeepToBudget after_;
    std::lock_guard<Latch> hold_;
    LiveChanges changes_;
};

}  // namespace ese::engine
