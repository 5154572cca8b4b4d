#pragma once

// A database that nobody reads or changes but the one who has this: what is on its pages and in its catalog, seen as a
// whole.

#include <memory>
#include <mutex>

#include "engine/table/catalog.h"
#include "engine/txn/engine_core.h"
#include "engine/txn/live_database.h"

namespace ese::engine {

class QuietDatabase {
 public:
    // Everybody else waits.
    explicit QuietDatabase(LiveDatabase& database) : database_(database), hold_(database.core().latch) {
        (void)cache().evict();
    }

    const Database& file() const { return database_.file(); }
    ObjectId last_object() const { return database_.last_object(); }
    PageCache& cache() const { return database_.cache(); }
    // Read when it is needed first.
    const Catalog& catalog() const;
    // Throws JET_errObjectNotFound.
    const Table& table(std::string_view name) const;

 private:
    LiveDatabase& database_;
    std::lock_guard<Latch> hold_;
    mutable std::unique_ptr<Catalog> catalog_;
};

}  // namespace ese::engine
