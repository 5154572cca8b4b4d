#pragma once

// Pages of one database in memory. It decides when a page is written, and never before the log has what the page needs.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "engine/cache/page_table.h"
#include "engine/thread_counters.h"
#include "format/common.h"
#include "format/database/page.h"
#include "os/file_system.h"

namespace ese::engine {

class CachedPage {
 public:
    enum class State {
        sound,
        absent,   // never written, or behind the end of the file
        damaged,  // see `problem`
    };

    PageNumber number() const { return number_; }
    State state() const { return state_; }
    bool is_sound() const { return state_ == State::sound; }
    // Throws JET_errPageNotInitialized or JET_errReadVerifyFailure for a page that is not sound.
    void require_sound() const;

    format::PageView view() const { return format::PageView(bytes_); }
    // For changes; the page counts as changed from here on. `position` is that of the record that describes the change.
    ByteSpan change(const format::Lgpos& position);
    // The same for a page that gets new contents, whatever it was.
    ByteSpan create(const format::Lgpos& position);
    // The transaction that changes it began here: while the page is not on the disk, a replay has to begin there, or
    // before (LOG-FORMAT 6).
    void require_replay_from(const format::Lgpos& begun) { begun_ = dirty_ ? std::min(begun_, begun) : begun; }

 private:
    friend class PageCache;
    friend class PageTable<CachedPage>;

    PageNumber number_;
    State state_ = State::absent;
    std::string problem_;
    std::vector<std::uint8_t> bytes_;
    format::Lgpos modified_;  // of the last record that changed it
    format::Lgpos begun_;     // of the oldest transaction that changed it since it was last written
    bool dirty_ = false;
    std::atomic<std::uint64_t> last_use_ = 0;  // how many pages had been read until then
    CachedPage* next_in_table_ = nullptr;
    // While it is being written by another thread.
    bool in_flight_ = false;
    format::Lgpos in_flight_begun_;
};

struct CacheRules {
    std::size_t budget_bytes = 0;
    // The log is durable up to this position, and behind it, when it returns.
    std::function<void(const format::Lgpos&)> flush_log;
    // Whether a page may be written now. One that may not stays in memory, beyond the budget if need be.
    std::function<bool(const CachedPage&)> may_write;
    // Before the contents of a page that is to be written are taken: may log what the page needs (LOG-FORMAT 7.3), and
    // then returns the position of the last record.
    std::function<format::Lgpos(const CachedPage&)> before_write = {};
    // Whoever reads the file meanwhile is kept off these pages.
    std::function<void(PageNumber first, PageNumber last, const std::function<void()>& write)> guard_write = {};
};

// Pages, by any number of threads that hold the engine's latch shared; everything else by the one that holds it alone,
// or by the one thread of a recovery. References stay valid until trim(), evict() or discard_from().
class PageCache {
 public:
    PageCache(os::File& file, std::uint32_t page_bytes, CacheRules rules);

    // Reads the page if it is not there. A page that can't be read whole, or is damaged, has a state that says so; other
    // errors of reading are thrown.
    CachedPage& page(PageNumber number);
    // The same for one that page() has returned, if drops() has not changed since.
    CachedPage& page_again(CachedPage& page) {
        touch(page);
        return page;
    }
    // Tells the system that the page will be asked for soon, unless it is there.
    void will_read(PageNumber number) const {
        if (!pages_.find(number)) file_.will_read(page_offset(number, page_bytes_), page_bytes_);
    }
    // How often pages have been dropped.
    std::uint64_t drops() const { return drops_; }

    // Between two changes: goes back to the budget, if it is exceeded, by writing and dropping pages.
    void trim();
    // Writes every changed page, and makes them durable. Throws JET_errInternalError if one may not be written.
    void flush();
    // The same for those pages that may be written; the others stay as they are. True if there are none of these.
    bool write_what_may_be_written();
    // Pages from `first` on are gone from the file.
    void discard_from(PageNumber first);

    // Writing while others go on. Only one batch at a time: begin_batch and end_batch with the latch held alone,
    // write_batch without it.
    struct Batch {
        std::vector<CachedPage*> pages;
        std::vector<std::uint8_t> bytes;  // of the pages, ready for the file
        format::Lgpos needed;             // the log has to be durable behind this record
        bool empty() const { return pages.empty(); }
    };
    // Changed pages, at most so many: those first that hold the checkpoint back to before `changed_before`, or, where
    // that is nothing, those that were not used for the longest time.
    Batch begin_batch(std::size_t most_pages, const std::optional<format::Lgpos>& changed_before);
    void write_batch(const Batch& batch);
    // `written`: false where that failed, so that the pages are as changed as before.
    void end_batch(const Batch& batch, bool written);
    // Drops pages that are not changed until the budget is kept, oldest first; false where that is not enough.
    bool evict();
    bool is_over_budget() const { return pages_in_memory() * page_bytes_ > budget_bytes_; }
    void set_budget(std::size_t bytes) { budget_bytes_ = bytes; }
    // Where a replay would have to begin for the sake of pages that are not on the disk yet; nothing: all are.
    std::optional<format::Lgpos> oldest_begin() const;

    std::uint32_t page_bytes() const { return page_bytes_; }
    std::size_t pages_in_memory() const { return pages_.size(); }

 private:
    void load(CachedPage& page);
    CachedPage& load_once(PageNumber number);
    void touch(CachedPage& page) {
        ++thread_counters.pages_referenced;
        const std::uint64_t now = pages_read_.load(std::memory_order_relaxed);
        if (page.last_use_.load(std::memory_order_relaxed) != now)
            page.last_use_.store(now, std::memory_order_relaxed);
    }
    std::vector<CachedPage*> writable_pages();
    void write(const std::vector<CachedPage*>& pages);
    void drop_clean(std::size_t kept);

    os::File& file_;
    std::uint32_t page_bytes_;
    CacheRules rules_;
    std::atomic<std::size_t> budget_bytes_;
    std::mutex loading_mutex_;  // for those who hold the latch shared: one reads a page at a time
    PageTable<CachedPage> pages_;
    std::uint64_t drops_ = 0;
    std::atomic<std::uint64_t> pages_read_ = 0;
};

}  // namespace ese::engine
