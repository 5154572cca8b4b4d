#pragma once

// The changes that a transaction makes in one database, while its thread has the engine's latch alone.

#include <functional>

#include "engine/btree/change_maker.h"
#include "engine/btree/tree_changes.h"
#include "engine/txn/engine_core.h"
#include "engine/txn/live_database.h"
#include "engine/txn/snapshot_view.h"
#include "engine/txn/transaction.h"

namespace ese::engine {

class LiveChanges : public TreeChanges, private Versions {
 public:
    // Throws JET_errNotInTransaction, JET_errTransReadOnly, JET_errPermissionDenied for a database that was attached to be
    // read.
    LiveChanges(LiveDatabase& database, Transaction& transaction);

    LiveDatabase& database() const { return database_; }
    Transaction& transaction() const { return transaction_; }
    VersionStore& versions() const { return database_.core().versions; }
    const SnapshotView& view() const { return view_; }

    // Runs, in a transaction of its own, when this one has committed and nobody can see what was before.
    void when_gone(std::function<void(TreeChanges&)> work) { add_action(std::move(work), false); }
    // The same, when this level of the transaction was rolled back and what that left is cleaned up.
    void when_rolled_back(std::function<void(TreeChanges&)> work) { add_action(std::move(work), true); }
    // The node does not change, but nobody else may change it before the transaction ends.
    void lock(const Tree& tree, ByteView key);

    PageCache& cache() override { return database_.cache(); }
    std::uint32_t page_bytes() const override { return database_.page_bytes(); }
    unsigned reserved_tags() const override { return database_.reserved_tags(); }
    ObjectId new_object() override { return database_.new_object(); }
    void make(Record record) override;
    void make_together(std::vector<Record> records) override;
    void grow_file(PageNumber last) override;
    std::uint32_t growth_pages() const override { return database_.core().growth_pages; }
    std::size_t reserved_bytes(const Tree& tree, const format::PageView& page) const override;

 private:
    void add_action(std::function<void(TreeChanges&)> work, bool on_rollback);
    void add(format::SessionNumber session, Version version) override;
    std::optional<Version> take(format::SessionNumber session, std::uint32_t rceid) override;
    void log_begins();
    template <class Work>
    void logged(Work work);
    ChangeMaker maker();

    LiveDatabase& database_;
    Transaction& transaction_;
    SnapshotView view_;
};

}  // namespace ese::engine
