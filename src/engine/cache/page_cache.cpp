#include "engine/cache/page_cache.h"

#include <algorithm>

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
    dirty_ = true;
    return bytes_;
}

PageCache::PageCache(os::File& file, std::uint32_t page_bytes, CacheRules rules)
    : file_(file), page_bytes_(page_bytes), rules_(std::move(rules)) {}

CachedPage& PageCache::page(PageNumber number) {
    auto& entry = pages_[number.value()];
    if (!entry) {
        entry = std::make_unique<CachedPage>();
        entry->number_ = number;
        entry->bytes_.resize(page_bytes_);
        load(*entry);
    }
    entry->last_use_ = ++uses_;
    return *entry;
}

void PageCache::load(CachedPage& page) {
    ++pages_read_;
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
    for (const auto& [number, page] : pages_)
        if (page->dirty_ && rules_.may_write(*page)) list.push_back(page.get());
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
        ++pages_written_;
    }
}

void PageCache::trim() {
    if (pages_.size() * page_bytes_ <= rules_.budget_bytes) return;
    write(writable_pages());
    std::vector<const CachedPage*> clean;
    for (const auto& [number, page] : pages_)
        if (!page->dirty_) clean.push_back(page.get());
    std::ranges::sort(clean, {}, [](const CachedPage* page) { return page->last_use_; });
    // Some more than must go, so that not every further page writes again.
    const std::size_t kept_pages = rules_.budget_bytes / page_bytes_ * 3 / 4;
    for (const CachedPage* page : clean) {
        if (pages_.size() <= kept_pages) break;
        pages_.erase(page->number_.value());
    }
}

bool PageCache::write_what_may_be_written() {
    write(writable_pages());
    file_.sync();
    return std::ranges::none_of(pages_, [](const auto& entry) { return entry.second->dirty_; });
}

void PageCache::flush() {
    write(writable_pages());
    for (const auto& [number, page] : pages_)
        if (page->dirty_)
            throw Error(JET_errInternalError,
                        "page " + std::to_string(number) + " was to be written while a transaction still holds it");
    file_.sync();
}

void PageCache::discard_from(PageNumber first) {
    std::erase_if(pages_, [&](const auto& entry) { return entry.first >= first.value(); });
}

}  // namespace ese::engine
