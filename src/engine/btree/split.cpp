#include "engine/btree/split.h"

#include <array>

#include "base/error.h"
#include "esent.h"

namespace ese::engine {

using format::SplitKind;
using format::SplitRecord;

namespace {

void require_split_of(const SplitRecord& split, std::size_t nodes) {
    if (split.split_line > nodes || split.lines != nodes)
        throw Error(ErrorKind::damage, JET_errLogFileCorrupt,
                    "page " + std::to_string(split.head.page.value()) + " has " + std::to_string(nodes) +
                        " nodes, and was to be split at " + std::to_string(split.split_line) + " of " +
                        std::to_string(split.lines));
}

std::span<const OwnedNode> moved_nodes(const SplitRecord& split, std::span<const OwnedNode> nodes) {
    if (split.kind == SplitKind::vertical) return nodes;
    require_split_of(split, nodes.size());
    return nodes.subspan(split.split_line);
}

[[noreturn]] void fail_as_no_parent(std::size_t line, PageNumber split_page) {
    throw Error(ErrorKind::damage, JET_errBadParentPageLink,
                "entry " + std::to_string(line) + " of a parent page does not point to page " +
                    std::to_string(split_page.value()));
}

std::array<std::uint8_t, 4> pointer_to(PageNumber page) {
    std::array<std::uint8_t, 4> bytes;
    store_u32(bytes, 0, page.value());
    return bytes;
}

}  // namespace

void insert_separator(ByteSpan page, PageNumber number, std::size_t line, PageNumber split_page, ByteView separator,
                      PageNumber new_page) {
    format::PageWriter writer(page);
    if (line >= writer.view().node_count() || writer.view().child(line) != split_page) fail_as_no_parent(line, split_page);
    require_room(writer.replace_data(line, pointer_to(new_page)), writer.view(), number);
    require_room(writer.insert(line, separator, pointer_to(split_page)), writer.view(), number);
}

void insert_separator(std::vector<OwnedNode>& nodes, std::size_t line, PageNumber split_page, ByteView separator,
                      PageNumber new_page) {
    if (line >= nodes.size() || nodes[line].data.size() != 4 || nodes[line].child() != split_page)
        fail_as_no_parent(line, split_page);
    nodes[line].set_child(new_page);
    nodes.insert(nodes.begin() + static_cast<std::ptrdiff_t>(line), OwnedNode::pointing_to(split_page, separator));
}

void keep_split_part(ByteSpan page, const SplitRecord& split, std::span<const OwnedNode> nodes) {
    const format::PageView view(page);
    format::PageIdentity identity = view.identity(split.head.page);
    identity.flags = split.page_flags;
    const ByteView header = view.external_header();
    const std::vector<std::uint8_t> kept_header(header.begin(), header.end());
    const unsigned reserved_tags = static_cast<unsigned>(view.reserved_tags());
    const auto moved = moved_nodes(split, nodes);
    if (split.kind == SplitKind::vertical) {
        const OwnedNode only = OwnedNode::pointing_to(split.new_page, {});
        return write_nodes(page, identity, kept_header, {&only, 1}, reserved_tags);
    }
    if (view.has(format::page_flag::leaf)) identity.next = split.new_page;
    write_nodes(page, identity, split.kind == SplitKind::right ? split.page_prefix : ByteView(kept_header),
                nodes.first(nodes.size() - moved.size()), reserved_tags);
}

void keep_whole(ByteSpan leaf, const SplitRecord& split) {
    format::PageWriter writer(leaf);
    const format::PageView view = writer.view();
    require_split_of(split, view.node_count() + 1);
    writer.set_flags(split.page_flags | format::page_flag::new_record_format | format::page_flag::new_checksum);
    writer.set_links(view.previous(), split.new_page);
}

void fill_new_page(ByteSpan page, const SplitRecord& split, std::span<const OwnedNode> nodes, unsigned reserved_tags) {
    const auto moved = moved_nodes(split, nodes);
    format::PageIdentity identity{split.new_page, 0, {}, {}, split.object, split.new_page_flags};
    if (split.kind != SplitKind::vertical && (split.new_page_flags & format::page_flag::leaf) != 0) {
        identity.previous = split.head.page;
        identity.next = split.right;
    }
    ByteView prefix;
    if (split.new_prefix_line >= 0) {
        const auto line = static_cast<std::size_t>(split.new_prefix_line);
        if (line >= moved.size())
            throw Error(ErrorKind::damage, JET_errLogFileCorrupt,
                        "the prefix of page " + std::to_string(split.new_page.value()) +
                            " was to be the key of its node " + std::to_string(line) + ", which it does not get");
        prefix = moved[line].key;
    }
    write_nodes(page, identity, prefix, moved, reserved_tags);
}

}  // namespace ese::engine
