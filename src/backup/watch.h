#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/error.h"

namespace ese::backup {

// Where a long piece of work looks up. Both functions are called on several threads.
struct Watch {
    std::function<bool()> stop = [] { return false; };  // asked at each buffer
    std::function<void(const std::string& file, std::uint64_t done, std::uint64_t total)> progress =
        [](const std::string&, std::uint64_t, std::uint64_t) {};

    // Throws ErrorKind::interrupted.
    void poll() const {
        if (stop()) throw Error(ErrorKind::interrupted, "stopped on request");
    }
};

}  // namespace ese::backup
