#pragma once

// The entries of a new index for the records that a table has.

#include <memory>
#include <optional>
#include <string_view>

#include "engine/table/catalog.h"
#include "engine/txn/live_changes.h"

namespace ese::engine {

// Step by step, so that others get in between; they can't change the table before the transaction ends that changes its
// definition. The entries are not versioned: who can't see the index has no use for them, and a rollback gives the
// pages back.
class IndexBuild {
 public:
    // `table` with the index.
    IndexBuild(std::shared_ptr<const Table> table, std::string_view index);

    // True if there is more to do. JET_errKeyDuplicate, JET_errNullKeyDisallowed, and what making keys throws.
    bool step(LiveChanges& changes);

 private:
    struct Entry {
        std::vector<std::uint8_t> key, bookmark;
        auto operator<=>(const Entry&) const = default;
    };

    void collect(LiveChanges& changes);
    void insert(LiveChanges& changes);

    std::shared_ptr<const Table> table_;
    const Index& index_;
    std::optional<TreeCursor> records_;
    bool has_more_records_ = true;
    std::vector<Entry> run_;  // sorted while it is inserted
    std::size_t run_bytes_ = 0;
    std::optional<std::size_t> inserted_;  // of the run; nothing while it is collected
};

}  // namespace ese::engine
