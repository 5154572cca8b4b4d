#pragma once

// What a transaction sees of the nodes of one database: what was committed before it began, and its own changes. Outside
// of a transaction: what is committed now.

#include "engine/txn/version_store.h"

namespace ese::engine {

class SnapshotView : public NodeView {
 public:
    SnapshotView(const VersionStore& versions, const Transaction& reader, std::uint8_t dbid)
        : versions_(versions), reader_(reader), dbid_(dbid) {}

    const Transaction& reader() const { return reader_; }
    bool may_differ(const Tree& tree) const override { return versions_.has(dbid_, tree.object); }
    bool sees(const Tree& tree, const format::Node& node,
              std::optional<std::vector<std::uint8_t>>& older) const override;
    // Whether the change is one that the reader sees.
    bool sees(const NodeVersion& version) const;

 private:
    const VersionStore& versions_;
    const Transaction& reader_;
    std::uint8_t dbid_;
};

// What the node would be without the change, as far as a reader can tell.
struct NodeState {
    bool exists = false;
    std::vector<std::uint8_t> data;
    bool has_data = false;  // else it is what the page has
};
void take_back(const Version& change, const format::Node& node, NodeState& state);

}  // namespace ese::engine
