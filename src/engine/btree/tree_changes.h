#pragma once

// The hand of whoever changes trees of a live database: a transaction that is under way holds one while it has the
// engine's latch. Every change is a log record first, and is made from that record (btree/node_change.h,
// btree/tree_change.h), so that what a replay makes of the log is what was made here.

#include <cstdint>
#include <vector>

#include "base/ids.h"
#include "engine/btree/tree_cursor.h"
#include "engine/cache/page_cache.h"
#include "format/log/log_record_types.h"

namespace ese::engine {

class TreeChanges {
 public:
    using Record = std::vector<std::uint8_t>;
    virtual ~TreeChanges() = default;

    virtual PageCache& cache() = 0;
    virtual std::uint32_t page_bytes() const = 0;
    virtual unsigned reserved_tags() const = 0;
    // An object id that no tree of the database has had.
    virtual ObjectId new_object() = 0;

    // Logs and makes one change. Of the record's page head the caller has set type, page, line and flags; session, dbid,
    // trx, level and both dbtimes are set here (`before` is nil where the record makes the page). The transaction's
    // deferred begins are logged in front of it.
    virtual void make(Record record) = 0;
    // The same for records that belong together as one macro (Split2 or Merge2 top-down, then the passenger): bracketed
    // by MacroBegin and MacroCommit, all with one dbtime. The `before` dbtimes of siblings and of the pages in the
    // heads are set here, too; a passenger's is nil.
    virtual void make_together(std::vector<Record> records) = 0;

    // The database file gets pages up to `last` (ExtendDB, durable before the file grows).
    virtual void grow_file(PageNumber last) = 0;
    // How many pages a growing database gets at least (JET_paramDbExtensionSize).
    virtual std::uint32_t growth_pages() const = 0;

    // Bytes of the page that changes which may yet be rolled back need: nothing else may be put there.
    virtual std::size_t reserved_bytes(const Tree& tree, const format::PageView& page) const = 0;
};

}  // namespace ese::engine
