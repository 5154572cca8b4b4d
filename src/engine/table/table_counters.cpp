#include "engine/table/table_counters.h"

namespace ese::engine {

namespace {

class Everything : public NodeView {
 public:
    bool may_differ(const Tree&) const override { return true; }
    bool sees(const Tree&, const format::Node&, std::optional<std::vector<std::uint8_t>>&) const override {
        return true;
    }
};

}  // namespace

std::optional<std::vector<std::uint8_t>> greatest_key(PageCache& cache, const Tree& tree) {
    const Everything everything;
    TreeCursor cursor(cache, tree, &everything);
    if (!cursor.last()) return std::nullopt;
    return std::vector<std::uint8_t>(cursor.key().begin(), cursor.key().end());
}

}  // namespace ese::engine
