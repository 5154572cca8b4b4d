#include "engine/btree/tree_writer.h"

#include "base/error.h"
#include "engine/btree/space.h"
#include "engine/btree/tree_merge.h"
#include "engine/btree/tree_split.h"
#include "esent.h"
#include "format/log/tree_records.h"

namespace ese::engine {

using format::LogRecordType;
using format::PageView;
using format::SplitOperation;
namespace node_flag = format::node_flag;

namespace {

// How often a place may have to be found anew because pages above it, or in its way, had to be split first.
constexpr int most_splits = 100;

OwnedNode node_with(ByteView key, ByteView data) {
    return {{key.begin(), key.end()}, {data.begin(), data.end()}, 0};
}

[[noreturn]] void never_fits(const Tree& tree) {
    throw Error(JET_errInternalError, "splitting the tree with root page " + std::to_string(tree.root.value()) +
                                          " again and again made no room for a node");
}

}  // namespace

std::optional<NodePlace> TreeWriter::find(ByteView key, ByteView data) {
    const TreePath path(changes_.cache(), tree_.tree, key, data);
    if (!path.found()) return std::nullopt;
    return NodePlace{path.leaf().page, path.leaf().line};
}

TreePath TreeWriter::path_to(ByteView key, ByteView data) {
    const TreePath path(changes_.cache(), tree_.tree, key, data);
    if (!path.found())
        throw Error(JET_errRecordDeleted,
                    "the tree with root page " + std::to_string(tree_.tree.root.value()) + " has no such node");
    return path;
}

// The only node of a page owes nothing to others: what is reserved there is for itself.
bool TreeWriter::has_room(const PageView& page, std::size_t bytes, bool is_only_node) const {
    if (page.free_bytes() < bytes) return false;
    if (is_only_node || tree_.tree.space_tree) return true;
    return page.free_bytes() - bytes >= changes_.reserved_bytes(tree_.tree, page);
}

void TreeWriter::require_node_size(const PageView& page, ByteView key, ByteView data) const {
    constexpr std::size_t key_length_bytes = 2;
    const std::size_t most = format::max_node_bytes(page.bytes().size());
    if (data.empty() || key_length_bytes + key.size() + data.size() > most)
        throw Error(JET_errRecordTooBig, "a node with a key of " + std::to_string(key.size()) + " and data of " +
                                             std::to_string(data.size()) + " bytes; a page has room for " +
                                             std::to_string(most - key_length_bytes));
}

void TreeWriter::insert(ByteView key, ByteView data, std::uint32_t rceid) {
    if (!insert_unless_there(key, data, rceid))
        throw Error(JET_errKeyDuplicate,
                    "the tree with root page " + std::to_string(tree_.tree.root.value()) + " has this node already");
}

bool TreeWriter::insert_unless_there(ByteView key, ByteView data, std::uint32_t rceid) {
    for (int attempt = 0; attempt < most_splits; ++attempt) {
        const TreePath path(changes_.cache(), tree_.tree, key, data);
        if (path.found()) return false;
        const PathStep& leaf = path.leaf();
        const PageView view = leaf.view();
        require_node_size(view, key, data);
        format::InsertRecord record{
            tree_.node_head(LogRecordType::insert, leaf.number(), leaf.line, rceid), {}, key, data};
        if (view.node_count() < format::max_nodes &&
            has_room(view, format::stored_node_bytes(view.key_prefix(), key, data.size()), view.node_count() == 0)) {
            const std::size_t prefix = format::compressible_bytes(view.key_prefix(), key);
            record.prefix = key.first(prefix);
            record.suffix = key.subspan(prefix);
            changes_.make(record.serialise());
            return true;
        }
        if (split_leaf(changes_, tree_, path, {SplitOperation::insert, node_with(key, data), record.serialise()}))
            return true;
    }
    never_fits(tree_.tree);
}

void TreeWriter::insert_again(ByteView key, ByteView data, std::uint32_t insert_rceid, std::uint32_t replace_rceid) {
    if (tree_.tree.unique_keys)
        return change_data(LogRecordType::flag_insert_and_replace_data, key, data, insert_rceid, replace_rceid);
    const TreePath path = path_to(key, data);
    const auto head =
        tree_.node_head(LogRecordType::flag_insert, path.leaf().number(), path.leaf().line, insert_rceid);
    changes_.make(format::FlagInsertRecord{head, key, data, 0}.serialise());
}

void TreeWriter::replace(ByteView key, ByteView new_data, std::uint32_t rceid) {
    change_data(LogRecordType::replace, key, new_data, rceid, 0);
}

void TreeWriter::change_data(LogRecordType type, ByteView key, ByteView data, std::uint32_t rceid,
                             std::uint32_t replace_rceid) {
    for (int attempt = 0; attempt < most_splits; ++attempt) {
        const TreePath path = path_to(key, {});
        const PathStep& leaf = path.leaf();
        const PageView view = leaf.view();
        const format::Node node = view.node(leaf.line);
        const std::size_t old_bytes = node.data.size();
        require_node_size(view, key, data);
        const auto head = tree_.node_head(type, leaf.number(), leaf.line, rceid);
        const auto record_for = [&](std::size_t logged_old_bytes) {
            if (type == LogRecordType::flag_insert_and_replace_data)
                return format::FlagInsertRecord{head, key, data, replace_rceid}.serialise();
            format::ReplaceRecord record;
            record.head = head;
            record.old_bytes = static_cast<std::uint16_t>(logged_old_bytes);
            record.data = data;
            return record.serialise();
        };
        if (data.size() <= old_bytes || has_room(view, data.size() - old_bytes, view.node_count() == 1))
            return changes_.make(record_for(old_bytes));
        // A replacement that goes with a split has its new size in place of the old one (LOG-FORMAT 4.5).
        const auto operation = type == LogRecordType::replace ? SplitOperation::replace
                                                              : SplitOperation::flag_insert_and_replace_data;
        if (split_leaf(changes_, tree_, path, {operation, node_with(key, data), record_for(data.size())})) return;
    }
    never_fits(tree_.tree);
}

void TreeWriter::flag_delete(ByteView key, ByteView data, std::uint32_t rceid) {
    const TreePath path = path_to(key, data);
    changes_.make(format::head_only_record(
        tree_.node_head(LogRecordType::flag_delete, path.leaf().number(), path.leaf().line, rceid)));
}

void TreeWriter::add(ByteView key, std::uint16_t data_offset, std::int64_t delta, bool is_long, std::uint32_t rceid) {
    const TreePath path = path_to(key, {});
    const std::size_t data_bytes = path.leaf().view().node(path.leaf().line).data.size();
    if (data_offset > data_bytes || data_bytes - data_offset < (is_long ? 8u : 4u))
        throw Error(JET_errInvalidColumnType, "the node has no number at offset " + std::to_string(data_offset));
    format::BookmarkRecord record;
    record.head = tree_.node_head(is_long ? LogRecordType::delta64 : LogRecordType::delta, path.leaf().number(),
                                  path.leaf().line, rceid);
    record.bookmark_key = key;
    record.delta = delta;
    record.data_offset = data_offset;
    changes_.make(record.serialise());
}

void TreeWriter::undo(const Version& version) {
    for (int attempt = 0; attempt < most_splits; ++attempt) {
        const TreePath path = path_to(version.key, version.data);
        const PathStep& leaf = path.leaf();
        const PageView view = leaf.view();
        const std::size_t data_bytes = view.node(leaf.line).data.size();
        if (version.operation == format::UndoneOperation::replace &&
            version.before_image.size() > data_bytes + view.free_bytes()) {
            // Nobody should have taken the room, but data that must come back comes back.
            split_leaf(changes_, tree_, path, {});
            continue;
        }
        format::BookmarkRecord record;
        record.head = tree_.node_head(LogRecordType::undo, leaf.number(), leaf.line);
        record.head.rceid = version.rceid;
        record.bookmark_key = version.key;
        record.bookmark_data = version.data;
        record.operation = version.operation;
        return changes_.make(record.serialise());
    }
    never_fits(tree_.tree);
}

void TreeWriter::erase(ByteView key, ByteView data) {
    for (const PageNumber page : erase_node(key, data)) free_page(changes_, tree_.tree.root, page);
}

std::vector<PageNumber> TreeWriter::erase_node(ByteView key, ByteView data) {
    const TreePath path = path_to(key, data);
    const PathStep& leaf = path.leaf();
    const PageView view = leaf.view();
    const auto make = [&](LogRecordType type) {
        changes_.make(format::head_only_record(tree_.node_head(type, leaf.number(), leaf.line)));
    };
    // A space tree's root keeps its last node, too, as the original does.
    const bool keeps_last = path.depth() > 1 || tree_.tree.space_tree;
    if (view.node_count() > 1 || !keeps_last) {
        make(LogRecordType::delete_node);
        return merge_leaf(changes_, tree_, path);
    }
    if (!view.node(leaf.line).is_deleted()) make(LogRecordType::flag_delete);
    return remove_leaf(changes_, tree_, path);
}

}  // namespace ese::engine
