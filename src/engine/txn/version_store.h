#pragma once

// What nodes were before changes that somebody may not see yet, or that may yet be rolled back: the version store
// (DATABASE-FORMAT 8). The page has the newest state of a node, and the store the way back.

#include <atomic>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/btree/node_view.h"
#include "engine/btree/version.h"

namespace ese::engine {

// The transaction clock: moves on with every begin and every commit of an outermost transaction. Logs hold its lowest 32
// bits (LOG-FORMAT, scalar types).
using TransactionTime = std::uint64_t;
constexpr TransactionTime never = ~TransactionTime{0};

class Transaction;

struct NodeName {
    std::uint8_t dbid = 0;
    ObjectId object;
    std::vector<std::uint8_t> bookmark;  // key, and data where keys are not unique
    bool operator==(const NodeName&) const = default;

    static NodeName of(std::uint8_t dbid, const Tree& tree, ByteView key, ByteView data);
    static NodeName of(std::uint8_t dbid, const Tree& tree, const format::Node& node);
    static NodeName of(const Version& version);
};

// A change of a node. It stays in its node's chain until nobody can want to know what was before.
struct NodeVersion {
    Version change;
    const Transaction* owner = nullptr;  // null once it is committed
    TransactionTime committed = never;
    bool is_lock = false;           // nothing was changed, but nobody else may
    bool undo_info_logged = false;  // what was before is in the log (LOG-FORMAT 7.3)

    // Whether only the page and this version know what was before.
    bool has_undo_information() const {
        return !is_lock && (change.operation == format::UndoneOperation::replace ||
                            change.operation == format::UndoneOperation::flag_delete);
    }
};

// The engine's latch guards it: changes alone, look-ups shared.
class VersionStore {
 public:
    explicit VersionStore(std::size_t most_bytes) : most_bytes_(most_bytes) {}

    using Chain = std::vector<NodeVersion>;  // oldest first; most have one

    std::uint32_t next_rceid() { return last_rceid_ += 2; }  // odd, and never 0 (LOG-FORMAT, scalar types)
    // Throws JET_errVersionStoreOutOfMemory.
    void require_room() const;
    // Without the latch: whether so much is used that what nobody needs should go at once.
    bool is_filling() const { return bytes_ > most_bytes_ / 2; }
    void add(const NodeName& node, NodeVersion version);
    // Null where nothing is known of the node.
    Chain* find(const NodeName& node);
    const Chain* find(const NodeName& node) const;
    NodeVersion* find(const NodeName& node, std::uint32_t rceid);
    void remove(const NodeName& node, std::uint32_t rceid);

    // Whether anything is known of nodes of this tree.
    bool has(std::uint8_t dbid, ObjectId object) const { return objects_.contains(object_key(dbid, object)); }
    // Whether other transactions than this one have open changes in the tree.
    bool has_open_changes(std::uint8_t dbid, ObjectId object, const Transaction* except) const;
    // Whether a rollback may make nodes of the tree longer than they are now.
    bool has_shrunk(std::uint8_t dbid, ObjectId object) const;
    // Whether open changes have replaced or deleted anything in it.
    bool has_undo_information(std::uint8_t dbid, ObjectId object) const;
    // One that was open is committed.
    void committed(const NodeName& node, std::uint32_t rceid, TransactionTime time);

 private:
    struct Hash {
        std::size_t operator()(const NodeName& node) const;
    };
    struct Object {
        std::size_t versions = 0;
        std::ptrdiff_t shrunk = 0, with_undo_information = 0;  // open ones
        std::unordered_map<const Transaction*, std::size_t> open;  // by owner
    };
    static std::uint64_t object_key(std::uint8_t dbid, ObjectId object) {
        return std::uint64_t{dbid} << 32 | object.value();
    }
    static void count_open(Object& object, const NodeVersion& version, std::ptrdiff_t by);
    static std::size_t bytes_of(const NodeName& node, const NodeVersion& version);
    void close(Object& object, const NodeVersion& version);

    std::unordered_map<NodeName, Chain, Hash> chains_;
    std::unordered_map<std::uint64_t, Object> objects_;
    std::atomic<std::size_t> bytes_ = 0;
    std::size_t most_bytes_;
    std::uint32_t last_rceid_ = 0xFFFFFFFF;
};

}  // namespace ese::engine
