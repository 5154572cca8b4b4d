#include "cli/throttle.h"

#include <algorithm>
#include <thread>

namespace ese::cli {

void Throttle::spend(std::uint64_t bytes, const std::function<bool()>& stop) {
    using namespace std::chrono;
    constexpr auto ask_every = milliseconds(100);
    Clock::time_point until;
    {
        const duration<double> takes(static_cast<double>(bytes) / static_cast<double>(bytes_per_second_));
        const std::lock_guard hold(mutex_);
        free_at_ = std::max(free_at_, Clock::now()) + duration_cast<Clock::duration>(takes);
        until = free_at_;
    }
    for (auto left = until - Clock::now(); left > left.zero() && !stop(); left = until - Clock::now())
        std::this_thread::sleep_for(std::min<Clock::duration>(left, ask_every));
}

}  // namespace ese::cli
