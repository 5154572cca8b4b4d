#pragma once

// Changes of a tree in a transaction: what another one has changed and this one may not see conflicts, and what is
// changed can be taken back and is seen by nobody else before the commit.

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/btree/tree_writer.h"

namespace ese::engine {

class Writing;

class TreeEditor {
 public:
    TreeEditor(Writing& writing, const Tree& tree) : writing_(writing), tree_(tree) {}

    // Each throws JET_errWriteConflict where a change that this transaction can't see stands in the way, and
    // JET_errVersionStoreOutOfMemory.

    // JET_errKeyDuplicate. The data counts as part of the key where keys are not unique.
    void insert(ByteView key, ByteView data);
    // JET_errRecordDeleted where the node is not there (any more).
    void replace(ByteView key, ByteView new_data);
    void remove(ByteView key, ByteView data);
    // Escrow: transactions that add to the same number do not conflict. Returns what the number was for this
    // transaction.
    std::int64_t add(ByteView key, std::uint16_t data_offset, std::int64_t delta, bool is_long);
    // Nobody else may change the node until this transaction ends (JET_bitWriteLock); it does not change.
    void lock(ByteView key);

    // The data as this transaction sees it; nothing if there is no such node for it.
    std::optional<std::vector<std::uint8_t>> read(ByteView key, ByteView data = {});
    // The greatest key in the tree, deleted nodes included; nothing for an empty tree. For counters that must never be
    // given twice.
    std::optional<std::vector<std::uint8_t>> greatest_key();

 private:
    Writing& writing_;
    Tree tree_;
};

}  // namespace ese::engine
