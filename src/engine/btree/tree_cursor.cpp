#include "engine/btree/tree_cursor.h"

#include <algorithm>

#include "base/error.h"
#include "engine/btree/line_search.h"
#include "esent.h"

namespace ese::engine {

using format::Node;
using format::PageView;
namespace flag = format::page_flag;

namespace {

constexpr int max_depth = 16;
// Pages without an entry between two with one: a merge takes such pages out of the tree, so there are few.
constexpr int most_empty_pages = 1000;

}  // namespace

void TreeCursor::fail(std::int32_t jet, PageNumber page, const std::string& what) const {
    throw Error(ErrorKind::damage, jet,
                "page " + std::to_string(page.value()) + " of the tree with root page " +
                    std::to_string(tree_.root.value()) + " " + what);
}

PageView TreeCursor::checked(const CachedPage& page) const {
    page.require_sound();
    const PageView view = page.view();
    const PageNumber number = page.number();
    if (!view.is_tree_page()) fail(JET_errBadParentPageLink, number, "is in no tree");
    if (view.object() != tree_.object)
        fail(JET_errBadParentPageLink, number,
             "belongs to object " + std::to_string(view.object().value()) + ", not " +
                 std::to_string(tree_.object.value()));
    if (view.has(flag::root) != (number == tree_.root) || view.has(flag::space_tree) != tree_.space_tree)
        fail(JET_errBadParentPageLink, number, "has the flags " + format::page_flags_to_string(view.flags()));
    return view;
}

CachedPage& TreeCursor::cached_page_here() const {
    if (!cached_ || drops_ != cache_->drops()) go_to_page(cache_->page(page_));
    return cache_->page_again(*cached_);
}

void TreeCursor::go_to_page(CachedPage& page) const {
    page_ = page.number();
    cached_ = &page;
    drops_ = cache_->drops();
}

template <class ChooseLine>
CachedPage& TreeCursor::descend(ChooseLine choose_line) const {
    CachedPage* page = &cache_->page(tree_.root);
    PageView view = checked(*page);
    for (int depth = 0; !view.has(flag::leaf); ++depth) {
        if (depth == max_depth) fail(JET_errDatabaseCorrupted, page->number(), "is deeper than any tree can be");
        if (view.node_count() == 0) fail(JET_errDatabaseCorrupted, page->number(), "points to no page");
        CachedPage& child = cache_->page(view.child(std::min(choose_line(view), view.node_count() - 1)));
        const PageView below = checked(child);
        if (below.has(flag::leaf) != view.has(flag::parent_of_leaf))
            fail(JET_errBadParentPageLink, child.number(),
                 "is not on the level that page " + std::to_string(page->number().value()) + " says");
        page = &child;
        view = below;
    }
    return *page;
}

int TreeCursor::compare_to_place(const Node& node) const {
    const int order = node.compare_key(key_);
    return order != 0 || tree_.unique_keys ? order : compare_bytes(node.data, data_);
}

bool TreeCursor::sees(const Node& node) const {
    older_.reset();
    return view_ && view_->may_differ(tree_) ? view_->sees(tree_, node, older_) : !node.is_deleted();
}

void TreeCursor::take(const Node& node) {
    key_.assign(node.prefix.begin(), node.prefix.end());
    key_.insert(key_.end(), node.suffix.begin(), node.suffix.end());
    if (!tree_.unique_keys) data_.assign(node.data.begin(), node.data.end());
}

// The first node that is not in front of this bookmark.
void TreeCursor::look_for(ByteView key, ByteView data) const {
    // A separator in a tree with keys that are not unique may end inside the data, so it is held against both.
    std::vector<std::uint8_t> both;
    ByteView bookmark = key;
    if (!tree_.unique_keys) {
        both.assign(key.begin(), key.end());
        both.insert(both.end(), data.begin(), data.end());
        bookmark = both;
    }
    go_to_page(descend([&](const PageView& view) { return separator_above(view, bookmark); }));
    const PageView view = page_here();
    const auto compare = [&](std::size_t line) {
        const Node node = view.node(line);
        const int order = node.compare_key(key);
        return order != 0 || tree_.unique_keys ? order : compare_bytes(node.data, data);
    };
    line_ = first_line(view.node_count(), [&](std::size_t line) { return compare(line) >= 0; });
    is_line_exact_ = line_ < view.node_count() && compare(line_) == 0;
    dbtime_ = view.dbtime();
}

// Others may have changed the page since, or even taken it out of the tree.
void TreeCursor::return_to_place() const {
    const CachedPage& page = cached_page_here();
    if (page.is_sound() && page.view().dbtime() == dbtime_ && page.view().object() == tree_.object) return;
    look_for(key_, data_);
}

void TreeCursor::require_neighbour(const PageView& page, PageNumber number, PageNumber claimed, bool forward) const {
    if (!page.has(flag::leaf) || (forward ? page.previous() : page.next()) != claimed)
        fail(JET_errBadPageLink, number, "does not link back to page " + std::to_string(claimed.value()));
}

// From line_ of page_ on, to the first entry that is not deleted. `ordered`: key_ is that of the entry before.
bool TreeCursor::settle_forward(bool ordered) {
    PageView view = page_here();
    for (int empty_pages = 0;;) {
        for (; line_ < view.node_count(); ++line_) {
            const Node node = view.node(line_);
            if (ordered && compare_to_place(node) <= 0)
                fail(JET_errDatabaseCorrupted, page_, "has a key out of order at line " + std::to_string(line_));
            take(node);
            ordered = true;
            if (sees(node)) return arrive(view);
        }
        const PageNumber next = view.next();
        if (next == PageNumber()) return leave(view);
        if (view.node_count() == 0 && ++empty_pages > most_empty_pages)
            fail(JET_errBadPageLink, page_, "is one of very many without entries");
        CachedPage& page = cache_->page(next);
        view = checked(page);
        require_neighbour(view, next, page_, true);
        go_to_page(page);
        line_ = 0;
    }
}

// From the line in front of line_ on, backwards.
bool TreeCursor::settle_backward(bool ordered) {
    PageView view = page_here();
    for (int empty_pages = 0;;) {
        while (line_ > 0) {
            const Node node = view.node(--line_);
            if (ordered && compare_to_place(node) >= 0)
                fail(JET_errDatabaseCorrupted, page_, "has a key out of order at line " + std::to_string(line_));
            take(node);
            ordered = true;
            if (sees(node)) return arrive(view);
        }
        const PageNumber previous = view.previous();
        if (previous == PageNumber()) return leave(view);
        if (view.node_count() == 0 && ++empty_pages > most_empty_pages)
            fail(JET_errBadPageLink, page_, "is one of very many without entries");
        CachedPage& page = cache_->page(previous);
        view = checked(page);
        require_neighbour(view, previous, page_, false);
        go_to_page(page);
        line_ = view.node_count();
    }
}

bool TreeCursor::arrive(const PageView& view) {
    dbtime_ = view.dbtime();
    is_line_exact_ = true;
    return on_entry_ = true;
}

// Behind the last entry, or in front of the first.
bool TreeCursor::leave(const PageView& view) {
    dbtime_ = view.dbtime();
    is_line_exact_ = false;
    return on_entry_ = false;
}

bool TreeCursor::first() {
    go_to_page(descend([](const PageView&) { return std::size_t{0}; }));
    line_ = 0;
    return settle_forward(false);
}

bool TreeCursor::last() {
    go_to_page(descend([](const PageView& view) { return view.node_count(); }));
    line_ = page_here().node_count();
    return settle_backward(false);
}

bool TreeCursor::next() {
    if (!on_entry_) return false;
    return_to_place();
    if (is_line_exact_) ++line_;
    return settle_forward(true);
}

bool TreeCursor::previous() {
    if (!on_entry_) return false;
    return_to_place();
    return settle_backward(true);
}

bool TreeCursor::seek(ByteView key) {
    look_for(key, {});
    return settle_forward(false);
}

bool TreeCursor::seek_exactly(ByteView key, ByteView data) {
    look_for(key, data);
    on_entry_ = false;
    if (!is_line_exact_) return false;
    const PageView view = page_here();
    const Node node = view.node(line_);
    if (!sees(node)) return false;
    take(node);
    return arrive(view);
}

bool TreeCursor::is_entry_there() const {
    if (!on_entry_) return false;
    return_to_place();
    return is_line_exact_ && sees(page_here().node(line_));
}

ByteView TreeCursor::data() const {
    if (!is_entry_there())
        throw Error(ErrorKind::usage, JET_errRecordDeleted, "the entry that the cursor stands on was deleted");
    return older_ ? ByteView(*older_) : page_here().node(line_).data;
}

}  // namespace ese::engine
