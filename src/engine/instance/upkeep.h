#pragma once

// The thread of an instance that does what nobody waits for: cleaning up after transactions, writing pages, moving the
// checkpoint on.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/error.h"

namespace ese::engine {

class Upkeep {
 public:
    // `work` does some of it, and says whether there is more at once. What has failed is tried again with the next of
    // it; `failed` hears why, once as long as that stays the same.
    Upkeep(std::function<bool()> work, std::function<void(const Error&)> failed);
    // Waits for what is being done.
    ~Upkeep();

    void wake();

 private:
    void run();
    void work();
    bool is_stopping();

    std::function<bool()> work_;
    std::function<void(const Error&)> failed_;
    std::string told_;  // the failure that was told last, until there is none
    std::mutex mutex_;
    std::condition_variable woken_;
    bool awake_ = false, stop_ = false;
    std::thread thread_;
};

}  // namespace ese::engine
