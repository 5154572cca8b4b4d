#pragma once

// An attached database that is read and changed: its pages in memory, and the counters that changes take their numbers
// from.

#include <memory>

#include "engine/btree/tree_pages.h"
#include "engine/database/database.h"

namespace ese::engine {

struct EngineCore;

// The engine's latch guards it.
class LiveDatabase : public TreePages {
 public:
    LiveDatabase(EngineCore& core, std::shared_ptr<Database> database, std::size_t cache_bytes);

    EngineCore& core() const { return core_; }
    Database& file() const { return *database_; }
    std::uint8_t dbid() const { return database_->dbid(); }
    bool is_read_only() const { return database_->is_read_only(); }
    PageCache& cache() { return cache_; }

    // How many pages it may have (JET_errOutOfDatabaseSpace); 0: as many as there is room for.
    void limit_pages(std::uint32_t most) { most_pages_ = most; }
    std::uint32_t most_pages() const { return most_pages_; }

    std::uint64_t next_dbtime() { return ++dbtime_; }
    ObjectId new_object() { return last_object_ = last_object_.next(); }
    std::uint64_t dbtime() const { return dbtime_; }
    ObjectId last_object() const { return last_object_; }

    // Changes that follow belong to a transaction that began here.
    void changes_begin_at(const format::Lgpos& begun) { changes_begun_ = begun; }
    CachedPage* page_to_change(PageNumber number, std::uint64_t before, std::uint64_t after,
                               const format::Lgpos& position) override;
    CachedPage* page_to_create(PageNumber number, std::uint64_t after, const format::Lgpos& position) override;
    void note_object(ObjectId object) override;
    std::uint32_t page_bytes() const override { return database_->page_bytes(); }
    unsigned reserved_tags() const override;

    // What open transactions have replaced or deleted on a page goes to the log, as far as it is not there: before the
    // page is on the disk, or nodes leave it. Returns the position of the last record.
    format::Lgpos log_undo_information(const CachedPage& page);

    // Without the latch: writes changed pages, a batch at a time, those first that hold the checkpoint back to before
    // `changed_before`, or all. What others change meanwhile stays. One thread at a time.
    void write_pages(std::size_t most_pages, const std::optional<format::Lgpos>& changed_before);
    // Without the latch: the cache keeps to its budget again.
    void keep_to_budget();

 private:
    EngineCore& core_;
    std::shared_ptr<Database> database_;
    std::uint64_t dbtime_;
    ObjectId last_object_;
    std::uint32_t most_pages_ = 0;
    format::Lgpos changes_begun_;
    std::mutex writing_mutex_;
    PageCache cache_;
};

}  // namespace ese::engine
