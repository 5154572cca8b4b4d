#include "archive/frame.h"

#include <zstd.h>

#include <algorithm>
#include <cstring>
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

enum class BlockType { stored, repeated, compressed, reserved };

struct BlockHeader {
    bool last;
    BlockType type;
    std::size_t size;  // stored and repeated: of what comes out; compressed: of what is in the frame

    std::size_t bytes_in_frame() const { return type == BlockType::repeated ? 1 : size; }
};

BlockHeader block_header(ByteView frame, std::size_t at) {
    const std::uint32_t value =
        std::uint32_t{frame[at]} | std::uint32_t{frame[at + 1]} << 8 | std::uint32_t{frame[at + 2]} << 16;
    return {(value & 1) != 0, static_cast<BlockType>(value >> 1 & 3), value >> 3};
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

std::size_t Compressor::compress(ByteView raw, ByteSpan into, const std::function<void()>& between_blocks) {
    const auto checked = [](std::size_t result) {
        if (!ZSTD_isError(result)) return result;
        throw Error(ErrorKind::other, std::string("zstd cannot compress: ") + ZSTD_getErrorName(result));
    };
    checked(ZSTD_CCtx_reset(state_->context, ZSTD_reset_session_only));  // the last one may not have come to its end
    checked(ZSTD_CCtx_setPledgedSrcSize(state_->context, raw.size()));
    ZSTD_outBuffer out{into.data(), into.size(), 0};
    ZSTD_inBuffer in{raw.data(), 0, 0};
    std::size_t not_flushed = 0;
    do {
        between_blocks();
        in.size = std::min(raw.size(), in.pos + max_block_bytes);
        const bool last = in.size == raw.size();
        not_flushed = checked(ZSTD_compressStream2(state_->context, &out, &in, last ? ZSTD_e_end : ZSTD_e_continue));
    } while (in.pos < raw.size() || not_flushed > 0);
    return out.pos;
}

struct Decompressor::State {
    ZSTD_DCtx* context = ZSTD_createDCtx();
    ~State() { ZSTD_freeDCtx(context); }

    bool checksums = true;
    bool in_place = false;
    bool ended = true;
    ByteSpan frame;
    std::size_t next_block = 0;
    ZSTD_inBuffer in{};
    ZSTD_outBuffer out{};  // in place: the front of the frame

    void step_in_place(const BlockHeader& block);
    void step_through_zstd(const BlockHeader& block);
};

Decompressor::Decompressor(bool checksums) : state_(std::make_unique<State>()) {
    if (state_->context == nullptr) throw std::bad_alloc();
    state_->checksums = checksums;
    // ZSTD_d_stableOutBuffer and ZSTD_d_forceIgnoreChecksum, in zstd since 1.4.7. A zstd that does not know them
    // refuses, copies once more, and checks all the same.
    ZSTD_DCtx_setParameter(state_->context, ZSTD_d_experimentalParam2, 1);
    if (!checksums) ZSTD_DCtx_setParameter(state_->context, ZSTD_d_experimentalParam3, 1);
}

Decompressor::~Decompressor() = default;

void Decompressor::begin(ByteSpan frame, std::size_t raw_bytes, Buffer& memory) {
    const FrameBounds bounds = check_single_frame(frame);
    if (bounds.raw_bytes() != raw_bytes) damaged("it has another size than the archive says");
    State& state = *state_;
    state.frame = frame;
    state.next_block = bounds.first_block();
    state.ended = false;
    state.in_place = bounds.is_stored() && !state.checksums;
    state.in = {frame.data(), 0, 0};
    state.out = {state.in_place ? frame.data() : memory.first(raw_bytes).data(), raw_bytes, 0};
    if (!state.in_place) ZSTD_DCtx_reset(state.context, ZSTD_reset_session_only);
}

bool Decompressor::step() {
    State& state = *state_;
    if (state.ended) return false;
    const BlockHeader block = block_header(state.frame, state.next_block);
    if (state.in_place)
        state.step_in_place(block);
    else
        state.step_through_zstd(block);
    state.next_block += block_header_bytes + block.bytes_in_frame();
    state.ended = block.last;
    if (state.ended && state.out.pos != state.out.size) damaged("it holds fewer bytes than it says");
    return true;
}

ByteView Decompressor::raw() const { return {static_cast<const std::uint8_t*>(state_->out.dst), state_->out.pos}; }

// Together the blocks lie where they were, without the headers between them.
void Decompressor::State::step_in_place(const BlockHeader& block) {
    if (block.size > out.size - out.pos) damaged("it holds more bytes than it says");
    std::memmove(frame.data() + out.pos, frame.data() + next_block + block_header_bytes, block.size);
    out.pos += block.size;
}

void Decompressor::State::step_through_zstd(const BlockHeader& block) {
    in.size = block.last ? frame.size() : next_block + block_header_bytes + block.bytes_in_frame();
    std::size_t left = 0;
    while (in.pos < in.size) {
        left = ZSTD_decompressStream(context, &out, &in);
        if (ZSTD_isError(left)) damaged(ZSTD_getErrorName(left));
        if (left == 0 && in.pos < in.size) damaged("it ends early");
    }
    if (block.last && left != 0) damaged("it does not end where it says");
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
    first_block_ = next_block_ = size_offset + size_bytes;
}

std::size_t FrameBounds::needed(ByteView so_far) {
    if (so_far.size() < needed_) return needed_;
    if (next_block_ == 0) read_header(so_far);
    if (next_block_ == 0) return needed_;
    while (!complete_ && so_far.size() >= next_block_ + block_header_bytes) {
        const BlockHeader block = block_header(so_far, next_block_);
        if (block.type == BlockType::reserved) damaged("a block has a reserved type");
        if (block.size > max_block_bytes) damaged("a block is too large");
        next_block_ += block_header_bytes + block.bytes_in_frame();
        complete_ = block.last;
        is_stored_ = is_stored_ && block.type == BlockType::stored;
        needed_ = next_block_ + (complete_ ? checksum_bytes : block_header_bytes);
        if (needed_ > max_bytes()) damaged("it is longer than its content allows");
    }
    return needed_;
}

// What says that it is longer than this does not end, it only fills memory.
std::size_t FrameBounds::max_bytes() const { return ZSTD_compressBound(raw_bytes_) + 64; }

FrameBounds check_single_frame(ByteView frame) {
    FrameBounds bounds;
    const std::size_t needed = bounds.needed(frame);
    if (needed != frame.size()) damaged("its length is not what its blocks say");
    return bounds;
}

std::uint32_t frame_checksum(ByteView frame) {
    return frame.size() < checksum_bytes ? 0 : load_u32(frame, frame.size() - checksum_bytes);
}

}  // namespace ese::archive
