#pragma once

// A position among the entries of a tree, and how it moves (DATABASE-FORMAT 3.4).

#include <optional>
#include <vector>

#include "engine/btree/node_view.h"
#include "engine/cache/page_cache.h"

namespace ese::engine {

// Entries that the reader does not see are passed over: those that are flagged as deleted, or, with a view, what the view
// says. Every step checks what it walks on: a page of another tree, a neighbour that does not link back, a key out of
// order throw (JET_errBadParentPageLink, JET_errBadPageLink, JET_errDatabaseCorrupted), so that no damaged tree can keep
// a walk from ending.
//
// The page of the position is asked from the cache again when that has dropped pages, so it may be trimmed between two calls. The tree may
// be changed, too: the position is that of a key, and where the page is not what it was the cursor looks for it anew.
class TreeCursor {
 public:
    // `view` outlives the cursor; none: as the pages have it.
    TreeCursor(PageCache& cache, const Tree& tree, const NodeView* view = nullptr)
        : cache_(&cache), tree_(tree), view_(view) {}

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

    // Of the entry. The key is valid until the cursor moves, the data as long as the page stays in the cache and is not
    // changed. data() throws JET_errRecordDeleted for an entry that is not there for the reader any more.
    ByteView key() const { return key_; }
    ByteView data() const;
    // Whether the entry that the cursor stands on is still there for the reader.
    bool is_entry_there() const;

 private:
    format::PageView checked(const CachedPage& page) const;
    format::PageView page_here() const { return checked(cached_page_here()); }
    CachedPage& cached_page_here() const;
    void go_to_page(CachedPage& page) const;
    // `choose_line` says which entry of an internal page to follow; it is given a page with at least one.
    template <class ChooseLine>
    CachedPage& descend(ChooseLine choose_line) const;
    void look_for(ByteView key, ByteView data) const;
    void return_to_place() const;
    bool settle_forward(bool ordered);
    bool settle_backward(bool ordered);
    bool sees(const format::Node& node) const;
    void take(const format::Node& node);
    bool arrive(const format::PageView& view);
    bool leave(const format::PageView& view);
    int compare_to_place(const format::Node& node) const;
    void require_neighbour(const format::PageView& page, PageNumber number, PageNumber claimed, bool forward) const;
    [[noreturn]] void fail(std::int32_t jet, PageNumber page, const std::string& what) const;

    PageCache* cache_;
    Tree tree_;
    const NodeView* view_;
    bool on_entry_ = false;
    // Where the place is now; the key is what it is.
    mutable PageNumber page_;
    mutable CachedPage* cached_ = nullptr;  // that page, as long as the cache has dropped none
    mutable std::uint64_t drops_ = 0;
    mutable std::uint64_t dbtime_ = 0;     // of the page when the line was found
    mutable std::size_t line_ = 0;         // may be one behind the end
    mutable bool is_line_exact_ = false;   // the node is that of the key; else it is the next one
    std::vector<std::uint8_t> key_;        // of the entry, or of the last one that was passed over
    std::vector<std::uint8_t> data_;       // its data, where keys are not unique
    mutable std::optional<std::vector<std::uint8_t>> older_;  // the data that the view has
};

}  // namespace ese::engine
