#pragma once

// The key that a cursor is to search for, made column by column.

#include <optional>
#include <vector>

#include "engine/table/index_keys.h"
#include "engine/table/record_cursor.h"

namespace ese::engine {

class SearchKey {
 public:
    // The next column of a key of the index; `first` begins a new one. JET_errKeyNotMade, JET_errKeyIsMade,
    // JET_errUnicodeNormalizationNotSupported, JET_errInvalidBufferSize.
    void add(const Index& index, std::optional<ByteView> value, bool first, KeyEnd end);
    // A key as it is stored.
    void use(ByteView key);
    void clear() { key_.reset(); }
    // JET_errKeyNotMade.
    std::vector<std::uint8_t> made() const;
    // The same, and it is gone then.
    std::vector<std::uint8_t> take();

 private:
    struct Key {
        format::KeyBuilder builder;
        std::size_t columns = 0;
        bool complete = false;
    };
    std::optional<Key> key_;
};

// Throws JET_errUnicodeNormalizationNotSupported, with the reason, where keys of the index can't be made.
void require_makeable_keys(const Index& index);

}  // namespace ese::engine
