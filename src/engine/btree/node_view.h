#pragma once

// What a reader sees of the nodes of a tree.

#include <cstdint>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "format/database/page.h"

namespace ese::engine {

// A tree as its users name it. The object number is that of every page of it.
struct Tree {
    PageNumber root;
    ObjectId object;
    bool unique_keys = true;  // else entries are ordered by key, then data
    bool space_tree = false;

    bool operator==(const Tree&) const = default;
};

class NodeView {
 public:
    virtual ~NodeView() = default;

    // Whether any node of the tree may be seen otherwise than the page has it. False is the rule, and makes reading fast.
    virtual bool may_differ(const Tree& tree) const = 0;
    // Whether the node is there for the reader. Where its data is not what the page has, `older` gets it.
    virtual bool sees(const Tree& tree, const format::Node& node,
                      std::optional<std::vector<std::uint8_t>>& older) const = 0;
};

}  // namespace ese::engine
