#include "backup/stop_relay.h"

#include <chrono>

namespace ese::backup {

namespace {

constexpr auto look_every = std::chrono::milliseconds(50);

}  // namespace

StopRelay::StopRelay(const Watch& watch, std::function<void()> tell_engine)
    : thread_([this, &watch, tell = std::move(tell_engine)](const std::stop_token& ended) {
          std::unique_lock hold(mutex_);
          while (!watch.stop()) {
              end_.wait_for(hold, ended, look_every, [] { return false; });
              if (ended.stop_requested()) return;
          }
          tell();
      }) {}

}  // namespace ese::backup
