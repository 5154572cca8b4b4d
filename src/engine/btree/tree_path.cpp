#include "engine/btree/tree_path.h"

#include "base/error.h"
#include "engine/btree/line_search.h"
#include "esent.h"

namespace ese::engine {

using format::PageView;
namespace flag = format::page_flag;

namespace {

[[noreturn]] void fail(std::int32_t jet, const Tree& tree, PageNumber page, const std::string& what) {
    throw Error(ErrorKind::damage, jet,
                "page " + std::to_string(page.value()) + " of the tree with root page " +
                    std::to_string(tree.root.value()) + " " + what);
}

void require_page_of(const PageView& page, PageNumber number, const Tree& tree) {
    if (!page.is_tree_page() || page.object() != tree.object || page.has(flag::root) != (number == tree.root) ||
        page.has(flag::space_tree) != tree.space_tree)
        fail(JET_errBadParentPageLink, tree, number,
             "belongs to object " + std::to_string(page.object().value()) + " (" +
                 format::page_flags_to_string(page.flags()) + "), not to " + std::to_string(tree.object.value()));
}

}  // namespace

template <class ChooseLine>
void TreePath::descend(PageCache& cache, const Tree& tree, ChooseLine choose_line) {
    PageNumber number = tree.root;
    for (depth_ = 1; depth_ <= max_depth; ++depth_) {
        CachedPage& page = cache.page(number);
        page.require_sound();
        const PageView view = page.view();
        require_page_of(view, number, tree);
        if (depth_ > 1 && view.has(flag::leaf) != steps_[depth_ - 2].view().has(flag::parent_of_leaf))
            fail(JET_errBadParentPageLink, tree, number, "is not on the level that its parent page says");
        PathStep& step = steps_[depth_ - 1];
        step.page = &page;
        if (view.has(flag::leaf)) return;
        step.line = choose_line(view);
        if (step.line >= view.node_count())
            fail(JET_errDatabaseCorrupted, tree, number, "has no entry for a key that its parent page sends there");
        number = view.child(step.line);
    }
    fail(JET_errDatabaseCorrupted, tree, number, "is deeper than any tree can be");
}

TreePath::TreePath(PageCache& cache, const Tree& tree, ByteView key, ByteView data) {
    // A separator in a tree with keys that are not unique may end inside the data, so it is held against both.
    std::vector<std::uint8_t> both;
    ByteView bookmark = key;
    if (!tree.unique_keys && !data.empty()) {
        both.reserve(key.size() + data.size());
        both.assign(key.begin(), key.end());
        both.insert(both.end(), data.begin(), data.end());
        bookmark = both;
    }
    descend(cache, tree, [&](const PageView& page) { return separator_above(page, bookmark); });

    PathStep& leaf = steps_[depth_ - 1];
    const PageView view = leaf.view();
    const std::size_t count = view.node_count();
    const auto compare = [&](std::size_t line) {
        const format::Node node = view.node(line);
        const int order = node.compare_key(key);
        return order != 0 || tree.unique_keys ? order : compare_bytes(node.data, data);
    };
    leaf.line = first_line(count, [&](std::size_t line) { return compare(line) >= 0; });
    found_ = leaf.line < count && compare(leaf.line) == 0;
}

TreePath::TreePath(PageCache& cache, const Tree& tree, End end) {
    const auto line = [&](const PageView& page) {
        return end == End::first || page.node_count() == 0 ? 0 : page.node_count() - 1;
    };
    descend(cache, tree, line);
    PathStep& leaf = steps_[depth_ - 1];
    leaf.line = end == End::first ? 0 : leaf.view().node_count();
}

}  // namespace ese::engine
