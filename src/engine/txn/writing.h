#pragma once

// A transaction while it reads or changes: it holds the engine's latch, shared or alone, and knows the pages, the
// versions and the log. None is kept beyond one call of the API.

#include <functional>
#include <memory>

#include "engine/btree/tree_changes.h"
#include "engine/txn/live_database.h"
#include "engine/txn/transactions.h"

namespace ese::engine {

// Shared: any number of sessions may read at a time. Trees are walked with TreeCursor(cache(), tree, &view()), which
// passes over what the transaction must not see and gives older data where a newer change is not its own.
class Reading {
 public:
    // Outside of a transaction a session reads what is committed at this moment.
    Reading(LiveDatabase& database, Transaction& transaction);
    ~Reading();
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

    LiveDatabase& database() const { return database_; }
    PageCache& cache() const;
    const NodeView& view() const { return view_; }

 private:
    LiveDatabase& database_;
    Transaction& transaction_;
    SnapshotView view_;
};

// Alone. Every change of a session in a database goes through one of these, and needs the session to be in a
// transaction (JET_errNotInTransaction).
class Writing : public TreeChanges {
 public:
    Writing(LiveDatabase& database, Transaction& transaction);
    ~Writing() override;
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;

    LiveDatabase& database() const { return database_; }
    Transaction& transaction() const { return transaction_; }
    // As the transaction sees it. `newest_view`: what is there physically, for indexes that every writer has to keep.
    const NodeView& view() const { return view_; }

    // Runs when the transaction has committed and nobody can see what was before; or at once after a rollback.
    void when_gone(std::function<void(Writing&)> work);
    void when_rolled_back(std::function<void(Writing&)> work);

    PageCache& cache() override;
    std::uint32_t page_bytes() const override;
    unsigned reserved_tags() const override;
    ObjectId new_object() override;
    void make(Record record) override;
    void make_together(std::vector<Record> records) override;
    void grow_file(PageNumber last) override;
    std::uint32_t growth_pages() const override;
    std::size_t reserved_bytes(const Tree& tree, const format::PageView& page) const override;

 private:
    LiveDatabase& database_;
    Transaction& transaction_;
    SnapshotView view_;
};

}  // namespace ese::engine
