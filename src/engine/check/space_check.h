#pragma once

// Who has which pages: what a tree owns is what it uses, what it has left, and what its children own; nothing twice and
// nothing nowhere (DATABASE-FORMAT 4).

#include <map>
#include <vector>

#include "engine/check/tree_check.h"
#include "format/database/space.h"

namespace ese::engine {

class SpaceCheck {
 public:
    SpaceCheck(PageCache& cache, PageOwners& owners, Findings& findings)
        : cache_(cache), owners_(owners), findings_(findings) {}

    // A tree whose pages were visited; `parent` is the root page of the tree it got its pages from, none for the system
    // root. Visits its space trees.
    void add(const Tree& tree, const TreeFacts& facts, PageNumber parent);
    // When all trees are known. Returns the last page that the database owns.
    PageNumber finish();

 private:
    struct Run {
        PageNumber first, last;
        const char* what;
    };
    struct TreeSpace {
        Tree tree;
        PageNumber parent;
        std::vector<Run> owned;
        std::vector<Run> claimed;
        bool known = false;  // its space trees could be read
    };

    void read_space(TreeSpace& space, const TreeFacts& facts);
    std::vector<Run> read_space_tree(TreeSpace& space, PageNumber root, const char* what);
    void compare(TreeSpace& space);
    static std::string name(const Run& run);

    PageCache& cache_;
    PageOwners& owners_;
    Findings& findings_;
    std::map<PageNumber, TreeSpace> trees_;  // by root page
};

}  // namespace ese::engine
