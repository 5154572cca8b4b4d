// What belongs to a session alone.

#include <atomic>
#include <thread>

#include "jet/test_records.h"

using namespace test;

namespace {

JET_UINT32 parameter(JET_SESID session, JET_UINT32 id) {
    JET_UINT32 value = 0xDEAD, actual = 0;
    REQUIRE(JetGetSessionParameter(session, id, &value, sizeof value, &actual) == JET_errSuccess);
    REQUIRE(actual == sizeof value);
    return value;
}

}  // namespace

TEST_CASE("a session is made like another one, and has its own transaction") {
    const TempDirectory temp;
    Engine engine(temp.path());
    engine.start();
    JET_SESID first = 0, second = 0;
    REQUIRE(JetBeginSessionA(engine.instance, &first, nullptr, nullptr) == JET_errSuccess);
    REQUIRE(JetDupSession(first, &second) == JET_errSuccess);
    REQUIRE(second != first);
    REQUIRE(JetBeginTransaction(first) == JET_errSuccess);
    REQUIRE(JetBeginTransaction(first) == JET_errSuccess);
    CHECK(parameter(first, JET_sesparamTransactionLevel) == 2);
    CHECK(parameter(second, JET_sesparamTransactionLevel) == 0);
    CHECK(JetDupSession(first, nullptr) == JET_errInvalidParameter);
    REQUIRE(JetEndSession(second, 0) == JET_errSuccess);
    CHECK(JetDupSession(second, &second) == JET_errInvalidSesid);
}

TEST_CASE("a transaction stays on its thread, unless a context hands it on") {
    const TempDirectory temp;
    Engine engine(temp.path());
    engine.start();
    const JET_SESID session = engine.session;
    const auto elsewhere = [](auto call) {
        JET_ERR result = 0;
        std::thread([&] { result = call(); }).join();
        return result;
    };
    REQUIRE(JetBeginTransaction(session) == JET_errSuccess);
    CHECK(elsewhere([&] { return JetBeginTransaction(session); }) == JET_errSessionSharingViolation);
    CHECK(elsewhere([&] { return JetCommitTransaction(session, 0); }) == JET_errSessionSharingViolation);
    CHECK(elsewhere([&] { return JetRollback(session, 0); }) == JET_errSessionSharingViolation);
    CHECK(parameter(session, JET_sesparamTransactionLevel) == 1);
    REQUIRE(JetCommitTransaction(session, 0) == JET_errSuccess);

    // With a context, whoever has set it.
    REQUIRE(JetSetSessionContext(session, 7) == JET_errSuccess);
    REQUIRE(JetBeginTransaction(session) == JET_errSuccess);
    CHECK(elsewhere([&] { return JetCommitTransaction(session, 0); }) == JET_errSessionSharingViolation);
    REQUIRE(JetResetSessionContext(session) == JET_errSuccess);
    CHECK(JetCommitTransaction(session, 0) == JET_errSessionSharingViolation);
    CHECK(elsewhere([&] {
              REQUIRE(JetSetSessionContext(session, 8) == JET_errSuccess);
              CHECK(JetCommitTransaction(session, 0) == JET_errSessionSharingViolation);  // another context
              REQUIRE(JetResetSessionContext(session) == JET_errSuccess);
              REQUIRE(JetSetSessionContext(session, 7) == JET_errSuccess);
              const JET_ERR committed = JetCommitTransaction(session, 0);
              REQUIRE(JetResetSessionContext(session) == JET_errSuccess);
              return committed;
          }) == JET_errSuccess);
    CHECK(parameter(session, JET_sesparamTransactionLevel) == 0);
}

TEST_CASE("a session's context is set once, and given back by the thread that set it") {
    const TempDirectory temp;
    Engine engine(temp.path());
    engine.start();
    const JET_SESID session = engine.session;
    CHECK(JetSetSessionContext(session, 0) == JET_errInvalidParameter);
    CHECK(JetSetSessionContext(session, ~JET_API_PTR{0}) == JET_errInvalidParameter);
    CHECK(JetResetSessionContext(session) == JET_errSessionContextNotSetByThisThread);
    REQUIRE(JetSetSessionContext(session, 7) == JET_errSuccess);
    CHECK(JetSetSessionContext(session, 7) == JET_errSessionContextAlreadySet);
    JET_ERR set = 0, reset = 0;
    std::thread([&] {
        set = JetSetSessionContext(session, 8);
        reset = JetResetSessionContext(session);
    }).join();
    CHECK(set == JET_errSessionContextAlreadySet);
    CHECK(reset == JET_errSessionContextNotSetByThisThread);
    CHECK(JetEndSession(session, 0) == JET_errSessionInUse);
    REQUIRE(JetResetSessionContext(session) == JET_errSuccess);
    CHECK(JetEndSession(session, 0) == JET_errSuccess);
    CHECK(JetSetSessionContext(session, 7) == JET_errInvalidSesid);
}

TEST_CASE("parameters of a session are its own") {
    const TempDirectory temp;
    Engine engine(temp.path());
    engine.start();
    JET_SESID session = 0, other = 0;
    REQUIRE(JetBeginSessionA(engine.instance, &session, nullptr, nullptr) == JET_errSuccess);
    REQUIRE(JetBeginSessionA(engine.instance, &other, nullptr, nullptr) == JET_errSuccess);
    JET_GRBIT lazy = JET_bitCommitLazyFlush;
    REQUIRE(JetSetSessionParameter(session, JET_sesparamCommitDefault, &lazy, sizeof lazy) == JET_errSuccess);
    CHECK(parameter(session, JET_sesparamCommitDefault) == JET_bitCommitLazyFlush);
    CHECK(parameter(other, JET_sesparamCommitDefault) == 0);

    JET_OPERATIONCONTEXT given{77, 1, 2, 3, 4}, found{};
    JET_UINT32 actual = 0;
    REQUIRE(JetSetSessionParameter(session, JET_sesparamOperationContext, &given, sizeof given) == JET_errSuccess);
    REQUIRE(JetGetSessionParameter(session, JET_sesparamOperationContext, &found, sizeof found, &actual) ==
            JET_errSuccess);
    CHECK(found.ulUserID == 77);
    CHECK(found.fFlags == 4);
    JET_UINT32 id = 99;
    REQUIRE(JetSetSessionParameter(session, JET_sesparamCorrelationID, &id, sizeof id) == JET_errSuccess);
    CHECK(parameter(session, JET_sesparamCorrelationID) == 99);

    CHECK(JetSetSessionParameter(session, JET_sesparamCorrelationID, &id, 3) == JET_errInvalidBufferSize);
    CHECK(JetGetSessionParameter(session, JET_sesparamOperationContext, &found, 4, &actual) ==
          JET_errInvalidBufferSize);
    CHECK(JetSetSessionParameter(session, JET_sesparamTransactionLevel, &id, sizeof id) == JET_errFeatureNotAvailable);
    CHECK(JetSetSessionParameter(session, JET_sesparamCorrelationID, nullptr, 4) == JET_errInvalidParameter);
    CHECK(JetGetSessionParameter(session, JET_sesparamCorrelationID, nullptr, 0, nullptr) == JET_errInvalidParameter);
    CHECK(JetGetSessionParameter(session, 1, &id, sizeof id, &actual) == JET_errInvalidSesparamId);
    JET_GRBIT wrong = JET_bitForceNewLog;
    CHECK(JetSetSessionParameter(session, JET_sesparamCommitDefault, &wrong, sizeof wrong) == JET_errInvalidGrbit);
}

namespace {

// Commits that return before the log on the disk has them, of so many.
int commits_not_yet_on_disk(const Engine& engine, JET_TABLEID table, const std::string& log, int commits) {
    int early = 0;
    for (int i = 0; i < commits; ++i) {
        const Bytes before = bytes_of(log);
        REQUIRE(JetBeginTransaction(engine.session) == JET_errSuccess);
        REQUIRE(JetPrepareUpdate(engine.session, table, JET_prepInsert) == JET_errSuccess);
        REQUIRE(JetUpdate(engine.session, table, nullptr, 0, nullptr) == JET_errSuccess);
        REQUIRE(JetCommitTransaction(engine.session, 0) == JET_errSuccess);
        if (bytes_of(log) == before) ++early;
        REQUIRE(JetCommitTransaction(engine.session, JET_bitWaitAllLevel0Commit) == JET_errSuccess);
        CHECK(bytes_of(log) != before);
    }
    return early;
}

}  // namespace

TEST_CASE("a session's commits are lazy or durable as its own parameter says") {
    const TempDirectory temp;
    Engine engine(temp.path());
    engine.start();
    JET_DBID dbid = 0;
    JET_TABLEID table = 0;
    REQUIRE(JetCreateDatabaseA(engine.session, temp.path("t.edb").c_str(), nullptr, &dbid, 0) == JET_errSuccess);
    REQUIRE(JetCreateTableA(engine.session, dbid, "t", 1, 80, &table) == JET_errSuccess);
    const std::string log = temp.path("edb.log");
    REQUIRE(!bytes_of(log).empty());

    const auto set_session = [&](JET_GRBIT grbit) {
        REQUIRE(JetSetSessionParameter(engine.session, JET_sesparamCommitDefault, &grbit, sizeof grbit) ==
                JET_errSuccess);
    };
    CHECK(commits_not_yet_on_disk(engine, table, log, 10) == 0);
    set_session(JET_bitCommitLazyFlush);
    CHECK(commits_not_yet_on_disk(engine, table, log, 10) > 0);
    set_session(0);
    CHECK(commits_not_yet_on_disk(engine, table, log, 10) == 0);

    // The same parameter by its other name; that of the instance is for sessions that begin later.
    REQUIRE(JetSetSystemParameterA(&engine.instance, engine.session, JET_paramCommitDefault, JET_bitCommitLazyFlush,
                                   nullptr) == JET_errSuccess);
    CHECK(parameter(engine.session, JET_sesparamCommitDefault) == JET_bitCommitLazyFlush);
    JET_API_PTR number = 99;
    REQUIRE(JetGetSystemParameterA(engine.instance, 0, JET_paramCommitDefault, &number, nullptr, 0) == JET_errSuccess);
    CHECK(number == 0);
    REQUIRE(JetGetSystemParameterA(engine.instance, engine.session, JET_paramCommitDefault, &number, nullptr, 0) ==
            JET_errSuccess);
    CHECK(number == JET_bitCommitLazyFlush);
    engine.set(JET_paramCommitDefault, JET_bitCommitLazyFlush);
    JET_SESID later = 0;
    REQUIRE(JetBeginSessionA(engine.instance, &later, nullptr, nullptr) == JET_errSuccess);
    CHECK(parameter(later, JET_sesparamCommitDefault) == JET_bitCommitLazyFlush);
}

TEST_CASE("a crash dump holds everything: less is not to be had") {
    CHECK(JetConfigureProcessForCrashDump(JET_bitDumpMaximum) == JET_errSuccess);
    CHECK(JetConfigureProcessForCrashDump(JET_bitDumpCacheMinimum) == JET_errFeatureNotAvailable);
    CHECK(JetConfigureProcessForCrashDump(JET_bitDumpMaximum | JET_bitDumpMinimum) == JET_errInvalidGrbit);
    CHECK(JetConfigureProcessForCrashDump(0) == JET_errInvalidGrbit);
}
