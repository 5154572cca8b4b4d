#include "engine/cache/page_cache.h"

#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "esent.h"
#include "format/database/page_checksum.h"

namespace ese::engine {

void CachedPage::require_sound() const {
    if (is_sound()) return;
    const std::string name = "page " + std::to_string(number_.value());
    if (state_ == State::absent) throw Error(ErrorKind::damage, JET_errPageNotInitialized, name + " was never written");
    throw Error(ErrorKind::damage, JET_errReadVerifyFailure, name + " is damaged: " + problem_);
}

ByteSpan CachedPage::change(const format::Lgpos& position) {
    require_sound();
    return create(position);
}

ByteSpan CachedPage::create(const format::Lgpos& position) {
    state_ = State::sound;
    problem_.clear();
    modified_ = std::max(modified_, position);
    ++(dirty_ ? thread_counters.pages_redirtied : thread_counters.pages_dirtied);
    dirty_ = true;
    return bytes_;
}

PageCache::PageCache(os::File& file, std::uint32_t page_bytes, CacheRules rules)
    : file_(file),
      page_bytes_(page_bytes),
      rules_(std::move(rules)),
      budget_bytes_(rules_.budget_bytes),
      pages_(rules_.budget_bytes / page_bytes) {}

CachedPage& PageCache::page(PageNumber number) {
    CachedPage* const there = pages_.find(number);
    CachedPage& found = there ? *there : load_once(number);
    touch(found);
    return found;
}

CachedPage& PageCache::load_once(PageNumber number) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point began = Clock::now();
    const std::lock_guard hold(loading_mutex_);
    CachedPage* found = pages_.find(number);
    if (!found) {
        auto loaded = std::make_unique<CachedPage>();
        loaded->number_ = number;
        loaded->bytes_.resize(page_bytes_);
        load(*loaded);
        found = &pages_.add(std::move(loaded));
    }
    ++thread_counters.waits.pages;
    thread_counters.waits.microseconds +=
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began).count());
    return *found;
}

void PageCache::load(CachedPage& page) {
    ++pages_read_;
    ++thread_counters.pages_read;
    const std::size_t got = file_.read_at(page_offset(page.number_, page_bytes_), page.bytes_);
    if (got < page_bytes_) {
        // Half a page at the end of the file is no page yet: growing the file was interrupted.
        std::ranges::fill(page.bytes_, std::uint8_t{0});
        return;
    }
    const auto verdict = format::verify_and_correct_page(page.bytes_, page.number_);
    if (verdict.state == format::PageState::uninitialised) return;
    page.state_ = CachedPage::State::damaged;
    if (!verdict.usable()) {
        page.problem_ = std::string(format::to_string(verdict.state));
        return;
    }
    const auto structure = format::check_page_structure(page.view());
    if (!structure.sound()) {
        page.problem_ = structure.problem;
        return;
    }
    page.state_ = CachedPage::State::sound;
}

std::vector<CachedPage*> PageCache::writable_pages() {
    std::vector<CachedPage*> list;
    pages_.for_each([&](CachedPage& page) {
        if (page.dirty_ && rules_.may_write(page)) list.push_back(&page);
    });
    std::ranges::sort(list, {}, [](const CachedPage* page) { return page->number_; });
    return list;
}

void PageCache::write(const std::vector<CachedPage*>& pages) {
    if (pages.empty()) return;
    format::Lgpos needed;
    for (const CachedPage* page : pages) needed = std::max(needed, page->modified_);
    rules_.flush_log(needed);
    for (CachedPage* page : pages) {
        format::stamp_page_checksum(page->bytes_, page->number_);
        file_.write_at(page_offset(page->number_, page_bytes_), page->bytes_);
        page->dirty_ = false;
    }
}

void PageCache::trim() {
    if (!is_over_budget()) return;
    write(writable_pages());
    // Some more than must go, so that not every further page writes again.
    drop_clean(budget_bytes_ / page_bytes_ * 3 / 4);
}

// The least used go, until there are so many left.
void PageCache::drop_clean(std::size_t kept) {
    if (pages_.size() <= kept) return;
    std::vector<const CachedPage*> clean;
    pages_.for_each([&](const CachedPage& page) {
        if (!page.dirty_ && !page.in_flight_) clean.push_back(&page);
    });
    const std::size_t dropped = std::min(pages_.size() - kept, clean.size());
    if (dropped == 0) return;
    std::ranges::nth_element(clean, clean.begin() + static_cast<std::ptrdiff_t>(dropped), {},
                             [](const CachedPage* page) { return page->last_use_.load(); });
    for (std::size_t i = 0; i < dropped; ++i) pages_.remove(clean[i]->number_);
    ++drops_;
}

bool PageCache::write_what_may_be_written() {
    write(writable_pages());
    file_.sync();
    bool all_written = true;
    pages_.for_each([&](const CachedPage& page) { all_written = all_written && !page.dirty_; });
    return all_written;
}

void PageCache::flush() {
    write(writable_pages());
    pages_.for_each([](const CachedPage& page) {
        if (page.dirty_)
            throw Error(JET_errInternalError, "page " + std::to_string(page.number_.value()) +
                                                  " was to be written while a transaction still holds it");
    });
    file_.sync();
}

// --- writing while others go on

PageCache::Batch PageCache::begin_batch(std::size_t most_pages, const std::optional<format::Lgpos>& changed_before) {
    Batch batch;
    pages_.for_each([&](CachedPage& page) {
        if (page.dirty_ && !page.in_flight_ && (!changed_before || page.begun_ < *changed_before))
            batch.pages.push_back(&page);
    });
    if (batch.pages.size() > most_pages) {
        const auto is_earlier = [&](const CachedPage* a, const CachedPage* b) {
            return changed_before ? a->begun_ < b->begun_ : a->last_use_ < b->last_use_;
        };
        std::ranges::nth_element(batch.pages, batch.pages.begin() + static_cast<std::ptrdiff_t>(most_pages),
                                 is_earlier);
        batch.pages.resize(most_pages);
    }
    std::ranges::sort(batch.pages, {}, [](const CachedPage* page) { return page->number_; });
    batch.bytes.reserve(batch.pages.size() * page_bytes_);
    for (CachedPage* page : batch.pages) {
        if (rules_.before_write) page->modified_ = std::max(page->modified_, rules_.before_write(*page));
        batch.needed = std::max(batch.needed, page->modified_);
        format::stamp_page_checksum(page->bytes_, page->number_);
        batch.bytes.insert(batch.bytes.end(), page->bytes_.begin(), page->bytes_.end());
        page->dirty_ = false;
        page->in_flight_ = true;
        page->in_flight_begun_ = page->begun_;
    }
    return batch;
}

void PageCache::write_batch(const Batch& batch) {
    if (batch.empty()) return;
    rules_.flush_log(batch.needed);
    for (std::size_t i = 0; i < batch.pages.size();) {
        std::size_t end = i + 1;
        while (end < batch.pages.size() && batch.pages[end]->number_ == batch.pages[end - 1]->number_.next()) ++end;
        const PageNumber first = batch.pages[i]->number_;
        const ByteView run = ByteView(batch.bytes).subspan(i * page_bytes_, (end - i) * page_bytes_);
        const auto write = [&] { file_.write_at(page_offset(first, page_bytes_), run); };
        if (rules_.guard_write)
            rules_.guard_write(first, batch.pages[end - 1]->number_, write);
        else
            write();
        i = end;
    }
}

void PageCache::end_batch(const Batch& batch, bool written) {
    for (CachedPage* page : batch.pages) {
        page->in_flight_ = false;
        if (written) continue;
        page->begun_ = page->dirty_ ? std::min(page->begun_, page->in_flight_begun_) : page->in_flight_begun_;
        page->dirty_ = true;
    }
}

bool PageCache::evict() {
    const std::size_t most_pages = std::max<std::size_t>(budget_bytes_ / page_bytes_, 1);
    // Some more than must go, so that not every further page does this again.
    if (pages_.size() > most_pages) drop_clean(most_pages - most_pages / 8);
    return pages_.size() <= most_pages;
}

std::optional<format::Lgpos> PageCache::oldest_begin() const {
    std::optional<format::Lgpos> oldest;
    const auto take = [&](const format::Lgpos& begun) { oldest = oldest ? std::min(*oldest, begun) : begun; };
    pages_.for_each([&](const CachedPage& page) {
        if (page.dirty_) take(page.begun_);
        if (page.in_flight_) take(page.in_flight_begun_);
    });
    return oldest;
}

void PageCache::discard_from(PageNumber first) {
    pages_.remove_if([&](const CachedPage& page) { return page.number_ >= first; });
    ++drops_;
}

}  // namespace ese::engine
