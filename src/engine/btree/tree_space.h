#pragma once

// The pages of one tree: taking some, giving some back, and getting more from the parent (DATABASE-FORMAT 4).

#include "engine/btree/space_tree.h"
#include "engine/btree/tree_changes.h"
#include "format/database/space.h"

namespace ese::engine {

class TreeSpace {
 public:
    // Throws JET_errBadParentPageLink for a page that is no root of a tree.
    TreeSpace(TreeChanges& changes, PageNumber root) : TreeSpace(changes, root, 0) {}

    // Near the other page if that costs nothing.
    PageNumber take_page(PageNumber neighbour);
    // Of as many pages as wanted, or of fewer rather than take more from the parent, but at least of `least`.
    format::Extent take_extent(std::uint32_t least, std::uint32_t wanted);
    // Pages that the tree owns and that nobody uses any more.
    void give_back(format::Extent extent);
    // The database gets at least so many pages more; for the system root only.
    void grow(std::uint32_t pages);

    format::SpaceHeader header() const;
    // All that it owns, in order.
    std::vector<format::Extent> owned_extents() const;

 private:
    TreeSpace(TreeChanges& changes, PageNumber root, int generations);
    TreeSpace parent_of(const format::SpaceHeader& header) const;
    SpaceTree owned(const format::SpaceHeader& header) const;
    SpaceTree available(const format::SpaceHeader& header) const;

    std::optional<format::Extent> take_from_bitmap(std::uint32_t least, std::uint32_t wanted, PageNumber neighbour);
    std::optional<format::Extent> take_from_tree(std::uint32_t least, std::uint32_t wanted);
    format::Extent take_front(const format::Extent& extent, std::uint32_t pages);
    void erase_available(const format::Extent& extent);
    void return_unused_pages();
    void get_more(std::uint32_t pages);
    void convert_to_multiple_extent(const format::SpaceHeader& header);
    std::uint32_t pages_to_ask_for(std::uint32_t least) const;
    void add_extent(const format::Extent& extent);
    void return_to_bitmap(const format::Extent& extent);
    void return_to_tree(format::Extent extent);
    void prepare_to_insert_available(format::Extent& extent);
    void write_header(const format::SpaceHeader& header);

    TreeChanges& changes_;
    Tree tree_;
    int generations_;  // trees that wait for this one to get pages
    std::vector<PageNumber> unused_;  // that space trees had and do not need any more
};

}  // namespace ese::engine
