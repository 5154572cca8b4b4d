#include "engine/check/tree_check.h"

#include <algorithm>

#include "engine/btree/line_search.h"

namespace ese::engine {

using format::Node;
using format::PageView;
namespace flag = format::page_flag;

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr int max_depth = 16;
// All pages of a tree say the same about these.
constexpr std::uint32_t type_flags = flag::space_tree | flag::index | flag::long_value | flag::non_unique_keys;

// What the parent says of a page.
struct Expected {
    std::optional<bool> leaf;
    Bytes low;                  // every key is at least this
    std::optional<Bytes> high;  // and less than this; none on the right edge
};

class TreeWalk {
 public:
    TreeWalk(PageCache& cache, const Tree& tree, PageOwners& owners, Findings& findings)
        : cache_(cache), tree_(tree), owners_(owners), findings_(findings) {}

    TreeFacts run() {
        visit(tree_.root, {}, 0);
        if (last_leaf_next_ != PageNumber())
            wrong(JET_errBadPageLink, last_leaf_,
                  "goes on at page " + std::to_string(last_leaf_next_.value()) + ", but is the last of its tree");
        return std::move(facts_);
    }

 private:
    void wrong(std::int32_t jet, PageNumber page, const std::string& what) {
        facts_.sound = false;
        findings_.damage(jet, page, "page " + std::to_string(page.value()) + " " + what);
    }

    void visit(PageNumber number, const Expected& expected, int depth) {
        if (depth > max_depth) return wrong(JET_errDatabaseCorrupted, number, "lies deeper than any tree can be");
        if (!owners_.claim(number, tree_.object))
            return wrong(JET_errBadParentPageLink, number, "is pointed to from two places");
        const Bytes bytes = load(number);
        if (bytes.empty()) return;
        const PageView page(bytes);
        facts_.pages.push_back(number);
        owners_.saw_dbtime(page.dbtime());
        if (!check_identity(page, number, expected)) return;
        check_order(page, number, expected);
        if (page.has(flag::leaf))
            check_leaf(page, number);
        else
            descend(page, number, expected, depth);
    }

    // A copy, as going down needs the cache for other pages. Empty if the page can't be used.
    Bytes load(PageNumber number) {
        findings_.poll();
        cache_.trim();
        try {
            const CachedPage& page = cache_.page(number);
            page.require_sound();
            const ByteView bytes = page.view().bytes();
            return {bytes.begin(), bytes.end()};
        } catch (const Error& error) {
            facts_.sound = false;
            findings_.damage(error.jet(), number, error.message());
            return {};
        }
    }

    bool check_identity(const PageView& page, PageNumber number, const Expected& expected) {
        if (!page.is_tree_page() || page.object() != tree_.object) {
            wrong(JET_errBadParentPageLink, number,
                  "belongs to object " + std::to_string(page.object().value()) + " (" +
                      format::page_flags_to_string(page.flags()) + "), not to " + std::to_string(tree_.object.value()));
            return false;
        }
        const bool is_root = number == tree_.root;
        if (is_root) {
            root_flags_ = page.flags() & type_flags;
            const ByteView header = page.external_header();
            facts_.root_header.assign(header.begin(), header.end());
        }
        if (page.has(flag::root) != is_root || page.has(flag::space_tree) != tree_.space_tree ||
            (page.flags() & type_flags) != root_flags_ ||
            (expected.leaf.has_value() && page.has(flag::leaf) != *expected.leaf)) {
            wrong(JET_errBadParentPageLink, number,
                  "has flags that do not fit its place: " + format::page_flags_to_string(page.flags()));
            return false;
        }
        if (!format::check_page_structure(page).free_bytes_agree)
            wrong(JET_errDatabaseCorrupted, number, "does not count its free space right");
        return true;
    }

    // The bytes that order entries and separators alike.
    Bytes place_of(const PageView& page, const Node& node) const {
        Bytes place = node.key();
        if (page.has(flag::leaf) && !tree_.unique_keys) place.insert(place.end(), node.data.begin(), node.data.end());
        return place;
    }

    void check_order(const PageView& page, PageNumber number, const Expected& expected) {
        const std::size_t count = page.node_count();
        if (count == 0 && !(page.has(flag::leaf) && number == tree_.root))
            wrong(JET_errDatabaseCorrupted, number, "has no entries");
        Bytes previous;
        for (std::size_t line = 0; line < count; ++line) {
            const Node node = page.node(line);
            const bool last = line + 1 == count;
            if (!page.has(flag::leaf) && last && !expected.high) {
                if (node.key_bytes() != 0)
                    wrong(JET_errDatabaseCorrupted, number, "is on the right edge, but its last entry has a key");
                break;
            }
            Bytes place = place_of(page, node);
            if (line > 0 && compare_bytes(place, previous) <= 0 && !same_key_other_data(page, line))
                wrong(JET_errDatabaseCorrupted, number, "has its line " + std::to_string(line) + " out of order");
            if (compare_bytes(place, expected.low) < 0 ||
                (expected.high && !is_below(place, *expected.high, page, last)))
                wrong(JET_errBadParentPageLink, number,
                      "has line " + std::to_string(line) + ", which its parent page expects elsewhere");
            previous = std::move(place);
        }
    }

    // Keys that are not unique are in order as pairs, which the bytes in a row need not be.
    bool same_key_other_data(const PageView& page, std::size_t line) const {
        if (tree_.unique_keys || !page.has(flag::leaf)) return false;
        const Node before = page.node(line - 1), node = page.node(line);
        const int order = node.compare_key(before.key());
        return order > 0 || (order == 0 && compare_bytes(node.data, before.data) > 0);
    }

    // The last separator of an internal page is that of its parent; keys on leaves are less.
    static bool is_below(ByteView place, ByteView high, const PageView& page, bool last) {
        const int order = compare_bytes(place, high);
        return order < 0 || (order == 0 && last && !page.has(flag::leaf));
    }

    void check_leaf(const PageView& page, PageNumber number) {
        if (page.previous() != last_leaf_ || (last_leaf_ != PageNumber() && last_leaf_next_ != number))
            wrong(JET_errBadPageLink, number,
                  "says that it follows page " + std::to_string(page.previous().value()) + ", but it follows page " +
                      std::to_string(last_leaf_.value()));
        last_leaf_ = number;
        last_leaf_next_ = page.next();
        for (std::size_t line = 0; line < page.node_count(); ++line)
            if (!page.node(line).is_deleted()) ++facts_.entries;
    }

    void descend(const PageView& page, PageNumber number, const Expected& expected, int depth) {
        if (page.previous() != PageNumber() || page.next() != PageNumber())
            wrong(JET_errBadPageLink, number, "has neighbours, but is no leaf");
        Expected child;
        child.leaf = page.has(flag::parent_of_leaf);
        child.low = expected.low;
        for (std::size_t line = 0; line < page.node_count(); ++line) {
            const bool open_end = line + 1 == page.node_count() && !expected.high;
            child.high = open_end ? std::nullopt : std::optional(page.node(line).key());
            visit(page.child(line), child, depth + 1);
            if (child.high) child.low = *child.high;
        }
    }

    PageCache& cache_;
    const Tree& tree_;
    PageOwners& owners_;
    Findings& findings_;
    TreeFacts facts_;
    std::uint32_t root_flags_ = 0;
    PageNumber last_leaf_, last_leaf_next_;
};

}  // namespace

bool PageOwners::claim(PageNumber page, ObjectId object) { return owners_.emplace(page.value(), object).second; }

TreeFacts check_tree(PageCache& cache, const Tree& tree, PageOwners& owners, Findings& findings) {
    return TreeWalk(cache, tree, owners, findings).run();
}

}  // namespace ese::engine
