#include "engine/btree/page_nodes.h"

#include "base/error.h"
#include "esent.h"

namespace ese::engine {

void OwnedNode::set_child(PageNumber page) {
    data.resize(4);
    store_u32(data, 0, page.value());
}

OwnedNode OwnedNode::pointing_to(PageNumber page, ByteView key) {
    OwnedNode node;
    node.key.assign(key.begin(), key.end());
    node.set_child(page);
    return node;
}

OwnedNode own(const format::Node& node) {
    return {node.key(),
            {node.data.begin(), node.data.end()},
            static_cast<std::uint8_t>(node.flags & (format::node_flag::versioned | format::node_flag::deleted))};
}

std::vector<OwnedNode> nodes_of(const format::PageView& page) {
    std::vector<OwnedNode> nodes;
    nodes.reserve(page.node_count());
    for (std::size_t i = 0; i < page.node_count(); ++i) nodes.push_back(own(page.node(i)));
    return nodes;
}

void require_room(bool done, const format::PageView& page, PageNumber number) {
    if (!done)
        throw Error(JET_errDatabaseCorrupted, "page " + std::to_string(number.value()) + " has " +
                                                  std::to_string(page.free_bytes()) +
                                                  " free bytes, too few for a change that was made on it");
}

void write_nodes(ByteSpan page, const format::PageIdentity& identity, ByteView external_header,
                 std::span<const OwnedNode> nodes, unsigned reserved_tags) {
    auto writer = format::PageWriter::format(page, identity, reserved_tags);
    require_room(writer.set_external_header(external_header), writer.view(), identity.number);
    for (const OwnedNode& node : nodes)
        require_room(writer.append(node.key, node.data, node.flags), writer.view(), identity.number);
}

}  // namespace ese::engine
