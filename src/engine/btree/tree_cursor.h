#pragma once

// A position among the entries of a tree, and how it moves (DATABASE-FORMAT 3.4).

#include <optional>
#include <vector>

#include "engine/btree/node_view.h"
#include "engine/cache/page_cache.h"

namespace ese::engine {

// Entries that are flagged as deleted are passed over. Every step checks what it walks on: a page of another tree, a
// neighbour that does not link back, a key out of order throw (JET_errBadParentPageLink, JET_errBadPageLink,
// JET_errDatabaseCorrupted), so that no damaged tree can keep a walk from ending.
//
// The page of the position is asked from the cache each time, so the cache may be trimmed between two calls.
class TreeCursor {
 public:
    TreeCursor(PageCache& cache, const Tree& tree) : cache_(&cache), tree_(tree) {}

    const Tree& tree() const { return tree_; }

    // Each returns whether there is such an entry. If not, the cursor stands on none.
    bool first();
    bool last();
    bool next();
    bool previous();
    // The first entry whose key is not less than `key`.
    bool seek(ByteView key);
    // The entry with this key, and with this data where keys are not unique.
    bool seek_exactly(ByteView key, ByteView data);

    bool is_on_entry() const { return on_entry_; }
    // Of the entry. The key is valid until the cursor moves, the data as long as the page stays in the cache.
    ByteView key() const { return key_; }
    ByteView data() const;

 private:
    const format::PageView tree_page(PageNumber number) const;
    // `choose_line` says which entry of an internal page to follow; it is given a page with at least one.
    template <class ChooseLine>
    void descend(ChooseLine choose_line);
    bool settle_forward(bool ordered);
    bool settle_backward(bool ordered);
    void take(const format::Node& node);
    int compare_to_place(const format::Node& node) const;
    void require_neighbour(const format::PageView& page, PageNumber number, PageNumber claimed, bool forward) const;
    [[noreturn]] void fail(std::int32_t jet, PageNumber page, const std::string& what) const;

    PageCache* cache_;
    Tree tree_;
    bool on_entry_ = false;
    PageNumber page_;
    std::size_t line_ = 0;            // may be one behind the end while the cursor moves
    std::vector<std::uint8_t> key_;   // of the entry, or of the last one that was passed over
    std::vector<std::uint8_t> data_;  // its data, where keys are not unique
};

}  // namespace ese::engine
