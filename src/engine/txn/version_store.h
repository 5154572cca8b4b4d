#pragma once

// What nodes were before changes that somebody may not see yet, or that may yet be rolled back: the version store
// (DATABASE-FORMAT 8). The page has the newest state of a node, and the store the way back.

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/btree/node_view.h"
#include "engine/btree/version.h"
#include "format/common.h"

namespace ese::engine {

// The transaction clock: moves on with every begin and every commit of an outermost transaction. Logs hold its lowest 32
// bits (LOG-FORMAT, scalar types).
using TransactionTime = std::uint64_t;
constexpr TransactionTime uncommitted = ~TransactionTime{0};

class Transaction;

// A change of a node. Held in its node's chain from the change until nobody can see what was before.
struct NodeVersion {
    std::uint32_t rceid = 0;
    std::uint8_t level = 0;
    format::UndoneOperation operation = format::UndoneOperation::insert;
    bool is_lock = false;               // nothing was changed, but nobody else may
    bool undo_info_logged = false;      // what was before is in the log
    Transaction* owner = nullptr;       // null once it is committed
    TransactionTime committed = uncommitted;
    std::vector<std::uint8_t> before_image;  // of a replace
    std::int64_t delta = 0;
    std::uint16_t data_offset = 0;
};

// The engine's latch guards it: changes alone, look-ups shared.
class VersionStore {
 public:
    explicit VersionStore(std::size_t most_bytes) : most_bytes_(most_bytes) {}

    struct NodeName {
        std::uint8_t dbid = 0;
        ObjectId object;
        std::vector<std::uint8_t> bookmark;  // key, and data where keys are not unique
        std::size_t key_bytes = 0;
        bool operator==(const NodeName&) const = default;
    };
    struct Chain {
        Tree tree;
        std::deque<NodeVersion> versions;  // oldest first
    };

    std::uint32_t next_rceid();
    // JET_errVersionStoreOutOfMemory.
    void require_room() const;
    void add(const NodeName& node, const Tree& tree, NodeVersion version);
    const Chain* find(const NodeName& node) const;
    Chain* find(const NodeName& node);
    void remove(const NodeName& node, std::uint32_t rceid);

    bool has(std::uint8_t dbid, ObjectId object) const;
    bool empty() const { return chains_.empty(); }

 private:
    struct Hash {
        std::size_t operator()(const NodeName& node) const;
    };
    std::unordered_map<NodeName, Chain, Hash> chains_;
    std::unordered_map<std::uint64_t, std::size_t> versions_of_object_;
    std::size_t bytes_ = 0;
    std::size_t most_bytes_;
    std::uint32_t last_rceid_ = 0xFFFFFFFF;
};

}  // namespace ese::engine
