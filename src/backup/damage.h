#pragma once

// What a check found, named so that a person can look at it.

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/ids.h"

namespace ese::backup {

struct Damage {
    std::string file;                // member of an archive, or a path
    std::optional<PageNumber> page;  // of a database
    std::uint64_t offset = 0;        // in the file
    std::string reason;
};

// Filled by several threads. A file that is damaged all over is not listed page by page: `count` goes on, the list
// stops.
class DamageList {
 public:
    static constexpr std::size_t longest = 1000;

    void add(Damage damage) {
        const std::lock_guard hold(mutex_);
        ++count_;
        if (list_.size() < longest) list_.push_back(std::move(damage));
    }
    std::uint64_t count() const {
        const std::lock_guard hold(mutex_);
        return count_;
    }
    std::vector<Damage> sorted() const {
        const std::lock_guard hold(mutex_);
        auto list = list_;
        std::stable_sort(list.begin(), list.end(), [](const Damage& a, const Damage& b) {
            return std::tie(a.file, a.offset) < std::tie(b.file, b.offset);
        });
        return list;
    }

 private:
    mutable std::mutex mutex_;
    std::uint64_t count_ = 0;
    std::vector<Damage> list_;
};

}  // namespace ese::backup
