#include "engine/instance/upkeep.h"

#include <chrono>

#include "os/signals.h"

namespace ese::engine {

namespace {

// Often enough that nodes which were deleted do not pile up, and so rarely that many commits share one round.
constexpr std::chrono::milliseconds round_ms{20};

}  // namespace

Upkeep::Upkeep(std::function<bool()> work, std::function<void(const Error&)> failed)
    : work_(std::move(work)),
      failed_(std::move(failed)),
      thread_(os::start_thread_without_signals([this] { run(); })) {}

Upkeep::~Upkeep() {
    {
        const std::lock_guard hold(mutex_);
        stop_ = true;
    }
    woken_.notify_all();
    thread_.join();
}

void Upkeep::wake() {
    const std::lock_guard hold(mutex_);
    if (awake_) return;
    awake_ = true;
    woken_.notify_all();
}

bool Upkeep::is_stopping() {
    const std::lock_guard hold(mutex_);
    return stop_;
}

void Upkeep::run() {
    std::unique_lock hold(mutex_);
    for (;;) {
        woken_.wait(hold, [&] { return awake_ || stop_; });
        woken_.wait_for(hold, round_ms, [&] { return stop_; });
        if (stop_) return;
        awake_ = false;
        hold.unlock();
        work();
        hold.lock();
    }
}

void Upkeep::work() {
    try {
        while (!is_stopping() && work_()) {
        }
        told_.clear();
    } catch (const Error& error) {
        if (told_ == error.what()) return;
        told_ = error.what();
        failed_(error);
    }
}

}  // namespace ese::engine
