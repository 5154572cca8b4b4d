#pragma once

// The thread of an instance that does what nobody waits for: cleaning up after transactions, writing pages, moving the
// checkpoint on.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace ese::engine {

class Upkeep {
 public:
    // `work` does some of it, and says whether there is more at once. Its failures are those of the log or of a
    // database, and the next call of the API meets them too.
    explicit Upkeep(std::function<bool()> work);
    // Waits for what is being done.
    ~Upkeep();

    void wake();

 private:
    void run();
    bool is_stopping();

    std::function<bool()> work_;
    std::mutex mutex_;
    std::condition_variable woken_;
    bool awake_ = false, stop_ = false;
    std::thread thread_;
};

}  // namespace ese::engine
