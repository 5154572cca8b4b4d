#pragma once

// The tables of one attached database: how each transaction sees their definitions, and who has them open.

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/table/local_storage.h"
#include "engine/table/schema.h"
#include "engine/table/table_callbacks.h"
#include "engine/table/table_counters.h"
#include "engine/txn/writing.h"

namespace ese::engine {

class LiveTables;

// What a cursor is opened for. Who denies others to read or write shuts out other sessions only.
struct TableUse {
    bool writes = true;
    bool deny_read = false, deny_write = false;
    bool permits_ddl = false;  // of a table with a fixed definition; with deny_read only
};

// What the program keeps with a table as long as the database is attached.
struct TableLocals {
    LocalStorage storage{JET_cbtypFreeTableLS};
    TableCallbacks callbacks;
};

// A table that a cursor has open.
class OpenTable {
 public:
    ~OpenTable();
    OpenTable(const OpenTable&) = delete;
    OpenTable& operator=(const OpenTable&) = delete;

    LiveTables& tables() const { return *tables_; }
    ObjectId object() const { return object_; }
    const TableUse& use() const { return use_; }
    TableLocals& locals() const { return locals_; }

    // The definition as the transaction sees it; the same one as long as it does not change. JET_errObjectNotFound for
    // a table that is not there for it.
    std::shared_ptr<const Table> seen(const Reading& reading);
    std::shared_ptr<const Table> seen(const LiveChanges& changes);
    // What there is now: the indexes that a writer has to keep, and the columns that exist. JET_errWriteConflict where
    // another open transaction has changed the definition.
    std::shared_ptr<const Table> newest(const LiveChanges& changes);
    // The tree of long values, which is made when it is needed first.
    Tree long_values(LiveChanges& changes);

    // The cursor is on this secondary index now; none: on the records. JET_errIndexInUse is what deleting it gives.
    void use_index(ObjectId index);

 private:
    friend class LiveTables;
    struct Held {
        std::shared_ptr<const Table> table;
        std::uint64_t generation = 0;
        std::uint32_t last_change = 0;
        TransactionTime moment = 0;
    };

    OpenTable(std::shared_ptr<LiveTables> tables, ObjectId object, format::SessionNumber session, const TableUse& use,
              TableLocals& locals)
        : tables_(std::move(tables)), object_(object), session_(session), use_(use), locals_(locals) {}
    std::shared_ptr<const Table> seen_by(const CatalogView& view, const Transaction& reader);

    std::shared_ptr<LiveTables> tables_;
    ObjectId object_;
    format::SessionNumber session_;
    TableUse use_;
    TableLocals& locals_;
    ObjectId index_;
    Held seen_, newest_;
};

class LiveTables : public std::enable_shared_from_this<LiveTables> {
 public:
    explicit LiveTables(std::shared_ptr<LiveDatabase> database) : database_(std::move(database)) {}

    LiveDatabase& database() const { return *database_; }
    // The engine's latch, held alone, guards them.
    CountersOfTables& counters() { return counters_; }

    // JET_errObjectNotFound, JET_errTableLocked where another session has shut others out, JET_errTableInUse where it
    // shall be shut out and has the table open.
    std::shared_ptr<OpenTable> open(const Reading& reading, std::string_view name, const TableUse& use);
    // For the table that a transaction has just made, or for a cursor like another one.
    std::shared_ptr<OpenTable> open(ObjectId object, format::SessionNumber session, const TableUse& use);

    // The definition of a table as the reader sees it. JET_errObjectNotFound.
    std::shared_ptr<const Table> find(const CatalogView& view, std::string_view name) const;

    // --- for changes of definitions

    // Everybody looks at the definition again. With the engine's latch held alone.
    void definition_changes(ObjectId object);
    // Whether an open transaction has changed the definition, or made it.
    bool is_changing(ObjectId object) const;
    // JET_errTableInUse where anybody has the table open.
    void require_unused(ObjectId object, const std::string& name) const;
    // JET_errIndexInUse where a cursor is on it.
    void require_unused_index(ObjectId table, ObjectId index, const std::string& name) const;

 private:
    friend class OpenTable;
    const VersionStore::Chain* changes_of(ObjectId table) const;
    void close(const OpenTable& open);
    std::uint64_t generation(ObjectId object) const;

    std::shared_ptr<LiveDatabase> database_;
    CountersOfTables counters_;
    std::unordered_map<std::uint32_t, std::uint64_t> generations_;  // of tables whose definition has changed
    mutable std::mutex mutex_;  // of what is open
    std::unordered_multimap<std::uint32_t, const OpenTable*> open_;
    std::unordered_map<std::uint32_t, TableLocals> locals_;  // of tables that were open at any time
};

// The view that a reading or a change has of the catalog.
CatalogView catalog_of(const Reading& reading);
CatalogView catalog_of(const LiveChanges& changes);

}  // namespace ese::engine
