#include "format/database/page.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "base/error.h"
#include "format/database/page_checksum.h"
#include "format/database/test_data.h"

using namespace ese;
using namespace ese::format;
using test::Bytes;

namespace {

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

struct Entry {
    Bytes key;
    Bytes data;
    std::uint8_t flags = 0;
    bool operator==(const Entry&) const = default;
};

std::vector<Entry> entries(const PageView& page) {
    std::vector<Entry> all;
    for (std::size_t i = 0; i < page.node_count(); ++i) {
        const Node node = page.node(i);
        all.push_back({node.key(), {node.data.begin(), node.data.end()}, node.flags});
    }
    return all;
}

void require_sound(const PageView& page) {
    const PageStructure structure = check_page_structure(page);
    REQUIRE(structure.problem == "");
    REQUIRE(structure.free_bytes_agree);
}

constexpr PageIdentity leaf_page{PageNumber(31), 77, PageNumber(30), PageNumber(32), ObjectId(8), page_flag::leaf};

}  // namespace

TEST_CASE("page flags are printed by name") {
    CHECK(page_flags_to_string(0x2803) == "root|leaf|new_record_format|new_checksum");
    CHECK(page_flags_to_string(0x10002) == "leaf|flush_type2");
    CHECK(page_flags_to_string(0x80000002) == "leaf|0x80000000");
    CHECK(page_flags_to_string(0) == "");
}

TEST_CASE("a node on a small page has the bytes that the engine writes") {
    // DATABASE-FORMAT 6.2a: on an 8 KiB page, TAG 0 = 00000003 00000000, tag cb 13, flags 5.
    Bytes page(8192);
    PageWriter writer = PageWriter::format(page, leaf_page);
    REQUIRE(writer.set_external_header(Bytes{0, 0, 0, 3, 0, 0, 0, 0}));
    const Bytes root_data{1, 0, 0, 0, 0x6C, 0x0E, 0, 0};
    REQUIRE(writer.append(Bytes{0, 0, 0, 2}, root_data, node_flag::versioned));
    const PageView::Tag tag = writer.view().tag(1);
    CHECK(Bytes(tag.bytes.begin(), tag.bytes.end()) == Bytes{3, 0, 1, 0, 2, 1, 0, 0, 0, 0x6C, 0x0E, 0, 0});
    CHECK(tag.flags == (node_flag::versioned | node_flag::compressed));
    CHECK(writer.view().node(0).key() == Bytes{0, 0, 0, 2});
    require_sound(writer.view());
}

TEST_CASE("pages are edited at random and hold what a plain list would hold") {
    const std::size_t size = GENERATE(as<std::size_t>{}, 2048, 4096, 8192, 16384, 32768);
    std::mt19937 random(static_cast<unsigned>(size));
    const auto below = [&](std::size_t limit) { return random() % limit; };
    const auto random_bytes = [&](std::size_t most) {
        Bytes bytes(1 + below(most));
        for (auto& byte : bytes) byte = static_cast<std::uint8_t>(below(3));  // long common prefixes happen
        return bytes;
    };
    Bytes page(size);
    PageWriter writer = PageWriter::format(page, leaf_page, 1);
    REQUIRE(writer.set_external_header(random_bytes(6)));
    std::vector<Entry> expected;
    std::size_t refused = 0;
    for (int step = 0; step < 4000; ++step) {
        const std::size_t index = expected.empty() ? 0 : below(expected.size());
        const Entry entry{random_bytes(40), random_bytes(size / 16), static_cast<std::uint8_t>(below(4))};
        const auto at = expected.begin() + static_cast<std::ptrdiff_t>(index);
        const Bytes before = page;
        const std::size_t free_bytes = writer.view().free_bytes();
        switch (expected.empty() ? 0 : below(5)) {
            case 0:
            case 1: {
                const std::size_t needed = writer.bytes_needed(entry.key, entry.data);
                const bool done = writer.insert(index, entry.key, entry.data, entry.flags);
                REQUIRE(done == (needed <= free_bytes));
                if (done) expected.insert(at, entry);
                refused += !done;
                if (!done) REQUIRE(entries(PageView(before)) == entries(writer.view()));
                break;
            }
            case 2:
                writer.erase(index);
                expected.erase(at);
                break;
            case 3:
                if (writer.replace_data(index, entry.data)) {
                    at->data = entry.data;
                } else {
                    REQUIRE(page == before);
                    ++refused;
                }
                break;
            case 4: writer.set_node_flags(index, entry.flags); at->flags = entry.flags;
        }
        require_sound(writer.view());
        auto found = entries(writer.view());
        for (auto& e : found) e.flags = static_cast<std::uint8_t>(e.flags & ~node_flag::compressed);
        REQUIRE(found == expected);
    }
    CHECK(refused > 0);
    CHECK(writer.view().reserved_tags() == 1);
    CHECK(writer.view().next() == PageNumber(32));
}

TEST_CASE("keys compare as memcmp does, across prefix and suffix") {
    const Bytes prefix = bytes_of("abc"), suffix = bytes_of("de");
    const Node node{0, prefix, suffix, {}};
    CHECK(node.compare_key(bytes_of("abcde")) == 0);
    CHECK(node.compare_key(bytes_of("abcdef")) < 0);
    CHECK(node.compare_key(bytes_of("abcd")) > 0);
    CHECK(node.compare_key(bytes_of("abc")) > 0);
    CHECK(node.compare_key(bytes_of("ab")) > 0);
    CHECK(node.compare_key({}) > 0);
    CHECK(node.compare_key(bytes_of("abd")) < 0);
    CHECK(node.compare_key(bytes_of("abb")) > 0);
    CHECK(Node{}.compare_key({}) == 0);
    CHECK(Node{}.compare_key(bytes_of("a")) < 0);
}

TEST_CASE("damage inside a page is named and never followed") {
    const std::size_t size = GENERATE(as<std::size_t>{}, 4096, 32768);
    Bytes page(size);
    PageWriter writer = PageWriter::format(page, leaf_page);
    REQUIRE(writer.set_external_header(bytes_of("prefix")));
    REQUIRE(writer.append(bytes_of("prefix1"), bytes_of("one")));
    REQUIRE(writer.append(bytes_of("prefix2"), bytes_of("two")));
    require_sound(writer.view());
    const auto problem_with = [&](std::size_t at, std::uint16_t word) {
        Bytes damaged = page;
        store_u16(damaged, at, word);
        return check_page_structure(PageView(damaged)).problem;
    };
    CHECK(problem_with(34, 0xFFF) != "");                            // tag count
    CHECK(problem_with(34, 0) != "");                                // no tag 0
    CHECK(problem_with(size - 8, 0x1FFF) != "");                     // cb of tag 1
    CHECK(problem_with(size - 6, 0x1FFF) != "");                     // ib of tag 1
    CHECK(problem_with(size - 12, load_u16(page, size - 8)) == "");  // same cb
    CHECK(problem_with(size - 10, load_u16(page, size - 6)) != "");  // tag 2 on top of tag 1
    CHECK(problem_with(32, 3) != "");                                // free space inside a node
    CHECK(problem_with(36, page_flag::leaf | page_flag::parent_of_leaf) != "");
    CHECK(problem_with(36, page_flag::parent_of_leaf) != "");  // data is no page number
    const std::size_t node_at = page_header_bytes(size) + writer.view().tag(1).offset;
    CHECK(problem_with(node_at, static_cast<std::uint16_t>(load_u16(page, node_at) + 1)) != "");  // prefix of 7 bytes
    CHECK(problem_with(node_at + 2, 0x1FFF) != "");  // suffix longer than the node
    Bytes damaged = page;
    store_u16(damaged, 28, static_cast<std::uint16_t>(load_u16(page, 28) - 1));
    CHECK(check_page_structure(PageView(damaged)).sound());
    CHECK_FALSE(check_page_structure(PageView(damaged)).free_bytes_agree);
    CHECK_THROWS_AS(writer.view().node(2), Error);
    CHECK_THROWS_AS(writer.erase(2), Error);
    CHECK_THROWS_AS((void)writer.insert(3, bytes_of("k"), bytes_of("d")), Error);
}

TEST_CASE("every tree page of the real databases is sound, and written anew it holds the same nodes") {
    const auto files = test::databases();
    if (files.empty()) WARN(test::no_data);
    std::map<std::string, std::size_t> counts;
    for (const auto& path : files) {
        const test::Database db(path);
        INFO(db.name);
        for (PageNumber number(1); number.value() <= db.page_count(); number = number.next()) {
            INFO("page " << number.value());
            const PageView page(db.page(number));
            if (!verify_page(page.bytes(), number).usable()) continue;
            require_sound(page);
            if (!page.is_tree_page()) continue;
            Bytes copy(page.bytes().size());
            PageWriter writer =
                PageWriter::format(copy, page.identity(number), static_cast<unsigned>(page.reserved_tags()));
            REQUIRE(writer.set_external_header(page.external_header()));
            const auto nodes = entries(page);
            for (const Entry& entry : nodes) REQUIRE(writer.append(entry.key, entry.data, entry.flags));
            require_sound(writer.view());
            REQUIRE(entries(writer.view()) == nodes);
            REQUIRE(writer.view().free_bytes() == page.free_bytes());
            REQUIRE(writer.view().flags() == page.flags());
            stamp_page_checksum(copy, number);
            REQUIRE(verify_page(copy, number).state == PageState::valid);
            ++counts["pages"];
            counts["nodes"] += nodes.size();
            counts["identical headers"] +=
                std::ranges::equal(ByteView(copy).subspan(8, 20), page.bytes().subspan(8, 20));
        }
    }
    CHECK(counts["identical headers"] == counts["pages"]);
    if (!files.empty()) CHECK(counts["pages"] > 1000);
}
