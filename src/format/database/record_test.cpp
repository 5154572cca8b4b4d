#include "format/database/record.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "format/database/catalog.h"
#include "format/database/page_checksum.h"
#include "format/database/test_data.h"

using namespace ese;
using namespace ese::format;
using test::Bytes;
using Presence = ColumnValue::Presence;

namespace {

std::string text(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace

TEST_CASE("a record with a fixed and a variable column is read and written") {
    const Bytes record{0x01, 0x80, 0x09, 0x00, 0x43, 0, 0, 0, 0xFE, 0x01, 0x00, 0x69};
    const RecordView view(record, false);
    CHECK(load_u32(view.fixed(1, 4, 4).bytes, 0) == 67);
    CHECK(view.fixed(2, 8, 4).presence == Presence::absent);
    CHECK(text(view.variable(128).bytes) == "i");
    CHECK(view.variable(129).presence == Presence::absent);
    CHECK(view.tagged().empty());
    RecordBuilder builder;
    builder.add_fixed(Bytes{0x43, 0, 0, 0});
    builder.add_variable(Bytes{0x69});
    CHECK(builder.build(false) == record);
}

TEST_CASE("NULL, empty and missing columns are told apart") {
    RecordBuilder builder;
    builder.add_fixed_null(2);
    builder.add_fixed(Bytes{7});
    builder.add_variable({});
    builder.add_variable_null();
    builder.add_variable(Bytes{1, 2});
    const Bytes record = builder.build(false);
    CHECK(record[4] == RecordBuilder::filler);
    const RecordView view(record, false);
    CHECK(view.fixed(1, 4, 2).presence == Presence::null);
    CHECK(view.fixed(2, 6, 1).bytes[0] == 7);
    CHECK((view.variable(128).has_value() && view.variable(128).bytes.empty()));
    CHECK(view.variable(129).presence == Presence::null);
    CHECK(view.variable(130).bytes.size() == 2);
    CHECK(view.variable(131).presence == Presence::absent);
}

TEST_CASE("tagged columns are read and written on small and large pages") {
    const bool large = GENERATE(false, true);
    RecordBuilder builder;
    const Bytes one{1, 2, 3}, two{9};
    builder.add_tagged({256, false, false, large, 0, one});
    builder.add_tagged({300, false, true, large, static_cast<std::uint8_t>(large ? tagged_flag::null : 0), {}});
    builder.add_tagged({301, false, false, true, tagged_flag::long_type | tagged_flag::separated, two});
    const Bytes record = builder.build(large);
    const RecordView view(record, large);
    REQUIRE(view.tagged().size() == 3);
    CHECK(std::ranges::equal(view.find_tagged(256)->bytes, one));
    CHECK(view.find_tagged(300)->null);
    CHECK(tagged_values(*view.find_tagged(300)).empty());
    const auto values = tagged_values(*view.find_tagged(301));
    CHECK((values.size() == 1 && values[0].separated && values[0].bytes[0] == 9));
    CHECK(view.find_tagged(256, true) == nullptr);
    CHECK(view.find_tagged(257) == nullptr);
}

TEST_CASE("multi-valued columns match the vectors of the engine") {
    const auto values = [](std::uint8_t flags, const Bytes& bytes) {
        return tagged_values({256, false, false, true, flags, bytes});
    };
    const Bytes pair_bytes{4, 2, 0x82, 1, 0, 0x15, 0xCD, 0, 0};
    const Bytes two{4, 2, 0x82, 1, 0, 0x15, 0xCD};
    const auto pair = values(0x18, two);
    CHECK((pair.size() == 2 && pair[0].bytes.size() == 4 && pair[1].bytes.size() == 2));
    const Bytes three{6, 0, 10, 0, 14, 0, 6, 0x66, 0, 0, 0x8F, 0x31, 1, 0, 0xDE, 0x4C, 1, 0};
    const auto longs = values(0x08, three);
    REQUIRE(longs.size() == 3);
    CHECK((load_u32(longs[0].bytes, 0) == 0x6606 && load_u32(longs[2].bytes, 0) == 0x14CDE));
    const Bytes mixed{4, 0, 4, 0x80, 0x73, 1, 0, 0};
    const auto texts = values(0x09, mixed);
    REQUIRE(texts.size() == 2);
    CHECK((texts[0].bytes.empty() && !texts[0].separated));
    CHECK((texts[1].separated && load_u32(texts[1].bytes, 0) == 0x173));
    CHECK_THROWS_AS(values(0x18, Bytes{5, 1}), Error);
    CHECK_THROWS_AS(values(0x08, Bytes{3, 0, 0}), Error);
    CHECK_THROWS_AS(values(0x08, Bytes{4, 0, 2, 0}), Error);
    CHECK_THROWS_AS(values(0x08, Bytes{}), Error);
}

TEST_CASE("a record cut short or with wild offsets is refused") {
    RecordBuilder builder;
    builder.add_fixed(Bytes{1, 2, 3, 4});
    builder.add_variable(Bytes{5, 6});
    builder.add_tagged({256, false, false, true, 1, {}});
    const Bytes record = builder.build(false);
    for (std::size_t size = 0; size < record.size(); ++size) {
        if (size == record.size() - 5) continue;  // exactly the tagged columns cut off
        INFO(size);
        CHECK_THROWS_AS(RecordView(ByteView(record).first(size), false), Error);
    }
    for (std::size_t at = 0; at < record.size(); ++at) {
        Bytes damaged = record;
        damaged[at] = 0xFF;
        try {
            (void)RecordView(damaged, false).tagged();
        } catch (const Error&) {
        }
    }
}

TEST_CASE("every row of the real catalogs and of all tables is taken apart without contradiction") {
    std::size_t rows = 0;
    for (const auto& path : test::databases()) {
        const test::Database db(path);
        INFO(db.name);
        for (PageNumber number(1); number.value() <= db.page_count(); number = number.next()) {
            const PageView page(db.page(number));
            if (!verify_page(page.bytes(), number).usable() || !page.is_tree_page() || !page.has(page_flag::leaf))
                continue;
            if (page.has(page_flag::space_tree | page_flag::index | page_flag::long_value)) continue;
            for (std::size_t i = 0; i < page.node_count(); ++i) {
                INFO("page " << number.value() << " node " << i);
                const RecordView view(page.node(i).data, db.large());
                ++rows;
                for (const TaggedColumn& column : view.tagged()) REQUIRE_NOTHROW(tagged_values(column));
            }
        }
    }
    if (rows == 0) {
        WARN(test::no_data);
    } else {
        CHECK(rows > 2000);
    }
}
