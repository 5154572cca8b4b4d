#include <algorithm>
#include <array>

#include "codec/xpress.h"

namespace ese::codec {

namespace {

constexpr std::size_t min_match = 3;
constexpr std::size_t window = 8192;    // how far back a match may begin
constexpr std::size_t most_tries = 48;  // earlier places that are compared for a match

struct Match {
    std::size_t distance = 0, length = 0;
};

// Where three bytes occurred before, newest first.
class Places {
 public:
    explicit Places(ByteView data) : data_(data), earlier_(data.size(), none) { newest_.fill(none); }

    void add(std::size_t at) {
        if (at + min_match > data_.size()) return;
        std::uint32_t& newest = newest_[hash(at)];
        earlier_[at] = newest;
        newest = static_cast<std::uint32_t>(at);
    }

    // Length 0 if there is none.
    Match longest(std::size_t at) const {
        Match best;
        if (at + min_match > data_.size()) return best;
        std::uint32_t place = newest_[hash(at)];
        for (std::size_t tries = 0; tries < most_tries && place != none && at - place <= window; ++tries) {
            const std::size_t length = length_of_match(place, at);
            if (length >= min_match && length > best.length) best = {at - place, length};
            place = earlier_[place];
        }
        return best;
    }

 private:
    static constexpr std::uint32_t none = 0xFFFFFFFF;
    static constexpr unsigned hash_bits = 13;

    std::size_t hash(std::size_t at) const {
        const std::uint32_t three = data_[at] | std::uint32_t{data_[at + 1]} << 8 | std::uint32_t{data_[at + 2]} << 16;
        return three * 0x9E3779B1u >> (32 - hash_bits);
    }
    std::size_t length_of_match(std::size_t place, std::size_t at) const {
        std::size_t length = 0;
        while (at + length < data_.size() && data_[place + length] == data_[at + length]) ++length;
        return length;
    }

    ByteView data_;
    std::array<std::uint32_t, std::size_t{1} << hash_bits> newest_{};
    std::vector<std::uint32_t> earlier_;
};

class Encoder {
 public:
    Encoder() { begin_flags(); }

    void literal(std::uint8_t byte) {
        out_.push_back(byte);
        flag(false);
    }

    void match(const Match& match) {
        const std::size_t length = match.length - min_match;
        put_word((match.distance - 1) << 3 | std::min<std::size_t>(length, 7));
        if (length >= 7) put_long_length(length);
        flag(true);
    }

    // Flags that no token uses are set; there is at least one, which tells a decoder that this is the end.
    std::vector<std::uint8_t> finish() {
        const std::uint32_t unused =
            flags_left_ == flags_in_word ? ~std::uint32_t{0} : (std::uint32_t{1} << flags_left_) - 1;
        store_u32(out_, flags_at_, flags_ | unused);
        return std::move(out_);
    }

 private:
    static constexpr unsigned flags_in_word = 32;

    void begin_flags() {
        flags_at_ = out_.size();
        out_.resize(out_.size() + sizeof(std::uint32_t));
        flags_ = 0;
        flags_left_ = flags_in_word;
    }

    // Behind its token: the word for the next flags comes as soon as this one is full.
    void flag(bool is_match) {
        flags_ |= std::uint32_t{is_match} << --flags_left_;
        if (flags_left_ != 0) return;
        store_u32(out_, flags_at_, flags_);
        begin_flags();
    }

    void put_word(std::size_t word) {
        out_.push_back(static_cast<std::uint8_t>(word));
        out_.push_back(static_cast<std::uint8_t>(word >> 8));
    }

    // Two long matches share a byte: the first uses its low half.
    void put_half(std::size_t half) {
        if (half_byte_at_ == 0) {
            half_byte_at_ = out_.size();
            out_.push_back(static_cast<std::uint8_t>(half));
        } else {
            out_[half_byte_at_] |= static_cast<std::uint8_t>(half << 4);
            half_byte_at_ = 0;
        }
    }

    void put_long_length(std::size_t length) {
        put_half(std::min<std::size_t>(length - 7, 15));
        if (length < 7 + 15) return;
        const std::size_t rest = length - 7 - 15;
        out_.push_back(static_cast<std::uint8_t>(std::min<std::size_t>(rest, 255)));
        if (rest >= 255) put_word(length);
    }

    std::vector<std::uint8_t> out_;
    std::size_t flags_at_ = 0;
    std::uint32_t flags_ = 0;
    unsigned flags_left_ = 0;
    std::size_t half_byte_at_ = 0;  // 0: no half is left over (a flag word always comes first)
};

}  // namespace

std::vector<std::uint8_t> compress_xpress(ByteView data) {
    Places places(data);
    Encoder encoder;
    for (std::size_t at = 0; at < data.size();) {
        const Match match = places.longest(at);
        const std::size_t taken = std::max<std::size_t>(match.length, 1);
        if (match.length == 0)
            encoder.literal(data[at]);
        else
            encoder.match(match);
        for (std::size_t end = at + taken; at < end; ++at) places.add(at);
    }
    return encoder.finish();
}

}  // namespace ese::codec
