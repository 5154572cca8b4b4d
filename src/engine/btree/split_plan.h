#pragma once

// Where a page is split, and which prefixes its parts get (DATABASE-FORMAT 3.3, 3.4).

#include <optional>
#include <span>
#include <vector>

#include "engine/btree/page_nodes.h"

namespace ese::engine {

// The prefix that saves most on a page with these nodes, of those that are tried: the key of one of them.
struct PrefixChoice {
    std::int32_t line = -1;  // -1: none
    std::size_t used_bytes;  // by prefix, nodes and tags
};
PrefixChoice choose_prefix(std::span<const OwnedNode> nodes);

// What is to be split: all nodes that the page would have.
struct SplitRequest {
    std::span<const OwnedNode> nodes;
    std::size_t page_bytes = 0;
    std::size_t reserved_bytes = 0;        // must stay free in both parts
    std::optional<std::size_t> passenger;  // the node for whose sake the page is split
    std::optional<std::size_t> wanted;     // where it should best be split; else both parts get the same
};

struct SplitPlan {
    std::size_t line = 0;  // the first that moves
    std::int32_t prefix_line = -1;
    std::int32_t new_prefix_line = -1;  // counted from `line`
};

// Both parts have at least one node and enough room. Nothing if there is no such line.
std::optional<SplitPlan> plan_split(const SplitRequest& request);

// Whether all nodes have room on one page without a space header, and with which prefix.
std::optional<PrefixChoice> plan_page(std::span<const OwnedNode> nodes, std::size_t page_bytes,
                                      std::size_t reserved_bytes);

// The shortest bytes that are greater than the last bookmark of the left leaf, and not than the first of the right one.
std::vector<std::uint8_t> separator_between(const OwnedNode& left, const OwnedNode& right, bool unique_keys);

}  // namespace ese::engine
