#include "engine/btree/merge.h"

#include <algorithm>

#include "base/error.h"
#include "esent.h"

namespace ese::engine {

using format::MergeKind;
using format::MergeRecord;

namespace {

bool goes_left(MergeKind kind) { return kind == MergeKind::full_left || kind == MergeKind::partial_left; }

[[noreturn]] void no_such_node(PageNumber page, std::size_t line, std::size_t count) {
    throw Error(ErrorKind::damage, JET_errLogFileCorrupt,
                "a merge names node " + std::to_string(line) + " of page " + std::to_string(page.value()) +
                    ", which has " + std::to_string(count));
}

// The range of nodes that a merge takes from the source page.
std::pair<std::size_t, std::size_t> moved_range(std::size_t count, const MergeRecord& merge) {
    const std::size_t line = merge.merge_line;
    if (goes_left(merge.kind)) {
        if (line >= count) no_such_node(merge.head.page, line, count);
        return {0, line + 1};
    }
    if (line > count) no_such_node(merge.head.page, line, count);
    return {line, count};
}

}  // namespace

std::vector<OwnedNode> nodes_to_move(const format::PageView& source, const MergeRecord& merge) {
    std::vector<OwnedNode> nodes;
    const auto [first, end] = moved_range(source.node_count(), merge);
    for (std::size_t i = first; i < end; ++i) {
        const format::Node node = source.node(i);
        if (!node.is_deleted()) nodes.push_back(own(node));
    }
    return nodes;
}

void take_in(ByteSpan page, PageNumber number, std::span<const OwnedNode> nodes, bool in_front) {
    format::PageWriter writer(page);
    std::size_t line = in_front ? 0 : writer.view().node_count();
    for (const OwnedNode& node : nodes)
        require_room(writer.insert(line++, node.key, node.data, node.flags), writer.view(), number);
}

void drop_moved(ByteSpan source, const MergeRecord& merge) {
    format::PageWriter writer(source);
    const auto [first, end] = moved_range(writer.view().node_count(), merge);
    for (std::size_t i = end; i > first; --i) writer.erase(i - 1);
}

void make_empty_page(ByteSpan page, PageNumber number) {
    const format::PageView view(page);
    format::PageIdentity identity = view.identity(number);
    identity.flags |= format::page_flag::empty;
    write_nodes(page, identity, {}, {}, static_cast<unsigned>(view.reserved_tags()));
}

void change_parent(ByteSpan page, const MergeRecord& record, const MergeRecord& leaf) {
    if ((record.flags & MergeRecord::flag_empty_page) != 0) return make_empty_page(page, record.head.page);
    if ((record.flags & (MergeRecord::flag_key_change | MergeRecord::flag_delete_node)) == 0) return;

    const format::PageView view(page);
    std::vector<OwnedNode> nodes = nodes_of(view);
    std::size_t line = record.head.line;
    if (line >= nodes.size()) no_such_node(record.head.page, line, nodes.size());
    const bool changes_key = (record.flags & MergeRecord::flag_key_change) != 0;
    if ((record.flags & MergeRecord::flag_delete_node) != 0) {
        if (changes_key) {
            // The left page inherits the source's key: the source's entry becomes the left page's.
            if (line == 0) no_such_node(record.head.page, 0, nodes.size());
            nodes[line].set_child(leaf.left);
            --line;
        }
        const bool was_last = line + 1 == nodes.size() && nodes[line].key.empty();
        nodes.erase(nodes.begin() + static_cast<std::ptrdiff_t>(line));
        if (was_last && !nodes.empty()) nodes.back().key.clear();
    } else {
        if (leaf.kind == MergeKind::partial_left) {
            if (line == 0) no_such_node(record.head.page, 0, nodes.size());
            --line;
        }
        nodes[line].key.assign(leaf.separator.begin(), leaf.separator.end());
    }
    const ByteView header = view.external_header();
    const std::vector<std::uint8_t> kept_header(header.begin(), header.end());
    write_nodes(page, view.identity(record.head.page), kept_header, nodes, static_cast<unsigned>(view.reserved_tags()));
}

}  // namespace ese::engine
