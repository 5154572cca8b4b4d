#pragma once

// Changes of one tree: finding the place, splitting pages that are full, merging those that fell empty
// (DATABASE-FORMAT 3.4, LOG-FORMAT 4.5). It knows nothing of transactions and conflicts; `rceid` is that of the version
// that the caller keeps of the change, 0 for a change that no rollback takes back.

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/btree/changed_tree.h"
#include "engine/btree/search.h"
#include "engine/btree/tree_changes.h"
#include "engine/btree/tree_path.h"
#include "engine/btree/version.h"

namespace ese::engine {

struct SplitPassenger;

class TreeWriter {
 public:
    TreeWriter(TreeChanges& changes, const Tree& tree) : TreeWriter(changes, ChangedTree(tree)) {}
    TreeWriter(TreeChanges& changes, const ChangedTree& tree) : changes_(changes), tree_(tree) {}

    // `data` counts in trees whose keys are not unique. A node that is flagged as deleted is found like any other. In a
    // tree of unique keys the key alone.
    std::optional<NodePlace> find(ByteView key, ByteView data);

    // There is no such node, not even a deleted one (JET_errKeyDuplicate). Throws JET_errRecordTooBig for a node that no
    // page can hold.
    void insert(ByteView key, ByteView data, std::uint32_t rceid);
    // The same, but false and nothing done where there is such a node.
    bool insert_unless_there(ByteView key, ByteView data, std::uint32_t rceid);
    // The node is there and flagged as deleted: it gets new data (unique keys) or only comes back.
    void insert_again(ByteView key, ByteView data, std::uint32_t insert_rceid, std::uint32_t replace_rceid);
    // The node is there. `new_data` replaces what it holds; in trees of unique keys only.
    void replace(ByteView key, ByteView new_data, std::uint32_t rceid);
    void flag_delete(ByteView key, ByteView data, std::uint32_t rceid);
    // Adds to a number inside the data of a node of a tree with unique keys; `is_long`: of 8 bytes, else 4.
    void add(ByteView key, std::uint16_t data_offset, std::int64_t delta, bool is_long, std::uint32_t rceid);
    // Takes a change back, as its rollback does (Undo). The level in the record is that of the session now.
    void undo(const Version& version);
    // The node goes for good; a page that it leaves empty leaves the tree, and two neighbours that fit on one page
    // become one. Never versioned. The last node of a page that can't go stays, flagged as deleted.
    void erase(ByteView key, ByteView data);
    // The same for a space tree, whose pages its owner gives back: returns those that have left the tree.
    std::vector<PageNumber> erase_extent(ByteView key) { return erase_node(key, {}); }

 private:
    // Each throws JET_errRecordDeleted for a node that must be there and is not.
    TreePath path_to(ByteView key, ByteView data);
    bool has_room(const format::PageView& page, std::size_t bytes, bool is_only_node) const;
    void require_node_size(const format::PageView& page, ByteView key, ByteView data) const;
    std::vector<PageNumber> erase_node(ByteView key, ByteView data);
    void change_data(format::LogRecordType type, ByteView key, ByteView data, std::uint32_t rceid,
                     std::uint32_t replace_rceid);

    TreeChanges& changes_;
    ChangedTree tree_;
};

}  // namespace ese::engine
