#pragma once

// Brings pages of trees into memory before they are needed.

#include <vector>

#include "engine/btree/tree_path.h"
#include "engine/thread_counters.h"

namespace ese::engine {

// From one key to another, in the direction of reading.
struct KeyRange {
    std::vector<std::uint8_t> first, last;
};

// As many pages as no small cache is emptied by.
class ReadAhead {
 public:
    static constexpr std::size_t most_pages = 256;

    ReadAhead(PageCache& cache, bool forward) : cache_(cache), forward_(forward) {}
    // What was read counts as read ahead, and nobody has waited for it.
    ~ReadAhead();
    ReadAhead(const ReadAhead&) = delete;
    ReadAhead& operator=(const ReadAhead&) = delete;

    // The leaves with these keys, until it is full. Throws what damaged pages give.
    void leaves(const Tree& tree, const KeyRange& range);
    bool is_full() const { return pages_ == most_pages; }

 private:
    void announce(const TreePath& path, ByteView last) const;

    PageCache& cache_;
    bool forward_;
    std::size_t pages_ = 0;
    ThreadCounters before_ = thread_counters;
};

}  // namespace ese::engine
