#pragma once

// A sum over the entries of an index in any order: two indexes with different entries have different sums, but for
// chance (about 2^-128 each time).

#include <cstdint>

#include "base/bytes.h"

namespace ese::engine {

class EntrySum {
 public:
    void add(ByteView key, ByteView bookmark) {
        first_ += hash(key, bookmark, 0x9E3779B97F4A7C15u);
        second_ += hash(key, bookmark, 0xC2B2AE3D27D4EB4Fu);
        ++count_;
    }
    std::uint64_t count() const { return count_; }
    bool operator==(const EntrySum&) const = default;

 private:
    // FNV-1a with a start value, and the finish of splitmix64.
    static std::uint64_t hash(ByteView key, ByteView bookmark, std::uint64_t start) {
        std::uint64_t value = start ^ key.size();
        for (const ByteView part : {key, bookmark})
            for (const std::uint8_t byte : part) value = (value ^ byte) * 0x100000001B3u;
        value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9u;
        value = (value ^ value >> 27) * 0x94D049BB133111EBu;
        return value ^ value >> 31;
    }

    std::uint64_t first_ = 0, second_ = 0, count_ = 0;
};

}  // namespace ese::engine
