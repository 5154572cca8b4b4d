#pragma once

// The pages from a tree's root to the place of a bookmark, for changes (DATABASE-FORMAT 3.4).

#include <array>

#include "engine/btree/node_view.h"
#include "engine/cache/page_cache.h"

namespace ese::engine {

struct PathStep {
    CachedPage* page = nullptr;
    std::size_t line = 0;  // of the entry that points to the next page; on the leaf, the place of the bookmark

    format::PageView view() const { return page->view(); }
    PageNumber number() const { return page->number(); }
};

// Finds the place; `data` counts in trees whose keys are not unique. Every page is checked to belong to the tree, so that
// no damaged tree makes a change go to another one (JET_errBadParentPageLink, JET_errDatabaseCorrupted, and what
// CachedPage::require_sound throws). Nothing is copied: a path is good until the tree changes.
class TreePath {
 public:
    TreePath(PageCache& cache, const Tree& tree, ByteView key, ByteView data);
    // To the first entry of the tree, or behind the last one.
    enum class End { first, last };
    TreePath(PageCache& cache, const Tree& tree, End end);

    std::size_t depth() const { return depth_; }
    const PathStep& operator[](std::size_t level) const { return steps_[level]; }  // 0: the root
    const PathStep& leaf() const { return steps_[depth_ - 1]; }
    // Whether the leaf has a node with the bookmark, deleted or not.
    bool found() const { return found_; }

 private:
    static constexpr std::size_t max_depth = 16;

    template <class ChooseLine>
    void descend(PageCache& cache, const Tree& tree, ChooseLine choose_line);

    std::array<PathStep, max_depth> steps_;
    std::size_t depth_ = 0;
    bool found_ = false;
};

}  // namespace ese::engine
