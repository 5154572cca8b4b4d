// How a tree takes single changes: where nodes go, what splits and what is merged (DATABASE-FORMAT 3.4).

#include "engine/btree/tree_writer.h"

#include <algorithm>
#include <cstdlib>

#include "base/error.h"
#include "engine/btree/test_changes.h"
#include "engine/btree/tree_merge.h"
#include "esent.h"
#include "format/log/tree_records.h"

using namespace test;
using format::LogRecordType;
using format::MergeKind;
using format::SplitKind;
namespace page_flag = format::page_flag;

namespace {

constexpr PageNumber system_root = format::system_tree::root_page;

Bytes number_key(std::uint32_t number) {
    Bytes key(4);
    store_be(key.data(), number);
    return key;
}

Bytes text(std::string_view characters) { return {characters.begin(), characters.end()}; }

struct OneTree {
    explicit OneTree(std::uint32_t page_bytes = 4096, bool unique = true)
        : changes(page_bytes), tree(changes.make_tree(system_root, unique)), writer(changes, tree) {}

    void insert(std::uint32_t number, std::size_t data_bytes) { writer.insert(number_key(number), Bytes(data_bytes, 7), 0); }
    void erase(std::uint32_t number) {
        writer.flag_delete(number_key(number), {}, 0);
        writer.erase(number_key(number), {});
    }
    std::vector<PageNumber> leaves() {
        std::vector<PageNumber> found;
        const TreePath path(changes.cache(), tree, TreePath::End::first);
        for (PageNumber page = path.leaf().number(); page != PageNumber(); page = changes.cache().page(page).view().next())
            found.push_back(page);
        return found;
    }
    std::size_t nodes_on(PageNumber page) { return changes.cache().page(page).view().node_count(); }
    std::size_t depth() { return TreePath(changes.cache(), tree, TreePath::End::first).depth(); }
    std::size_t pages() { return pages_below(tree.root); }
    std::size_t pages_below(PageNumber page) {
        std::size_t count = 1;
        const format::PageView view = changes.cache().page(page).view();
        if (!view.has(page_flag::leaf))
            for (std::size_t i = 0; i < view.node_count(); ++i) count += pages_below(view.child(i));
        return count;
    }
    std::vector<format::SplitRecord> splits() {
        std::vector<format::SplitRecord> found;
        for (const Bytes& record : changes.log)
            if (format::record_type(record) == LogRecordType::split2)
                if (const auto split = format::SplitRecord::parse(record); split.splits()) found.push_back(split);
        return found;
    }
    std::vector<format::MergeRecord> merges() {
        std::vector<format::MergeRecord> found;
        for (const Bytes& record : changes.log)
            if (format::record_type(record) == LogRecordType::merge2) found.push_back(format::MergeRecord::parse(record));
        return found;
    }
    void check_sound() {
        CHECK(changes.problems() == "");
        changes.check_replays();
    }

    TestChanges changes;
    Tree tree;
    TreeWriter writer;
};

template <class Work>
std::int32_t code_of(Work work) {
    try {
        work();
    } catch (const Error& error) {
        return error.jet();
    }
    return JET_errSuccess;
}

}  // namespace

TEST_CASE("Ascending keys fill page after page, and no page has to be logged for that") {
    OneTree one;
    for (std::uint32_t i = 0; i < 2000; ++i) one.insert(i, 100);
    CHECK(one.depth() == 2);
    for (const auto& split : one.splits()) {
        if (split.kind == SplitKind::vertical) continue;
        CHECK(split.kind == SplitKind::append);
        CHECK(split.image.empty());
        CHECK(split.parent_key.size() <= 4);
    }
    const auto leaves = one.leaves();
    for (std::size_t i = 0; i + 1 < leaves.size(); ++i)
        CHECK(one.changes.cache().page(leaves[i]).view().free_bytes() < 110);
    one.check_sound();
}

TEST_CASE("A page in the middle of a tree is split in halves, with an image of what it was") {
    OneTree one;
    for (std::uint32_t i = 0; i < 400; ++i) one.insert(i * 10, 100);
    const std::size_t before = one.splits().size();
    const PageNumber page = one.leaves()[2];
    const std::uint32_t inside = load_be<std::uint32_t>(one.changes.cache().page(page).view().node(5).key().data()) + 1;
    one.insert(inside, 100);
    const auto splits = one.splits();
    REQUIRE(splits.size() == before + 1);
    CHECK(splits.back().kind == SplitKind::right);
    CHECK(splits.back().head.page == page);
    CHECK(splits.back().image.size() == 4096);
    CHECK(splits.back().image_flags == 0);
    CHECK(one.nodes_on(page) > 10);
    CHECK(one.nodes_on(splits.back().new_page) > 10);
    one.check_sound();
}

TEST_CASE("Runs of ascending keys inside a tree fill their pages, too") {
    OneTree one;
    for (std::uint32_t i = 0; i < 100; ++i) one.insert(i << 24, 100);
    const std::size_t before = one.splits().size();
    for (std::uint32_t i = 1; i < 1000; ++i) one.insert((50u << 24) + i, 100);
    const auto splits = one.splits();
    const auto moves_nothing = [](const format::SplitRecord& split) { return split.image.empty(); };
    CHECK(std::count_if(splits.begin() + static_cast<std::ptrdiff_t>(before), splits.end(), moves_nothing) > 20);
    CHECK(one.leaves().size() < 40);
    one.check_sound();
}

TEST_CASE("Nodes as large as a page can hold, and no larger") {
    for (const std::uint32_t page_bytes : {4096u, 8192u, 16384u, 32768u}) {
        OneTree one(page_bytes);
        const std::size_t most = format::max_node_bytes(page_bytes) - 6;
        for (const std::uint32_t i : {5u, 1u, 9u, 4u, 6u}) one.insert(i, most);
        CHECK(code_of([&] { one.insert(7, most + 1); }) == JET_errRecordTooBig);
        CHECK(code_of([&] { one.writer.replace(number_key(1), Bytes(most + 1), 0); }) == JET_errRecordTooBig);
        CHECK(code_of([&] { one.writer.insert(number_key(8), {}, 0); }) == JET_errRecordTooBig);
        CHECK(one.leaves().size() == 5);
        one.check_sound();
    }
}

TEST_CASE("A node that outgrows its page takes it along, splits it, or goes to a new one") {
    OneTree one;
    for (std::uint32_t i = 0; i < 100; ++i) one.insert(i, 50);
    one.writer.replace(number_key(30), Bytes(3000, 9), 0);
    one.writer.replace(number_key(0), Bytes(4000, 9), 0);
    one.writer.replace(number_key(99), Bytes(4000, 9), 0);
    one.writer.replace(number_key(30), Bytes(10, 9), 0);
    one.writer.flag_delete(number_key(31), {}, 0);
    one.writer.insert_again(number_key(31), Bytes(3500, 9), 0, 0);
    one.check_sound();

    // Alone on its page, and in the way of itself only by the page's prefix.
    OneTree other;
    const auto long_key = [](std::uint8_t last) {
        Bytes key(1000, 0x41);
        key.back() = last;
        return key;
    };
    for (std::uint8_t i = 0; i < 60; ++i) other.writer.insert(long_key(i), Bytes(200, 1), 0);
    const PageNumber page = other.leaves()[1];
    const PageNumber left = other.changes.cache().page(page).view().previous();
    std::vector<Bytes> keys;
    for (std::size_t i = 0; i < other.nodes_on(page); ++i) keys.push_back(other.changes.cache().page(page).view().node(i).key());
    for (std::size_t i = 0; i + 1 < keys.size(); ++i) {
        other.writer.flag_delete(keys[i], {}, 0);
        other.changes.reserved_per_node = 1;  // so that it is not merged with another
        other.writer.erase(keys[i], {});
    }
    REQUIRE(other.changes.cache().page(page).view().next() != PageNumber());
    REQUIRE(other.nodes_on(page) == 1);
    REQUIRE(other.changes.cache().page(page).view().external_header().size() > 900);
    other.writer.replace(keys.back(), Bytes(format::max_node_bytes(4096) - 1002, 5), 0);
    CHECK(std::ranges::count(other.leaves(), page) == 0);
    CHECK(other.changes.cache().page(left).view().next() == other.leaves()[1]);
    other.check_sound();
}

TEST_CASE("Pages that fall empty leave the tree, and are used again") {
    OneTree one;
    for (std::uint32_t i = 0; i < 3000; ++i) one.insert(i, 100);
    const std::uint32_t owned = database_space(one.changes.cache()).owned_pages;
    for (int round = 0; round < 3; ++round) {
        for (std::uint32_t i = 0; i < 3000; ++i) one.erase(i);
        CHECK(one.leaves().size() == 1);
        REQUIRE(one.changes.problems() == "");
        for (std::uint32_t i = 0; i < 3000; ++i) {
            if (one.writer.find(number_key(i), {}))
                one.writer.insert_again(number_key(i), Bytes(100, 7), 0, 0);
            else
                one.insert(i, 100);
        }
    }
    CHECK(database_space(one.changes.cache()).owned_pages == owned);
    one.check_sound();
}

TEST_CASE("Two neighbours that fit on one page become one") {
    OneTree one;
    for (std::uint32_t i = 0; i < 300; ++i) one.insert(i, 100);
    const std::size_t before = one.leaves().size();
    REQUIRE(before > 5);
    SECTION("when enough is taken from one") {
        for (std::uint32_t i = 0; i < 300; ++i)
            if (i % 10 != 0) one.erase(i);
        CHECK(one.leaves().size() < before / 2);
        CHECK(one.merges().back().image.size() == 4096);
    }
    SECTION("but not while a change that may be taken back needs room there") {
        one.changes.reserved_per_node = 10;
        for (std::uint32_t i = 0; i < 300; ++i)
            if (i % 10 != 0) one.erase(i);
        CHECK(one.leaves().size() >= before - 1);  // one may have fallen empty
        one.changes.reserved_per_node = 0;
        Bytes from;
        int passes = 0;
        while (const auto next = merge_pass(one.changes, one.tree, from, 2, Merging::whole_pages)) {
            CHECK(*next >= from);
            from = *next;
            REQUIRE(++passes < 100);
        }
        CHECK(one.leaves().size() < before / 2);
    }
    for (std::uint32_t i = 0; i < 300; i += 10) CHECK(one.writer.find(number_key(i), {}));
    one.check_sound();
}

// In groups that have all but the last byte in common, so that separators are long, and few fit on an internal page.
Bytes long_key(std::uint32_t number) {
    Bytes key;
    for (int i = 0; i < 100; ++i) {
        const Bytes group = number_key(number / 8);
        key.insert(key.end(), group.begin(), group.end());
    }
    key.push_back(static_cast<std::uint8_t>(number % 8));
    return key;
}

TEST_CASE("Leaves are filled from their right neighbours, as far as these can give something") {
    OneTree one;
    for (std::uint32_t i = 0; i < 3000; ++i) one.insert(i * 1873 % 3000, 100);
    one.changes.reserved_per_node = 1;  // so that nothing is merged yet
    for (std::uint32_t i = 0; i < 3000; ++i)
        if (i % 4 == 0) one.erase(i);
    one.changes.reserved_per_node = 0;
    const auto pass = [&](Merging merging) {
        Bytes from;
        int steps = 0;
        while (const auto next = merge_pass(one.changes, one.tree, from, 3, merging)) {
            REQUIRE(++steps < 100);
            from = *next;
        }
    };
    const auto count = [&](MergeKind kind) {
        return std::ranges::count_if(one.merges(), [&](const auto& merge) { return merge.kind == kind; });
    };
    const std::size_t before = one.leaves().size();
    pass(Merging::whole_pages);
    CHECK(count(MergeKind::partial_left) == 0);
    pass(Merging::also_in_part);
    CHECK(one.leaves().size() * 10 < before * 8);
    CHECK(count(MergeKind::partial_left) > 5);
    CHECK(count(MergeKind::full_left) > 5);
    const std::size_t records = one.changes.records();
    pass(Merging::also_in_part);
    CHECK(one.changes.records() == records);  // all that can be full is
    for (std::uint32_t i = 0; i < 3000; ++i) CHECK(one.writer.find(number_key(i), {}).has_value() == (i % 4 != 0));
    one.check_sound();
}

TEST_CASE("Leaves without nodes, as a split may leave them, go with the next pass") {
    OneTree one;
    for (std::uint32_t i = 0; i < 600; ++i) one.insert(i, 100);
    const auto leaves = one.leaves();
    REQUIRE(leaves.size() > 8);
    const ChangedTree changed(one.tree);
    for (const std::size_t which : {std::size_t{0}, std::size_t{3}, std::size_t{4}, leaves.size() - 1})
        while (one.nodes_on(leaves[which]) > 0)
            one.changes.make(format::head_only_record(changed.node_head(LogRecordType::delete_node, leaves[which], 0)));
    Bytes from;
    while (const auto next = merge_pass(one.changes, one.tree, from, 3, Merging::whole_pages)) from = *next;
    for (const PageNumber page : one.leaves()) CHECK(one.nodes_on(page) > 0);
    one.check_sound();
}

TEST_CASE("A tree whose nodes all go, in whatever order, gives its pages back") {
    constexpr std::uint32_t nodes = 700;
    const bool merges = GENERATE(true, false);
    std::vector<std::uint32_t> order(nodes);
    std::ranges::generate(order, [i = 0u]() mutable { return i++; });
    std::size_t kept = 1;
    SECTION("from the front") {}
    SECTION("from the back") {
        std::ranges::reverse(order);
        kept = 4;  // the rightmost leaf can't go while others are there, and is not looked at again after that
    }
    const unsigned seed = std::getenv("SEED") ? static_cast<unsigned>(std::atoi(std::getenv("SEED"))) : 1;
    CAPTURE(seed);
    SECTION("at random") {
        std::shuffle(order.begin(), order.end(), std::mt19937(seed));
        kept = 4;
    }
    OneTree one;
    for (std::uint32_t i = 0; i < nodes; ++i) one.writer.insert(long_key(i * 11 % nodes), Bytes(1000, 7), 0);
    REQUIRE(one.depth() >= 4);
    one.changes.reserved_per_node = merges ? 0 : 1;
    for (std::size_t i = 0; i < nodes; ++i) {
        one.writer.flag_delete(long_key(order[i]), {}, 0);
        one.writer.erase(long_key(order[i]), {});
        if (i % 50 == 0) REQUIRE(one.changes.problems() == "");
    }
    CHECK(one.pages() <= kept);
    CHECK(one.pages() == one.depth());
    CHECK(std::ranges::count_if(one.merges(), [](const auto& merge) {
              return merge.kind == MergeKind::none && (merge.flags & format::MergeRecord::flag_empty_page) != 0;
          }) > 20);  // internal pages
    one.changes.reserved_per_node = 0;
    for (const std::uint32_t i : order) one.writer.insert_unless_there(long_key(i), Bytes(1000, 7), 0);
    one.check_sound();
}

TEST_CASE("Where the separators above have no room to change, the left neighbour takes the place of a leaf that goes") {
    constexpr std::uint32_t nodes = 700;
    std::size_t replaced = 0;
    for (unsigned seed = 1; seed <= 12; ++seed) {
        CAPTURE(seed);
        OneTree one;
        for (std::uint32_t i = 0; i < nodes; ++i) one.writer.insert(long_key(i * 11 % nodes), Bytes(1000, 7), 0);
        std::vector<std::uint32_t> order(nodes);
        std::ranges::generate(order, [i = 0u]() mutable { return i++; });
        std::shuffle(order.begin(), order.end(), std::mt19937(seed));
        one.changes.reserved_per_node = 1;  // so that pages fall empty, and are not merged before
        for (const std::uint32_t number : order) {
            one.writer.flag_delete(long_key(number), {}, 0);
            one.writer.erase(long_key(number), {});
        }
        CHECK(one.pages() == one.depth());
        for (const auto& merge : one.merges())
            if (merge.kind == MergeKind::full_left) ++replaced;
        one.check_sound();
    }
    CHECK(replaced > 0);
}

TEST_CASE("The last leaf below a parent takes the separators above with it") {
    OneTree one;
    const auto key = long_key;
    for (std::uint32_t i = 0; i < 600; ++i) one.writer.insert(key(i * 7 % 600), Bytes(1000, 7), 0);
    REQUIRE(one.depth() >= 3);
    for (std::uint32_t i = 0; i < 600; ++i) {
        one.writer.flag_delete(key(i), {}, 0);
        one.writer.erase(key(i), {});
        if (i % 50 == 0) REQUIRE(one.changes.problems() == "");
    }
    std::size_t key_changes = 0;
    for (const auto& merge : one.merges())
        if ((merge.flags & format::MergeRecord::flag_key_change) != 0) ++key_changes;
    CHECK(key_changes == 0);  // from the front no parent loses its last leaf before the others
    for (std::uint32_t i = 0; i < 600; ++i) {
        if (one.writer.find(key(i), {}))
            one.writer.insert_again(key(i), Bytes(1000, 7), 0, 0);
        else
            one.writer.insert(key(i), Bytes(1000, 7), 0);
    }
    one.changes.reserved_per_node = 1;  // so that pages fall empty, and are not merged before
    for (std::uint32_t i = 0; i < 600; ++i) {
        one.writer.flag_delete(key(i * 211 % 600), {}, 0);
        one.writer.erase(key(i * 211 % 600), {});
        if (i % 50 == 0) REQUIRE(one.changes.problems() == "");
    }
    for (const auto& merge : one.merges())
        if ((merge.flags & format::MergeRecord::flag_key_change) != 0) ++key_changes;
    CHECK(key_changes > 0);
    one.check_sound();
}

TEST_CASE("Changes are taken back as a rollback does it") {
    OneTree one;
    one.changes.versions.keep = true;
    Bytes number(12);
    store_u32(number, 4, 100);
    one.writer.insert(text("sum"), number, 0);
    one.writer.insert(text("old"), text("before"), 0);
    one.writer.insert(text("gone"), text("was here"), 0);

    one.writer.insert(text("new"), text("data"), 1);
    one.writer.replace(text("old"), text("something else, and longer"), 3);
    one.writer.flag_delete(text("gone"), {}, 5);
    one.writer.add(text("sum"), 4, -30, false, 7);
    one.writer.flag_delete(text("new"), {}, 9);
    one.writer.insert_again(text("new"), text("again"), 11, 13);
    const auto data_of = [&](const char* key) {
        const auto place = one.writer.find(text(key), {});
        REQUIRE(place);
        const format::Node node = place->page->view().node(place->line);
        return std::pair(Bytes(node.data.begin(), node.data.end()), node.is_deleted());
    };
    CHECK(data_of("sum").first[4] == 70);
    CHECK(data_of("new") == std::pair(text("again"), false));

    while (!one.changes.versions.kept.empty()) {
        const Version version = one.changes.versions.kept.back();
        one.writer.undo(version);
        REQUIRE((one.changes.versions.kept.empty() || one.changes.versions.kept.back().rceid < version.rceid));
    }
    CHECK(data_of("sum").first == number);
    CHECK(data_of("old") == std::pair(text("before"), false));
    CHECK(data_of("gone") == std::pair(text("was here"), false));
    CHECK(data_of("new") == std::pair(text("data"), true));
}

TEST_CASE("What is not there can't be changed, and what is there can't be inserted") {
    OneTree one;
    one.insert(1, 10);
    CHECK(code_of([&] { one.insert(1, 10); }) == JET_errKeyDuplicate);
    CHECK(code_of([&] { one.writer.replace(number_key(2), Bytes(1), 0); }) == JET_errRecordDeleted);
    CHECK(code_of([&] { one.writer.erase(number_key(2), {}); }) == JET_errRecordDeleted);
    CHECK(code_of([&] { one.writer.add(number_key(1), 8, 1, false, 0); }) == JET_errInvalidColumnType);
    CHECK_FALSE(one.writer.find(number_key(2), {}));
    const Tree other{one.tree.root, ObjectId(one.tree.object.value() + 1), true, false};
    CHECK(code_of([&] { TreeWriter(one.changes, other).insert(number_key(3), Bytes(1), 0); }) ==
          JET_errBadParentPageLink);
}

TEST_CASE("Entries with the same key are in the order of their data, on whichever page") {
    OneTree one(4096, false);
    for (std::uint32_t i = 0; i < 2000; ++i) one.writer.insert(text("the same key"), number_key(i * 1237 % 2000), 0);
    CHECK(one.depth() == 2);
    for (std::uint32_t i = 0; i < 2000; ++i) REQUIRE(one.writer.find(text("the same key"), number_key(i)));
    CHECK_FALSE(one.writer.find(text("the same key"), number_key(2000)));
    for (std::uint32_t i = 0; i < 2000; i += 2) {
        one.writer.flag_delete(text("the same key"), number_key(i), 0);
        one.writer.erase(text("the same key"), number_key(i));
    }
    for (std::uint32_t i = 0; i < 2000; ++i)
        CHECK(one.writer.find(text("the same key"), number_key(i)).has_value() == (i % 2 == 1));
    one.check_sound();
}
