#pragma once

// Pages of one database in memory. It decides when a page is written, and never before the log has what the page needs.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
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

 private:
    friend class PageCache;

    PageNumber number_;
    State state_ = State::absent;
    std::string problem_;
    std::vector<std::uint8_t> bytes_;
    format::Lgpos modified_;  // of the last record that changed it
    bool dirty_ = false;
    std::uint64_t last_use_ = 0;
};

struct CacheRules {
    std::size_t budget_bytes = 0;
    // The log is durable up to this position, and behind it, when it returns.
    std::function<void(const format::Lgpos&)> flush_log;
    // Whether a page may be written now. One that may not stays in memory, beyond the budget if need be.
    std::function<bool(const CachedPage&)> may_write;
};

// For one thread. References stay valid until trim() or discard().
class PageCache {
 public:
    PageCache(os::File& file, std::uint32_t page_bytes, CacheRules rules);

    // Reads the page if it is not there. A page that can't be read whole, or is damaged, has a state that says so; other
    // errors of reading are thrown.
    CachedPage& page(PageNumber number);

    // Between two changes: goes back to the budget, if it is exceeded, by writing and dropping pages.
    void trim();
    // Writes every changed page, and makes them durable. Throws JET_errInternalError if one may not be written.
    void flush();
    // The same for those pages that may be written; the others stay as they are. True if there are none of these.
    bool write_what_may_be_written();
    // Pages from `first` on are gone from the file.
    void discard_from(PageNumber first);

    std::uint32_t page_bytes() const { return page_bytes_; }
    std::size_t pages_in_memory() const { return pages_.size(); }
    std::uint64_t pages_read() const { return pages_read_; }
    std::uint64_t pages_written() const { return pages_written_; }

 private:
    void load(CachedPage& page);
    std::vector<CachedPage*> writable_pages();
    void write(const std::vector<CachedPage*>& pages);

    os::File& file_;
    std::uint32_t page_bytes_;
    CacheRules rules_;
    std::unordered_map<std::uint32_t, std::unique_ptr<CachedPage>> pages_;
    std::uint64_t uses_ = 0;
    std::uint64_t pages_read_ = 0;
    std::uint64_t pages_written_ = 0;
};

}  // namespace ese::engine
