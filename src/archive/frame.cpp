#include "archive/frame.h"

#include <zstd.h>

#include <new>
#include <string>

#include "base/error.h"

namespace ese::archive {

namespace {

constexpr std::size_t block_header_bytes = 3;
constexpr std::size_t checksum_bytes = 4;
constexpr std::size_t max_block_bytes = 128 * 1024;

[[noreturn]] void damaged(const std::string& reason) {
    throw Error(ErrorKind::damage, "the zstd frame is damaged: " + reason);
}

}  // namespace

struct Compressor::State {
    ZSTD_CCtx* context = ZSTD_createCCtx();
    ~State() { ZSTD_freeCCtx(context); }
};

Compressor::Compressor(int level) : state_(std::make_unique<State>()) {
    if (state_->context == nullptr) throw std::bad_alloc();
    for (const auto& [parameter, value] :
         {std::pair{ZSTD_c_compressionLevel, level}, std::pair{ZSTD_c_checksumFlag, 1}}) {
        const std::size_t result = ZSTD_CCtx_setParameter(state_->context, parameter, value);
        if (ZSTD_isError(result)) throw Error(ErrorKind::usage, std::string("zstd: ") + ZSTD_getErrorName(result));
    }
}

Compressor::~Compressor() = default;

std::size_t Compressor::bound(std::size_t raw_bytes) { return ZSTD_compressBound(raw_bytes); }

std::size_t Compressor::compress(ByteView raw, ByteSpan into) {
    const std::size_t size = ZSTD_compress2(state_->context, into.data(), into.size(), raw.data(), raw.size());
    if (ZSTD_isError(size))
        throw Error(ErrorKind::other, std::string("zstd cannot compress: ") + ZSTD_getErrorName(size));
    return size;
}

struct Decompressor::State {
    ZSTD_DCtx* context = ZSTD_createDCtx();
    ~State() { ZSTD_freeDCtx(context); }
};

Decompressor::Decompressor(bool checksums) : state_(std::make_unique<State>()) {
    if (state_->context == nullptr) throw std::bad_alloc();
    // This is ZSTD_d_forceIgnoreChecksum, in zstd since 1.4.7. A zstd that does not know it refuses, and checks all
    // the same.
    if (!checksums) ZSTD_DCtx_setParameter(state_->context, ZSTD_d_experimentalParam3, 1);
}

Decompressor::~Decompressor() = default;

void Decompressor::decode(ByteView frame, ByteSpan into) {
    const std::size_t size = ZSTD_decompressDCtx(state_->context, into.data(), into.size(), frame.data(), frame.size());
    if (ZSTD_isError(size)) damaged(ZSTD_getErrorName(size));
    if (size != into.size()) damaged("it holds fewer bytes than it says");
}

void FrameBounds::read_header(ByteView so_far) {
    if (load_u32(so_far, 0) != zstd_magic) damaged("it does not begin as one");
    const std::uint8_t descriptor = so_far[4];
    const bool single_segment = (descriptor & 0x20) != 0;
    const unsigned size_flag = descriptor >> 6;
    if ((descriptor & 0x08) != 0) damaged("a reserved bit is set");
    if ((descriptor & 0x03) != 0) damaged("it needs a dictionary");
    if ((descriptor & 0x04) == 0) damaged("it has no checksum");
    if (size_flag == 0 && !single_segment) damaged("it does not say its size");

    const std::size_t size_offset = single_segment ? 5 : 6;
    const std::size_t size_bytes = std::size_t{1} << size_flag;
    needed_ = size_offset + size_bytes + block_header_bytes;
    if (so_far.size() < needed_) return;
    std::uint64_t size = 0;
    switch (size_flag) {
        case 0: size = so_far[size_offset]; break;
        case 1: size = load_u16(so_far, size_offset) + std::uint64_t{256}; break;
        case 2: size = load_u32(so_far, size_offset); break;
        default: size = load_u64(so_far, size_offset); break;
    }
    if (size > max_frame_raw_bytes) damaged("it is larger than 64 MiB");
    raw_bytes_ = static_cast<std::uint32_t>(size);
    next_block_ = size_offset + size_bytes;
}

std::size_t FrameBounds::needed(ByteView so_far) {
    if (so_far.size() < needed_) return needed_;
    if (next_block_ == 0) read_header(so_far);
    if (next_block_ == 0) return needed_;
    while (!complete_ && so_far.size() >= next_block_ + block_header_bytes) {
        const std::uint8_t* at = so_far.data() + next_block_;
        const std::uint32_t header = std::uint32_t{at[0]} | std::uint32_t{at[1]} << 8 | std::uint32_t{at[2]} << 16;
        const unsigned type = (header >> 1) & 3;
        const std::size_t size = header >> 3;
        if (type == 3) damaged("a block has a reserved type");
        if (size > max_block_bytes) damaged("a block is too large");
        next_block_ += block_header_bytes + (type == 1 ? 1 : size);
        complete_ = (header & 1) != 0;
        needed_ = next_block_ + (complete_ ? checksum_bytes : block_header_bytes);
        if (needed_ > max_bytes()) damaged("it is longer than its content allows");
    }
    return needed_;
}

// What says that it is longer than this does not end, it only fills memory.
std::size_t FrameBounds::max_bytes() const { return ZSTD_compressBound(raw_bytes_) + 64; }

std::uint32_t check_single_frame(ByteView frame) {
    FrameBounds bounds;
    const std::size_t needed = bounds.needed(frame);
    if (needed != frame.size()) damaged("its length is not what its blocks say");
    return bounds.raw_bytes();
}

std::uint32_t frame_checksum(ByteView frame) {
    return frame.size() < checksum_bytes ? 0 : load_u32(frame, frame.size() - checksum_bytes);
}

}  // namespace ese::archive
