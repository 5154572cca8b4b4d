#include "codec/xpress.h"

#include <cstring>

#include "base/error.h"
#include "esent.h"

namespace ese::codec {

namespace {

constexpr std::size_t min_match = 3;

class Decoder {
 public:
    Decoder(ByteView in, ByteSpan out) : in_(in), out_(out) {}

    void run() {
        while (filled_ < out_.size()) {
            if (take_flag()) {
                copy_match();
            } else {
                out_[filled_++] = take_byte();
            }
        }
    }

 private:
    [[noreturn]] static void fail(const char* why) {
        throw Error(ErrorKind::damage, JET_errDecompressionFailed, std::string("XPRESS data is wrong: ") + why);
    }

    void require(std::size_t bytes) const {
        if (in_.size() - at_ < bytes) fail("it ends early");
    }
    std::uint8_t take_byte() {
        require(1);
        return in_[at_++];
    }
    std::uint16_t take_word() {
        require(2);
        at_ += 2;
        return load_u16(in_, at_ - 2);
    }

    // Flags come 32 at a time, the highest bit first.
    bool take_flag() {
        if (flags_left_ == 0) {
            require(4);
            flags_ = load_u32(in_, at_);
            at_ += 4;
            flags_left_ = 32;
        }
        return (flags_ >> --flags_left_ & 1) != 0;
    }

    // Two long matches share a byte: the first uses its low half.
    std::size_t take_nibble() {
        if (half_byte_at_ == 0) {
            half_byte_at_ = at_;
            return take_byte() & 0xF;
        }
        const std::size_t value = in_[half_byte_at_] >> 4;
        half_byte_at_ = 0;
        return value;
    }

    std::size_t take_length(std::size_t short_length) {
        if (short_length < 7) return short_length + min_match;
        const std::size_t nibble = take_nibble();
        if (nibble < 15) return nibble + 7 + min_match;
        const std::size_t byte = take_byte();
        if (byte < 255) return byte + 15 + 7 + min_match;
        const std::size_t word = take_word();
        if (word < 15 + 7) fail("a match has an impossible length");
        return word + min_match;
    }

    void copy_match() {
        const std::uint16_t word = take_word();
        const std::size_t distance = (word >> 3) + std::size_t{1};
        const std::size_t length = take_length(word & 7);
        if (distance > filled_) fail("a match begins before the data");
        if (length > out_.size() - filled_) fail("a match goes beyond the end of the data");
        // Byte by byte: a match may overlap what it produces.
        for (std::size_t i = 0; i < length; ++i, ++filled_) out_[filled_] = out_[filled_ - distance];
    }

    ByteView in_;
    ByteSpan out_;
    std::size_t at_ = 0;
    std::size_t filled_ = 0;
    std::uint32_t flags_ = 0;
    unsigned flags_left_ = 0;
    std::size_t half_byte_at_ = 0;  // 0: no half is left over (a flag word always comes first)
};

}  // namespace

void decompress_xpress(ByteView compressed, ByteSpan into) { Decoder(compressed, into).run(); }

}  // namespace ese::codec
