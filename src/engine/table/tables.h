#pragma once

// The tables of one attached database: its pages in memory and its catalog, which all cursors share.

#include <memory>
#include <mutex>
#include <optional>

#include "engine/cache/page_cache.h"
#include "engine/database/database.h"
#include "engine/table/catalog.h"

namespace ese::engine {

class Tables {
 public:
    Tables(std::shared_ptr<Database> database, std::size_t cache_bytes);

    const Database& database() const { return *database_; }

    // Whoever works on pages or catalog holds one meanwhile; between two of them the cache keeps to its budget.
    class Use {
     public:
        explicit Use(Tables& tables) : tables_(tables), hold_(tables.mutex_) { tables.cache_.trim(); }

        PageCache& cache() const { return tables_.cache_; }
        // Read when it is needed first; tables and columns stay where they are.
        const Catalog& catalog() const;
        // Throws JET_errObjectNotFound.
        const Table& table(std::string_view name) const;

     private:
        Tables& tables_;
        std::lock_guard<std::mutex> hold_;
    };

 private:
    std::shared_ptr<Database> database_;
    std::mutex mutex_;
    PageCache cache_;
    std::unique_ptr<Catalog> catalog_;
};

}  // namespace ese::engine
