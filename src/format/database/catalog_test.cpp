#include "format/database/catalog.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "format/database/test_data.h"

using namespace ese;
using namespace ese::format;
using test::Bytes;

namespace {

Bytes from_hex(std::string_view hex) {
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes.push_back(static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    }
    return bytes;
}

}  // namespace

TEST_CASE("the catalog's row about itself has the bytes that the engine writes") {
    CatalogRow row;
    row.table = ObjectId(2);
    row.type = CatalogType::table;
    row.id = 2;
    row.type_or_page = 4;
    row.space_usage = 80;
    row.flags = table_flag::system | table_flag::fixed_ddl;
    row.pages_or_locale = 20;
    row.root = true;
    row.name = "MSysObjects";
    const Bytes expected =
        from_hex("08802000020000000100020000000400000050000000000000C014000000FF000B004D5379734F626A65637473");
    CHECK(expected.size() == 45);
    CHECK(row.to_record(false) == expected);
    CHECK(row.key() == from_hex("7F800000027F80017F80000002"));
    CHECK(CatalogRow::parse(expected, false).root_page() == PageNumber(4));
}

TEST_CASE("an index row with a locale has the bytes that the engine writes") {
    CatalogRow row;
    row.table = ObjectId(3);
    row.type = CatalogType::index;
    row.id = 3;
    row.type_or_page = 24;
    row.space_usage = 80;
    row.flags = index_flag::unique | index_flag::no_null_segment | index_flag::primary | index_flag::extended_columns;
    row.locale_map_flags = 0x30401;
    row.name = "Id";
    row.key_segments = index_segments_to_bytes({{0, 1}, {0, 2}, {0, 3}});
    row.tagged.push_back(
        {catalog_column::locale_name, false, false, true, tagged_flag::long_type, from_hex("65006E002D0055005300")});
    const Bytes record = row.to_record(false);
    CHECK(record == from_hex("0A842700"  // 10 fixed, 5 variable
                             "03000000"
                             "0300"
                             "03000000"
                             "18000000"
                             "50000000"
                             "31000100"
                             "00000000"
                             "2A"
                             "2A2A"
                             "01040300"  // NULLs keep their filler
                             "80FD"
                             "02000280028002800E00"
                             "4964"
                             "000001000000020000000300"
                             "05010440"
                             "01"
                             "65006E002D0055005300"));
    const CatalogRow read = CatalogRow::parse(record, false);
    CHECK(read.segments() == std::vector<IndexSegment>{{0, 1}, {0, 2}, {0, 3}});
    CHECK(read.locale_name() == "en-US");
    CHECK_FALSE(read.root);
    CHECK_FALSE(read.record_offset);
    CHECK(read.to_record(false) == record);
}

TEST_CASE("a row is refused if it lacks what every row has, or has what no version knew") {
    CatalogRow row;
    row.name = "T";
    const Bytes record = row.to_record(false);
    CHECK_NOTHROW(CatalogRow::parse(record, false));
    RecordBuilder no_name;
    for (const std::size_t width : {4u, 2u, 4u, 4u, 4u, 4u, 4u}) no_name.add_fixed(Bytes(width));
    CHECK_THROWS_AS(CatalogRow::parse(no_name.build(false), false), Error);
    RecordBuilder null_type;
    null_type.add_fixed(Bytes(4));
    null_type.add_fixed_null(2);
    for (const std::size_t width : {4u, 4u, 4u, 4u, 4u}) null_type.add_fixed(Bytes(width));
    null_type.add_variable(Bytes{'x'});
    CHECK_THROWS_AS(CatalogRow::parse(null_type.build(false), false), Error);
    RecordBuilder newer;
    for (const std::size_t width : {4u, 2u, 4u, 4u, 4u, 4u, 4u, 1u, 2u, 4u, 2u, 4u, 8u, 4u})
        newer.add_fixed(Bytes(width));
    newer.add_variable(Bytes{'x'});
    CHECK_THROWS_AS(CatalogRow::parse(newer.build(false), false), Error);
    CHECK_THROWS_AS(parse_index_segments(Bytes(5)), Error);
}

TEST_CASE("every row of the real catalogs is written back as the same bytes, also without what was only kept") {
    std::size_t rows = 0, engine_rows = 0, rebuilt = 0;
    for (const auto& path : test::databases()) {
        const test::Database db(path);
        INFO(db.name);
        for (const PageNumber root : {system_tree::catalog_page, system_tree::shadow_catalog_page}) {
            test::for_each_node(db, root, [&](const Node& node) {
                CatalogRow row = CatalogRow::parse(node.data, db.large());
                INFO(row.name);
                ++rows;
                REQUIRE(std::ranges::equal(row.to_record(db.large()), node.data));
                REQUIRE(row.key() == node.key());
                if (row.type == CatalogType::index) REQUIRE_FALSE(row.segments().empty());
                // What the kept bytes add: rows that only carry meaning come out as the engine made them.
                row.fixed_columns = row.variable_columns = 0;
                row.fixed_bytes.clear();
                ++engine_rows;
                rebuilt += std::ranges::equal(row.to_record(db.large()), node.data);
            });
        }
    }
    if (rows == 0) {
        WARN(test::no_data);
    } else {
        CHECK(rows > 1000);
        CHECK(rebuilt == engine_rows);
    }
}
