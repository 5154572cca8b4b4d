#include "engine/table/read_ahead.h"

#include "base/error.h"
#include "esent.h"

namespace ese::engine {

using format::PageView;

namespace {

PageView leaf_of(PageCache& cache, const Tree& tree, PageNumber number) {
    const CachedPage& page = cache.page(number);
    page.require_sound();
    const PageView view = page.view();
    if (!view.is_tree_page() || !view.has(format::page_flag::leaf) || view.object() != tree.object)
        throw Error(ErrorKind::damage, JET_errBadPageLink,
                    "page " + std::to_string(number.value()) + " is no leaf of the tree with root page " +
                        std::to_string(tree.root.value()) + ", as its neighbour says");
    return view;
}

// Whether all further leaves are behind the key.
bool ends_range(const PageView& leaf, const Tree& tree, ByteView last, bool forward) {
    if (leaf.node_count() == 0) return false;
    const int order = leaf.node(forward ? leaf.node_count() - 1 : 0).compare_key(last);
    return order == 0 ? tree.unique_keys : (order > 0) == forward;
}

}  // namespace

ReadAhead::~ReadAhead() {
    thread_counters.pages_read_ahead += thread_counters.pages_read - before_.pages_read;
    thread_counters.pages_read = before_.pages_read;
    thread_counters.waits = before_.waits;
}

// The system reads leaves of the same parent at once, which one after the other would have to be waited for.
void ReadAhead::announce(const TreePath& path, ByteView last) const {
    if (path.depth() < 2) return;
    const PathStep& parent = path[path.depth() - 2];
    const PageView view = parent.view();
    std::size_t line = parent.line;
    for (std::size_t pages = pages_; pages < most_pages; ++pages) {
        cache_.will_read(view.child(line));
        if (line == (forward_ ? view.node_count() - 1 : 0)) return;
        // The lower keys of two neighbours are below the separator of the first.
        const format::Node separator = view.node(forward_ ? line : line - 1);
        if ((separator.compare_key(last) > 0) == forward_) return;
        line = forward_ ? line + 1 : line - 1;
    }
}

void ReadAhead::leaves(const Tree& tree, const KeyRange& range) {
    if (is_full()) return;
    const TreePath path(cache_, tree, range.first, {});
    announce(path, range.last);
    PageNumber number = path.leaf().number();
    while (!is_full() && number != PageNumber()) {
        const PageView leaf = leaf_of(cache_, tree, number);
        ++pages_;
        if (ends_range(leaf, tree, range.last, forward_)) return;
        number = forward_ ? leaf.next() : leaf.previous();
    }
}

}  // namespace ese::engine
