#pragma once

// Calls of the engine that may take long, as the recovery of an interrupted run or reading a bad page again and again,
// end early when a stop is asked for: while a relay lives, a thread of its own looks for that, and then tells the
// engine, once.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "backup/watch.h"

namespace ese::backup {

class StopRelay {
 public:
    StopRelay(const Watch& watch, std::function<void()> tell_engine);

 private:
    std::mutex mutex_;
    std::condition_variable_any end_;
    std::jthread thread_;
};

}  // namespace ese::backup
