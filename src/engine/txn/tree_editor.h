#pragma once

// Changes of a tree in a transaction: what another one has changed and this one may not see conflicts; what is changed
// can be taken back, and nobody else sees it before the commit.

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/txn/live_changes.h"

namespace ese::engine {

class TreeEditor {
 public:
    TreeEditor(LiveChanges& changes, const Tree& tree) : changes_(changes), tree_(tree) {}

    // Each throws JET_errWriteConflict where a change that this transaction can't see stands in the way, and
    // JET_errVersionStoreOutOfMemory.

    // JET_errKeyDuplicate. The data counts as part of the key where keys are not unique.
    void insert(ByteView key, ByteView data);
    // JET_errRecordDeleted where the node is not there (any more).
    void replace(ByteView key, ByteView new_data);
    void remove(ByteView key, ByteView data = {});
    // Escrow: transactions that add to the same number do not conflict. Returns what the number was for this one.
    std::int64_t add(ByteView key, std::uint16_t data_offset, std::int64_t delta, bool is_long);
    // Nobody else may change the node until this transaction ends; it does not change itself.
    void lock(ByteView key);

    // The data as this transaction sees it; nothing if there is no such node for it.
    std::optional<std::vector<std::uint8_t>> read(ByteView key, ByteView data = {});

 private:
    enum class Conflict { any, but_for_sums };
    void require_no_conflict(ByteView key, ByteView data, Conflict conflict) const;
    // Throws JET_errRecordDeleted.
    std::vector<std::uint8_t> require_there(ByteView key, ByteView data);

    LiveChanges& changes_;
    Tree tree_;
};

}  // namespace ese::engine
