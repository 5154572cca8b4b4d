#pragma once

// The pages that a change is made on. A change is always made from its log record: when it happens, and when it is
// replayed. Only which pages still need it differs.

#include "engine/cache/page_cache.h"

namespace ese::engine {

class TreePages {
 public:
    virtual ~TreePages() = default;

    // The page for a change that takes it from one dbtime to another, or null where it does not need the change.
    virtual CachedPage* page_to_change(PageNumber number, std::uint64_t before, std::uint64_t after,
                                       const format::Lgpos& position) = 0;
    // The same for a page that the change makes anew.
    virtual CachedPage* page_to_create(PageNumber number, std::uint64_t after, const format::Lgpos& position) = 0;
    // A tree with this object id is made.
    virtual void note_object(ObjectId object) = 0;

    virtual std::uint32_t page_bytes() const = 0;
    // What pages that are formatted anew have in their tag state (DATABASE-FORMAT 3).
    virtual unsigned reserved_tags() const = 0;
};

}  // namespace ese::engine
