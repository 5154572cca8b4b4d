#include "cli/progress.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "os/service_manager.h"
#include "os/signals.h"
#include "os/terminal.h"

namespace ese::cli {

namespace {

using namespace std::chrono_literals;
constexpr auto tick_time = 100ms;

bool can_draw(const Output& output) {
    if (output.quiet || output.json || output.log_as_json || !os::is_terminal(os::standard_error)) return false;
    const char* terminal = std::getenv("TERM");
    return terminal != nullptr && std::strcmp(terminal, "dumb") != 0;
}

std::string duration(std::uint64_t seconds) {
    const auto two = [](std::uint64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); };
    return seconds < 3600 ? std::to_string(seconds / 60) + ":" + two(seconds % 60)
                          : std::to_string(seconds / 3600) + ":" + two(seconds / 60 % 60) + ":" + two(seconds % 60);
}

}  // namespace

Progress::Progress(const Output& output, unsigned every_seconds, std::uint64_t limit)
    : output_(output), has_bar_(can_draw(output)), every_seconds_(every_seconds) {
    if (limit > 0) throttle_.emplace(limit);
    watch_.stop = [this] {
        is_alive_ = true;
        return os::stop_signal() != 0;
    };
    watch_.expect = [this](std::uint64_t total_bytes) {
        const std::lock_guard hold(mutex_);
        state_.total_bytes = total_bytes;
    };
    watch_.advance = [this](const std::string& file, std::uint64_t bytes) {
        {
            const std::lock_guard hold(mutex_);
            state_.done_bytes += bytes;
            if (state_.file != file) state_.file = file;
        }
        if (throttle_) throttle_->spend(bytes, watch_.stop);
    };
    if (has_bar_) output_.before_text = [this] { clear(); };
    ticker_ = std::jthread([this] { tick(); });
}

Progress::~Progress() {
    {
        const std::lock_guard hold(mutex_);
        ended_ = true;
    }
    end_.notify_all();
    ticker_.join();
    output_.before_text = nullptr;
    clear();
}

void Progress::tick() {
    auto next_line = began_ + std::chrono::seconds(every_seconds_);
    std::unique_lock hold(mutex_);
    while (!end_.wait_for(hold, tick_time, [this] { return ended_; })) {
        const State state = state_;
        hold.unlock();
        const bool asked = os::take_report_request();
        if (asked) output_.report(text(state));
        if (every_seconds_ > 0 && std::chrono::steady_clock::now() >= next_line) {
            next_line += std::chrono::seconds(every_seconds_);
            tell_line(state);
        }
        if (has_bar_) draw(state);
        tell_service_manager(state);
        hold.lock();
    }
}

Progress::Pace Progress::pace(const State& state) const {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
    Pace pace;
    if (seconds <= 0 || state.done_bytes == 0) return pace;
    const double rate = static_cast<double>(state.done_bytes) / seconds;
    pace.bytes_per_second = static_cast<std::uint64_t>(rate);
    if (state.total_bytes < state.done_bytes) return pace;
    pace.has_end = true;
    pace.seconds_left = static_cast<std::uint64_t>(static_cast<double>(state.total_bytes - state.done_bytes) / rate);
    return pace;
}

std::string Progress::text(const State& state) const {
    const Pace at = pace(state);
    std::string line;
    if (at.has_end && state.total_bytes > 0) {
        line = std::to_string(state.done_bytes * 100 / state.total_bytes) + " %, " + human_bytes(state.done_bytes) +
               " of " + human_bytes(state.total_bytes);
    } else {
        line = human_bytes(state.done_bytes);
    }
    line += ", " + human_bytes(at.bytes_per_second) + "/s";
    if (at.has_end) line += ", " + duration(at.seconds_left) + " left";
    return state.file.empty() ? line : line + ", " + state.file;
}

void Progress::draw(const State& state) {
    std::string line = printable(text(state));
    const std::size_t width = os::terminal_width(os::standard_error);
    if (line.size() + 1 > width) line.resize(width - 1);
    const std::lock_guard hold(bar_mutex_);
    std::fprintf(stderr, "\r%s\x1b[K", line.c_str());
    std::fflush(stderr);
    bar_is_drawn_ = true;
}

void Progress::clear() {
    const std::lock_guard hold(bar_mutex_);
    if (bar_is_drawn_) std::fputs("\r\x1b[K", stderr);
    bar_is_drawn_ = false;
}

void Progress::tell_line(const State& state) const {
    if (!output_.json) return output_.report(text(state));
    const Pace at = pace(state);
    Json line = json_line("progress");
    line["done_bytes"] = state.done_bytes;
    if (state.total_bytes > 0) line["total_bytes"] = state.total_bytes;
    line["bytes_per_second"] = at.bytes_per_second;
    if (at.has_end) line["seconds_left"] = at.seconds_left;
    line["file"] = state.file;
    output_.event(line);
}

// A command that hangs does not say that it lives, and one that was told to stop says so.
void Progress::tell_service_manager(const State& state) {
    const auto now = std::chrono::steady_clock::now();
    const auto patience = os::watchdog_time();
    if (patience.count() > 0 && now >= next_sign_of_life_ && is_alive_.exchange(false)) {
        os::notify_service_manager("WATCHDOG=1");
        next_sign_of_life_ = now + patience / 4;
    }
    if (now < next_status_) return;
    next_status_ = now + 1s;
    os::notify_service_manager(os::stop_signal() != 0 ? "STOPPING=1\nSTATUS=stopping: " + printable(text(state))
                                                      : "STATUS=" + printable(text(state)));
}

}  // namespace ese::cli
