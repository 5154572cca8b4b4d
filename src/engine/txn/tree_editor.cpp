#include "engine/txn/tree_editor.h"

#include "base/error.h"
#include "engine/btree/tree_writer.h"
#include "esent.h"

namespace ese::engine {

using format::UndoneOperation;

void TreeEditor::require_no_conflict(ByteView key, ByteView data, Conflict conflict) const {
    const auto* chain = changes_.versions().find(NodeName::of(changes_.database().dbid(), tree_, key, data));
    if (!chain) return;
    for (const NodeVersion& version : *chain) {
        if (changes_.view().sees(version)) continue;
        const auto operation = version.change.operation;
        const bool is_sum = operation == UndoneOperation::delta || operation == UndoneOperation::delta64;
        if (conflict == Conflict::but_for_sums && is_sum && !version.is_lock) continue;
        throw Error(ErrorKind::busy, JET_errWriteConflict, "another transaction has changed this since, or holds it");
    }
}

std::optional<std::vector<std::uint8_t>> TreeEditor::read(ByteView key, ByteView data) {
    const auto place = TreeWriter(changes_, tree_).find(key, data);
    if (!place) return std::nullopt;
    const format::Node node = place->page->view().node(place->line);
    std::optional<std::vector<std::uint8_t>> older;
    if (!changes_.view().sees(tree_, node, older)) return std::nullopt;
    if (older) return older;
    return std::vector<std::uint8_t>(node.data.begin(), node.data.end());
}

std::vector<std::uint8_t> TreeEditor::require_there(ByteView key, ByteView data) {
    auto there = read(key, data);
    if (!there) throw Error(ErrorKind::usage, JET_errRecordDeleted, "this is not there any more");
    return std::move(*there);
}

void TreeEditor::insert(ByteView key, ByteView data) {
    VersionStore& versions = changes_.versions();
    versions.require_room();
    TreeWriter writer(changes_, tree_);
    const std::uint32_t insert_rceid = versions.next_rceid();
    if (writer.insert_unless_there(key, data, insert_rceid)) return;
    require_no_conflict(key, data, Conflict::any);
    const auto place = writer.find(key, data);
    if (place && !place->page->view().node(place->line).is_deleted())
        throw Error(ErrorKind::usage, JET_errKeyDuplicate, "there is an entry with this key already");
    writer.insert_again(key, data, insert_rceid, tree_.unique_keys ? versions.next_rceid() : 0);
}

void TreeEditor::replace(ByteView key, ByteView new_data) {
    require_no_conflict(key, {}, Conflict::any);
    (void)require_there(key, {});
    changes_.versions().require_room();
    TreeWriter(changes_, tree_).replace(key, new_data, changes_.versions().next_rceid());
}

void TreeEditor::remove(ByteView key, ByteView data) {
    require_no_conflict(key, data, Conflict::any);
    (void)require_there(key, data);
    changes_.versions().require_room();
    TreeWriter(changes_, tree_).flag_delete(key, data, changes_.versions().next_rceid());
}

std::int64_t TreeEditor::add(ByteView key, std::uint16_t data_offset, std::int64_t delta, bool is_long) {
    require_no_conflict(key, {}, Conflict::but_for_sums);
    const auto seen = require_there(key, {});
    const std::size_t bytes = is_long ? 8 : 4;
    if (data_offset > seen.size() || seen.size() - data_offset < bytes)
        throw Error(JET_errInternalError, "a number was to be added to where none is");
    changes_.versions().require_room();
    TreeWriter(changes_, tree_).add(key, data_offset, delta, is_long, changes_.versions().next_rceid());
    return is_long ? static_cast<std::int64_t>(load_u64(seen, data_offset))
                   : static_cast<std::int32_t>(load_u32(seen, data_offset));
}

void TreeEditor::lock(ByteView key) {
    require_no_conflict(key, {}, Conflict::any);
    (void)require_there(key, {});
    changes_.versions().require_room();
    changes_.lock(tree_, key);
}

}  // namespace ese::engine
