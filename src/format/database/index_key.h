#pragma once

// Keys of indexes: column values in a form whose bytes compare as the values do (DATABASE-FORMAT 7).

#include <optional>
#include <vector>

#include "base/bytes.h"
#include "format/database/catalog.h"

namespace ese::format {

// How the values of one column go into a key.
struct KeySegmentForm {
    ColumnType type = ColumnType::bit;
    bool fixed = false;    // a column of fixed length
    bool unicode = false;  // text in UTF-16
    // How text in UTF-16 is mapped to a sort key (collation::map_flag); 0: in a way that is not known here.
    std::uint32_t map_flags = 0;
    bool descending = false;
    bool nulls_high = false;
    bool dotnet_guid = false;
    std::size_t most_bytes = 0;  // of a segment of text or binary data; 0: as many as the key
};

// Keys of this length, which is what an index has unless it asks for another, look at no more than as many bytes of a
// value.
inline constexpr std::size_t default_key_most = 255;

// Which parts of its first column's values an index of tuples has: counts and places in characters, or in bytes of
// binary values.
struct TupleLimits {
    std::size_t least_characters = 0, most_characters = 0;  // of a part; what is shorter, at the end, is left out
    std::size_t most_tuples = 0;
    std::size_t increment = 1, start = 0;

    // As the catalog has them: five numbers, or the first three. Throws JET_errCatalogCorrupted.
    static TupleLimits parse(ByteView bytes);
};

class KeyBuilder {
 public:
    explicit KeyBuilder(std::size_t most_bytes) : most_bytes_(most_bytes) {}

    // The next segment; nothing is NULL. Throws JET_errUnicodeNormalizationNotSupported for Unicode text that can't be
    // mapped, and JET_errInvalidBufferSize for a value that does not have the width of its type. What goes beyond the
    // greatest length of a key is cut off. `as_prefix`: what ends a value in the key is left out, so that the key
    // begins those of all values that begin with it. False if the segment is as long as it may be, so that more of the
    // value would not change it.
    bool add(const KeySegmentForm& form, std::optional<ByteView> value, bool as_prefix = false);
    // A key as it is stored.
    void use(ByteView key) { key_.assign(key.begin(), key.end()); }
    // Behind every key that begins with this one, also where it is as long as a key may be.
    void pad_to_end() { key_.resize(most_bytes_ + 1, 0xFF); }

    const std::vector<std::uint8_t>& key() const { return key_; }
    bool is_full() const { return key_.size() >= most_bytes_; }
    // Whether the greatest length of the key cut something off. What a segment's own greatest length cuts off is meant
    // to be missing, and does not count.
    bool is_truncated() const { return truncated_; }

 private:
    void append(ByteView bytes, std::uint8_t inverted);

    std::size_t most_bytes_;
    std::vector<std::uint8_t> key_;
    bool truncated_ = false;
};

}  // namespace ese::format
