#pragma once

// Long values that lie outside their record, in chunks in a tree of their own (DATABASE-FORMAT 6.1).

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/btree/tree_cursor.h"
#include "engine/table/catalog.h"

namespace ese::engine {

// The key of a long value's first node: its id, big-endian. A record holds the id little-endian, in 4 or 8 bytes.
// Throws JET_errLVCorrupted for another length.
std::vector<std::uint8_t> long_value_key(ByteView id_in_record);

// The first node of a long value.
struct LongValueRoot {
    std::uint32_t references = 0;
    std::uint32_t bytes = 0;
    bool encrypted = false;

    static LongValueRoot parse(ByteView data);  // throws JET_errLVCorrupted
};

class LongValueReader {
 public:
    // For records that have all their values in them.
    LongValueReader() = default;
    // `view` outlives the reader; none: as the pages have it.
    LongValueReader(PageCache& cache, const Table& table, const NodeView* view = nullptr)
        : cache_(&cache), table_(&table), view_(view) {}

    // All sizes count uncompressed bytes. Throws JET_errLVCorrupted for a value that is not there or is not whole.
    std::uint32_t size(ByteView id_in_record);
    // What its chunks take, compressed as they are.
    std::uint64_t stored_size(ByteView id_in_record);
    // Fills `into` from `offset` on; the caller has asked for the size.
    void read(ByteView id_in_record, std::uint32_t offset, ByteSpan into);
    // Uncompressed bytes of every chunk but the last. Throws JET_errCatalogCorrupted.
    std::uint32_t chunk_bytes() const;
    // Of the chunk at `offset`.
    std::uint32_t chunk_size(const LongValueRoot& root, std::uint32_t offset) const;
    // What a chunk of the value `key` stands for, as it is stored at `offset`.
    std::vector<std::uint8_t> decode_chunk(ByteView key, const LongValueRoot& root, std::uint32_t offset,
                                           ByteView stored) const;

 private:
    LongValueRoot find(ByteView key);
    std::vector<std::uint8_t> chunk(ByteView key, const LongValueRoot& root, std::uint32_t offset);
    TreeCursor& tree();

    PageCache* cache_ = nullptr;
    const Table* table_ = nullptr;
    const NodeView* view_ = nullptr;
    std::optional<TreeCursor> tree_;
};

// Uncompressed bytes of every chunk but the last, where the catalog does not say otherwise.
std::uint32_t default_chunk_bytes(std::uint32_t page_bytes);

}  // namespace ese::engine
