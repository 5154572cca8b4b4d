#include "engine/btree/tree_split.h"

#include "base/error.h"
#include "engine/btree/space.h"
#include "engine/btree/space_tree.h"
#include "engine/btree/split.h"
#include "engine/btree/split_plan.h"
#include "engine/btree/tree_merge.h"
#include "esent.h"

namespace ese::engine {

using format::LogRecordType;
using format::PageView;
using format::SplitKind;
using format::SplitOperation;
using format::SplitRecord;
namespace flag = format::page_flag;

namespace {

using Bytes = std::vector<std::uint8_t>;

// One page that splits, or that gets a separator from the one below.
struct Level {
    const PathStep* step;
    SplitRecord record{};
    Bytes parent_key{}, page_prefix{};  // what the record's views show
    bool splits = false;
    bool moves_nodes = false;  // so that a replay may need the page as it was
};

class LeafSplit {
 public:
    LeafSplit(TreeChanges& changes, const ChangedTree& tree, const TreePath& path, const SplitPassenger& passenger)
        : changes_(changes), tree_(tree), path_(path), passenger_(passenger) {}

    bool run() {
        if (path_.depth() == 1) return split_root();
        const bool with_passenger = plan_leaf();
        for (std::size_t i = path_.depth() - 1; levels_.back().splits; --i) {
            const PathStep& parent = path_[i - 1];
            if (has_room(parent.view(), levels_.back().parent_key)) {
                add_level(parent).record.operation_line = static_cast<std::uint16_t>(parent.line);
            } else if (i == 1) {
                levels_.clear();
                return split_root();
            } else {
                plan_parent(parent);
            }
        }
        const auto low = lower_bound();
        make(with_passenger);
        // All of the leaf has moved: it has no node left, and goes.
        if (levels_.front().record.split_line == 0) {
            const TreePath to_empty = low ? TreePath(changes_.cache(), tree_.tree, *low, {})
                                          : TreePath(changes_.cache(), tree_.tree, TreePath::End::first);
            for (const PageNumber page : remove_leaf(changes_, tree_, to_empty))
                free_page(changes_, tree_.tree.root, page);
        }
        return with_passenger;
    }

 private:
    Level& add_level(const PathStep& step) {
        Level& level = levels_.emplace_back(Level{&step});
        level.record.head = tree_.page_head(LogRecordType::split2, step.number(), 0);
        level.record.tree_root = tree_.root_in_records;
        level.record.object = tree_.tree.object;
        level.record.prefix_line = level.record.new_prefix_line = 0;
        return level;
    }

    Level& add_split(const PathStep& step, SplitKind kind, std::size_t lines) {
        Level& level = add_level(step);
        level.splits = true;
        level.moves_nodes = true;
        level.record.kind = kind;
        level.record.lines = static_cast<std::uint16_t>(lines);
        level.record.prefix_line = level.record.new_prefix_line = -1;
        level.record.page_flags = step.view().flags();
        level.record.new_page_flags = step.view().flags() & ~flag::root;
        return level;
    }

    static void set_operation(Level& level, SplitOperation operation, std::size_t line) {
        level.record.operation = operation;
        level.record.operation_line = static_cast<std::uint16_t>(line);
    }

    static void set_plan(Level& level, const SplitPlan& plan, const std::vector<OwnedNode>& nodes) {
        level.record.split_line = static_cast<std::uint16_t>(plan.line);
        level.record.prefix_line = plan.prefix_line;
        level.record.new_prefix_line = plan.new_prefix_line;
        if (plan.prefix_line >= 0) level.page_prefix = nodes[static_cast<std::size_t>(plan.prefix_line)].key;
    }

    bool inserts() const { return passenger_.operation == SplitOperation::insert; }

    std::vector<OwnedNode> nodes_with_passenger(const PathStep& leaf) const {
        std::vector<OwnedNode> nodes = nodes_of(leaf.view());
        const auto at = nodes.begin() + static_cast<std::ptrdiff_t>(leaf.line);
        if (inserts())
            nodes.insert(at, passenger_.node);
        else if (passenger_.operation != SplitOperation::none)
            *at = passenger_.node;
        return nodes;
    }

    std::size_t reserved_bytes(const PathStep& leaf) const {
        return tree_.tree.space_tree ? 0 : changes_.reserved_bytes(tree_.tree, leaf.view());
    }

    // Adds the level of the leaf, and returns whether the passenger goes with it.
    bool plan_leaf() {
        const PathStep& leaf = path_.leaf();
        if (inserts() && leaf.line > 0 && leaf.line == leaf.view().node_count()) {
            plan_insert_behind_all(leaf);
            return true;
        }
        const std::size_t page_bytes = leaf.view().bytes().size();
        std::vector<OwnedNode> nodes = nodes_with_passenger(leaf);
        const std::size_t reserved = reserved_bytes(leaf);
        auto plan = plan_split({nodes, page_bytes, reserved, leaf.line, end_of_run(nodes)});
        // One node that is alone, and does not fit only because of the page's prefix: it goes to a new page.
        if (!plan && nodes.size() == 1) plan = SplitPlan{};
        bool with_passenger = passenger_.operation != SplitOperation::none;
        if (!plan) {
            with_passenger = false;
            nodes = nodes_of(leaf.view());
            plan = plan_split({nodes, page_bytes, 0, std::nullopt, leaf.line});
        }
        if (!plan)
            throw Error(JET_errRecordTooBig, "page " + std::to_string(leaf.number().value()) +
                                                 " can't be split so that a node gets room on it");
        Level& level = add_split(leaf, SplitKind::right, nodes.size());
        if (with_passenger) set_operation(level, passenger_.operation, leaf.line);
        set_plan(level, *plan, nodes);
        level.record.right = leaf.view().next();
        level.parent_key = plan->line == 0
                               ? whole_bookmark(nodes[0])
                               : separator_between(nodes[plan->line - 1], nodes[plan->line], tree_.tree.unique_keys);
        return with_passenger;
    }

    // Where ascending keys come in between others, those that follow will go behind the passenger: the page is split there,
    // so that what they leave behind is full. That they do is guessed from the beginnings of their bookmarks: several
    // nodes in front of the passenger have more in common with it than the next one has.
    std::optional<std::size_t> end_of_run(const std::vector<OwnedNode>& nodes) const {
        constexpr std::size_t run = 8;
        const std::size_t line = path_.leaf().line;
        if (!inserts() || line < run || line + 1 >= nodes.size() || line < nodes.size() / 2) return std::nullopt;
        const Bytes inserted = whole_bookmark(nodes[line]);
        const std::size_t before = format::common_prefix(whole_bookmark(nodes[line - run]), inserted);
        if (before <= format::common_prefix(inserted, whole_bookmark(nodes[line + 1]))) return std::nullopt;
        return line + 1;
    }

    Bytes whole_bookmark(const OwnedNode& node) const {
        Bytes bookmark = node.key;
        if (!tree_.tree.unique_keys) bookmark.insert(bookmark.end(), node.data.begin(), node.data.end());
        return bookmark;
    }

    // Nothing moves: the new page gets the passenger alone, and its key as prefix for those that may follow.
    void plan_insert_behind_all(const PathStep& leaf) {
        const PageView view = leaf.view();
        const bool is_last = view.next() == PageNumber();
        Level& level = add_split(leaf, is_last ? SplitKind::append : SplitKind::right, view.node_count() + 1);
        level.moves_nodes = false;
        set_operation(level, SplitOperation::insert, leaf.line);
        level.record.split_line = static_cast<std::uint16_t>(leaf.line);
        const OwnedNode& node = passenger_.node;
        const std::size_t used = node.key.size() + format::stored_node_bytes(node.key, node.key, node.data.size());
        const std::size_t room = format::max_node_bytes(view.bytes().size()) + 4;
        level.record.new_prefix_line = used <= room ? 0 : -1;
        const ByteView prefix = view.external_header();
        if (!is_last) level.page_prefix.assign(prefix.begin(), prefix.end());
        level.record.right = view.next();
        level.parent_key = separator_between(own(view.node(leaf.line - 1)), node, tree_.tree.unique_keys);
    }

    bool has_room(const PageView& parent, ByteView separator) const {
        return parent.node_count() < format::max_nodes &&
               parent.free_bytes() >=
                   format::stored_node_bytes(parent.key_prefix(), separator, sizeof(std::uint32_t));
    }

    void plan_parent(const PathStep& parent) {
        const PageView view = parent.view();
        const Level& below = levels_.back();
        std::vector<OwnedNode> nodes = nodes_of(view);
        insert_separator(nodes, parent.line, below.step->number(), below.parent_key, PageNumber());
        SplitRequest request{nodes, view.bytes().size(), 0, std::nullopt, std::nullopt};
        // Where pages are appended the left part stays full.
        if (parent.line + 2 == nodes.size()) request.wanted = nodes.size() - 1;
        const auto plan = plan_split(request);
        if (!plan)
            throw Error(JET_errRecordTooBig, "page " + std::to_string(parent.number().value()) +
                                                 " can't be split so that a separator gets room on it");
        Level& level = add_split(parent, SplitKind::right, nodes.size());
        set_operation(level, SplitOperation::insert, parent.line);
        set_plan(level, *plan, nodes);
        level.parent_key = nodes[plan->line - 1].key;
    }

    // The root keeps its place, and all that is on it goes to a new page below.
    bool split_root() {
        const PathStep& root = path_[0];
        const PageView view = root.view();
        const std::size_t page_bytes = view.bytes().size();
        std::vector<OwnedNode> nodes;
        std::optional<PrefixChoice> choice;
        bool with_passenger = path_.depth() == 1 && passenger_.operation != SplitOperation::none;
        if (with_passenger) {
            nodes = nodes_with_passenger(root);
            choice = plan_page(nodes, page_bytes, nodes.size() == 1 ? 0 : reserved_bytes(root));
        }
        if (!choice) {
            with_passenger = false;
            nodes = nodes_of(view);
            choice = plan_page(nodes, page_bytes, 0);
        }
        if (!choice || nodes.empty())
            throw Error(JET_errRecordTooBig,
                        "what is on the root page " + std::to_string(root.number().value()) + " fits on no page");
        Level& level = add_split(root, SplitKind::vertical, nodes.size());
        if (with_passenger) set_operation(level, passenger_.operation, root.line);
        level.record.new_prefix_line = choice->line;
        level.record.page_flags = (view.flags() & ~(flag::leaf | flag::parent_of_leaf)) |
                                  (view.has(flag::leaf) ? flag::parent_of_leaf : 0);
        make(with_passenger);
        return with_passenger;
    }

    void make(bool with_passenger) {
        std::vector<TreeChanges::Record> records;
        for (std::size_t i = levels_.size(); i-- > 0;) {
            Level& level = levels_[i];
            if (level.splits) {
                level.record.new_page = tree_.tree.space_tree
                                            ? take_split_page(changes_, tree_)
                                            : allocate_page(changes_, tree_.tree.root, level.step->number());
                if (level.record.kind != SplitKind::vertical) level.record.parent = levels_[i + 1].step->number();
            }
        }
        for (std::size_t i = levels_.size(); i-- > 0;) records.push_back(record_of(levels_[i]));
        if (with_passenger) records.push_back(passenger_.record);
        changes_.make_together(std::move(records));
    }

    // The separator in front of the leaf; nothing for the first one.
    std::optional<Bytes> lower_bound() const {
        for (std::size_t i = path_.depth() - 1; i-- > 0;)
            if (path_[i].line > 0) return path_[i].view().node(path_[i].line - 1).key();
        return std::nullopt;
    }

    static TreeChanges::Record record_of(Level& level) {
        SplitRecord& record = level.record;
        record.parent_key = level.parent_key;
        record.page_prefix = level.page_prefix;
        const PageView view = level.step->view();
        if (level.splits && record.kind == SplitKind::right) record.old_page_prefix = view.external_header();
        if (level.moves_nodes) record.image = view.bytes();
        // Only a page that splits has a key for its parent; the one that gets it does not tell it again.
        if (!level.splits) record.parent_key = {};
        return record.serialise();
    }

    TreeChanges& changes_;
    const ChangedTree& tree_;
    const TreePath& path_;
    const SplitPassenger& passenger_;
    std::vector<Level> levels_;  // from the leaf up
};

}  // namespace

bool split_leaf(TreeChanges& changes, const ChangedTree& tree, const TreePath& path, const SplitPassenger& passenger) {
    return LeafSplit(changes, tree, path, passenger).run();
}

}  // namespace ese::engine
