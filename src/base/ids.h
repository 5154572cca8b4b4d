#pragma once

#include <compare>
#include <cstdint>

namespace ese {

// An integer that says what it counts, so that a page number cannot be passed where a generation is meant.
template <class Tag, class Int = std::uint32_t>
class Id {
 public:
    constexpr Id() = default;
    constexpr explicit Id(Int value) : value_(value) {}
    constexpr Int value() const { return value_; }
    constexpr auto operator<=>(const Id&) const = default;
    constexpr Id next() const { return Id(static_cast<Int>(value_ + 1)); }
    constexpr Id previous() const { return Id(static_cast<Int>(value_ - 1)); }

 private:
    Int value_ = 0;
};

using PageNumber = Id<struct PageNumberTag>;    // 1 is the system root; 0 means none
using Generation = Id<struct GenerationTag>;    // of a log file; 1 is the first, 0 means none
using ObjectId = Id<struct ObjectIdTag>;        // of a tree

// Where page `page` begins in a database file: two header pages lie before page 1 (DATABASE-FORMAT 0).
constexpr std::uint64_t page_offset(PageNumber page, std::uint32_t page_bytes) {
    return (std::uint64_t{page.value()} + 1) * page_bytes;
}

}  // namespace ese
