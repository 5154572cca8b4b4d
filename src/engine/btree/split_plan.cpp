#include "engine/btree/split_plan.h"

#include <algorithm>
#include <numeric>

#include "engine/btree/line_search.h"

namespace ese::engine {

namespace {

constexpr std::size_t tag_bytes = 4;
std::size_t used_bytes(std::span<const OwnedNode> nodes, ByteView prefix) {
    std::size_t bytes = tag_bytes + prefix.size();
    for (const OwnedNode& node : nodes) bytes += format::stored_node_bytes(prefix, node.key, node.data.size());
    return bytes;
}

std::vector<std::uint8_t> bookmark_of(const OwnedNode& node) {
    std::vector<std::uint8_t> bookmark = node.key;
    bookmark.insert(bookmark.end(), node.data.begin(), node.data.end());
    return bookmark;
}

// Lines at which the page may be split, the best first.
std::vector<std::size_t> lines_to_try(const SplitRequest& request) {
    const std::size_t count = request.nodes.size();
    std::vector<std::size_t> left_bytes(count + 1, 0);
    for (std::size_t i = 0; i < count; ++i)
        left_bytes[i + 1] = left_bytes[i] + request.nodes[i].key.size() + request.nodes[i].data.size() + tag_bytes;
    const std::size_t wanted = request.wanted ? left_bytes[*request.wanted] : left_bytes[count] / 2;
    const auto distance = [&](std::size_t line) {
        return left_bytes[line] > wanted ? left_bytes[line] - wanted : wanted - left_bytes[line];
    };
    std::vector<std::size_t> lines(count - 1);
    std::iota(lines.begin(), lines.end(), std::size_t{1});
    std::ranges::stable_sort(lines, {}, distance);
    return lines;
}

}  // namespace

PrefixChoice choose_prefix(std::span<const OwnedNode> nodes) {
    PrefixChoice best{-1, used_bytes(nodes, {})};
    if (nodes.size() < 2) return best;
    for (const std::size_t line : {nodes.size() / 2, std::size_t{0}, nodes.size() - 1}) {
        const std::size_t used = used_bytes(nodes, nodes[line].key);
        if (used < best.used_bytes) best = {static_cast<std::int32_t>(line), used};
    }
    return best;
}

std::optional<PrefixChoice> plan_page(std::span<const OwnedNode> nodes, std::size_t page_bytes,
                                      std::size_t reserved_bytes) {
    if (nodes.size() > format::max_nodes) return std::nullopt;
    const PrefixChoice choice = choose_prefix(nodes);
    const std::size_t area = page_bytes - format::page_header_bytes(page_bytes);
    if (choice.used_bytes + reserved_bytes > area) return std::nullopt;
    return choice;
}

std::optional<SplitPlan> plan_split(const SplitRequest& request) {
    if (request.nodes.size() < 2) return std::nullopt;
    const auto plan_part = [&](std::span<const OwnedNode> part, std::size_t first) {
        // A page that has nothing but the passenger owes nothing to older changes.
        const bool only_passenger = part.size() == 1 && request.passenger == first;
        return plan_page(part, request.page_bytes, only_passenger ? 0 : request.reserved_bytes);
    };
    for (const std::size_t line : lines_to_try(request)) {
        const auto left = plan_part(request.nodes.first(line), 0);
        const auto right = plan_part(request.nodes.subspan(line), line);
        if (left && right) return SplitPlan{line, left->line, right->line};
    }
    return std::nullopt;
}

std::vector<std::uint8_t> separator_between(const OwnedNode& left, const OwnedNode& right, bool unique_keys) {
    if (!unique_keys && left.key == right.key) {
        const auto before = bookmark_of(left);
        auto first = bookmark_of(right);
        first.resize(std::min(first.size(), format::common_prefix(before, first) + 1));
        return first;
    }
    const std::size_t bytes = std::min(right.key.size(), format::common_prefix(left.key, right.key) + 1);
    return {right.key.begin(), right.key.begin() + static_cast<std::ptrdiff_t>(bytes)};
}

}  // namespace ese::engine
