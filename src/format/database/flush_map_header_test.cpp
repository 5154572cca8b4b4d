#include "format/database/flush_map_header.h"

#include <catch2/catch.hpp>

#include "format/database/database_header.h"
#include "format/database/test_data.h"

using namespace ese;
using namespace ese::format;

TEST_CASE("bytes that are no flush map header are refused") {
    std::vector<std::uint8_t> page(FlushMapHeader::page_bytes);
    CHECK_FALSE(FlushMapHeader::parse(page));
    stamp_header_checksum(page);
    CHECK_FALSE(FlushMapHeader::parse(page));
    store_u32(page, 667, 7);
    CHECK_FALSE(FlushMapHeader::parse(page));
    stamp_header_checksum(page);
    const auto header = FlushMapHeader::parse(page);
    REQUIRE(header);
    CHECK_FALSE(header->matches({}, {}));  // two absent signatures are no match
    CHECK_FALSE(FlushMapHeader::parse(ByteView(page).first(4096)));
}

TEST_CASE("the flush maps of real databases belong to them") {
    const auto files = test::data_files({".jfm"});
    if (files.empty()) WARN(test::no_data);
    for (const auto& path : files) {
        INFO(path);
        const auto map = FlushMapHeader::parse(ByteView(test::read_file(path)).first(FlushMapHeader::page_bytes));
        REQUIRE(map);
        CHECK(map->version_major == 3);
        auto database = path;
        database.replace_extension(".edb");
        const auto picked = pick_header(test::read_file(database));
        REQUIRE(picked);
        CHECK(map->matches(picked->header.get(header_field::header_flush_signature),
                           picked->header.get(header_field::flush_map_signature)));
        CHECK(map->is_clean() == (picked->header.state() == DatabaseState::clean_shutdown));
    }
}
