#include "format/database/space.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "format/database/page_checksum.h"
#include "format/database/test_data.h"

using namespace ese;
using namespace ese::format;
using test::Bytes;

TEST_CASE("a space header of either form is written as it was read") {
    const Bytes single{4, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0};
    const SpaceHeader header = SpaceHeader::parse(single);
    CHECK((header.pages == 4 && header.parent == PageNumber(1) && !header.multiple_extent && header.non_unique));
    CHECK(header.available_pages(PageNumber(100)) == std::vector{PageNumber(101), PageNumber(103)});
    CHECK(header.to_bytes() == single);

    Bytes fields{3, 4, 0, 0, 0, 1, 0, 0, 0, 0x85, 0, 0, 0, 9, 0, 0, 0, 126, 0, 0, 0, 0, 0, 0, 0};
    const SpaceHeader multiple = SpaceHeader::parse(fields);
    CHECK((multiple.multiple_extent && multiple.v2 && multiple.other_flags == 0x80));
    CHECK((multiple.owned_root == PageNumber(9) && multiple.available_root() == PageNumber(10)));
    CHECK(multiple.auto_increment == 126u);
    CHECK(multiple.to_bytes() == fields);
    fields[0] = 0x43;
    fields.push_back(0xEE);
    CHECK(SpaceHeader::parse(fields).to_bytes() == fields);
    fields.resize(20);
    CHECK_THROWS_AS(SpaceHeader::parse(fields), Error);
    CHECK_THROWS_AS(SpaceHeader::parse(Bytes(15)), Error);
}

TEST_CASE("a new tree owns its root and has the rest of its pages free") {
    const SpaceHeader header = SpaceHeader::single(4, PageNumber(1), false);
    CHECK(header.available == 7);
    CHECK(SpaceHeader::single(33, PageNumber(1), false).available == 0xFFFFFFFF);
    SpaceHeader large = SpaceHeader::single(33, PageNumber(1), false);
    large.pages = 35;  // pages that the bitmap cannot name are free
    const auto free = large.available_pages(PageNumber(50));
    CHECK((free.size() == 34 && free.back() == PageNumber(84)));
}

TEST_CASE("extent nodes of all pools are written as they were read") {
    const ExtentNode general{{PageNumber(0x102), 16}, 0}, shelved{{PageNumber(0x103), 1}, 2};
    CHECK(general.key() == Bytes{0, 0, 1, 2});
    CHECK(shelved.key() == Bytes{0x82, 0, 0, 1, 3});
    CHECK(general.extent.first() == PageNumber(0xF3));
    CHECK((general.extent.contains(PageNumber(0xF3)) && !general.extent.contains(PageNumber(0xF2))));
    for (const ExtentNode& entry : {general, shelved}) {
        const Bytes key = entry.key(), data = entry.data();
        CHECK(ExtentNode::parse(Node{0, {}, key, data}) == entry);
    }
    const Bytes key{0, 0, 0, 4}, data{5, 0, 0, 0}, odd{1, 2, 3, 4, 5};
    CHECK_THROWS_AS(ExtentNode::parse(Node{0, {}, key, data}), Error);  // begins before page 0
    CHECK_THROWS_AS(ExtentNode::parse(Node{0, {}, odd, data}), Error);
}

TEST_CASE("every space header and extent of the real databases is written as it was read") {
    std::size_t roots = 0, extents = 0;
    for (const auto& path : test::databases()) {
        const test::Database db(path);
        INFO(db.name);
        for (PageNumber number(1); number.value() <= db.page_count(); number = number.next()) {
            const PageView page(db.page(number));
            if (!verify_page(page.bytes(), number).usable() || !page.is_tree_page()) continue;
            const Bytes tag0(page.external_header().begin(), page.external_header().end());
            const bool space = page.has(page_flag::space_tree);
            if (page.has(page_flag::root)) {
                ++roots;
                REQUIRE((space ? SplitBuffer::parse(tag0).to_bytes() : SpaceHeader::parse(tag0).to_bytes()) == tag0);
            }
            if (!space || !page.has(page_flag::leaf)) continue;
            for (std::size_t i = 0; i < page.node_count(); ++i) {
                const Node node = page.node(i);
                const ExtentNode entry = ExtentNode::parse(node);
                ++extents;
                REQUIRE(entry.key() == node.key());
                REQUIRE(std::ranges::equal(entry.data(), node.data));
            }
        }
    }
    if (roots == 0) {
        WARN(test::no_data);
    } else {
        CHECK((roots > 50 && extents > 50));
    }
}
