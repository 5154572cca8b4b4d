#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace ese::engine {

// Shared by those who read, alone for one who changes; one who waits to have it alone goes before readers that come
// later, which std::shared_mutex does not promise. Not recursive. For std::lock_guard and std::shared_lock. As long as
// nobody has to wait, taking it is one atomic operation, and so is giving it back.
class Latch {
 public:
    void lock() {
        std::uint32_t state = 0;
        if (state_.compare_exchange_strong(state, alone, std::memory_order_acquire)) return;
        std::unique_lock hold(mutex_);
        ++writers_;
        state_.fetch_or(waited_for);
        free_.wait(hold, [&] { return (state_.load() & ~waited_for) == 0; });
        --writers_;
        state_.store(alone | flag_of_waiting());
    }
    void unlock() {
        std::uint32_t state = alone;
        if (state_.compare_exchange_strong(state, 0, std::memory_order_release)) return;
        const std::lock_guard hold(mutex_);
        state_.store(flag_of_waiting());
        wake();
    }
    void lock_shared() {
        std::uint32_t state = state_.load(std::memory_order_relaxed);
        while ((state & (alone | waited_for)) == 0)
            if (state_.compare_exchange_weak(state, state + 1, std::memory_order_acquire)) return;
        std::unique_lock hold(mutex_);
        ++readers_;
        state_.fetch_or(waited_for);
        open_.wait(hold, [&] { return (state_.load() & alone) == 0 && writers_ == 0; });
        --readers_;
        state_.fetch_add(1);
        if (flag_of_waiting() == 0) state_.fetch_and(~waited_for);
    }
    void unlock_shared() {
        const std::uint32_t before = state_.fetch_sub(1, std::memory_order_release);
        if (before != (waited_for | 1)) return;
        const std::lock_guard hold(mutex_);
        wake();
    }

 private:
    static constexpr std::uint32_t alone = 1u << 31;       // somebody has it alone
    static constexpr std::uint32_t waited_for = 1u << 30;  // nobody takes it past the mutex; the rest counts readers

    std::uint32_t flag_of_waiting() const { return writers_ + readers_ > 0 ? waited_for : 0; }
    void wake() {
        if (writers_ > 0)
            free_.notify_one();
        else
            open_.notify_all();
    }

    std::atomic<std::uint32_t> state_ = 0;
    std::mutex mutex_;
    std::condition_variable free_, open_;
    unsigned writers_ = 0, readers_ = 0;  // that wait
};

}  // namespace ese::engine
