#include "engine/txn/snapshot_view.h"

#include "engine/txn/transaction.h"

namespace ese::engine {

using format::UndoneOperation;

void take_back(const Version& change, const format::Node& node, NodeState& state) {
    switch (change.operation) {
        case UndoneOperation::insert: state.exists = false; return;
        case UndoneOperation::flag_delete: state.exists = true; return;
        case UndoneOperation::replace:
            state.data = change.before_image;
            state.has_data = true;
            return;
        case UndoneOperation::delta:
        case UndoneOperation::delta64: {
            if (!state.has_data) state.data.assign(node.data.begin(), node.data.end());
            state.has_data = true;
            const ByteSpan data(state.data);
            const auto delta = static_cast<std::uint64_t>(change.delta);
            if (change.operation == UndoneOperation::delta64)
                store_u64(data, change.data_offset, load_u64(data, change.data_offset) - delta);
            else
                store_u32(data, change.data_offset,
                          load_u32(data, change.data_offset) - static_cast<std::uint32_t>(delta));
            return;
        }
    }
}

bool SnapshotView::sees(const NodeVersion& version) const {
    if (version.owner) return version.owner == &reader_;
    return reader_.level() == 0 || version.committed < reader_.begun();
}

bool SnapshotView::sees(const Tree& tree, const format::Node& node,
                        std::optional<std::vector<std::uint8_t>>& older) const {
    const auto* chain = versions_.find(NodeName::of(dbid_, tree, node));
    if (!chain) return !node.is_deleted();
    NodeState state{!node.is_deleted(), {}, false};
    for (auto version = chain->rbegin(); version != chain->rend(); ++version) {
        if (version->is_lock) continue;
        if (!sees(*version)) {
            take_back(version->change, node, state);
            continue;
        }
        // Numbers are added to by several at once, so below one such change may lie another's.
        const auto operation = version->change.operation;
        if (operation != UndoneOperation::delta && operation != UndoneOperation::delta64) break;
    }
    if (state.has_data) older = std::move(state.data);
    return state.exists;
}

}  // namespace ese::engine
