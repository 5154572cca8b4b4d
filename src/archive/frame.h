#pragma once

// zstd frames, each independent of the others, with its content size and checksum in it.

#include <cstdint>
#include <memory>

#include "base/bytes.h"

namespace ese::archive {

constexpr std::uint32_t zstd_magic = 0xFD2FB528;
constexpr std::uint32_t max_frame_raw_bytes = std::uint32_t{64} << 20;  // a reader's memory depends on it

class Compressor {
 public:
    explicit Compressor(int level);
    ~Compressor();

    static std::size_t bound(std::size_t raw_bytes);
    // The number of bytes written to the front of `into`, which has bound(raw.size()).
    std::size_t compress(ByteView raw, ByteSpan into);

 private:
    struct State;
    std::unique_ptr<State> state_;
};

class Decompressor {
 public:
    // Without `checksums` zstd's own content checksum is passed over: for frames whose SHA-256 has been compared.
    explicit Decompressor(bool checksums);
    ~Decompressor();

    // Exactly `into.size()` bytes come out of the one frame, or it is ErrorKind::damage.
    void decode(ByteView frame, ByteSpan into);

 private:
    struct State;
    std::unique_ptr<State> state_;
};

// Finds the end of a frame as its bytes arrive, without decoding it. A frame that this project does not write (no
// content size, no checksum, a dictionary, over max_frame_raw_bytes) is ErrorKind::damage.
class FrameBounds {
 public:
    static constexpr std::size_t min_bytes = 5;  // magic and descriptor

    // How many bytes of the frame are needed to know more, given those that are there (from the frame's first on).
    // As soon as it is not more than there are, the frame is complete, and this is its size.
    std::size_t needed(ByteView so_far);
    // Once that is known: after the header has been seen.
    std::uint32_t raw_bytes() const { return raw_bytes_; }
    bool header_seen() const { return next_block_ != 0; }
    // What a frame of raw_bytes() may have at most.
    std::size_t max_bytes() const;

 private:
    void read_header(ByteView so_far);

    std::size_t needed_ = min_bytes;
    std::size_t next_block_ = 0;  // offset of the next block header
    bool complete_ = false;
    std::uint32_t raw_bytes_ = 0;
};

// The whole of `frame` is one frame: its raw size.
std::uint32_t check_single_frame(ByteView frame);
// The content checksum at the end of a frame.
std::uint32_t frame_checksum(ByteView frame);

}  // namespace ese::archive
