#pragma once

// Finds things by page number without a lock, while others are being added.

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/ids.h"

namespace ese::engine {

// `Entry` has number(), and a member next_in_table_ for the table's use. Any thread may look up, and one at a time add;
// nobody else is there while entries are removed.
template <class Entry>
class PageTable {
 public:
    // Looking up is fast up to about so many entries.
    explicit PageTable(std::size_t expected)
        : buckets_(std::bit_ceil(std::clamp(expected, least_buckets, most_buckets))) {}
    ~PageTable() {
        remove_if([](const Entry&) { return true; });
    }
    PageTable(const PageTable&) = delete;
    PageTable& operator=(const PageTable&) = delete;

    Entry* find(PageNumber number) const {
        Entry* entry = bucket_of(number).load(std::memory_order_acquire);
        while (entry && entry->number() != number) entry = entry->next_in_table_;
        return entry;
    }
    // There is none of this number.
    Entry& add(std::unique_ptr<Entry> entry) {
        auto& bucket = bucket_of(entry->number());
        entry->next_in_table_ = bucket.load(std::memory_order_relaxed);
        bucket.store(entry.get(), std::memory_order_release);
        ++size_;
        return *entry.release();
    }
    template <class Predicate>
    void remove_if(Predicate goes) {
        for (auto& bucket : buckets_) remove_from(bucket, goes);
    }
    void remove(PageNumber number) {
        remove_from(bucket_of(number), [&](const Entry& entry) { return entry.number() == number; });
    }
    template <class Visit>
    void for_each(Visit visit) const {
        for (const auto& bucket : buckets_)
            for (Entry* entry = bucket.load(std::memory_order_acquire); entry; entry = entry->next_in_table_)
                visit(*entry);
    }
    std::size_t size() const { return size_; }

 private:
    using Bucket = std::atomic<Entry*>;
    static constexpr std::size_t least_buckets = 256, most_buckets = std::size_t{1} << 20;

    // Pages next to each other are used together, and so are their buckets.
    Bucket& bucket_of(PageNumber number) const { return buckets_[number.value() & (buckets_.size() - 1)]; }

    template <class Predicate>
    void remove_from(Bucket& bucket, Predicate goes) {
        Entry* kept = nullptr;
        for (Entry* entry = bucket.load(); entry;) {
            Entry* const next = entry->next_in_table_;
            if (goes(*entry)) {
                delete entry;
                --size_;
            } else {
                entry->next_in_table_ = kept;
                kept = entry;
            }
            entry = next;
        }
        bucket.store(kept);
    }

    mutable std::vector<Bucket> buckets_;
    std::atomic<std::size_t> size_ = 0;
};

}  // namespace ese::engine
