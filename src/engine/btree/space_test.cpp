// Whose pages are whose, after many trees have come and gone (DATABASE-FORMAT 4).

#include "engine/btree/space.h"

#include "base/error.h"
#include "engine/btree/test_changes.h"
#include "engine/btree/tree_path.h"
#include "engine/btree/tree_space.h"
#include "engine/btree/tree_writer.h"
#include "esent.h"
#include "format/database/space.h"

using namespace test;

namespace {

constexpr PageNumber system_root = format::system_tree::root_page;

format::SpaceHeader space_of(TestChanges& changes, PageNumber root) { return TreeSpace(changes, root).header(); }

std::size_t depth_of(TestChanges& changes, const Tree& tree) {
    return TreePath(changes.cache(), tree, TreePath::End::first).depth();
}

Tree space_tree(TestChanges& changes, const Tree& owner, bool available) {
    const auto header = space_of(changes, owner.root);
    return {available ? header.available_root() : header.owned_root, owner.object, true, true};
}

// The tree gets nodes until it has so many pages more or so.
void grow_tree(TestChanges& changes, const Tree& tree, std::uint32_t& counter, int pages) {
    for (int i = 0; i < pages; ++i) {
        Bytes key(4);
        store_be(key.data(), ++counter);
        TreeWriter(changes, tree).insert(key, Bytes(changes.page_bytes() - 200, 1), 0);
    }
}

}  // namespace

TEST_CASE("Trees are made and given back where they came from") {
    TestChanges changes(4096);
    const SpaceOfTree before = database_space(changes.cache());
    CHECK(before.owned_pages == 46);
    CHECK(before.available_pages == 43);
    const Tree table = changes.make_tree(system_root, true, 8);
    CHECK(table.root == PageNumber(4));
    const Tree index = changes.make_tree(table.root, false, 1, format::page_flag::index);
    CHECK(index.root == PageNumber(5));
    CHECK(space_of(changes, table.root).available == 0x7E);
    CHECK(space_of(changes, index.root).non_unique);
    CHECK(space_of(changes, index.root).parent == table.root);
    CHECK(changes.cache().page(index.root).view().has(format::page_flag::non_unique_keys));
    CHECK(changes.problems() == "");

    changes.drop_tree(index.root);
    CHECK(space_of(changes, table.root).available == 0x7F);
    changes.drop_tree(table.root);
    CHECK(changes.problems() == "");
    CHECK(database_space(changes.cache()).available_pages == before.available_pages);
    CHECK_THROWS_AS(free_tree(changes, system_root), Error);
}

TEST_CASE("The catalog's trees have several extents from the start") {
    TestChanges changes(8192);
    NewTree catalog{system_root, ObjectId(2), 20};
    catalog.multiple_extent = true;
    CHECK(create_tree(changes, catalog) == PageNumber(4));
    NewTree index{PageNumber(4), ObjectId(4), 3, format::page_flag::index};
    index.multiple_extent = true;
    CHECK(create_tree(changes, index) == PageNumber(7));
    index.object = ObjectId(5);
    CHECK(create_tree(changes, index) == PageNumber(10));
    CHECK(space_of(changes, PageNumber(4)).owned_root == PageNumber(5));
    index.pages = 2;
    CHECK_THROWS_AS(create_tree(changes, index), Error);
}

TEST_CASE("A tree with a single extent gets more extents when it has used it up") {
    TestChanges changes(4096);
    const Tree table = changes.make_tree(system_root, true, 4);
    std::uint32_t counter = 0;
    grow_tree(changes, table, counter, 3);
    CHECK_FALSE(space_of(changes, table.root).multiple_extent);
    grow_tree(changes, table, counter, 10);
    CHECK(space_of(changes, table.root).multiple_extent);
    CHECK(space_of(changes, table.root).v2);
    CHECK(changes.problems() == "");
    const auto owned = TreeSpace(changes, table.root).owned_extents();
    CHECK(owned.front() == format::Extent{PageNumber(7), 4});
    changes.drop_tree(table.root);
    CHECK(changes.problems() == "");
    CHECK(database_space(changes.cache()).available_pages == 43);
}

TEST_CASE("The database grows when nothing is left") {
    TestChanges changes(4096, 16, 46);
    (void)changes.make_tree(system_root, true, 40);
    CHECK(changes.last_page() == PageNumber(46));
    (void)changes.make_tree(system_root, true, 20);
    CHECK(changes.last_page() == PageNumber(78));  // with the two pages of the header a multiple of 16
    grow_database(changes, 1);
    CHECK(changes.last_page() == PageNumber(94));
    grow_database(changes, 100);
    CHECK(changes.last_page() == PageNumber(206));
    CHECK(changes.problems() == "");
}

TEST_CASE("Space that is in pieces makes space trees of several levels, and they give it all back") {
    TestChanges changes(4096, 16);
    const Tree system{system_root, format::system_tree::root_object, true, false};
    std::vector<Tree> trees;
    for (int i = 0; i < 1500; ++i) trees.push_back(changes.make_tree(system_root, true));
    for (std::size_t i = 0; i < trees.size(); i += 2) changes.drop_tree(trees[i].root);
    REQUIRE(changes.problems() == "");
    CHECK(depth_of(changes, space_tree(changes, system, true)) == 2);
    const std::uint32_t available = database_space(changes.cache()).available_pages;
    // A tree that gets its pages in such small pieces has very many extents.
    const Tree table = changes.make_tree(system_root, true);
    std::uint32_t counter = 0;
    grow_tree(changes, table, counter, 700);
    REQUIRE(changes.problems() == "");
    CHECK(depth_of(changes, space_tree(changes, table, false)) == 2);
    for (std::size_t i = 1; i < trees.size(); i += 2) changes.drop_tree(trees[i].root);
    changes.drop_tree(table.root);
    REQUIRE(changes.problems() == "");
    CHECK(database_space(changes.cache()).available_pages > available + 750);
    changes.check_replays();
}

TEST_CASE("Trees of one parent that grow in turn have what they own apart, and give all of it back") {
    TestChanges changes(4096, 4);
    const Tree table = changes.make_tree(system_root, true);
    std::vector<Tree> indexes;
    std::vector<std::uint32_t> counters(8);
    for (std::size_t i = 0; i < counters.size(); ++i) indexes.push_back(changes.make_tree(table.root, true));
    for (int round = 0; round < 400; ++round)
        for (std::size_t i = 0; i < counters.size(); ++i) grow_tree(changes, indexes[i], counters[i], 1);
    REQUIRE(changes.problems() == "");
    for (const Tree& index : indexes) changes.drop_tree(index.root);
    REQUIRE(changes.problems() == "");
    changes.drop_tree(table.root);
    CHECK(changes.problems() == "");
    changes.check_replays();
}

TEST_CASE("Space that is given back twice, or to the wrong tree, is refused") {
    TestChanges changes(4096);
    const Tree table = changes.make_tree(system_root, true, 8);
    const auto code_of = [](auto work) {
        try {
            work();
        } catch (const Error& error) {
            return error.jet();
        }
        return JET_errSuccess;
    };
    const PageNumber page = allocate_page(changes, table.root, table.root);
    free_page(changes, table.root, page);
    CHECK(code_of([&] { free_page(changes, table.root, page); }) == JET_errSPAvailExtCorrupted);
    CHECK(code_of([&] { free_page(changes, table.root, PageNumber(40)); }) == JET_errSPAvailExtCorrupted);
    CHECK(code_of([&] { free_page(changes, system_root, PageNumber(40)); }) == JET_errSPAvailExtCorrupted);
    CHECK(code_of([&] { free_page(changes, system_root, PageNumber(400)); }) == JET_errSPOwnExtCorrupted);
    CHECK(code_of([&] { (void)allocate_page(changes, PageNumber(2), {}); }) == JET_errBadParentPageLink);
    CHECK(changes.problems() == "");
}

TEST_CASE("A tree that would be its own parent gets no pages") {
    TestChanges changes(4096);
    const Tree table = changes.make_tree(system_root, true);
    auto header = space_of(changes, table.root);
    header.parent = table.root;
    format::PageWriter page(changes.cache().page(table.root).change({}));
    REQUIRE(page.set_external_header(header.to_bytes()));
    CHECK_THROWS_AS(allocate_page(changes, table.root, {}), Error);
}
