// Records about trees, written as the original writes them (LOG-FORMAT 4.5, 4.7) and read again.

#include "format/log/tree_records.h"

#include <catch2/catch.hpp>
#include <string_view>

#include "unit/hex_bytes.h"

using namespace ese;
using namespace ese::format;
using test::hex;

namespace {

using Bytes = std::vector<std::uint8_t>;

// What is read from the original's record is written as that record.
template <class Record>
void check_rewritten(std::string_view text) {
    const Bytes record = hex(text);
    CHECK_NOTHROW(check_record(record));
    CHECK(Record::parse(record).serialise() == record);
}

NodeHead head_of(LogRecordType type) {
    NodeHead head;
    head.page = {
        type, 5, 1, PageNumber(40), 0x200, 0x1FF, 0x64, 2, 7, PageHead::flag_unique | PageHead::flag_versioned};
    head.rceid = 977;
    head.tree_root = PageNumber(39);
    head.object = ObjectId(22);
    return head;
}

}  // namespace

TEST_CASE("Records of the original are written as it wrote them") {
    check_rewritten<BookmarkRecord>(
        "27 0600 01 49010000 8014000000000000 7914000000000000 d0010000 01 0600 04 43000000 34000000 14000000 |"
        "0400 0000 0100 01 | 0000000e");
    check_rewritten<BookmarkRecord>(
        "25 0500 01 ae040000 be2f000000000000 0f2f000000000000 b0060000 02 0000 05 b11b0000 26000000 13000000 |"
        "0400 0000 ffffffff 0000 | 00000366");
    check_rewritten<FlagInsertRecord>(
        "1f 0600 01 28000000 7706000000000000 6106000000000000 e8010000 01 0000 0c 00000000 26000000 13000000 |"
        "0400 0400 00000000 | 00000029 01000000");
    check_rewritten<ReplaceRecord>(
        "21 0500 01 03000000 4a00000000000000 4900000000000000 0c000000 01 0000 0c 00000000 01000000 01000000 |"
        "0400 0400 0400 | 17000000");
    check_rewritten<SplitRecord>(
        "3e 0500 01 16040000 722f000000000000 6c2f000000000000 b0060000 02 0000 04 | 00000000 00000000"
        "ffffffffffffffff 00000000 ffffffffffffffff 26000000 13000000 00 00 8200 0000 0000 00000000 00000000 0000 0000"
        "00000000 00000000 0000 0000 0000 00000000 00000000");
    check_rewritten<SplitRecord>(
        "3e 0500 01 c3000000 5d12000000000000 3e12000000000000 18090000 02 0000 04 | c5000000 00000000"
        "ffffffffffffffff 23000000 5e11000000000000 23000000 0c000000 02 01 3600 3600 3700 422c0100 422c0100 0000 0000"
        "ffffffff 00000000 0000 0000 0200 00000000 00000000 | 7fff");
    check_rewritten<MergeRecord>(
        "3f 0600 01 26000000 7606000000000000 6406000000000000 e8010000 01 0000 04 | 00000000 ffffffffffffffff"
        "00000000 ffffffffffffffff 00000000 ffffffffffffffff 26000000 13000000 0000 0000 0000 0000 02 00 0000 00000000"
        "00000000");
    check_rewritten<MergeRecord>(
        "3f 0600 01 29000000 7606000000000000 7506000000000000 e8010000 01 0000 04 | 2a000000 5a05000000000000"
        "00000000 ffffffffffffffff 26000000 6406000000000000 26000000 13000000 0000 0000 0000 0000 04 01 0000 00000000"
        "00000000");
    check_rewritten<TreeRootRecord>(
        "3a 0500 01 26000000 9f02000000000000 9702000000000000 14010000 02 0000 04 | 13000000 27000000 28000000"
        "1f000000 27000000 01000000 03000000 00000000 80080000");
}

TEST_CASE("Records of nodes and roots come back with what was written into them") {
    const Bytes prefix{1, 2, 3}, suffix{4, 5}, data{6, 7, 8, 9};
    SECTION("Insert") {
        const Bytes bytes = InsertRecord{head_of(LogRecordType::insert), prefix, suffix, data}.serialise();
        CHECK_NOTHROW(check_record(bytes));
        const auto record = InsertRecord::parse(bytes);
        CHECK(record.key() == Bytes{1, 2, 3, 4, 5});
        CHECK(Bytes(record.data.begin(), record.data.end()) == data);
        CHECK(record.head.rceid == 977);
        CHECK(record.head.tree_root == PageNumber(39));
        CHECK(record.head.page.dbtime_before == 0x1FF);
        CHECK(record.serialise() == bytes);
    }
    SECTION("FlagInsert and Delete") {
        const Bytes flag = FlagInsertRecord{head_of(LogRecordType::flag_insert), prefix, data, 0}.serialise();
        CHECK_NOTHROW(check_record(flag));
        CHECK(Bytes(FlagInsertRecord::parse(flag).key.begin(), FlagInsertRecord::parse(flag).key.end()) == prefix);
        const Bytes gone = head_only_record(head_of(LogRecordType::delete_node));
        CHECK_NOTHROW(check_record(gone));
        CHECK(NodeHead::parse(gone).page.line == 7);
    }
    SECTION("SetExternalHeader") {
        const Bytes bytes = ExternalHeaderRecord{head_of(LogRecordType::set_external_header), data}.serialise();
        CHECK_NOTHROW(check_record(bytes));
        const auto record = ExternalHeaderRecord::parse(bytes);
        CHECK(Bytes(record.data.begin(), record.data.end()) == data);
        CHECK(record.serialise() == bytes);
    }
    SECTION("Delta64") {
        BookmarkRecord record;
        record.head = head_of(LogRecordType::delta64);
        record.bookmark_key = prefix;
        record.delta = -(std::int64_t{1} << 40);
        record.data_offset = 4;
        const Bytes bytes = record.serialise();
        CHECK_NOTHROW(check_record(bytes));
        CHECK(BookmarkRecord::parse(bytes).delta == record.delta);
        CHECK(BookmarkRecord::parse(bytes).data_offset == 4);
    }
    SECTION("EmptyTree") {
        const Bytes bytes = EmptyTreeRecord{head_of(LogRecordType::empty_tree),
                                            {{0x77, PageNumber(41), 0x2802}, {0x78, PageNumber(42), 0x2804}}}
                                .serialise();
        CHECK_NOTHROW(check_record(bytes));
        const auto record = EmptyTreeRecord::parse(bytes);
        REQUIRE(record.pages.size() == 2);
        CHECK(record.pages[1].number == PageNumber(42));
        CHECK(record.pages[1].dbtime_before == 0x78);
        CHECK(record.serialise() == bytes);
    }
    SECTION("New roots") {
        TreeRootRecord record;
        record.head = head_of(LogRecordType::create_multiple_extent_fdp).page;
        record.object = ObjectId(22);
        record.owned_root = PageNumber(41);
        record.available_root = PageNumber(42);
        record.parent = PageNumber(1);
        record.primary_pages = 20;
        record.page_flags = 0x40;
        const Bytes several = record.serialise();
        CHECK_NOTHROW(check_record(several));
        CHECK(TreeRootRecord::parse(several).available_root == PageNumber(42));
        CHECK(TreeRootRecord::parse(several).primary_pages == 20);
        record.head.type = LogRecordType::create_single_extent_fdp;
        const Bytes single = record.serialise();
        CHECK_NOTHROW(check_record(single));
        CHECK(TreeRootRecord::parse(single).owned_root == PageNumber());
        CHECK(TreeRootRecord::parse(single).page_flags == 0x40);
    }
    SECTION("A split with an image") {
        const Bytes image(4096, 0xAA);
        SplitRecord record;
        record.head = head_of(LogRecordType::split2).page;
        record.new_page = PageNumber(50);
        record.kind = SplitKind::right;
        record.prefix_line = 3;
        record.new_prefix_line = 2;
        record.parent_key = prefix;
        record.old_page_prefix = suffix;
        record.page_prefix = data;
        record.image = image;
        const Bytes bytes = record.serialise();
        CHECK_NOTHROW(check_record(bytes));
        const auto again = SplitRecord::parse(bytes);
        CHECK(Bytes(again.page_prefix.begin(), again.page_prefix.end()) == data);
        CHECK(Bytes(again.image.begin(), again.image.end()) == image);
        CHECK(again.new_prefix_line == 2);
        CHECK(again.serialise() == bytes);
    }
}
