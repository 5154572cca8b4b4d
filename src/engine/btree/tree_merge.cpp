#include "engine/btree/tree_merge.h"

#include "base/error.h"
#include "engine/btree/page_nodes.h"
#include "engine/btree/space.h"
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

// The records of the levels above a leaf that goes: its entry in the parent, and where that was the last one of a page
// that is not the rightmost, the separators that said the same.
class ParentRecords {
 public:
    ParentRecords(const ChangedTree& tree, const TreePath& path, std::size_t slot) : tree_(tree) {
        std::size_t level = path.depth() - 2;
        const PathStep& parent = path[level];
        const PageView view = parent.view();
        possible_ = view.node_count() > 1;
        if (!possible_) return;
        add(parent, slot, MergeRecord::flag_delete_node);
        if (slot + 1 < view.node_count() || view.node(slot).key_bytes() == 0) return;
        separator_ = view.node(slot - 1).key();
        while (possible_ && level-- > 0) {
            const PathStep& above = path[level];
            possible_ = has_room(above);
            add(above, above.line, MergeRecord::flag_key_change);
            if (above.line + 1 < above.view().node_count()) return;
        }
    }

    bool possible() const { return possible_; }
    ByteView separator() const { return separator_; }

    std::vector<TreeChanges::Record> top_down() const {
        std::vector<TreeChanges::Record> result;
        for (std::size_t i = records_.size(); i-- > 0;) result.push_back(records_[i].serialise());
        return result;
    }

 private:
    void add(const PathStep& step, std::size_t line, std::uint8_t flags) {
        MergeRecord record;
        record.head = tree_.page_head(LogRecordType::merge2, step.number(), line);
        record.tree_root = tree_.root_in_records;
        record.object = tree_.tree.object;
        record.flags = flags;
        records_.push_back(record);
    }

    // For the new separator in place of the old one.
    bool has_room(const PathStep& step) const {
        const PageView view = step.view();
        const auto bytes_with = [&](ByteView key) {
            return format::stored_node_bytes(view.key_prefix(), key, sizeof(std::uint32_t));
        };
        const std::size_t was = bytes_with(view.node(step.line).key()), is = bytes_with(separator_);
        return view.free_bytes() + was >= is;
    }

    const ChangedTree& tree_;
    std::vector<MergeRecord> records_;  // from the parent up
    Bytes separator_;
    bool possible_ = false;
};

std::optional<PageNumber> take_out(TreeChanges& changes, const ChangedTree& tree, const TreePath& path,
                                   std::size_t slot, const CachedPage& page, MergeKind kind, std::size_t moved_bytes) {
    const ParentRecords parents(tree, path, slot);
    if (!parents.possible()) return std::nullopt;
    const PageView view = page.view();
    MergeRecord leaf;
    leaf.head = tree.page_head(LogRecordType::merge2, page.number(), 0);
    leaf.tree_root = tree.root_in_records;
    leaf.object = tree.tree.object;
    leaf.right = view.next();
    leaf.left = view.previous();
    leaf.parent = path[path.depth() - 2].number();
    leaf.kind = kind;
    leaf.flags = MergeRecord::flag_empty_page;
    leaf.separator = parents.separator();
    leaf.moved_bytes = static_cast<std::uint16_t>(moved_bytes);
    if (kind != MergeKind::empty_page) leaf.image = view.bytes();
    auto records = parents.top_down();
    records.push_back(leaf.serialise());
    changes.make_together(std::move(records));
    return page.number();
}

std::size_t reserved_bytes(TreeChanges& changes, const Tree& tree, const PageView& page) {
    return tree.space_tree ? 0 : changes.reserved_bytes(tree, page);
}

bool has_deleted_nodes(const PageView& page) {
    for (std::size_t line = 0; line < page.node_count(); ++line)
        if (page.node(line).is_deleted()) return true;
    return false;
}

// The leaf at `slot` of the last parent on the path goes into its right neighbour, which has the same parent.
std::optional<PageNumber> merge_into_right(TreeChanges& changes, const ChangedTree& tree, const TreePath& path,
                                           std::size_t slot) {
    const PageView parent = path[path.depth() - 2].view();
    if (slot + 1 >= parent.node_count()) return std::nullopt;
    const CachedPage& source = changes.cache().page(parent.child(slot));
    const CachedPage& taker = changes.cache().page(parent.child(slot + 1));
    source.require_sound();
    taker.require_sound();
    const PageView from = source.view(), to = taker.view();
    const std::size_t most_used = area_of(to) * 8 / 10;
    if (from.next() != taker.number() || to.previous() != source.number() || from.object() != to.object())
        throw Error(ErrorKind::damage, JET_errBadPageLink,
                    "pages " + std::to_string(source.number().value()) + " and " +
                        std::to_string(taker.number().value()) + " are neighbours, but not linked as such");
    if (used_bytes(from) + used_bytes(to) > most_used || from.node_count() + to.node_count() > format::max_nodes ||
        reserved_bytes(changes, tree.tree, from) != 0 || reserved_bytes(changes, tree.tree, to) != 0 ||
        has_deleted_nodes(from))
        return std::nullopt;
    std::size_t moved = 0;
    for (std::size_t line = 0; line < from.node_count(); ++line) {
        const format::Node node = from.node(line);
        moved += format::stored_node_bytes(to.key_prefix(), node.key(), node.data.size());
    }
    if (used_bytes(to) + moved > most_used) return std::nullopt;
    return take_out(changes, tree, path, slot, source, MergeKind::full_right, moved);
}

}  // namespace

std::optional<PageNumber> remove_leaf(TreeChanges& changes, const ChangedTree& tree, const TreePath& path) {
    if (path.depth() < 2) return std::nullopt;
    return take_out(changes, tree, path, path[path.depth() - 2].line, *path.leaf().page, MergeKind::empty_page, 0);
}

std::optional<PageNumber> merge_leaf(TreeChanges& changes, const ChangedTree& tree, const TreePath& path) {
    if (path.depth() < 2) return std::nullopt;
    const PageView view = path.leaf().view();
    if (used_bytes(view) > area_of(view) * 4 / 10) return std::nullopt;
    const std::size_t slot = path[path.depth() - 2].line;
    const auto gone = merge_into_right(changes, tree, path, slot);
    return gone || slot == 0 ? gone : merge_into_right(changes, tree, path, slot - 1);
}

std::optional<Bytes> merge_pass(TreeChanges& changes, const Tree& tree, ByteView from, std::uint32_t pages) {
    const ChangedTree changed(tree);
    Bytes bookmark(from.begin(), from.end());
    for (; pages > 0; --pages) {
        const TreePath path(changes.cache(), tree, bookmark, {});
        if (path.depth() < 2) return std::nullopt;
        // A leaf that has gone into its neighbour is looked at again with what it got.
        const PageView view = path.leaf().view();
        const PageNumber next = view.next();
        if (next == PageNumber()) return std::nullopt;
        const auto merged = merge_into_right(changes, changed, path, path[path.depth() - 2].line);
        if (merged) free_page(changes, tree.root, *merged);
        const CachedPage& right = changes.cache().page(next);
        right.require_sound();
        if (right.view().node_count() == 0)
            throw Error(ErrorKind::damage, JET_errDatabaseCorrupted,
                        "page " + std::to_string(next.value()) + " is a leaf without entries");
        const format::Node first = right.view().node(0);
        if (merged) continue;
        bookmark = first.key();
        if (!tree.unique_keys) bookmark.insert(bookmark.end(), first.data.begin(), first.data.end());
    }
    return bookmark;
}

}  // namespace ese::engine
