#include "engine/btree/search.h"

#include "base/error.h"
#include "engine/btree/line_search.h"
#include "esent.h"

namespace ese::engine {

namespace {

constexpr int max_depth = 16;

}  // namespace

std::optional<NodePlace> find_node(PageCache& cache, PageNumber root, ByteView key, ByteView data, bool unique_keys) {
    // A separator in a tree with keys that are not unique may end inside the data, so it is held against both.
    std::vector<std::uint8_t> bookmark(key.begin(), key.end());
    if (!unique_keys) bookmark.insert(bookmark.end(), data.begin(), data.end());

    PageNumber number = root;
    for (int depth = 0; depth < max_depth; ++depth) {
        CachedPage& page = cache.page(number);
        page.require_sound();
        const format::PageView view = page.view();
        const std::size_t count = view.node_count();
        if (view.has(format::page_flag::leaf)) {
            const std::size_t line = first_line(count, [&](std::size_t i) {
                const format::Node node = view.node(i);
                const int order = node.compare_key(key);
                return order > 0 || (order == 0 && (unique_keys || compare_bytes(node.data, data) >= 0));
            });
            if (line == count) return std::nullopt;
            const format::Node node = view.node(line);
            if (node.compare_key(key) != 0 || (!unique_keys && compare_bytes(node.data, data) != 0))
                return std::nullopt;
            return NodePlace{&page, line};
        }
        const std::size_t line = separator_above(view, bookmark);
        if (line == count) return std::nullopt;
        number = view.child(line);
    }
    throw Error(ErrorKind::damage, JET_errDatabaseCorrupted,
                "the tree with the root page " + std::to_string(root.value()) + " does not end");
}

}  // namespace ese::engine
