#pragma once

// Whose pages are whose: allocating pages and extents, giving them back, new trees and trees that go
// (DATABASE-FORMAT 4). All changes of space are made at once and never rolled back (LOG-FORMAT 4.5).

#include <cstdint>
#include <optional>

#include "engine/btree/tree_changes.h"
#include "format/database/space.h"

namespace ese::engine {

struct NewTree {
    PageNumber parent;  // root page of the tree whose pages it gets
    ObjectId object;
    std::uint32_t pages = 1;       // that it owns from the start
    std::uint32_t page_flags = 0;  // format::page_flag: kind of tree; root and leaf are set here
    bool unique_keys = true;
    bool multiple_extent = false;  // from the start, as the catalog's trees are; needs 3 pages
};

// The root page of the new tree: of a single extent, unless it is to be otherwise or has more pages than one bitmap can
// name.
PageNumber create_tree(TreeChanges& changes, const NewTree& tree);
// The tree that all others get their pages from: pages 1 to `pages` of a file that has them already.
void create_system_tree(TreeChanges& changes, std::uint32_t pages);
// All pages of a tree go back to its parent. Trees that are part of it must have gone before.
void free_tree(TreeChanges& changes, PageNumber root);

// A page for the tree, near `neighbour` if that costs nothing. Takes an extent from the parent, or grows the database,
// when the tree has none. Not for the pages of space trees themselves.
PageNumber allocate_page(TreeChanges& changes, PageNumber tree_root, PageNumber neighbour);
void free_page(TreeChanges& changes, PageNumber tree_root, PageNumber page);

// Pages that belong to a tree, those that it has given to trees within it too, and those of them that nobody uses.
struct SpaceOfTree {
    std::uint32_t owned_pages = 0;
    std::uint32_t available_pages = 0;
};
SpaceOfTree space_of_tree(PageCache& cache, PageNumber root, ObjectId object);
// The same of the tree that has all pages.
SpaceOfTree database_space(PageCache& cache);
// The database gets at least this many pages more.
void grow_database(TreeChanges& changes, std::uint32_t pages);

}  // namespace ese::engine
