#pragma once

// Changing long values: one is made when a record needs it, shared by records that are copied from each other, and gone
// when no record refers to it any more (DATABASE-FORMAT 6.1).

#include <vector>

#include "engine/table/long_values.h"
#include "engine/table/table_counters.h"
#include "engine/txn/tree_editor.h"

namespace ese::engine {

class LongValueWriter {
 public:
    using Bytes = std::vector<std::uint8_t>;

    // `table` has a tree of long values.
    LongValueWriter(LiveChanges& changes, TableCounters& counters, const Table& table);

    // Returns the id as a record holds it.
    Bytes create(ByteView content, bool compress);
    // One more record refers to it.
    void share(ByteView id);
    // A record refers to it no more. If it was the only one, the value goes with it; of two that let go of a value at
    // the same time neither can know, and the value stays without references, as it may (DATABASE-FORMAT 6.1).
    void release(ByteView id);
    // The value of a record becomes another; where other records share it the record gets one of its own. Returns the
    // id.
    Bytes change(ByteView id, ByteView content, bool compress);

 private:
    LongValueRoot root(ByteView key);
    bool remove_root(ByteView key);
    Bytes next_key();
    Bytes stored_chunk(ByteView content, std::uint32_t offset, bool compress) const;
    void write_chunks(ByteView key, const LongValueRoot& old, ByteView content, bool compress);

    LiveChanges& changes_;
    TableCounters& counters_;
    const Table& table_;
    TreeEditor tree_;
    std::uint32_t chunk_bytes_;
};

// Whether new values of the tree have ids of 8 bytes instead of 4 (DATABASE-FORMAT 6.1).
bool has_wide_ids(PageCache& cache, const Tree& tree);

}  // namespace ese::engine
