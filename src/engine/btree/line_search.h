#pragma once

// Finding a line of a page by its key (DATABASE-FORMAT 3.4).

#include <algorithm>

#include "format/database/page.h"

namespace ese::engine {

// As memcmp, the shorter one first.
inline int compare_bytes(ByteView a, ByteView b) {
    const std::size_t both = std::min(a.size(), b.size());
    const int order = both == 0 ? 0 : std::memcmp(a.data(), b.data(), both);
    return order != 0 ? order : a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
}

// The first line in [0, count) for which `is_behind` holds; it holds for all further ones.
template <class Predicate>
std::size_t first_line(std::size_t count, Predicate is_behind) {
    std::size_t first = 0;
    while (first < count) {
        const std::size_t middle = first + (count - first) / 2;
        if (is_behind(middle))
            count = middle;
        else
            first = middle + 1;
    }
    return first;
}

// The entry of an internal page to follow for a bookmark: the first whose separator is greater. The last one of the
// rightmost page has no key, and is behind everything.
inline std::size_t separator_above(const format::PageView& page, ByteView bookmark) {
    return first_line(page.node_count(), [&](std::size_t line) {
        const format::Node node = page.node(line);
        return node.key_bytes() == 0 || node.compare_key(bookmark) > 0;
    });
}

}  // namespace ese::engine
