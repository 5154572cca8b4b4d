// Reading tables through the API, on a database that the original engine wrote. That every value is right is shown by
// tests/e2e/jetdrv-dump.sh; here it is how the calls behave.

#include "jet/test_api.h"

namespace {

// The rows of a table in the set's own dump.
std::size_t expected_rows(const std::string& set, const std::string& table) {
    std::ifstream dump(std::string(std::getenv("ESEBACKUP_TEST_DATA")) + "/" + set + "/expected.jsonl");
    std::size_t count = 0;
    for (std::string line; std::getline(dump, line);)
        if (line.starts_with("{\"table\":\"" + table + "\",\"row\":")) ++count;
    return count;
}

// clean-4k's database, open for reading.
struct Reader {
    explicit Reader(const TempDirectory& temp) : engine(temp.path("instance"), {4096, 128, false, "Off"}) {
        std::filesystem::create_directories(temp.path("instance"));
        engine.start();
        const std::string path = temp.path("files/data.edb");
        REQUIRE(JetAttachDatabaseA(engine.session, path.c_str(), JET_bitDbReadOnly) == JET_errSuccess);
        REQUIRE(JetOpenDatabaseA(engine.session, path.c_str(), nullptr, &dbid, JET_bitDbReadOnly) == JET_errSuccess);
    }
    JET_TABLEID open(const char* table) const {
        JET_TABLEID handle = 0;
        REQUIRE(JetOpenTableA(engine.session, dbid, table, nullptr, 0, JET_bitTableReadOnly, &handle) ==
                JET_errSuccess);
        return handle;
    }
    JET_COLUMNDEF column(JET_TABLEID table, const char* name) const {
        JET_COLUMNDEF definition{};
        REQUIRE(JetGetTableColumnInfoA(engine.session, table, name, &definition, sizeof definition, JET_ColInfo) ==
                JET_errSuccess);
        return definition;
    }

    test::Engine engine;
    JET_DBID dbid = 0;
};

}  // namespace

TEST_CASE("A cursor walks a table forwards and backwards, and stops at both ends") {
    const TempDirectory temp;
    if (!test::set_files(temp)) return;
    const Reader reader(temp);
    const JET_SESID session = reader.engine.session;
    const JET_TABLEID table = reader.open("alltypes");
    const std::size_t rows = expected_rows("clean-4k", "AllTypes");
    REQUIRE(rows > 10);

    const auto count = [&](JET_INT32 start, JET_INT32 step) {
        std::size_t found = 0;
        for (JET_ERR e = JetMove(session, table, start, 0); e == JET_errSuccess; e = JetMove(session, table, step, 0))
            ++found;
        return found;
    };
    CHECK(JetMove(session, table, 0, 0) == JET_errSuccess);  // a new cursor stands on the first record
    CHECK(count(JET_MoveFirst, JET_MoveNext) == rows);
    CHECK(JetMove(session, table, JET_MoveNext, 0) == JET_errNoCurrentRecord);
    CHECK(JetMove(session, table, JET_MovePrevious, 0) == JET_errSuccess);  // from behind the last record to it
    CHECK(count(JET_MoveLast, JET_MovePrevious) == rows);
    CHECK(count(JET_MoveFirst, 3) == (rows + 2) / 3);
    for (const char* index : {"pk", "iLong", "iGuid", "iAuto"}) {
        REQUIRE(JetSetCurrentIndexA(session, table, index) == JET_errSuccess);
        CHECK(JetMove(session, table, 0, 0) == JET_errSuccess);
        CHECK(count(JET_MoveFirst, JET_MoveNext) == rows);
        CHECK(count(JET_MoveLast, JET_MovePrevious) == rows);
        char name[64] = "";
        CHECK(JetGetCurrentIndexA(session, table, name, sizeof name) == JET_errSuccess);
        CHECK(std::string(name) == index);
    }
    CHECK(JetSetCurrentIndexA(session, table, "none") == JET_errIndexNotFound);
    CHECK(JetSetCurrentIndexW(session, table, nullptr) == JET_errSuccess);
    CHECK(JetMove(session, table, JET_MoveFirst, 0x80) == JET_errInvalidGrbit);
    CHECK(JetCloseTable(session, table) == JET_errSuccess);
    CHECK(JetMove(session, table, JET_MoveFirst, 0) == JET_errInvalidTableId);
}

TEST_CASE("Values are given whole, in part, by their number, or as NULL") {
    const TempDirectory temp;
    if (!test::set_files(temp)) return;
    const Reader reader(temp);
    const JET_SESID session = reader.engine.session;
    const JET_TABLEID table = reader.open("AllTypes");
    const JET_COLUMNID key = reader.column(table, "k").columnid, text = reader.column(table, "ltextw").columnid,
                       many = reader.column(table, "mvlong").columnid, number = reader.column(table, "tlong").columnid;
    std::uint32_t value = 0, actual = 0;
    CHECK(JetMove(session, table, JET_MovePrevious, 0) == JET_errNoCurrentRecord);
    CHECK(JetRetrieveColumn(session, table, key, &value, sizeof value, &actual, 0, nullptr) == JET_errNoCurrentRecord);

    bool seen_null = false, seen_long = false, seen_many = false;
    std::vector<std::uint8_t> whole(1 << 20), part(1 << 20);
    for (JET_ERR e = JetMove(session, table, JET_MoveFirst, 0); e == 0; e = JetMove(session, table, JET_MoveNext, 0)) {
        REQUIRE(JetRetrieveColumn(session, table, key, &value, sizeof value, &actual, 0, nullptr) == JET_errSuccess);
        CHECK(actual == 4);
        const JET_ERR of_number = JetRetrieveColumn(session, table, number, &value, 4, &actual, 0, nullptr);
        CHECK((of_number == JET_errSuccess || of_number == JET_wrnColumnNull));
        if (of_number == JET_wrnColumnNull) seen_null = true;
        CHECK(actual == (of_number == JET_errSuccess ? 4 : 0));

        const auto room = static_cast<std::uint32_t>(whole.size());
        REQUIRE(JetRetrieveColumn(session, table, text, whole.data(), room, &actual, 0, nullptr) == JET_errSuccess);
        const std::uint32_t size = actual;
        seen_long = seen_long || size > 4096;
        CHECK(JetRetrieveColumn(session, table, text, nullptr, 0, &actual, 0, nullptr) ==
              (size == 0 ? JET_errSuccess : JET_wrnBufferTruncated));
        CHECK(actual == size);
        JET_RETINFO info{sizeof info, size / 2, 1, 0};
        REQUIRE(JetRetrieveColumn(session, table, text, part.data(), room, &actual, 0, &info) == JET_errSuccess);
        CHECK(actual == size - size / 2);
        CHECK(std::equal(part.begin(), part.begin() + actual, whole.begin() + size / 2));
        info = {sizeof info, size + 5, 1, 0};
        CHECK(JetRetrieveColumn(session, table, text, part.data(), room, &actual, 0, &info) == JET_errSuccess);
        CHECK(actual == 0);

        info = {sizeof info, 0, 0, 0};
        REQUIRE(JetRetrieveColumn(session, table, many, nullptr, 0, nullptr, 0, &info) == JET_errSuccess);
        const std::uint32_t count = info.itagSequence;
        seen_many = seen_many || count > 2;
        for (std::uint32_t i = 1; i <= count + 1; ++i) {
            info = {sizeof info, 0, i, 0};
            CHECK(JetRetrieveColumn(session, table, many, &value, 4, &actual, 0, &info) ==
                  (i <= count ? JET_errSuccess : JET_wrnColumnNull));
        }
    }
    CHECK(seen_null);
    CHECK(seen_long);
    CHECK(seen_many);

    REQUIRE(JetMove(session, table, JET_MoveFirst, 0) == JET_errSuccess);
    CHECK(JetRetrieveColumn(session, table, 4711, &value, 4, &actual, 0, nullptr) == JET_errColumnNotFound);
    CHECK(JetRetrieveColumn(session, table, key, &value, 4, &actual, 0x40000000, nullptr) == JET_errInvalidGrbit);
    JET_RETINFO bad{};
    CHECK(JetRetrieveColumn(session, table, key, &value, 4, &actual, 0, &bad) == JET_errInvalidParameter);

    // Every value of a tagged column can be reached without its name.
    std::uint32_t tagged = 0;
    for (JET_RETINFO info{sizeof info, 0, 1, 0};; ++info.itagSequence) {
        const JET_ERR e = JetRetrieveColumn(session, table, 0, nullptr, 0, &actual, 0, &info);
        if (e == JET_wrnColumnNull) break;
        REQUIRE(e >= 0);
        CHECK(info.columnidNextTagged >= 256);
        ++tagged;
    }
    CHECK(tagged > 3);

    JET_RETRIEVECOLUMN columns[2]{};
    columns[0].columnid = key;
    columns[0].pvData = &value;
    columns[0].cbData = 4;
    columns[0].itagSequence = 1;
    columns[1].columnid = text;
    columns[1].itagSequence = 1;
    CHECK(JetRetrieveColumns(session, table, columns, 2) == JET_wrnBufferTruncated);
    CHECK(columns[0].err == JET_errSuccess);
    CHECK(columns[1].err == JET_wrnBufferTruncated);
    CHECK(columns[1].cbActual > 0);
}

TEST_CASE("Tables, columns and indexes are described by name, by number and in lists") {
    const TempDirectory temp;
    if (!test::set_files(temp)) return;
    const Reader reader(temp);
    const JET_SESID session = reader.engine.session;
    const JET_TABLEID table = reader.open("AllTypes");

    JET_OBJECTINFO object{};
    CHECK(JetGetObjectInfoA(session, reader.dbid, JET_objtypTable, nullptr, "MSysObjects", &object, sizeof object,
                            JET_ObjInfo) == 0);
    CHECK((object.flags & JET_bitObjectSystem) != 0);
    CHECK((object.grbit & JET_bitTableInfoUpdatable) == 0);
    CHECK(JetGetObjectInfoA(session, reader.dbid, JET_objtypTable, nullptr, "No", &object, sizeof object,
                            JET_ObjInfo) == JET_errObjectNotFound);
    CHECK(JetGetObjectInfoA(session, 9, JET_objtypTable, nullptr, "No", &object, sizeof object, JET_ObjInfo) ==
          JET_errInvalidDatabaseId);

    const JET_COLUMNDEF many = reader.column(table, "MVLONG");
    CHECK(many.coltyp == JET_coltypLong);
    CHECK(many.grbit == (JET_bitColumnTagged | JET_bitColumnMultiValued));
    JET_COLUMNDEF by_number{};
    CHECK(JetGetTableColumnInfoA(session, table, reinterpret_cast<const char*>(&many.columnid), &by_number,
                                 sizeof by_number, JET_ColInfoByColid) == JET_errSuccess);
    CHECK(by_number.columnid == many.columnid);
    JET_COLUMNBASE_W base{};
    CHECK(JetGetColumnInfoW(session, reader.dbid, u"AllTypes", u"vtextw", &base, sizeof base, JET_ColInfoBase) == 0);
    CHECK(std::u16string(base.szBaseTableName) == u"AllTypes");
    CHECK(base.cp == 1200);
    CHECK(JetGetTableColumnInfoA(session, table, "none", &by_number, sizeof by_number, JET_ColInfo) ==
          JET_errColumnNotFound);
    CHECK(JetGetTableColumnInfoA(session, table, "k", &by_number, 8, JET_ColInfo) == JET_errBufferTooSmall);

    JET_INDEXLIST indexes{};
    REQUIRE(JetGetIndexInfoA(session, reader.dbid, "AllTypes", "iLong", &indexes, sizeof indexes, JET_IdxInfo) == 0);
    CHECK(indexes.cRecord == 2);
    char name[16];
    std::uint32_t bits = 0, actual = 0;
    REQUIRE(JetMove(session, indexes.tableid, JET_MoveLast, 0) == JET_errSuccess);
    CHECK(JetRetrieveColumn(session, indexes.tableid, indexes.columnidcolumnname, name, sizeof name, &actual, 0,
                            nullptr) == 0);
    CHECK(std::string(name, actual) == "short");
    CHECK(JetRetrieveColumn(session, indexes.tableid, indexes.columnidgrbitColumn, &bits, 4, &actual, 0, nullptr) == 0);
    CHECK(bits == JET_bitKeyDescending);
    CHECK(JetMove(session, indexes.tableid, 1, 0) == JET_errNoCurrentRecord);
    CHECK(JetGetBookmark(session, indexes.tableid, name, sizeof name, &actual) == JET_errIllegalOperation);
    std::uint32_t count = 0;
    CHECK(JetGetTableIndexInfoA(session, table, nullptr, &count, sizeof count, JET_IdxInfoCount) == JET_errSuccess);
    CHECK(count == 8);
    CHECK(JetGetTableIndexInfoA(session, table, "no", &indexes, sizeof indexes, JET_IdxInfo) == JET_errIndexNotFound);

    JET_COLUMNLIST columns{};
    REQUIRE(JetGetTableColumnInfoW(session, table, nullptr, &columns, sizeof columns, JET_ColInfoList) ==
            JET_errSuccess);
    char16_t wide[16];
    REQUIRE(JetMove(session, columns.tableid, JET_MoveFirst, 0) == JET_errSuccess);  // by name
    CHECK(JetRetrieveColumn(session, columns.tableid, columns.columnidcolumnname, wide, sizeof wide, &actual, 0,
                            nullptr) == 0);
    CHECK(std::u16string(wide, actual / 2) == u"autoinc");
}

TEST_CASE("Cursors go with their session, their database and their transaction") {
    const TempDirectory temp;
    if (!test::set_files(temp)) return;
    const Reader reader(temp);
    const JET_SESID session = reader.engine.session;
    JET_SESID other = 0;
    REQUIRE(JetBeginSessionA(reader.engine.instance, &other, nullptr, nullptr) == JET_errSuccess);
    const JET_TABLEID table = reader.open("Seq");
    CHECK(JetMove(other, table, JET_MoveFirst, 0) == JET_errSesidTableIdMismatch);
    JET_TABLEID foreign = 0;
    CHECK(JetOpenTableA(other, reader.dbid, "Seq", nullptr, 0, 0, &foreign) == JET_errInvalidDatabaseId);
    CHECK(JetOpenTableA(session, reader.dbid, "", nullptr, 0, 0, &foreign) == JET_errInvalidName);
    CHECK(JetOpenTableA(session, reader.dbid, "Seq", nullptr, 0, 0, nullptr) == JET_errInvalidParameter);

    CHECK(JetCommitTransaction(session, 0) == JET_errNotInTransaction);
    CHECK(JetRollback(session, 0) == JET_errNotInTransaction);
    REQUIRE(JetBeginTransaction(session) == JET_errSuccess);
    const JET_TABLEID kept = reader.open("Many");
    REQUIRE(JetBeginTransaction2(session, JET_bitTransactionReadOnly) == JET_errSuccess);
    const JET_TABLEID gone = reader.open("Many");
    CHECK(JetRollback(session, 0) == JET_errSuccess);
    CHECK(JetMove(session, gone, JET_MoveFirst, 0) == JET_errInvalidTableId);
    CHECK(JetCommitTransaction(session, JET_bitCommitLazyFlush) == JET_errSuccess);
    CHECK(JetMove(session, kept, JET_MoveFirst, 0) == JET_errSuccess);
    for (int level = 0; level < 7; ++level) CHECK(JetBeginTransaction(session) == JET_errSuccess);
    CHECK(JetBeginTransaction(session) == JET_errTransTooDeep);
    CHECK(JetRollback(session, JET_bitRollbackAll) == JET_errSuccess);
    CHECK(JetRollback(session, 0) == JET_errNotInTransaction);

    CHECK(JetDetachDatabaseA(session, temp.path("files/data.edb").c_str()) == JET_errDatabaseInUse);
    CHECK(JetCloseDatabase(session, reader.dbid, 0) == JET_errSuccess);
    CHECK(JetMove(session, table, JET_MoveFirst, 0) == JET_errInvalidTableId);
    CHECK(JetDetachDatabaseA(session, temp.path("files/data.edb").c_str()) == JET_errSuccess);
}

TEST_CASE("A damaged page is an error of the cursor that meets it, and of no other") {
    const TempDirectory temp;
    if (!test::set_files(temp)) return;
    const std::string path = temp.path("files/data.edb");
    {
        // The greatest leaf of a table would do; here every page behind the catalogs and first tables is damaged.
        const auto size = std::filesystem::file_size(path);
        for (std::uintmax_t page = 60; (page + 2) * 4096 <= size; ++page) test::damage(path, (page + 1) * 4096 + 1000);
    }
    const Reader reader(temp);
    const JET_SESID session = reader.engine.session;
    const JET_TABLEID catalog = reader.open("MSysObjects");
    std::size_t rows = 0;
    for (JET_ERR e = JetMove(session, catalog, JET_MoveFirst, 0); e == 0;
         e = JetMove(session, catalog, JET_MoveNext, 0))
        ++rows;
    CHECK(rows > 50);
    const JET_TABLEID table = reader.open("AllTypes");
    JET_ERR last = JetMove(session, table, JET_MoveFirst, 0);
    while (last == JET_errSuccess) last = JetMove(session, table, JET_MoveNext, 0);
    CHECK(last == JET_errReadVerifyFailure);
    CHECK(test::detail().find("AllTypes") != std::string::npos);
}
