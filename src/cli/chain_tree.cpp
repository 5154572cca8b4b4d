#include "cli/chain_tree.h"

namespace ese::cli {

namespace {

class Drawing {
 public:
    explicit Drawing(std::span<const ChainNode> nodes) : next_(nodes.size()), hanging_(nodes.size()) {
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            if (!nodes[i].parent) continue;
            const std::size_t parent = *nodes[i].parent;
            if (nodes[i].carries_on && !next_[parent])
                next_[parent] = i;
            else
                hanging_[parent].push_back(i);
        }
    }

    // A node, what hangs on it, and the line that goes on from it, one step further in.
    void draw(std::size_t node, const std::string& branch, const std::string& margin) {
        lines.push_back({node, branch});
        const bool has_line = next_[node].has_value();
        draw_hanging(node, margin, has_line);
        for (auto step = next_[node]; step; step = next_[*step]) {
            const bool last = !next_[*step];
            lines.push_back({*step, margin + (last ? last_branch : branch_off)});
            draw_hanging(*step, margin + (last ? blank : passing), false);
        }
    }

    std::vector<TreeLine> lines;

 private:
    static constexpr const char* branch_off = "|- ";
    static constexpr const char* last_branch = "`- ";
    static constexpr const char* passing = "|  ";
    static constexpr const char* blank = "   ";

    void draw_hanging(std::size_t node, const std::string& margin, bool more_follows) {
        const auto& hanging = hanging_[node];
        for (std::size_t i = 0; i < hanging.size(); ++i) {
            const bool last = i + 1 == hanging.size() && !more_follows;
            draw(hanging[i], margin + (last ? last_branch : branch_off), margin + (last ? blank : passing));
        }
    }

    std::vector<std::optional<std::size_t>> next_;
    std::vector<std::vector<std::size_t>> hanging_;
};

}  // namespace

std::vector<TreeLine> draw_tree(std::span<const ChainNode> nodes) {
    Drawing drawing(nodes);
    for (std::size_t i = 0; i < nodes.size(); ++i)
        if (!nodes[i].parent) drawing.draw(i, "", "");
    return std::move(drawing.lines);
}

}  // namespace ese::cli
