#pragma once

// Changes of one tree: finding the place, splitting pages that are full, merging those that fell empty
// (DATABASE-FORMAT 3.4, LOG-FORMAT 4.5). It knows nothing of transactions and conflicts; `rceid` is that of the version
// that the caller keeps of the change, 0 for a change that no rollback takes back.

#include <cstdint>
#include <optional>

#include "engine/btree/search.h"
#include "engine/btree/tree_changes.h"
#include "engine/btree/version.h"

namespace ese::engine {

class TreeWriter {
 public:
    TreeWriter(TreeChanges& changes, const Tree& tree) : changes_(changes), tree_(tree) {}

    // `data` counts in trees whose keys are not unique. A node that is flagged as deleted is found like any other. In a
    // tree of unique keys the key alone.
    std::optional<NodePlace> find(ByteView key, ByteView data);

    // There is no such node, not even a deleted one. Throws JET_errRecordTooBig for a node that no page can hold.
    void insert(ByteView key, ByteView data, std::uint32_t rceid);
    // The node is there and flagged as deleted: it gets new data (unique keys) or only comes back.
    void insert_again(ByteView key, ByteView data, std::uint32_t insert_rceid, std::uint32_t replace_rceid);
    // The node is there. `new_data` replaces what it holds; in trees of unique keys only.
    void replace(ByteView key, ByteView new_data, std::uint32_t rceid);
    void flag_delete(ByteView key, ByteView data, std::uint32_t rceid);
    // Adds to a number inside the data of a node of a tree with unique keys; `is_long`: of 8 bytes, else 4.
    void add(ByteView key, std::uint16_t data_offset, std::int64_t delta, bool is_long, std::uint32_t rceid);
    // Takes a change back, as its rollback does (Undo). `level`: of the session now.
    void undo(const Version& version);
    // The node goes for good; a page that it leaves empty leaves the tree, and two neighbours that fit on one page
    // become one. Never versioned.
    void erase(ByteView key, ByteView data);

 private:
    TreeChanges& changes_;
    Tree tree_;
};

}  // namespace ese::engine
