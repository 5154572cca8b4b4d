#include "engine/table/live_tables.h"

#include <algorithm>

#include "base/error.h"
#include "engine/table/catalog_editor.h"
#include "engine/table/catalog_rows.h"
#include "engine/table/definition.h"
#include "esent.h"

namespace ese::engine {

namespace {

[[noreturn]] void not_found(const std::string& name, const LiveDatabase& database) {
    throw Error(ErrorKind::usage, JET_errObjectNotFound, "there is no table " + name).in_file(database.file().path());
}

}  // namespace

CatalogView catalog_of(const Reading& reading) { return {reading.cache(), &reading.view()}; }
CatalogView catalog_of(const LiveChanges& changes) { return {changes.database().cache(), &changes.view()}; }

// --- open tables

OpenTable::~OpenTable() { tables_->close(*this); }

// What is held stays right as long as no change was made (generation), none was taken back (the last change that the
// version store knows of), and the reader sees the same of those that it knows of.
std::shared_ptr<const Table> OpenTable::seen_by(const CatalogView& view, const Transaction& reader) {
    Held now{nullptr, tables_->generation(object_), 0, 0};
    const auto* changes = tables_->changes_of(object_);
    if (changes) {
        now.last_change = changes->back().change.rceid;
        now.moment = reader.begun();
    }
    const bool may_hold = !changes || reader.level() != 0;
    if (may_hold && seen_.table && seen_.generation == now.generation && seen_.last_change == now.last_change &&
        seen_.moment == now.moment)
        return seen_.table;
    now.table = read_table(view, object_);
    if (!now.table) not_found("any more", tables_->database());
    seen_ = now;
    if (!may_hold) seen_.table.reset();
    return now.table;
}

std::shared_ptr<const Table> OpenTable::seen(const Reading& reading) {
    return seen_by(catalog_of(reading), reading.view().reader());
}

std::shared_ptr<const Table> OpenTable::seen(const LiveChanges& changes) {
    return seen_by(catalog_of(changes), changes.transaction());
}

std::shared_ptr<const Table> OpenTable::newest(const LiveChanges& changes) {
    const auto* known = tables_->changes_of(object_);
    if (known && std::ranges::any_of(*known, [&](const NodeVersion& version) {
            return version.owner && version.owner != &changes.transaction();
        }))
        throw Error(ErrorKind::busy, JET_errWriteConflict,
                    "the definition of the table is being changed by another transaction");
    const Held now{nullptr, tables_->generation(object_), known ? known->back().change.rceid : 0, 0};
    if (newest_.table && newest_.generation == now.generation && newest_.last_change == now.last_change)
        return newest_.table;
    newest_ = now;
    newest_.table = read_table({changes.database().cache(), nullptr}, object_);
    if (!newest_.table)
        throw Error(ErrorKind::busy, JET_errWriteConflict, "the table was deleted by another transaction");
    return newest_.table;
}

Tree OpenTable::long_values(LiveChanges& changes) {
    const auto table = newest(changes);
    return table->long_values ? *table->long_values : create_long_value_tree(changes, *tables_, *table);
}

void OpenTable::use_index(ObjectId index) {
    const std::lock_guard hold(tables_->mutex_);
    index_ = index;
}

// --- all tables

std::shared_ptr<const Table> LiveTables::find(const CatalogView& view, std::string_view name) const {
    const auto object = find_table(view, name);
    auto table = object ? read_table(view, *object) : nullptr;
    if (!table) not_found(std::string(name), *database_);
    return table;
}

std::shared_ptr<OpenTable> LiveTables::open(const Reading& reading, std::string_view name, const TableUse& use) {
    const auto object = find_table(catalog_of(reading), name);
    if (!object) not_found(std::string(name), *database_);
    const Transaction& reader = reading.view().reader();
    const auto* changes = changes_of(*object);
    const bool goes = changes && changes->back().owner && changes->back().owner != &reader &&
                      changes->back().change.operation == format::UndoneOperation::flag_delete;
    if (goes) throw Error(ErrorKind::busy, JET_errTableLocked, "another transaction has deleted the table");
    return open(*object, reader.session(), use);
}

std::shared_ptr<OpenTable> LiveTables::open(ObjectId object, format::SessionNumber session, const TableUse& use) {
    const std::lock_guard hold(mutex_);
    const auto [first, last] = open_.equal_range(object.value());
    for (auto at = first; at != last; ++at) {
        const OpenTable& other = *at->second;
        if (other.session_ == session) continue;
        if (other.use_.deny_read || (other.use_.deny_write && use.writes))
            throw Error(ErrorKind::busy, JET_errTableLocked, "another session has the table for itself");
        if (use.deny_read || (use.deny_write && other.use_.writes))
            throw Error(ErrorKind::busy, JET_errTableInUse, "another session has the table open");
    }
    std::shared_ptr<OpenTable> opened(new OpenTable(shared_from_this(), object, session, use, locals_[object.value()]));
    open_.emplace(object.value(), opened.get());
    return opened;
}

void LiveTables::close(const OpenTable& open) {
    const std::lock_guard hold(mutex_);
    const auto [first, last] = open_.equal_range(open.object_.value());
    const auto found = std::find_if(first, last, [&](const auto& entry) { return entry.second == &open; });
    if (found != last) open_.erase(found);
}

// The row of the table stands for all of its definition: whoever changes something locks it.
const VersionStore::Chain* LiveTables::changes_of(ObjectId table) const {
    const VersionStore& versions = database_->core().versions;
    if (!versions.has(database_->dbid(), catalog_tree.object)) return nullptr;
    return versions.find(NodeName::of(database_->dbid(), catalog_tree, table_row_key(table), {}));
}

std::uint64_t LiveTables::generation(ObjectId object) const {
    const auto found = generations_.find(object.value());
    return found == generations_.end() ? 0 : found->second;
}

bool LiveTables::is_changing(ObjectId object) const {
    const auto* changes = changes_of(object);
    return changes && std::ranges::any_of(*changes, [](const NodeVersion& version) { return version.owner != nullptr; });
}

void LiveTables::definition_changes(ObjectId object) { ++generations_[object.value()]; }

void LiveTables::require_unused(ObjectId object, const std::string& name) const {
    const std::lock_guard hold(mutex_);
    if (open_.contains(object.value())) throw Error(ErrorKind::busy, JET_errTableInUse, "table " + name + " is open");
}

void LiveTables::require_unused_index(ObjectId table, ObjectId index, const std::string& name) const {
    const std::lock_guard hold(mutex_);
    const auto [first, last] = open_.equal_range(table.value());
    for (auto at = first; at != last; ++at)
        if (at->second->index_ == index)
            throw Error(ErrorKind::busy, JET_errIndexInUse, "a cursor is on index " + name);
}

}  // namespace ese::engine
