#pragma once

// zstd frames, each independent of the others, with its content size and checksum in it.

#include <cstdint>
#include <functional>
#include <memory>

#include "archive/buffer.h"
#include "base/bytes.h"

namespace ese::archive {

constexpr std::uint32_t zstd_magic = 0xFD2FB528;
constexpr std::uint32_t max_frame_raw_bytes = std::uint32_t{64} << 20;  // a reader's memory depends on it
// What does not compress grows by the headers of its blocks.
constexpr std::uint32_t max_frame_compressed_bytes = max_frame_raw_bytes + max_frame_raw_bytes / 128;
// Frames begin at multiples of this in the data of a member, so that no page lies in two of them: no page is larger
// than half of it.
constexpr std::uint32_t member_cut_bytes = 64 * 1024;

class Compressor {
 public:
    explicit Compressor(int level);
    ~Compressor();

    static std::size_t bound(std::size_t raw_bytes);
    // The number of bytes written to the front of `into`, which has bound(raw.size()). At the highest levels a frame
    // takes many seconds: `between_blocks` is called before each block of it (128 KiB), and may throw.
    std::size_t compress(ByteView raw, ByteSpan into, const std::function<void()>& between_blocks = [] {});

 private:
    struct State;
    std::unique_ptr<State> state_;
};

class Decompressor {
 public:
    // Without `checksums` zstd's own content checksum is passed over: for frames whose digest has been compared.
    explicit Decompressor(bool checksums);
    ~Decompressor();

    // Decodes one frame a block at a time, so that its pages are looked at while they are in the processor's own cache:
    //     decompressor.begin(frame, raw_bytes, memory);
    //     while (decompressor.step()) look_at(decompressor.raw());
    // `memory` takes what comes out, but a frame that zstd has stored without compressing it is decoded where it lies,
    // so nothing else may be read from `frame` afterwards, except its last four bytes. ErrorKind::damage for all that
    // is not exactly one frame of `raw_bytes`.
    void begin(ByteSpan frame, std::size_t raw_bytes, Buffer& memory);
    // False: the frame has ended, and all of it came out.
    bool step();
    // What has come out.
    ByteView raw() const;

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
    // Where its first block begins, and whether all blocks that have been seen hold their bytes as they are.
    std::size_t first_block() const { return first_block_; }
    bool is_stored() const { return is_stored_; }
    // What a frame of raw_bytes() may have at most.
    std::size_t max_bytes() const;

 private:
    void read_header(ByteView so_far);

    std::size_t needed_ = min_bytes;
    std::size_t first_block_ = 0;
    std::size_t next_block_ = 0;  // offset of the next block header
    bool complete_ = false;
    bool is_stored_ = true;
    std::uint32_t raw_bytes_ = 0;
};

// The whole of `frame` is one frame.
FrameBounds check_single_frame(ByteView frame);
// The content checksum at the end of a frame.
std::uint32_t frame_checksum(ByteView frame);

}  // namespace ese::archive
