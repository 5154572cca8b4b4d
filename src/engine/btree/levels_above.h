#pragma once

// What becomes of the pages above a leaf that leaves its tree, or that hands nodes to a neighbour (LOG-FORMAT 4.5, Merge2).

#include <vector>

#include "engine/btree/changed_tree.h"
#include "engine/btree/tree_path.h"
#include "format/log/tree_records.h"

namespace ese::engine {

class LevelsAbove {
 public:
    // `slot`: of the leaf, on the last page above the leaves on the path.
    LevelsAbove(const ChangedTree& tree, const TreePath& path, std::size_t slot)
        : tree_(tree), path_(path), slot_(slot) {}

    // Each returns false, and is not to be used further, where the levels above can't be changed that way.

    // Pages that have nothing but the way to the leaf go with it; the first one that has more loses its entry; and where
    // that was the last of a page that is not the rightmost, the separators further up that said the same change.
    bool take_out();
    // The leaf goes, and its left neighbour on the same parent gets its place.
    bool replace_by_left();
    // The left neighbour on the same parent ends at this separator now.
    bool move_separator_of_left(ByteView separator);

    // The pages that go with the leaf.
    const std::vector<PageNumber>& left_pages() const { return left_pages_; }
    ByteView separator() const { return separator_; }
    std::vector<std::vector<std::uint8_t>> records_top_down() const;

 private:
    void add(const PathStep& step, std::size_t line, std::uint8_t flags);
    bool change_separators_above(std::size_t level);
    bool has_room_for_separator(const PathStep& step, std::size_t line) const;

    const ChangedTree& tree_;
    const TreePath& path_;
    std::size_t slot_;
    std::vector<format::MergeRecord> records_;  // from the leaf's parent up
    std::vector<PageNumber> left_pages_;
    std::vector<std::uint8_t> separator_;
};

}  // namespace ese::engine
