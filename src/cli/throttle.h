#pragma once

// --limit: not more than so many bytes a second.

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>

namespace ese::cli {

class Throttle {
 public:
    explicit Throttle(std::uint64_t bytes_per_second) : bytes_per_second_(bytes_per_second) {}

    // These bytes are done: returns when the next may follow, or when `stop` says so. Time in which nothing was done is
    // not made up for. May be called on several threads, which then share the rate.
    void spend(std::uint64_t bytes, const std::function<bool()>& stop);

 private:
    using Clock = std::chrono::steady_clock;

    const std::uint64_t bytes_per_second_;
    std::mutex mutex_;
    Clock::time_point free_at_{};
};

}  // namespace ese::cli
