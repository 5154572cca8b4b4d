#pragma once

// frames.txt: a line for each frame before it, so that any frame can be found and checked without the others, by a
// person with shell tools, too:
//     8389120 1289034 c5a2…(XXH3-128 of the compressed bytes) 9f41…(their SHA-256)

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "archive/digest.h"
#include "base/bytes.h"

namespace ese::archive {

struct FrameRecord {
    std::uint32_t raw_bytes = 0;
    std::uint32_t compressed_bytes = 0;
    Xxh3Digest xxh3_128{};  // of the compressed bytes
    Sha256Digest sha256{};

    bool operator==(const FrameRecord&) const = default;
};

std::string to_line(const FrameRecord& record);
std::size_t line_bytes(const FrameRecord& record);

// Takes the text apart as it comes. ErrorKind::damage for a line that to_line() would not have made.
class FrameListParser {
 public:
    // `found` hears of each frame, in order.
    explicit FrameListParser(std::function<void(std::uint64_t index, const FrameRecord&)> found)
        : found_(std::move(found)) {}

    void push(ByteView text);
    // At the text's end: how many lines there were.
    std::uint64_t finish() const;

 private:
    void take(std::string_view line);

    std::function<void(std::uint64_t, const FrameRecord&)> found_;
    std::uint64_t lines_ = 0;
    std::string begun_;  // a line that has not ended yet
};

}  // namespace ese::archive
