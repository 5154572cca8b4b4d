// Values that a program keeps with cursors and tables, and gets back when these go.

#include "jet/test_records.h"

using namespace test;

namespace {

std::vector<std::pair<JET_CBTYP, JET_LS>> freed;

JET_ERR free_storage(JET_SESID session, JET_DBID dbid, JET_TABLEID table, JET_CBTYP reason, void* value, void*, void*,
                     JET_API_PTR) {
    CHECK(session == JET_sesidNil);
    CHECK(dbid == JET_dbidNil);
    CHECK(table == JET_tableidNil);
    freed.emplace_back(reason, reinterpret_cast<JET_LS>(value));
    return JET_errSuccess;
}

struct Kept : Scratch {
    Kept() {
        freed.clear();
        create("t", {{"a", JET_coltypLong}}, {});
        engine.set(JET_paramRuntimeCallback, reinterpret_cast<JET_API_PTR>(&free_storage));
    }
    JET_TABLEID open() const { return Records(session(), "t").cursor; }
    JET_ERR set(JET_TABLEID table, JET_LS value, JET_GRBIT grbit) const {
        return JetSetLS(engine.session, table, value, grbit);
    }
    JET_LS get(JET_TABLEID table, JET_GRBIT grbit) const {
        JET_LS value = 0;
        const JET_ERR result = JetGetLS(engine.session, table, &value, grbit);
        CHECK(result == (value == JET_LSNil ? JET_errLSNotSet : JET_errSuccess));
        return value;
    }
    void close(JET_TABLEID table) const { REQUIRE(JetCloseTable(engine.session, table) == JET_errSuccess); }
};

using Freed = std::vector<std::pair<JET_CBTYP, JET_LS>>;

}  // namespace

TEST_CASE("A cursor keeps one value, which goes back to the program when it is closed") {
    const Kept kept;
    const JET_TABLEID first = kept.open(), second = kept.open();
    CHECK(kept.get(first, JET_bitLSCursor) == JET_LSNil);
    REQUIRE(kept.set(first, 8, JET_bitLSCursor) == JET_errSuccess);
    REQUIRE(kept.set(second, 9, 0) == JET_errSuccess);  // of the cursor as well
    CHECK(kept.set(first, 10, JET_bitLSCursor) == JET_errLSAlreadySet);
    CHECK(kept.get(first, JET_bitLSCursor) == 8);
    CHECK(kept.get(second, JET_bitLSCursor) == 9);
    CHECK(freed.empty());
    kept.close(first);
    CHECK(freed == Freed{{JET_cbtypFreeCursorLS, 8}});

    // What was taken away is the program's.
    CHECK(kept.get(second, JET_bitLSReset) == 9);
    CHECK(kept.get(second, JET_bitLSReset) == JET_LSNil);
    REQUIRE(kept.set(second, 11, 0) == JET_errSuccess);
    REQUIRE(kept.set(second, 0, JET_bitLSReset) == JET_errSuccess);
    kept.close(second);
    CHECK(freed.size() == 1);
}

TEST_CASE("A table keeps a value for all its cursors until its database is detached") {
    Kept kept;
    const JET_TABLEID first = kept.open(), second = kept.open();
    REQUIRE(kept.set(first, 20, JET_bitLSTable) == JET_errSuccess);
    CHECK(kept.get(second, JET_bitLSTable) == 20);
    CHECK(kept.get(second, JET_bitLSCursor) == JET_LSNil);
    CHECK(kept.set(second, 21, JET_bitLSTable) == JET_errLSAlreadySet);
    kept.close(first);
    kept.close(second);
    CHECK(kept.get(kept.open(), JET_bitLSTable) == 20);
    CHECK(freed.empty());
    REQUIRE(JetCloseDatabase(kept.engine.session, kept.session().dbid, 0) == JET_errSuccess);
    REQUIRE(JetDetachDatabaseA(kept.engine.session, kept.path.c_str()) == JET_errSuccess);
    CHECK(freed == Freed{{JET_cbtypFreeTableLS, 20}});
}

TEST_CASE("Values go back however the cursor comes to its end") {
    Kept kept;
    const Session session = kept.session();
    session.begin();
    REQUIRE(kept.set(kept.open(), 1, 0) == JET_errSuccess);
    session.roll_back();
    CHECK(freed == Freed{{JET_cbtypFreeCursorLS, 1}});

    const Session other(kept.engine, kept.path);
    const Records of_other(other, "t");
    REQUIRE(JetSetLS(other.id, of_other.cursor, 2, 0) == JET_errSuccess);
    REQUIRE(JetEndSession(other.id, 0) == JET_errSuccess);
    CHECK(freed.size() == 2);

    const JET_TABLEID left_open = kept.open();
    REQUIRE(kept.set(left_open, 3, 0) == JET_errSuccess);
    REQUIRE(kept.set(left_open, 4, JET_bitLSTable) == JET_errSuccess);
    REQUIRE(kept.engine.term() == JET_errSuccess);
    std::sort(freed.begin(), freed.end());
    CHECK(freed == Freed{{JET_cbtypFreeCursorLS, 1},
                         {JET_cbtypFreeCursorLS, 2},
                         {JET_cbtypFreeCursorLS, 3},
                         {JET_cbtypFreeTableLS, 4}});
}

TEST_CASE("Nothing is kept that nobody would free, and not in two places at once") {
    Kept kept;
    const JET_TABLEID table = kept.open();
    CHECK(kept.set(table, 1, JET_bitLSCursor | JET_bitLSTable) == JET_errInvalidGrbit);
    CHECK(kept.set(table, 1, 0x10) == JET_errInvalidGrbit);
    CHECK(kept.set(JET_tableidNil, 1, 0) == JET_errInvalidTableId);
    CHECK(JetGetLS(kept.engine.session, table, nullptr, 0) == JET_errInvalidParameter);
    kept.engine.set(JET_paramRuntimeCallback, 0);
    CHECK(kept.set(table, 1, JET_bitLSCursor) == JET_errLSCallbackNotSpecified);
    CHECK(kept.get(table, JET_bitLSCursor) == JET_LSNil);
}
