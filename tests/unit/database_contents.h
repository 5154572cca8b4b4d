#pragma once

// What a database holds, compared with another one tree by tree: after a recovery pages need not be equal, nodes must.

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "format/database/database_header.h"
#include "format/database/page.h"
#include "format/database/page_checksum.h"

namespace test {

struct LiveNode {
    std::vector<std::uint8_t> key, data;
    bool operator==(const LiveNode&) const = default;
};

// Every tree of a database by its object number: the nodes that are not deleted, in order.
inline std::map<std::uint32_t, std::vector<LiveNode>> trees_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    const std::vector<std::uint8_t> file{std::istreambuf_iterator<char>(in), {}};
    const auto picked = ese::format::pick_header(file);
    REQUIRE(picked);
    const std::uint32_t page_bytes = picked->header.page_bytes();
    const auto page = [&](ese::PageNumber number) {
        const std::uint64_t at = ese::page_offset(number, page_bytes);
        REQUIRE(at + page_bytes <= file.size());
        return ese::format::PageView(ese::ByteView(file).subspan(static_cast<std::size_t>(at), page_bytes));
    };
    std::map<std::uint32_t, std::vector<LiveNode>> trees;
    for (std::uint32_t number = 1; ese::page_offset(ese::PageNumber(number), page_bytes) + page_bytes <= file.size(); ++number) {
        ese::format::PageView view = page(ese::PageNumber(number));
        if (ese::is_all_zero(view.bytes())) continue;
        INFO("page " << number);
        CHECK(ese::format::verify_page(view.bytes(), ese::PageNumber(number)).usable());
        CHECK(ese::format::check_page_structure(view).problem == "");
        if (!view.is_tree_page() || !view.has(ese::format::page_flag::root) || view.has(ese::format::page_flag::space_tree)) continue;
        auto& nodes = trees[view.object().value()];
        while (!view.has(ese::format::page_flag::leaf)) view = page(view.child(0));
        while (true) {
            for (std::size_t i = 0; i < view.node_count(); ++i) {
                const auto node = view.node(i);
                if (!node.is_deleted()) nodes.push_back({node.key(), {node.data.begin(), node.data.end()}});
            }
            if (view.next() == ese::PageNumber()) break;
            view = page(view.next());
        }
    }
    return trees;
}

// `ours` is also clean, with sound pages.
inline void check_same_contents(const std::string& ours, const std::string& theirs) {
    const auto found = trees_of(ours), expected = trees_of(theirs);
    CHECK(found.size() == expected.size());
    for (const auto& [object, nodes] : expected) {
        INFO(ours << ", object " << object);
        REQUIRE(found.contains(object));
        const auto& got = found.at(object);
        CHECK(got.size() == nodes.size());
        std::size_t different = 0;
        for (std::size_t i = 0; i < std::min(got.size(), nodes.size()); ++i) different += got[i] == nodes[i] ? 0 : 1;
        CHECK(different == 0);
    }
    std::ifstream in(ours, std::ios::binary);
    std::vector<std::uint8_t> start(ese::format::header_probe_bytes);
    in.read(reinterpret_cast<char*>(start.data()), static_cast<std::streamsize>(start.size()));
    start.resize(static_cast<std::size_t>(in.gcount()));
    const auto picked = ese::format::pick_header(start);
    REQUIRE(picked);
    CHECK(picked->header.state() == ese::format::DatabaseState::clean_shutdown);
    CHECK(picked->header.get(ese::format::header_field::max_required) == ese::Generation());
    CHECK_FALSE(picked->header.is_raw_backup());
}

}  // namespace test
