#pragma once

// One of the two trees that count the pages of a tree: OE, the extents that it owns, or AE, those of them that nobody
// uses (DATABASE-FORMAT 4). When such a tree splits, it takes pages from a buffer in its root, so that counting pages
// never needs a page from what is being counted.

#include <functional>
#include <optional>
#include <vector>

#include "engine/btree/changed_tree.h"
#include "engine/btree/tree_changes.h"
#include "format/database/space.h"

namespace ese::engine {

// Its extents of the general pool in their order, from the first that ends at `from` or behind it, until `wants_more`
// says no.
void visit_extents(PageCache& cache, const Tree& space_tree, PageNumber from,
                   const std::function<bool(const format::Extent&)>& wants_more);

class SpaceTree {
 public:
    SpaceTree(TreeChanges& changes, PageNumber root, const Tree& owner)
        : changes_(changes), tree_(ChangedTree::space(root, owner)) {}

    void visit(PageNumber from, const std::function<bool(const format::Extent&)>& wants_more) const {
        visit_extents(changes_.cache(), tree_.tree, from, wants_more);
    }
    std::optional<format::Extent> first_from(PageNumber page) const;
    // The first that has at least so many pages.
    std::optional<format::Extent> first_with(std::uint32_t pages) const;
    std::optional<format::Extent> last() const;

    void insert(const format::Extent& extent);
    // Returns the pages that the tree does not need any more.
    std::vector<PageNumber> erase(const format::Extent& extent);
    // The extent keeps its last page.
    void resize(const format::Extent& extent, std::uint32_t pages);

    // How many pages the buffer must get before an extent can be inserted; 0 if one can be now, wherever it goes.
    std::uint32_t pages_needed_to_insert() const;
    // Puts an extent into the buffer. Returns what the buffer had instead and nobody uses now.
    std::optional<format::Extent> fill_buffer(const format::Extent& extent);

 private:
    TreeChanges& changes_;
    ChangedTree tree_;
};

// A page from the buffer of a space tree that splits.
PageNumber take_split_page(TreeChanges& changes, const ChangedTree& space_tree);

}  // namespace ese::engine
