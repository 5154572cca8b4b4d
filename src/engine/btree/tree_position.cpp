#include "engine/btree/tree_position.h"

#include <algorithm>

#include "base/error.h"
#include "engine/btree/line_search.h"
#include "esent.h"

namespace ese::engine {

using format::PageView;

namespace {

constexpr int max_depth = 16;
constexpr std::uint64_t most_parts = 0xFFFFFFFF;

PageView page_of(PageCache& cache, const Tree& tree, PageNumber number) {
    CachedPage& page = cache.page(number);
    page.require_sound();
    const PageView view = page.view();
    if (!view.is_tree_page() || view.object() != tree.object)
        throw Error(ErrorKind::damage, JET_errBadParentPageLink,
                    "page " + std::to_string(number.value()) + " does not belong to the tree with root page " +
                        std::to_string(tree.root.value()));
    return view;
}

// From the root to a leaf: `choose` is given each page and says which line to follow, or has found the line.
template <class Choose>
void descend(PageCache& cache, const Tree& tree, Choose choose) {
    PageNumber number = tree.root;
    for (int depth = 0; depth < max_depth; ++depth) {
        const PageView view = page_of(cache, tree, number);
        const bool is_leaf = view.has(format::page_flag::leaf);
        const std::size_t line = choose(view, is_leaf);
        if (is_leaf || view.node_count() == 0) return;
        number = view.child(std::min(line, view.node_count() - 1));
    }
    throw Error(ErrorKind::damage, JET_errDatabaseCorrupted, "a tree is deeper than any tree can be");
}

}  // namespace

TreePosition position_of(PageCache& cache, const Tree& tree, ByteView key, ByteView data) {
    std::vector<std::uint8_t> bookmark(key.begin(), key.end());
    if (!tree.unique_keys) bookmark.insert(bookmark.end(), data.begin(), data.end());
    TreePosition position;
    descend(cache, tree, [&](const PageView& view, bool is_leaf) {
        if (view.node_count() == 0) return std::size_t{0};
        const auto compare = [&](std::size_t line) {
            const format::Node node = view.node(line);
            const int order = node.compare_key(key);
            return order != 0 || tree.unique_keys ? order : compare_bytes(node.data, data);
        };
        const std::size_t line = is_leaf ? first_line(view.node_count(), [&](std::size_t at) { return compare(at) >= 0; })
                                         : separator_above(view, bookmark);
        // The pages further down matter less than can be told.
        if (position.parts <= most_parts / view.node_count()) {
            position.in_front = position.in_front * view.node_count() + std::min(line, view.node_count());
            position.parts *= view.node_count();
        }
        return line;
    });
    return position;
}

bool node_at(PageCache& cache, const Tree& tree, const TreePosition& position, std::vector<std::uint8_t>& key) {
    double rest = position.parts == 0 ? 0
                                      : static_cast<double>(std::min(position.in_front, position.parts)) /
                                            static_cast<double>(position.parts);
    bool found = false;
    descend(cache, tree, [&](const PageView& view, bool is_leaf) {
        if (view.node_count() == 0) return std::size_t{0};
        const double place = rest * static_cast<double>(view.node_count());
        const std::size_t line = std::min(static_cast<std::size_t>(place), view.node_count() - 1);
        rest = place - static_cast<double>(line);
        if (is_leaf) {
            const format::Node node = view.node(line);
            key.assign(node.prefix.begin(), node.prefix.end());
            key.insert(key.end(), node.suffix.begin(), node.suffix.end());
            found = true;
        }
        return line;
    });
    return found;
}

}  // namespace ese::engine
