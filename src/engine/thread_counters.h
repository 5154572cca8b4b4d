#pragma once

// What each thread has made the engine do, for programs that ask (JetGetThreadStats).

#include <cstdint>

namespace ese::engine {

struct ThreadCounters {
    std::uint32_t pages_referenced = 0;  // looked at, each time anew
    std::uint32_t pages_read = 0;        // because they were needed at once
    std::uint32_t pages_read_ahead = 0;
    std::uint32_t pages_dirtied = 0;    // changed, and were as on the disk before
    std::uint32_t pages_redirtied = 0;  // changed once more before they were written
    std::uint32_t log_records = 0;
    std::uint32_t log_bytes = 0;  // of these records
    struct Waits {
        std::uint32_t pages = 0;  // that were not in memory when they were needed
        std::uint64_t microseconds = 0;
    };
    Waits waits;
    std::uint32_t long_values_read = 0;
    Waits long_value_waits;  // those of `waits` that were for long values
};

// In the static storage of the thread: to count is one instruction.
[[gnu::tls_model("initial-exec")]] inline constinit thread_local ThreadCounters thread_counters;

}  // namespace ese::engine
