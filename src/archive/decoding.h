#pragma once

// The first half of reading: threads fetch and decode frames, one thread gets them in order.

#include <cstdint>
#include <exception>
#include <functional>
#include <string>

#include "archive/buffer.h"
#include "archive/frame.h"
#include "archive/frame_list.h"

namespace ese::archive {

struct DecodedFrame {
    std::uint64_t index = 0;  // in the archive
    Buffer compressed_memory;
    std::size_t compressed_bytes = 0;
    Buffer raw_memory;
    std::size_t raw_bytes = 0;  // as the archive says
    ByteView raw;               // lies in either memory
    FrameRecord record;         // its digests, as far as they were made
    std::string problem;        // why there are no raw bytes; empty: they are there
    std::exception_ptr error;   // what ends everything

    ByteSpan compressed() { return compressed_memory.first(compressed_bytes); }
};

class FrameSupply {
 public:
    virtual ~FrameSupply() = default;
    // Which frame is next, in order; a pipe reads it here. False: there are no more. Never called by two threads at
    // once.
    virtual bool next(DecodedFrame& frame) = 0;
    // The rest of the work on it; many threads at once.
    virtual void decode(DecodedFrame& frame, Decompressor& decompressor) = 0;
};

// Decodes what the supply has on `threads` threads and hands it to `take` in order, on this thread, until it
// returns false. Holds threads + 2 frames at most. Exceptions of the supply and of `take` come out here.
void decode_frames(FrameSupply& supply, unsigned threads, bool checksums,
                   const std::function<bool(DecodedFrame&)>& take);

// Raw bytes out of the compressed ones, or `problem`. Of those that have come out `seen` is told after each block; if
// it sets `problem`, that is the end.
void decode_frame(
    DecodedFrame& frame, Decompressor& decompressor, const std::function<void()>& seen = [] {});

}  // namespace ese::archive
