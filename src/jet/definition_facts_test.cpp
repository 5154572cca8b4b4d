// What a program is told about indexes, space and places, and how it comes back to them.

#include <cmath>

#include "jet/test_definitions.h"

using test::NewDatabase;

TEST_CASE("an index is chosen by its identifier, for as long as it is the same index") {
    NewDatabase database;
    const JET_SESID session = database.session();
    const JET_TABLEID table = database.create_table("T"), other = database.create_table("Other");
    JET_COLUMNID id = 0;
    REQUIRE(database.add_column(table, "id", JET_coltypLong, 0, 0, &id) == JET_errSuccess);
    REQUIRE(database.create_index(table, "up", std::string("+id") + '\0', JET_bitIndexPrimary) == JET_errSuccess);
    REQUIRE(database.create_index(table, "down", std::string("-id") + '\0', 0) == JET_errSuccess);
    const auto id_of = [&](const char* name) {
        JET_INDEXID found{};
        REQUIRE(JetGetTableIndexInfoA(session, table, name, &found, sizeof found, JET_IdxInfoIndexId) ==
                JET_errSuccess);
        return found;
    };
    const auto current = [&] {
        char name[JET_cbNameMost + 1] = {};
        REQUIRE(JetGetCurrentIndexA(session, table, name, sizeof name) == JET_errSuccess);
        return std::string(name);
    };
    JET_INDEXID up = id_of("up"), down = id_of("down");
    REQUIRE(JetSetCurrentIndex4A(session, table, nullptr, &down, JET_bitMoveFirst, 1) == JET_errSuccess);
    CHECK(current() == "down");
    REQUIRE(JetSetCurrentIndex4W(session, table, u"down", &up, 0, 1) == JET_errSuccess);
    CHECK(current() == "up");
    REQUIRE(JetSetCurrentIndex4A(session, table, "down", nullptr, 0, 1) == JET_errSuccess);
    CHECK(current() == "down");
    CHECK(JetSetCurrentIndex4A(session, other, nullptr, &down, 0, 1) == JET_errInvalidIndexId);
    JET_INDEXID cut = down;
    cut.cbStruct = 4;
    CHECK(JetSetCurrentIndex4A(session, table, nullptr, &cut, 0, 1) == JET_errInvalidIndexId);

    REQUIRE(JetSetCurrentIndexA(session, table, nullptr) == JET_errSuccess);
    REQUIRE(JetDeleteIndexA(session, table, "down") == JET_errSuccess);
    REQUIRE(database.create_index(table, "down", std::string("-id") + '\0', 0) == JET_errSuccess);
    CHECK(JetSetCurrentIndex4A(session, table, nullptr, &down, 0, 1) == JET_errInvalidIndexId);
}

TEST_CASE("the space of a table is that of its trees") {
    NewDatabase database;
    const JET_SESID session = database.session();
    const JET_TABLEID table = database.create_table("T");
    JET_COLUMNID id = 0, text = 0;
    REQUIRE(database.add_column(table, "id", JET_coltypLong, 0, 0, &id) == JET_errSuccess);
    REQUIRE(database.add_column(table, "text", JET_coltypLongBinary, 0, 0, &text) == JET_errSuccess);
    const auto pages = [&](JET_UINT32 level) {
        JET_UINT32 found = 4711;
        REQUIRE(JetGetTableInfoA(session, table, &found, sizeof found, level) == JET_errSuccess);
        return found;
    };
    CHECK(pages(JET_TblInfoSpaceOwned) == 1);
    CHECK(pages(JET_TblInfoSpaceAvailable) == 0);
    CHECK(pages(JET_TblInfoSpaceOwnedLV) == 0);
    const test::Bytes large(100'000, 0x5A);
    for (std::int32_t i = 0; i < 3; ++i) {
        REQUIRE(JetPrepareUpdate(session, table, JET_prepInsert) == JET_errSuccess);
        REQUIRE(JetSetColumn(session, table, id, &i, sizeof i, 0, nullptr) == JET_errSuccess);
        REQUIRE(JetSetColumn(session, table, text, large.data(), static_cast<JET_UINT32>(large.size()), 0, nullptr) ==
                JET_errSuccess);
        REQUIRE(JetUpdate(session, table, nullptr, 0, nullptr) == JET_errSuccess);
    }
    const JET_UINT32 least = 3 * 100'000 / 4096;
    CHECK(pages(JET_TblInfoSpaceOwnedLV) >= least);
    CHECK(pages(JET_TblInfoSpaceOwned) >= pages(JET_TblInfoSpaceOwnedLV) + 1);
    JET_UINT32 usage[3] = {};
    REQUIRE(JetGetTableInfoA(session, table, usage, 8, JET_TblInfoSpaceUsage) == JET_errSuccess);
    CHECK(usage[0] == pages(JET_TblInfoSpaceOwned));
    CHECK(usage[1] + pages(JET_TblInfoSpaceAvailableLV) == pages(JET_TblInfoSpaceAvailable));
    CHECK(usage[1] < usage[0]);
    CHECK(JetGetTableInfoA(session, table, usage, 12, JET_TblInfoSpaceUsage) == JET_errFeatureNotAvailable);

    // What is deleted leaves pages that nobody uses.
    const JET_UINT32 used = pages(JET_TblInfoSpaceOwnedLV) - pages(JET_TblInfoSpaceAvailableLV);
    for (JET_ERR at = JetMove(session, table, JET_MoveFirst, 0); at == JET_errSuccess;
         at = JetMove(session, table, JET_MoveNext, 0))
        REQUIRE(JetDelete(session, table) == JET_errSuccess);
    CHECK(database.findings() == std::vector<std::string>());
    CHECK(pages(JET_TblInfoSpaceOwnedLV) - pages(JET_TblInfoSpaceAvailableLV) < used / 2);
}

TEST_CASE("positions are fractions of the entries, and are found again") {
    NewDatabase database;
    const JET_SESID session = database.session();
    const JET_TABLEID table = database.create_table("T");
    JET_COLUMNID id = 0;
    REQUIRE(database.add_column(table, "id", JET_coltypLong, 0, 0, &id) == JET_errSuccess);
    REQUIRE(database.create_index(table, "primary", std::string("+id") + '\0', JET_bitIndexPrimary) == JET_errSuccess);
    for (std::int32_t i = 0; i < 5; ++i) REQUIRE(database.insert(table, {{id, i}}) == JET_errSuccess);
    std::uint64_t count = 0;
    REQUIRE(JetIndexRecordCount2(session, table, &count, 0) == JET_errSuccess);
    CHECK(count == 5);
    REQUIRE(JetIndexRecordCount2(session, table, &count, 3) == JET_errSuccess);
    CHECK(count == 3);
    CHECK(JetIndexRecordCount2(session, table, nullptr, 0) == JET_errInvalidParameter);
    REQUIRE(JetMove(session, table, JET_MoveLast, 0) == JET_errSuccess);
    JET_RECPOS position{};
    REQUIRE(JetGetRecordPosition(session, table, &position, sizeof position) == JET_errSuccess);
    CHECK(position.centriesLT == 4);
    CHECK(position.centriesTotal == 5);

    database.begin();
    for (std::int32_t i = 5; i < 5000; ++i) REQUIRE(database.insert(table, {{id, i}}) == JET_errSuccess);
    database.commit();
    const auto value = [&] {
        std::int32_t found = -1;
        REQUIRE(JetRetrieveColumn(session, table, id, &found, sizeof found, nullptr, 0, nullptr) == JET_errSuccess);
        return found;
    };
    for (const std::int32_t row : {0, 1234, 2500, 4999}) {
        REQUIRE(JetMove(session, table, JET_MoveFirst, 0) == JET_errSuccess);
        REQUIRE(JetMove(session, table, row, 0) == JET_errSuccess);
        REQUIRE(JetGetRecordPosition(session, table, &position, sizeof position) == JET_errSuccess);
        CHECK(static_cast<double>(position.centriesLT) / position.centriesTotal == Approx(row / 5000.0).margin(0.03));
        REQUIRE(JetMove(session, table, JET_MoveFirst, 0) == JET_errSuccess);
        REQUIRE(JetGotoPosition(session, table, &position) == JET_errSuccess);
        CHECK(std::abs(value() - row) < 200);
    }
}

TEST_CASE("text is sorted by sort keys whether the flags of an index say so or not") {
    NewDatabase database;
    const JET_TABLEID table = database.create_table("T");
    JET_COLUMNID text = 0;
    JET_COLUMNDEF column{};
    column.cbStruct = sizeof column;
    column.coltyp = JET_coltypText;
    column.cp = 1200;
    REQUIRE(JetAddColumnA(database.session(), table, "text", &column, nullptr, 0, &text) == JET_errSuccess);
    JET_UNICODEINDEX sorting{1033, 0x30001};
    JET_INDEXCREATE_A index{};
    index.cbStruct = sizeof index;
    index.szIndexName = const_cast<char*>("texts");
    index.szKey = const_cast<char*>("+text\0");
    index.cbKey = 7;
    index.grbit = JET_bitIndexUnicode;
    index.ulDensity = 80;
    index.pidxunicode = &sorting;
    REQUIRE(JetCreateIndex2A(database.session(), table, &index, 1) == JET_errSuccess);
    JET_INDEXLIST list{};
    list.cbStruct = sizeof list;
    REQUIRE(JetGetTableIndexInfoA(database.session(), table, "texts", &list, sizeof list, JET_IdxInfo) ==
            JET_errSuccess);
    JET_UINT32 flags = 0;
    REQUIRE(JetRetrieveColumn(database.session(), list.tableid, list.columnidLCMapFlags, &flags, sizeof flags, nullptr,
                              0, nullptr) == JET_errSuccess);
    CHECK(flags == 0x30401);
}
