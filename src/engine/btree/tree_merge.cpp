#include "engine/btree/tree_merge.h"

#include <algorithm>

#include "base/error.h"
#include "engine/btree/levels_above.h"
#include "engine/btree/page_nodes.h"
#include "engine/btree/space.h"
#include "engine/btree/split_plan.h"
#include "esent.h"
#include "format/log/tree_records.h"

namespace ese::engine {

using format::LogRecordType;
using format::MergeKind;
using format::MergeRecord;
using format::PageView;

namespace {

using Bytes = std::vector<std::uint8_t>;

std::size_t area_of(const PageView& page) { return page.bytes().size() - format::page_header_bytes(page.bytes().size()); }

std::size_t used_bytes(const PageView& page) { return area_of(page) - page.free_bytes(); }

// A page that gets nodes of a neighbour is not filled further than this: what comes next would split it again.
std::size_t most_used(const PageView& page) { return area_of(page) * 8 / 10; }

// Which nodes of a leaf go where.
struct Move {
    MergeKind kind = MergeKind::none;
    const CachedPage& source;
    std::size_t line = 0;  // of the source: the first that moves to the right, or the last that moves to the left
    std::size_t bytes = 0;
};

void make_merge(TreeChanges& changes, const ChangedTree& tree, const TreePath& path, const LevelsAbove& above,
                const Move& move) {
    const PageView view = move.source.view();
    MergeRecord leaf;
    leaf.head = tree.page_head(LogRecordType::merge2, move.source.number(), 0);
    leaf.tree_root = tree.root_in_records;
    leaf.object = tree.tree.object;
    leaf.right = view.next();
    leaf.left = view.previous();
    leaf.parent = path[path.depth() - 2].number();
    leaf.kind = move.kind;
    if (move.kind != MergeKind::partial_left) leaf.flags = MergeRecord::flag_empty_page;
    leaf.separator = above.separator();
    leaf.merge_line = static_cast<std::uint16_t>(move.line);
    leaf.moved_bytes = static_cast<std::uint16_t>(move.bytes);
    if (move.kind != MergeKind::empty_page) leaf.image = view.bytes();
    auto records = above.records_top_down();
    records.push_back(leaf.serialise());
    changes.make_together(std::move(records));
}

LeftPages take_out(TreeChanges& changes, const ChangedTree& tree, const TreePath& path, std::size_t slot,
                   const Move& move) {
    LevelsAbove above(tree, path, slot);
    if (!above.take_out()) return {};
    LeftPages pages = above.left_pages();
    pages.push_back(move.source.number());
    make_merge(changes, tree, path, above, move);
    return pages;
}

LeftPages empty_tree(TreeChanges& changes, const ChangedTree& tree, const TreePath& path) {
    format::EmptyTreeRecord record{tree.node_head(LogRecordType::empty_tree, tree.tree.root, 0), {}};
    LeftPages pages;
    for (std::size_t level = 0; level < path.depth(); ++level) {
        const PageView view = path[level].view();
        if (!view.has(format::page_flag::leaf) && view.node_count() != 1)
            throw Error(ErrorKind::damage, JET_errBadPageLink,
                        "page " + std::to_string(path.leaf().number().value()) + " has no neighbours, but page " +
                            std::to_string(path[level].number().value()) + " above it has other pages");
        if (level == 0) continue;
        record.pages.push_back({0, path[level].number(), view.flags()});
        pages.push_back(path[level].number());
    }
    changes.make(record.serialise());
    return pages;
}

bool has_deleted_nodes(const PageView& page) {
    for (std::size_t line = 0; line < page.node_count(); ++line)
        if (page.node(line).is_deleted()) return true;
    return false;
}

// A split that moves all nodes of a leaf leaves it empty where it can't go.
const CachedPage* next_with_nodes(PageCache& cache, const PageView& leaf) {
    constexpr int most_empty_pages = 1000;
    PageNumber number = leaf.next();
    for (int empty_pages = 0; number != PageNumber(); ++empty_pages) {
        const CachedPage& page = cache.page(number);
        page.require_sound();
        if (page.view().node_count() > 0) return &page;
        if (empty_pages == most_empty_pages)
            throw Error(ErrorKind::damage, JET_errBadPageLink,
                        "page " + std::to_string(number.value()) + " is one of very many without entries");
        number = page.view().next();
    }
    return nullptr;
}

// Two leaves beside each other on the last parent of the path, the right one at `slot + 1`.
class Neighbours {
 public:
    Neighbours(TreeChanges& changes, const ChangedTree& tree, const TreePath& path, std::size_t slot)
        : changes_(changes), tree_(tree), path_(path), slot_(slot) {
        const PageView parent = path[path.depth() - 2].view();
        if (slot + 1 >= parent.node_count()) return;
        left_ = &changes.cache().page(parent.child(slot));
        right_ = &changes.cache().page(parent.child(slot + 1));
        left_->require_sound();
        right_->require_sound();
        if (left_->view().next() != right_->number() || right_->view().previous() != left_->number() ||
            left_->view().object() != right_->view().object())
            throw Error(ErrorKind::damage, JET_errBadPageLink,
                        "pages " + std::to_string(left_->number().value()) + " and " +
                            std::to_string(right_->number().value()) + " are neighbours, but not linked as such");
    }

    // The left one goes, if there is room to spare for all that it has.
    LeftPages merge_into_right() {
        if (!may_merge()) return {};
        const PageView from = left_->view(), to = right_->view();
        if (used_bytes(from) + used_bytes(to) > most_used(to) ||
            from.node_count() + to.node_count() > format::max_nodes || has_deleted_nodes(from))
            return {};
        std::size_t moved = 0;
        for (std::size_t line = 0; line < from.node_count(); ++line) moved += bytes_on(to, from.node(line));
        if (used_bytes(to) + moved > most_used(to)) return {};
        return take_out(changes_, tree_, path_, slot_, {MergeKind::full_right, *left_, 0, moved});
    }

    // The right one, whose nodes are all flagged as deleted, goes, and the left one has its separator then: so none above has
    // to change, for which there may be no room.
    LeftPages replace_right() {
        LevelsAbove above(tree_, path_, slot_ + 1);
        if (right_->view().node_count() == 0 || !above.replace_by_left()) return {};
        make_merge(changes_, tree_, path_, above, {MergeKind::full_left, *right_, right_->view().node_count() - 1});
        return {right_->number()};
    }

    // The left one gets as many nodes of the right one as it has room for, or none where that are few.
    LeftPages fill_left(Merging merging) {
        if (!may_merge()) return {};
        const PageView from = right_->view(), to = left_->view();
        if (to.node_count() == 0) return take_out(changes_, tree_, path_, slot_, {MergeKind::empty_page, *left_});
        if (from.node_count() == 0)
            return take_out(changes_, tree_, path_, slot_ + 1, {MergeKind::empty_page, *right_});
        std::size_t lines = 0, moved = 0;
        for (; lines < from.node_count() && to.node_count() + lines < format::max_nodes; ++lines) {
            const format::Node node = from.node(lines);
            const std::size_t bytes = bytes_on(to, node);
            if (node.is_deleted() || used_bytes(to) + moved + bytes > most_used(to)) break;
            moved += bytes;
        }
        LevelsAbove above(tree_, path_, slot_ + 1);
        if (lines == from.node_count()) {
            if (!above.replace_by_left()) return {};
            make_merge(changes_, tree_, path_, above, {MergeKind::full_left, *right_, lines - 1, moved});
            return {right_->number()};
        }
        if (merging == Merging::whole_pages || moved < area_of(to) / 8) return {};
        const Bytes separator =
            separator_between(own(from.node(lines - 1)), own(from.node(lines)), tree_.tree.unique_keys);
        if (above.move_separator_of_left(separator))
            make_merge(changes_, tree_, path_, above, {MergeKind::partial_left, *right_, lines - 1, moved});
        return {};
    }

 private:
    // Versions of changes that may yet be taken back need nothing there.
    bool may_merge() const {
        if (left_ == nullptr) return false;
        return tree_.tree.space_tree || (changes_.reserved_bytes(tree_.tree, left_->view()) == 0 &&
                                         changes_.reserved_bytes(tree_.tree, right_->view()) == 0);
    }

    static std::size_t bytes_on(const PageView& page, const format::Node& node) {
        return format::stored_node_bytes(page.key_prefix(), node.key(), node.data.size());
    }

    TreeChanges& changes_;
    const ChangedTree& tree_;
    const TreePath& path_;
    std::size_t slot_;
    CachedPage *left_ = nullptr, *right_ = nullptr;
};

}  // namespace

LeftPages remove_leaf(TreeChanges& changes, const ChangedTree& tree, const TreePath& path) {
    if (path.depth() < 2) return {};
    const PageView view = path.leaf().view();
    if (view.previous() == PageNumber() && view.next() == PageNumber()) return empty_tree(changes, tree, path);
    const std::size_t slot = path[path.depth() - 2].line;
    auto gone = take_out(changes, tree, path, slot, {MergeKind::empty_page, *path.leaf().page});
    return slot == 0 || !gone.empty() ? gone : Neighbours(changes, tree, path, slot - 1).replace_right();
}

LeftPages merge_leaf(TreeChanges& changes, const ChangedTree& tree, const TreePath& path) {
    if (path.depth() < 2) return {};
    const PageView view = path.leaf().view();
    if (used_bytes(view) > area_of(view) * 4 / 10) return {};
    const std::size_t slot = path[path.depth() - 2].line;
    auto gone = Neighbours(changes, tree, path, slot).merge_into_right();
    return slot == 0 || !gone.empty() ? gone : Neighbours(changes, tree, path, slot - 1).merge_into_right();
}

std::optional<Bytes> merge_pass(TreeChanges& changes, const Tree& tree, ByteView from, std::uint32_t pages,
                                Merging merging) {
    const ChangedTree changed(tree);
    Bytes bookmark(from.begin(), from.end());
    for (; pages > 0; --pages) {
        const TreePath path(changes.cache(), tree, bookmark, {});
        if (path.depth() < 2) return std::nullopt;
        const LeftPages gone = Neighbours(changes, changed, path, path[path.depth() - 2].line).fill_left(merging);
        for (const PageNumber page : gone) free_page(changes, tree.root, page);
        if (!gone.empty()) continue;  // the leaf may have room for more
        const CachedPage* next = next_with_nodes(changes.cache(), path.leaf().view());
        if (next == nullptr) return std::nullopt;
        const format::Node first = next->view().node(0);
        bookmark = first.key();
        if (!tree.unique_keys) bookmark.insert(bookmark.end(), first.data.begin(), first.data.end());
    }
    return bookmark;
}

}  // namespace ese::engine
