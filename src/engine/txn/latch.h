#pragma once

#include <condition_variable>
#include <mutex>

namespace ese::engine {

// Shared by those who read, alone for one who changes; one who waits to have it alone goes before readers that come
// later, which std::shared_mutex does not promise. Not recursive. For std::lock_guard and std::shared_lock.
class Latch {
 public:
    void lock() {
        std::unique_lock hold(mutex_);
        ++waiting_;
        free_.wait(hold, [&] { return !alone_ && shared_ == 0; });
        --waiting_;
        alone_ = true;
    }
    void unlock() {
        const std::lock_guard hold(mutex_);
        alone_ = false;
        wake();
    }
    void lock_shared() {
        std::unique_lock hold(mutex_);
        open_.wait(hold, [&] { return !alone_ && waiting_ == 0; });
        ++shared_;
    }
    void unlock_shared() {
        const std::lock_guard hold(mutex_);
        if (--shared_ == 0) wake();
    }

 private:
    void wake() {
        if (waiting_ > 0)
            free_.notify_one();
        else
            open_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable free_, open_;
    unsigned shared_ = 0, waiting_ = 0;
    bool alone_ = false;
};

}  // namespace ese::engine
