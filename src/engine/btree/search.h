#pragma once

// Finding a node by its bookmark (DATABASE-FORMAT 3.4).

#include <optional>

#include "engine/cache/page_cache.h"

namespace ese::engine {

struct NodePlace {
    CachedPage* page;
    std::size_t line;
};

// `data` counts in trees whose keys are not unique. A node that is flagged as deleted is found like any other. Nothing
// if there is none. Throws JET_errDatabaseCorrupted for a tree without an end, and what CachedPage::require_sound throws.
std::optional<NodePlace> find_node(PageCache& cache, PageNumber root, ByteView key, ByteView data, bool unique_keys);

}  // namespace ese::engine
