#pragma once

// Chains of backups as lines of a tree: increments in one line below their full backup, and what hangs on one of them
// (a differential backup, a second branch) below it.
//
//     full
//     |- incremental
//     |  `- differential
//     `- incremental

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ese::cli {

struct ChainNode {
    std::optional<std::size_t> parent;  // what it continues: an index that comes from no descendant of it
    bool carries_on = false;            // the line goes on from here: not a differential backup, and not a broken one
};

struct TreeLine {
    std::size_t node;
    std::string branch;  // "|  `- "
};

// Every node once. Those without a parent, and the children of each, keep their order.
std::vector<TreeLine> draw_tree(std::span<const ChainNode> nodes);

}  // namespace ese::cli
