#include <atomic>
#include <cstring>
#include <thread>

#include "esent.h"
#include "jet/test_definitions.h"
#include "unit/database_contents.h"

using test::Engine;
using test::NewDatabase;

namespace {

// The nodes of a tree of a database that is clean.
std::vector<test::LiveNode> nodes(const std::string& path, std::uint32_t object) {
    return test::trees_of(path)[object];
}

bool is_of_system_tables(const test::LiveNode& node) {
    // The key of every row of the catalog begins with the object of its table; user tables have 8 and more.
    return node.key.size() > 4 && node.key[4] < 8;
}

}  // namespace

TEST_CASE("a new database has the catalog and the system tables that the original engine makes") {
    for (const auto& [page_bytes, set] :
         {std::pair{4096u, "clean-4k"}, {8192u, "clean-8k"}, {16384u, "clean-16k"}, {32768u, "clean-32k"}}) {
        INFO(page_bytes);
        NewDatabase database(page_bytes);
        CHECK(database.tables() ==
              std::vector<std::string>{"MSysLocales", "MSysObjects", "MSysObjectsShadow", "MSysObjids"});
        CHECK(database.findings() == std::vector<std::string>());
        const std::string path = database.path();
        REQUIRE(database.engine().term() == JET_errSuccess);
        const TempDirectory theirs;
        if (!test::set_files(theirs, set, "instance")) continue;
        for (const std::uint32_t catalog : {2u, 3u}) {
            auto expected = nodes(theirs.path("instance/data.edb"), catalog);
            std::erase_if(expected, [](const test::LiveNode& node) { return !is_of_system_tables(node); });
            CHECK(nodes(path, catalog) == expected);
        }
    }
}

TEST_CASE("creating a database is refused where there is one, and a refused creation leaves nothing behind") {
    NewDatabase database;
    JET_DBID other = 7;
    const auto create = [&](const std::string& path, JET_GRBIT grbit = 0) {
        return JetCreateDatabaseA(database.session(), path.c_str(), nullptr, &other, grbit);
    };
    CHECK(create(database.path()) == JET_errDatabaseDuplicate);
    CHECK(create(database.path(), JET_bitDbOverwriteExisting) == JET_errDatabaseDuplicate);  // it is attached
    const std::string directory = std::filesystem::path(database.path()).parent_path().string();
    CHECK(create(directory + "/nowhere/new.edb") == JET_errInvalidPath);
    CHECK(create("") == JET_errInvalidPath);
    CHECK(create(directory + "/new.edb", JET_bitDbRecoveryOff) == JET_errFeatureNotAvailable);
    CHECK(create(directory + "/new.edb", 0x40000000) == JET_errInvalidGrbit);
    database.begin();
    CHECK(create(directory + "/new.edb") == JET_errInTransaction);
    database.roll_back();
    REQUIRE(test::begin(database.engine()) == JET_errSuccess);
    CHECK(create(directory + "/new.edb") == JET_errBackupInProgress);
    REQUIRE(test::end(database.engine(), JET_bitBackupEndAbort) == JET_errSuccess);
    CHECK_FALSE(std::filesystem::exists(directory + "/new.edb"));

    test::write_file(directory + "/old.edb", test::Bytes(8192));
    CHECK(create(directory + "/old.edb") == JET_errDatabaseDuplicate);
    CHECK(create(directory + "/old.edb", JET_bitDbOverwriteExisting) == JET_errSuccess);
    CHECK(other == 2);
    // Too small for what every database has.
    CHECK(JetCreateDatabase2A(database.session(), (directory + "/small.edb").c_str(), 10, &other, 0) ==
          JET_errOutOfDatabaseSpace);
    CHECK_FALSE(std::filesystem::exists(directory + "/small.edb"));
}

TEST_CASE("tables, columns and indexes come and go with their transaction") {
    NewDatabase database;
    const JET_SESID session = database.session();
    database.begin();
    JET_TABLEID table = database.create_table("Orders");
    JET_COLUMNID id = 0, amount = 0;
    REQUIRE(database.add_column(table, "id", JET_coltypLong, JET_bitColumnNotNULL, 0, &id) == JET_errSuccess);
    REQUIRE(database.create_index(table, "primary", std::string("+id") + '\0', JET_bitIndexPrimary) == JET_errSuccess);
    CHECK(id == 1);
    database.commit();
    CHECK(database.has_table("orders"));  // names have no case
    for (std::int32_t i = 0; i < 100; ++i) REQUIRE(database.insert(table, {{id, i}}) == JET_errSuccess);

    database.begin();
    REQUIRE(database.add_column(table, "amount", JET_coltypLong, 0, 0, &amount) == JET_errSuccess);
    CHECK(amount == 2);
    for (std::int32_t i = 100; i < 200; ++i)
        REQUIRE(database.insert(table, {{id, i}, {amount, i / 7}}) == JET_errSuccess);
    REQUIRE(database.create_index(table, "amounts", std::string("+amount") + '\0', JET_bitIndexIgnoreNull) ==
            JET_errSuccess);
    CHECK(database.count_entries(table, "amounts") == 100);
    database.roll_back();
    JET_COLUMNDEF info{};
    info.cbStruct = sizeof info;
    CHECK(JetGetTableColumnInfoA(session, table, "amount", &info, sizeof info, JET_ColInfo) == JET_errColumnNotFound);
    CHECK(JetSetCurrentIndexA(session, table, "amounts") == JET_errIndexNotFound);
    CHECK(database.count_entries(table, nullptr) == 100);

    REQUIRE(database.add_column(table, "amount", JET_coltypLong, 0, 0, &amount) == JET_errSuccess);
    for (std::int32_t i = 100; i < 200; ++i)
        REQUIRE(database.insert(table, {{id, i}, {amount, i / 7}}) == JET_errSuccess);
    REQUIRE(database.create_index(table, "amounts", std::string("-amount") + '\0' + "+id" + '\0', 0) == JET_errSuccess);
    CHECK(database.count_entries(table, "amounts") == 200);
    CHECK(database.create_index(table, "unique", std::string("+amount") + '\0', JET_bitIndexUnique) ==
          JET_errKeyDuplicate);
    CHECK(JetDeleteIndexA(session, table, "unique") == JET_errIndexNotFound);

    CHECK(JetDeleteTableA(session, database.dbid, "Orders") == JET_errTableInUse);
    REQUIRE(JetCloseTable(session, table) == JET_errSuccess);
    database.begin();
    REQUIRE(JetDeleteTableA(session, database.dbid, "Orders") == JET_errSuccess);
    CHECK_FALSE(database.has_table("Orders"));
    database.roll_back();
    CHECK(database.has_table("Orders"));
    CHECK(database.findings() == std::vector<std::string>());
    REQUIRE(JetDeleteTableA(session, database.dbid, "Orders") == JET_errSuccess);
    CHECK_FALSE(database.has_table("Orders"));
    CHECK(database.findings() == std::vector<std::string>());
}

TEST_CASE(
    "another session sees a definition when it is committed, and a table that it changes can't be written meanwhile") {
    NewDatabase database;
    JET_TABLEID table = database.create_table("T");
    JET_COLUMNID a = 0, b = 0;
    REQUIRE(database.add_column(table, "a", JET_coltypLong, 0, 0, &a) == JET_errSuccess);
    JET_SESID other = 0;
    JET_DBID dbid = 0;
    REQUIRE(JetBeginSessionA(database.engine().instance, &other, nullptr, nullptr) == JET_errSuccess);
    REQUIRE(JetOpenDatabaseA(other, database.path().c_str(), nullptr, &dbid, 0) == JET_errSuccess);
    JET_TABLEID theirs = 0;
    REQUIRE(JetOpenTableA(other, dbid, "T", nullptr, 0, 0, &theirs) == JET_errSuccess);
    const auto others_column = [&](const char* name) {
        JET_COLUMNDEF info{};
        info.cbStruct = sizeof info;
        return JetGetTableColumnInfoA(other, theirs, name, &info, sizeof info, JET_ColInfo);
    };
    REQUIRE(JetBeginTransaction(other) == JET_errSuccess);
    CHECK(others_column("a") == JET_errSuccess);

    database.begin();
    REQUIRE(database.add_column(table, "b", JET_coltypLong, 0, 0, &b) == JET_errSuccess);
    JET_TABLEID unseen = database.create_table("Unseen");
    REQUIRE(JetCloseTable(database.session(), unseen) == JET_errSuccess);
    CHECK(others_column("b") == JET_errColumnNotFound);
    CHECK(JetOpenTableA(other, dbid, "Unseen", nullptr, 0, 0, &unseen) == JET_errObjectNotFound);
    const std::int32_t value = 5;
    REQUIRE(JetPrepareUpdate(other, theirs, JET_prepInsert) == JET_errSuccess);
    REQUIRE(JetSetColumn(other, theirs, a, &value, sizeof value, 0, nullptr) == JET_errSuccess);
    CHECK(JetUpdate(other, theirs, nullptr, 0, nullptr) == JET_errWriteConflict);
    REQUIRE(JetPrepareUpdate(other, theirs, JET_prepCancel) == JET_errSuccess);
    JET_COLUMNDEF column{};
    column.cbStruct = sizeof column;
    column.coltyp = JET_coltypLong;
    CHECK(JetAddColumnA(other, theirs, "c", &column, nullptr, 0, nullptr) == JET_errWriteConflict);
    database.commit();
    CHECK(others_column("b") == JET_errColumnNotFound);  // it sees what was there when it began
    REQUIRE(JetCommitTransaction(other, 0) == JET_errSuccess);
    CHECK(others_column("b") == JET_errSuccess);
    CHECK(JetOpenTableA(other, dbid, "Unseen", nullptr, 0, 0, &unseen) == JET_errSuccess);
}

TEST_CASE("a table can be had alone") {
    NewDatabase database;
    REQUIRE(JetCloseTable(database.session(), database.create_table("T")) == JET_errSuccess);
    JET_SESID other = 0;
    JET_DBID dbid = 0;
    REQUIRE(JetBeginSessionA(database.engine().instance, &other, nullptr, nullptr) == JET_errSuccess);
    REQUIRE(JetOpenDatabaseA(other, database.path().c_str(), nullptr, &dbid, 0) == JET_errSuccess);
    JET_TABLEID ours = 0, theirs = 0;
    const auto open = [&](JET_SESID session, JET_GRBIT grbit, JET_TABLEID& table) {
        return JetOpenTableA(session, database.dbid, "T", nullptr, 0, grbit, &table);
    };
    REQUIRE(open(database.session(), JET_bitTableDenyRead, ours) == JET_errSuccess);
    CHECK(open(other, JET_bitTableReadOnly, theirs) == JET_errTableLocked);
    REQUIRE(JetCloseTable(database.session(), ours) == JET_errSuccess);
    REQUIRE(open(other, JET_bitTableReadOnly, theirs) == JET_errSuccess);
    CHECK(open(database.session(), JET_bitTableDenyRead, ours) == JET_errTableInUse);
    REQUIRE(open(database.session(), JET_bitTableDenyWrite, ours) == JET_errSuccess);
    JET_TABLEID second = 0;
    CHECK(open(other, 0, second) == JET_errTableLocked);
    CHECK(open(other, JET_bitTableReadOnly, second) == JET_errSuccess);
}

TEST_CASE("columns are refused by the names that the documentation gives to what is wrong") {
    NewDatabase database;
    const JET_TABLEID table = database.create_table("T");
    const auto add = [&](const char* name, JET_COLTYP type, JET_GRBIT grbit = 0, const test::Bytes& initial = {}) {
        return database.add_column(table, name, type, grbit, 0, nullptr, initial);
    };
    REQUIRE(add("a", JET_coltypLong) == JET_errSuccess);
    CHECK(add("A", JET_coltypLong) == JET_errColumnDuplicate);
    CHECK(add("", JET_coltypLong) == JET_errInvalidName);
    CHECK(add(" b", JET_coltypLong) == JET_errInvalidName);
    CHECK(add("b.c", JET_coltypLong) == JET_errInvalidName);
    CHECK(add(std::string(65, 'x').c_str(), JET_coltypLong) == JET_errInvalidName);
    CHECK(add("b", JET_coltypNil) == JET_errInvalidColumnType);
    CHECK(add("b", JET_coltypMax) == JET_errInvalidColumnType);
    CHECK(add("b", JET_coltypLong, JET_bitColumnFixed | JET_bitColumnTagged) == JET_errInvalidGrbit);
    CHECK(add("b", JET_coltypLong, JET_bitColumnMultiValued) == JET_errMultiValuedColumnMustBeTagged);
    CHECK(add("b", JET_coltypLong, JET_bitColumnTagged | JET_bitColumnNotNULL) == JET_errTaggedNotNULL);
    CHECK(add("b", JET_coltypLong, JET_bitColumnTagged | JET_bitColumnAutoincrement) == JET_errCannotBeTagged);
    CHECK(add("b", JET_coltypLong, JET_bitColumnEscrowUpdate) == JET_errInvalidGrbit);  // no default
    CHECK(add("b", JET_coltypLongText, JET_bitColumnFixed) == JET_errInvalidColumnType);
    CHECK(add("b", JET_coltypLong, 0, {1, 2, 3}) == JET_errInvalidBufferSize);
    CHECK(add("b", JET_coltypLong, 0x80000000) == JET_errInvalidGrbit);
    CHECK(add("b", JET_coltypText, JET_bitColumnCompressed) == JET_errColumnCannotBeCompressed);
    REQUIRE(add("n", JET_coltypLong, JET_bitColumnAutoincrement) == JET_errSuccess);
    CHECK(add("n2", JET_coltypLong, JET_bitColumnAutoincrement) == JET_errColumnRedundant);
    CHECK(database.add_column(table, "long", JET_coltypText, 0, 300) == JET_wrnColumnMaxTruncated);
    JET_COLUMNDEF info{};
    info.cbStruct = sizeof info;
    REQUIRE(JetGetTableColumnInfoA(database.session(), table, "long", &info, sizeof info, JET_ColInfo) ==
            JET_errSuccess);
    CHECK(info.cbMax == 255);
    CHECK(info.cp == 1252);
    for (int i = 0; i < 123; ++i) REQUIRE(add(("f" + std::to_string(i)).c_str(), JET_coltypBit) == JET_errSuccess);
    CHECK(add("one", JET_coltypBit) == JET_errSuccess);
    CHECK(add("two", JET_coltypBit) == JET_errSuccess);
    CHECK(add("more", JET_coltypBit) == JET_errTooManyColumns);
}

TEST_CASE("indexes are refused by the names that the documentation gives to what is wrong") {
    NewDatabase database;
    const JET_TABLEID table = database.create_table("T");
    REQUIRE(database.add_column(table, "a", JET_coltypLong) == JET_errSuccess);
    REQUIRE(database.add_column(table, "sum", JET_coltypLong, JET_bitColumnEscrowUpdate, 0, nullptr, {0, 0, 0, 0}) ==
            JET_errSuccess);
    const auto create = [&](const char* name, const std::string& key, JET_GRBIT grbit = 0) {
        return database.create_index(table, name, key, grbit);
    };
    const std::string a = std::string("+a") + '\0';
    CHECK(create("i", std::string("+b") + '\0') == JET_errColumnNotFound);
    CHECK(create("i", std::string("+sum") + '\0') == JET_errCannotIndex);
    CHECK(create("i", "") == JET_errIndexInvalidDef);
    CHECK(create("", a) == JET_errInvalidName);
    CHECK(create("i", a, JET_bitIndexPrimary | JET_bitIndexIgnoreNull) == JET_errInvalidGrbit);
    CHECK(create("i", a, JET_bitIndexTuples | JET_bitIndexPrimary) == JET_errIndexTuplesSecondaryIndexOnly);
    CHECK(create("i", a, JET_bitIndexTuples) == JET_errIndexTuplesTextBinaryColumnsOnly);
    CHECK(create("i", a, JET_bitIndexEmpty) == JET_errInvalidGrbit);
    CHECK(JetCreateIndexA(database.session(), table, "i", 0, "+a\0", 4, 10) == JET_errDensityInvalid);
    CHECK(JetCreateIndexA(database.session(), table, "i", 0, "+a", 2, 80) == JET_errIndexInvalidDef);
    REQUIRE(create("p", a, JET_bitIndexPrimary) == JET_errSuccess);
    CHECK(create("q", a, JET_bitIndexPrimary) == JET_errIndexHasPrimary);
    CHECK(create("P", a) == JET_errIndexDuplicate);
    CHECK(JetDeleteIndexA(database.session(), table, "p") == JET_errIndexMustStay);
    CHECK(JetDeleteColumnA(database.session(), table, "a") == JET_errColumnInUse);
    CHECK(JetDeleteColumnA(database.session(), table, "nothing") == JET_errColumnNotFound);
    REQUIRE(create("s", a) == JET_errSuccess);
    REQUIRE(JetSetCurrentIndexA(database.session(), table, "s") == JET_errSuccess);
    CHECK(JetDeleteIndexA(database.session(), table, "s") == JET_errIndexInUse);
    REQUIRE(JetSetCurrentIndexA(database.session(), table, nullptr) == JET_errSuccess);
    CHECK(JetDeleteIndexA(database.session(), table, "s") == JET_errSuccess);
}

TEST_CASE("names change, and a deleted column leaves its number and its name free for nobody and for others") {
    NewDatabase database;
    const JET_SESID session = database.session();
    JET_TABLEID table = database.create_table("Old");
    JET_COLUMNID a = 0, b = 0, c = 0;
    REQUIRE(database.add_column(table, "a", JET_coltypLong, 0, 0, &a) == JET_errSuccess);
    REQUIRE(database.add_column(table, "b", JET_coltypLong, 0, 0, &b) == JET_errSuccess);
    REQUIRE(database.insert(table, {{a, 1}, {b, 2}}) == JET_errSuccess);
    CHECK(JetRenameColumnA(session, table, "a", "b", 0) == JET_errColumnDuplicate);
    database.begin();
    CHECK(JetRenameColumnA(session, table, "a", "a2", 0) == JET_errInTransaction);
    database.roll_back();
    CHECK(JetRenameColumnA(session, table, "a", "a2", 0) == JET_errSuccess);
    REQUIRE(JetDeleteColumnA(session, table, "b") == JET_errSuccess);
    REQUIRE(database.add_column(table, "b", JET_coltypLong, 0, 0, &c) == JET_errSuccess);
    CHECK(c == b + 1);
    std::int32_t value = 0;
    JET_UINT32 bytes = 0;
    REQUIRE(JetMove(session, table, JET_MoveFirst, 0) == JET_errSuccess);
    CHECK(JetRetrieveColumn(session, table, a, &value, sizeof value, &bytes, 0, nullptr) == JET_errSuccess);
    CHECK(value == 1);
    CHECK(JetRetrieveColumn(session, table, b, &value, sizeof value, &bytes, 0, nullptr) == JET_errColumnNotFound);
    CHECK(JetRetrieveColumn(session, table, c, &value, sizeof value, &bytes, 0, nullptr) == JET_wrnColumnNull);

    CHECK(JetRenameTableA(session, database.dbid, "Old", "New") == JET_errTableInUse);
    REQUIRE(JetCloseTable(session, table) == JET_errSuccess);
    REQUIRE(JetCloseTable(session, database.create_table("Other")) == JET_errSuccess);
    CHECK(JetRenameTableA(session, database.dbid, "Old", "other") == JET_errTableDuplicate);
    CHECK(JetRenameTableA(session, database.dbid, "MSysObjects", "Mine") == JET_errInvalidOperation);
    CHECK(JetDeleteTableA(session, database.dbid, "MSysLocales") == JET_errCannotDeleteSystemTable);
    REQUIRE(JetRenameTableA(session, database.dbid, "Old", "New") == JET_errSuccess);
    CHECK(database.has_table("New"));
    CHECK_FALSE(database.has_table("Old"));
    CHECK(JetDeleteTableA(session, database.dbid, "Old") == JET_errObjectNotFound);
    const std::int32_t initial = 17;
    REQUIRE(JetSetColumnDefaultValueA(session, database.dbid, "New", "b", &initial, sizeof initial, 0) ==
            JET_errSuccess);
    REQUIRE(JetOpenTableA(session, database.dbid, "New", nullptr, 0, 0, &table) == JET_errSuccess);
    REQUIRE(JetMove(session, table, JET_MoveFirst, 0) == JET_errSuccess);
    CHECK(JetRetrieveColumn(session, table, c, &value, sizeof value, &bytes, 0, nullptr) == JET_errSuccess);
    CHECK(value == initial);
    CHECK(database.findings() == std::vector<std::string>());
}

TEST_CASE("a table of several columns and indexes is made in one call, or not at all") {
    NewDatabase database;
    char id[] = "id", text[] = "text", primary[] = "primary", by_text[] = "by text", name[] = "T", id_key[] = "+id\0",
         text_key[] = "+text\0";
    JET_COLUMNCREATE_A columns[2]{};
    for (auto& column : columns) column.cbStruct = sizeof column;
    columns[0].szColumnName = id;
    columns[0].coltyp = JET_coltypLong;
    columns[1].szColumnName = text;
    columns[1].coltyp = JET_coltypText;
    columns[1].cp = 1200;
    JET_CONDITIONALCOLUMN_A condition{sizeof condition, id, JET_bitIndexColumnMustBeNonNull};
    JET_INDEXCREATE_A indexes[2]{};
    for (auto& index : indexes) {
        index.cbStruct = sizeof index;
        index.ulDensity = 90;
    }
    indexes[0].szIndexName = primary;
    indexes[0].szKey = id_key;
    indexes[0].cbKey = sizeof id_key;
    indexes[0].grbit = JET_bitIndexPrimary;
    indexes[1].szIndexName = by_text;
    indexes[1].szKey = text_key;
    indexes[1].cbKey = sizeof text_key;
    indexes[1].grbit = JET_bitIndexKeyMost;
    indexes[1].cbKeyMost = 500;
    indexes[1].rgconditionalcolumn = &condition;
    indexes[1].cConditionalColumn = 1;
    JET_TABLECREATE_A table{};
    table.cbStruct = sizeof table;
    table.szTableName = name;
    table.ulPages = 4;
    table.rgcolumncreate = columns;
    table.cColumns = 2;
    table.rgindexcreate = indexes;
    table.cIndexes = 2;
    columns[1].coltyp = 99;
    CHECK(JetCreateTableColumnIndexA(database.session(), database.dbid, &table) == JET_errInvalidColumnType);
    CHECK(columns[1].err == JET_errInvalidColumnType);
    CHECK(table.tableid == JET_tableidNil);
    CHECK_FALSE(database.has_table("T"));

    columns[1].coltyp = JET_coltypText;
    REQUIRE(JetCreateTableColumnIndexA(database.session(), database.dbid, &table) == JET_errSuccess);
    CHECK(table.cCreated == 5);
    CHECK(columns[1].columnid == 128);
    std::uint16_t key_most = 0;
    REQUIRE(JetGetTableIndexInfoA(database.session(), table.tableid, by_text, &key_most, sizeof key_most,
                                  JET_IdxInfoKeyMost) == JET_errSuccess);
    CHECK(key_most == 500);
    CHECK(database.insert(table.tableid, {{columns[0].columnid, 1}}) == JET_errSuccess);
    CHECK(database.count_entries(table.tableid, "by text") == 1);
    CHECK(database.create_index(table.tableid, "parts", std::string("+text") + '\0', JET_bitIndexTuples) ==
          JET_errSuccess);
    CHECK(database.findings() == std::vector<std::string>());
}

TEST_CASE("a derived table has what its template table has") {
    NewDatabase database;
    char base_name[] = "Base", derived_name[] = "Derived", id[] = "id", own[] = "own", primary[] = "primary",
         key[] = "+id\0";
    JET_COLUMNCREATE_A column{};
    column.cbStruct = sizeof column;
    column.szColumnName = id;
    column.coltyp = JET_coltypLong;
    JET_INDEXCREATE_A index{};
    index.cbStruct = sizeof index;
    index.szIndexName = primary;
    index.szKey = key;
    index.cbKey = sizeof key;
    index.grbit = JET_bitIndexPrimary;
    JET_TABLECREATE_A base{};
    base.cbStruct = sizeof base;
    base.szTableName = base_name;
    base.rgcolumncreate = &column;
    base.cColumns = 1;
    base.rgindexcreate = &index;
    base.cIndexes = 1;
    base.grbit = JET_bitTableCreateTemplateTable;
    REQUIRE(JetCreateTableColumnIndexA(database.session(), database.dbid, &base) == JET_errSuccess);
    CHECK(database.add_column(base.tableid, "more", JET_coltypLong) == JET_errFixedDDL);
    REQUIRE(JetCloseTable(database.session(), base.tableid) == JET_errSuccess);
    CHECK(JetDeleteTableA(database.session(), database.dbid, "Base") == JET_errCannotDeleteTemplateTable);

    JET_COLUMNCREATE_A extra = column;
    extra.szColumnName = own;
    JET_TABLECREATE_A derived{};
    derived.cbStruct = sizeof derived;
    derived.szTableName = derived_name;
    derived.szTemplateTableName = base_name;
    derived.rgcolumncreate = &extra;
    derived.cColumns = 1;
    REQUIRE(JetCreateTableColumnIndexA(database.session(), database.dbid, &derived) == JET_errSuccess);
    CHECK(extra.columnid == 2);
    for (std::int32_t i = 5; i > 0; --i)
        REQUIRE(database.insert(derived.tableid, {{column.columnid, i}, {extra.columnid, 10 * i}}) == JET_errSuccess);
    CHECK(database.insert(derived.tableid, {{column.columnid, 3}}) == JET_errKeyDuplicate);
    CHECK(JetDeleteColumnA(database.session(), derived.tableid, "id") == JET_errFixedInheritedDDL);
    CHECK(JetDeleteIndexA(database.session(), derived.tableid, "primary") == JET_errIndexMustStay);
    CHECK(database.findings() == std::vector<std::string>());
}

TEST_CASE("a database grows on request, and is copied without what was deleted from it") {
    NewDatabase database;
    const JET_SESID session = database.session();
    JET_UINT32 pages = 0;
    REQUIRE(JetGrowDatabase(session, database.dbid, 100, &pages) == JET_errSuccess);
    CHECK(pages >= 100);
    CHECK(JetResizeDatabase(session, database.dbid, 10, &pages, 0) == JET_errFeatureNotAvailable);
    CHECK(JetResizeDatabase(session, database.dbid, 10, &pages, JET_bitResizeDatabaseOnlyGrow) == JET_errSuccess);

    const JET_TABLEID table = database.create_table("T");
    JET_COLUMNID id = 0;
    REQUIRE(database.add_column(table, "id", JET_coltypLong, 0, 0, &id) == JET_errSuccess);
    REQUIRE(database.create_index(table, "primary", std::string("+id") + '\0', JET_bitIndexPrimary) == JET_errSuccess);
    REQUIRE(database.create_index(table, "down", std::string("-id") + '\0', 0) == JET_errSuccess);
    database.begin();
    for (std::int32_t i = 0; i < 3000; ++i) REQUIRE(database.insert(table, {{id, i}}) == JET_errSuccess);
    for (JET_ERR at = JetMove(session, table, JET_MoveFirst, 0); at == JET_errSuccess;
         at = JetMove(session, table, JET_MoveNext, 0)) {
        std::int32_t value = 0;
        REQUIRE(JetRetrieveColumn(session, table, id, &value, sizeof value, nullptr, 0, nullptr) == JET_errSuccess);
        if (value % 3 != 0) REQUIRE(JetDelete(session, table) == JET_errSuccess);
    }
    database.commit();
    REQUIRE(JetDefragmentA(session, database.dbid, nullptr, nullptr, nullptr, JET_bitDefragmentBatchStart) ==
            JET_errSuccess);

    const std::string copy = database.path() + ".copy";
    REQUIRE(JetCompactA(session, database.path().c_str(), copy.c_str(), nullptr, nullptr, 0) == JET_errSuccess);
    REQUIRE(JetAttachDatabaseA(session, copy.c_str(), 0) == JET_errSuccess);
    JET_DBID dbid = 0;
    REQUIRE(JetOpenDatabaseA(session, copy.c_str(), nullptr, &dbid, 0) == JET_errSuccess);
    JET_TABLEID copied = 0;
    REQUIRE(JetOpenTableA(session, dbid, "T", nullptr, 0, 0, &copied) == JET_errSuccess);
    CHECK(database.count_entries(copied, nullptr) == 1000);
    CHECK(database.count_entries(copied, "down") == 1000);
    database.dbid = dbid;
    CHECK(database.findings() == std::vector<std::string>());
}

TEST_CASE("Defragmentation fills pages that deletions have left half empty, and what it frees is the table's") {
    NewDatabase database;
    const JET_SESID session = database.session();
    const JET_TABLEID table = database.create_table("T");
    JET_COLUMNID id = 0, text = 0;
    REQUIRE(database.add_column(table, "id", JET_coltypLong, 0, 0, &id) == JET_errSuccess);
    REQUIRE(database.add_column(table, "text", JET_coltypBinary, 0, 200, &text) == JET_errSuccess);
    REQUIRE(database.create_index(table, "primary", std::string("+id") + '\0', JET_bitIndexPrimary) == JET_errSuccess);
    constexpr std::int32_t rows = 3000;
    const std::vector<std::uint8_t> content(200, 7);
    database.begin();
    for (std::int32_t i = 0; i < rows; ++i) {
        REQUIRE(JetPrepareUpdate(session, table, JET_prepInsert) == JET_errSuccess);
        REQUIRE(JetSetColumn(session, table, id, &i, sizeof i, 0, nullptr) == JET_errSuccess);
        REQUIRE(JetSetColumn(session, table, text, content.data(), 200, 0, nullptr) == JET_errSuccess);
        REQUIRE(JetUpdate(session, table, nullptr, 0, nullptr) == JET_errSuccess);
    }
    database.commit();
    database.begin();
    for (std::int32_t i = 0; i < rows; ++i) {
        if (i % 5 >= 2) continue;  // two of five go, so that no two pages fit on one
        REQUIRE(JetMakeKey(session, table, &i, sizeof i, JET_bitNewKey) == JET_errSuccess);
        REQUIRE(JetSeek(session, table, JET_bitSeekEQ) == JET_errSuccess);
        REQUIRE(JetDelete(session, table) == JET_errSuccess);
    }
    database.commit();

    static std::atomic<bool> done;
    const auto free_pages_after = [&](JET_GRBIT how) {
        done = false;
        const JET_CALLBACK callback = [](JET_SESID, JET_DBID, JET_TABLEID, JET_CBTYP, void*, void*, void*,
                                         JET_API_PTR) -> JET_ERR {
            done = true;
            return JET_errSuccess;
        };
        REQUIRE(JetIdle(session, JET_bitIdleCompact) >= JET_errSuccess);
        REQUIRE(JetDefragment2A(session, database.dbid, "T", nullptr, nullptr, callback,
                                JET_bitDefragmentBatchStart | how) == JET_errSuccess);
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (!done && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(std::chrono::milliseconds(5));
        REQUIRE(done);
        JET_UINT32 pages = 0;
        REQUIRE(JetGetTableInfoA(session, table, &pages, sizeof pages, JET_TblInfoSpaceAvailable) == JET_errSuccess);
        return pages;
    };
    const JET_UINT32 before = free_pages_after(JET_bitDefragmentNoPartialMerges);
    CHECK(free_pages_after(JET_bitDefragmentNoPartialMerges) == before);
    CHECK(free_pages_after(0) > before + 10);
    CHECK(database.count_entries(table, nullptr) == rows * 3 / 5);
    CHECK(database.findings() == std::vector<std::string>());
}
