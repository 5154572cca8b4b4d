#include "engine/txn/version_store.h"

#include <algorithm>
#include <string_view>

#include "base/error.h"
#include "esent.h"

namespace ese::engine {

namespace {

bool is_shrunk(const Version& change) {
    return change.operation == format::UndoneOperation::replace && change.before_image.size() > change.new_bytes;
}

}  // namespace

NodeName NodeName::of(std::uint8_t dbid, const Tree& tree, ByteView key, ByteView data) {
    NodeName name{dbid, tree.object, {key.begin(), key.end()}};
    if (!tree.unique_keys) name.bookmark.insert(name.bookmark.end(), data.begin(), data.end());
    return name;
}

NodeName NodeName::of(std::uint8_t dbid, const Tree& tree, const format::Node& node) {
    NodeName name{dbid, tree.object, {}};
    name.bookmark.reserve(node.key_bytes() + (tree.unique_keys ? 0 : node.data.size()));
    name.bookmark.assign(node.prefix.begin(), node.prefix.end());
    name.bookmark.insert(name.bookmark.end(), node.suffix.begin(), node.suffix.end());
    if (!tree.unique_keys) name.bookmark.insert(name.bookmark.end(), node.data.begin(), node.data.end());
    return name;
}

NodeName NodeName::of(const Version& version) {
    NodeName name{version.dbid, version.object, version.key};
    if (!version.unique) name.bookmark.insert(name.bookmark.end(), version.data.begin(), version.data.end());
    return name;
}

std::size_t VersionStore::Hash::operator()(const NodeName& node) const {
    const std::string_view bytes(reinterpret_cast<const char*>(node.bookmark.data()), node.bookmark.size());
    return std::hash<std::string_view>()(bytes) ^ std::hash<std::uint64_t>()(object_key(node.dbid, node.object));
}

std::size_t VersionStore::bytes_of(const NodeName& node, const NodeVersion& version) {
    const Version& change = version.change;
    return sizeof(NodeVersion) + node.bookmark.size() + change.key.size() + change.data.size() +
           change.before_image.size();
}

void VersionStore::count_open(Object& object, const NodeVersion& version, std::ptrdiff_t by) {
    if (is_shrunk(version.change)) object.shrunk += by;
    if (version.has_undo_information()) object.with_undo_information += by;
}

void VersionStore::require_room() const {
    if (bytes_ >= most_bytes_)
        throw Error(JET_errVersionStoreOutOfMemory,
                    "the version store is full: transactions are open for too long, or change too much "
                    "(JET_paramMaxVerPages)");
}

void VersionStore::add(const NodeName& node, NodeVersion version) {
    Object& object = objects_[object_key(node.dbid, node.object)];
    ++object.versions;
    ++object.open[version.owner];
    count_open(object, version, 1);
    bytes_ += bytes_of(node, version);
    chains_[node].push_back(std::move(version));
}

VersionStore::Chain* VersionStore::find(const NodeName& node) {
    const auto found = chains_.find(node);
    return found == chains_.end() ? nullptr : &found->second;
}

const VersionStore::Chain* VersionStore::find(const NodeName& node) const {
    const auto found = chains_.find(node);
    return found == chains_.end() ? nullptr : &found->second;
}

NodeVersion* VersionStore::find(const NodeName& node, std::uint32_t rceid) {
    Chain* chain = find(node);
    if (!chain) return nullptr;
    const auto found = std::ranges::find(*chain, rceid, [](const NodeVersion& version) { return version.change.rceid; });
    return found == chain->end() ? nullptr : &*found;
}

void VersionStore::close(Object& object, const NodeVersion& version) {
    const auto open = object.open.find(version.owner);
    if (open != object.open.end() && --open->second == 0) object.open.erase(open);
    count_open(object, version, -1);
}

void VersionStore::committed(const NodeName& node, std::uint32_t rceid, TransactionTime time) {
    NodeVersion* version = find(node, rceid);
    if (!version) return;
    close(objects_.at(object_key(node.dbid, node.object)), *version);
    version->owner = nullptr;
    version->committed = time;
}

void VersionStore::remove(const NodeName& node, std::uint32_t rceid) {
    const auto found = chains_.find(node);
    if (found == chains_.end()) return;
    Chain& chain = found->second;
    const auto version =
        std::ranges::find(chain, rceid, [](const NodeVersion& one) { return one.change.rceid; });
    if (version == chain.end()) return;
    const auto object = objects_.find(object_key(node.dbid, node.object));
    if (version->owner) close(object->second, *version);
    bytes_ -= bytes_of(node, *version);
    if (--object->second.versions == 0) objects_.erase(object);
    chain.erase(version);
    if (chain.empty()) chains_.erase(found);
}

bool VersionStore::has_open_changes(std::uint8_t dbid, ObjectId object, const Transaction* except) const {
    const auto found = objects_.find(object_key(dbid, object));
    if (found == objects_.end()) return false;
    return std::ranges::any_of(found->second.open, [&](const auto& entry) { return entry.first != except; });
}

bool VersionStore::has_shrunk(std::uint8_t dbid, ObjectId object) const {
    const auto found = objects_.find(object_key(dbid, object));
    return found != objects_.end() && found->second.shrunk > 0;
}

bool VersionStore::has_undo_information(std::uint8_t dbid, ObjectId object) const {
    const auto found = objects_.find(object_key(dbid, object));
    return found != objects_.end() && found->second.with_undo_information > 0;
}

}  // namespace ese::engine
