#pragma once

#include <condition_variable>
#include <list>
#include <mutex>

#include "base/ids.h"

namespace ese::engine {

// Keeps page images whole while a backup reads them from the file: whoever writes a page to the file enters for the
// time of the write, whoever reads a range for a backup waits for the writes in it and holds new ones off
// (BACKUP-SEMANTICS 2.5, step 1). Pages in memory are never locked by it. Any thread may use it.
class RangeLock {
 public:
    // Holds off writes to pages first..last while it lives.
    class Reading {
     public:
        Reading(RangeLock& lock, PageNumber first, PageNumber last)
            : lock_(lock), entry_(lock.begin(lock.readers_, lock.writers_, first, last)) {}
        ~Reading() { lock_.end(lock_.readers_, entry_); }
        Reading(const Reading&) = delete;
        Reading& operator=(const Reading&) = delete;

     private:
        RangeLock& lock_;
        std::list<std::pair<PageNumber, PageNumber>>::iterator entry_;
    };

    // Held by a thread while it writes pages first..last to the file.
    class Writing {
     public:
        Writing(RangeLock& lock, PageNumber first, PageNumber last)
            : lock_(lock), entry_(lock.begin(lock.writers_, lock.readers_, first, last)) {}
        ~Writing() { lock_.end(lock_.writers_, entry_); }
        Writing(const Writing&) = delete;
        Writing& operator=(const Writing&) = delete;

     private:
        RangeLock& lock_;
        std::list<std::pair<PageNumber, PageNumber>>::iterator entry_;
    };

 private:
    using Ranges = std::list<std::pair<PageNumber, PageNumber>>;

    Ranges::iterator begin(Ranges& mine, const Ranges& others, PageNumber first, PageNumber last) {
        std::unique_lock hold(mutex_);
        changed_.wait(hold, [&] {
            for (const auto& [low, high] : others)
                if (low <= last && first <= high) return false;
            return true;
        });
        return mine.emplace(mine.end(), first, last);
    }

    void end(Ranges& mine, Ranges::iterator entry) {
        const std::lock_guard hold(mutex_);
        mine.erase(entry);
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    Ranges readers_;
    Ranges writers_;
};

}  // namespace ese::engine
