#pragma once

// An attached database that is being read and changed: its pages in memory, and the counters that changes take their
// numbers from.

#include <atomic>
#include <memory>

#include "engine/btree/tree_pages.h"
#include "engine/database/database.h"

namespace ese::engine {

class LiveDatabase : public TreePages {
 public:
    LiveDatabase(std::shared_ptr<Database> database, CacheRules rules);

    Database& file() const { return *database_; }
    std::uint8_t dbid() const { return database_->dbid(); }
    PageCache& cache() { return cache_; }

    std::uint64_t next_dbtime() { return ++dbtime_; }
    std::uint64_t dbtime() const { return dbtime_; }
    ObjectId new_object();
    ObjectId last_object() const { return last_object_; }

    CachedPage* page_to_change(PageNumber number, std::uint64_t before, std::uint64_t after,
                               const format::Lgpos& position) override;
    CachedPage* page_to_create(PageNumber number, std::uint64_t after, const format::Lgpos& position) override;
    void note_object(ObjectId object) override;
    std::uint32_t page_bytes() const override { return database_->page_bytes(); }
    unsigned reserved_tags() const override;

 private:
    std::shared_ptr<Database> database_;
    PageCache cache_;
    std::uint64_t dbtime_;
    ObjectId last_object_;
};

}  // namespace ese::engine
