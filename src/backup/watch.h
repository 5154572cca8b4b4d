#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/error.h"

namespace ese::backup {

// Where a long piece of work looks up, and says how far it is. All functions may be called on several threads.
struct Watch {
    std::function<bool()> stop = [] { return false; };  // asked at each buffer
    // How many bytes there are to do in all, as far as that is known; may be said again with more.
    std::function<void(std::uint64_t total_bytes)> expect = [](std::uint64_t) {};
    // So many bytes more are done, of this file.
    std::function<void(const std::string& file, std::uint64_t bytes)> advance = [](const std::string&, std::uint64_t) {
    };

    // Throws ErrorKind::interrupted.
    void poll() const {
        if (stop()) throw Error(ErrorKind::interrupted, "stopped on request");
    }
};

}  // namespace ese::backup
