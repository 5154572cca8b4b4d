#pragma once

// How far a long command is: a bar on a terminal, lines where they are asked for, one whenever SIGUSR1 comes, and the
// status and the watchdog of a service of systemd.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "backup/watch.h"
#include "cli/output.h"
#include "cli/throttle.h"

namespace ese::cli {

class Progress {
 public:
    // `every_seconds`: a line that often; 0: none. `limit`: bytes a second; 0: as fast as it goes.
    Progress(const Output& output, unsigned every_seconds, std::uint64_t limit = 0);
    // Takes the bar away.
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    // For the work: stops when a signal asked for it, and counts.
    const backup::Watch& watch() const { return watch_; }

 private:
    struct State {
        std::uint64_t total_bytes = 0;  // 0: not known
        std::uint64_t done_bytes = 0;
        std::string file;
    };
    struct Pace {
        std::uint64_t bytes_per_second = 0;
        std::uint64_t seconds_left = 0;
        bool has_end = false;
    };

    void tick();
    Pace pace(const State& state) const;
    std::string text(const State& state) const;
    void draw(const State& state);
    void clear();
    void tell_line(const State& state) const;
    void tell_service_manager(const State& state);

    const Output& output_;
    const bool has_bar_;
    const unsigned every_seconds_;
    const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    std::optional<Throttle> throttle_;
    backup::Watch watch_;

    std::atomic<bool> is_alive_{true};  // the work looked up since the watchdog was told
    std::chrono::steady_clock::time_point next_status_ = began_, next_sign_of_life_ = began_;
    std::mutex mutex_;  // of state_ and ended_
    std::condition_variable end_;
    State state_;
    bool ended_ = false;
    std::mutex bar_mutex_;
    bool bar_is_drawn_ = false;
    std::jthread ticker_;
};

}  // namespace ese::cli
