// Functions that hear of changes of a table, and can stop them.

#include <functional>

#include "jet/test_records.h"

using namespace test;

namespace {

struct Heard {
    JET_SESID session;
    JET_DBID dbid;
    JET_TABLEID table;
    JET_CBTYP reason;
    void* context;
};
std::vector<Heard> heard;
std::function<JET_ERR(const Heard&)> answer;

JET_ERR listen(JET_SESID session, JET_DBID dbid, JET_TABLEID table, JET_CBTYP reason, void* arg1, void* arg2,
               void* context, JET_API_PTR unused) {
    CHECK((arg1 == nullptr && arg2 == nullptr && unused == 0));
    heard.push_back({session, dbid, table, reason, context});
    return answer ? answer(heard.back()) : JET_errSuccess;
}

constexpr JET_CBTYP all_reasons = JET_cbtypBeforeInsert | JET_cbtypAfterInsert | JET_cbtypBeforeReplace |
                                  JET_cbtypAfterReplace | JET_cbtypBeforeDelete | JET_cbtypAfterDelete;

std::vector<JET_CBTYP> reasons_heard() {
    std::vector<JET_CBTYP> reasons;
    for (const Heard& one : heard) reasons.push_back(one.reason);
    heard.clear();
    return reasons;
}
using Reasons = std::vector<JET_CBTYP>;

struct Watched : Scratch {
    Watched() {
        heard.clear();
        answer = nullptr;
        create("t", {{"key", JET_coltypLong}, {"value", JET_coltypLong}}, {{"pk", "+key", JET_bitIndexPrimary}});
        create("journal", {{"key", JET_coltypLong}}, {});
        records.emplace(session(), "t");
    }
    JET_HANDLE watch(JET_CBTYP reasons, void* context = nullptr) const {
        JET_HANDLE handle = 0;
        REQUIRE(JetRegisterCallback(engine.session, records->cursor, reasons, listen, context, &handle) ==
                JET_errSuccess);
        return handle;
    }
    JET_ERR change(JET_UINT32 kind, std::int32_t key, std::int32_t value) const {
        REQUIRE(records->prepare(kind) == JET_errSuccess);
        REQUIRE(records->set("key", raw(key)) == JET_errSuccess);
        REQUIRE(records->set("value", raw(value)) == JET_errSuccess);
        return records->update();
    }
    bool has(std::int32_t key) const {
        const Records other(session(), "t");
        const bool there = other.seek({raw(key)}, JET_bitSeekEQ) == JET_errSuccess;
        REQUIRE(JetCloseTable(engine.session, other.cursor) == JET_errSuccess);
        return there;
    }
    std::uint32_t journal_size() const {
        const Records journal(session(), "journal");
        JET_UINT32 count = 0;
        if (journal.move(JET_MoveFirst) == JET_errSuccess)
            REQUIRE(JetIndexRecordCount(engine.session, journal.cursor, &count, 0) == JET_errSuccess);
        REQUIRE(JetCloseTable(engine.session, journal.cursor) == JET_errSuccess);
        return count;
    }

    std::optional<Records> records;
};

// Writes into another table, as a trigger would.
JET_ERR write_journal(const Heard& about) {
    const Records journal(Session(about.session, about.dbid), "journal");
    REQUIRE(journal.prepare(JET_prepInsert) == JET_errSuccess);
    REQUIRE(journal.set("key", raw(std::int32_t{1})) == JET_errSuccess);
    REQUIRE(journal.update() == JET_errSuccess);
    REQUIRE(JetCloseTable(about.session, journal.cursor) == JET_errSuccess);
    return JET_errSuccess;
}

}  // namespace

TEST_CASE("A callback hears of each kind of change before and after it, whoever makes it") {
    const Watched watched;
    int context = 0;
    watched.watch(all_reasons, &context);
    REQUIRE(watched.change(JET_prepInsert, 1, 10) == JET_errSuccess);
    REQUIRE(heard.size() == 2);
    CHECK(heard[0].session == watched.engine.session);
    CHECK(heard[0].dbid == watched.session().dbid);
    CHECK(heard[0].table == watched.records->cursor);
    CHECK(heard[0].context == &context);
    CHECK(reasons_heard() == Reasons{JET_cbtypBeforeInsert, JET_cbtypAfterInsert});

    REQUIRE(watched.records->move(JET_MoveFirst) == JET_errSuccess);
    REQUIRE(watched.change(JET_prepReplace, 1, 11) == JET_errSuccess);
    CHECK(reasons_heard() == Reasons{JET_cbtypBeforeReplace, JET_cbtypAfterReplace});
    REQUIRE(watched.change(JET_prepInsertCopyDeleteOriginal, 2, 12) == JET_errSuccess);
    CHECK(reasons_heard() ==
          Reasons{JET_cbtypBeforeDelete, JET_cbtypBeforeInsert, JET_cbtypAfterDelete, JET_cbtypAfterInsert});

    const Session other(watched.engine, watched.path);
    const Records of_other(other, "t");
    REQUIRE(of_other.move(JET_MoveFirst) == JET_errSuccess);
    REQUIRE(of_other.remove() == JET_errSuccess);
    REQUIRE(heard.size() == 2);
    CHECK(heard[0].session == other.id);
    CHECK(heard[0].table == of_other.cursor);
    CHECK(reasons_heard() == Reasons{JET_cbtypBeforeDelete, JET_cbtypAfterDelete});
    CHECK_FALSE(watched.has(2));
}

TEST_CASE("Only the reasons asked for are told, the last callback first, and one that was removed is silent") {
    const Watched watched;
    int first = 1, second = 2;
    watched.watch(JET_cbtypBeforeInsert, &first);
    const JET_HANDLE handle = watched.watch(JET_cbtypBeforeInsert | JET_cbtypAfterDelete, &second);
    REQUIRE(watched.change(JET_prepInsert, 1, 10) == JET_errSuccess);
    REQUIRE(heard.size() == 2);
    CHECK(heard[0].context == &second);
    CHECK(heard[1].context == &first);
    heard.clear();
    const JET_SESID session = watched.engine.session;
    REQUIRE(JetUnregisterCallback(session, watched.records->cursor, JET_cbtypBeforeInsert, handle) == JET_errSuccess);
    CHECK(JetUnregisterCallback(session, watched.records->cursor, JET_cbtypBeforeInsert, handle) ==
          JET_errInvalidParameter);
    REQUIRE(watched.change(JET_prepInsert, 2, 10) == JET_errSuccess);
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].context == &first);
}

TEST_CASE("What a callback refuses does not happen, and what it has done meanwhile is taken back with it") {
    const bool in_transaction = GENERATE(false, true);
    const Watched watched;
    REQUIRE(watched.change(JET_prepInsert, 1, 10) == JET_errSuccess);
    watched.watch(JET_cbtypBeforeInsert | JET_cbtypBeforeReplace | JET_cbtypBeforeDelete);
    answer = [](const Heard& about) {
        write_journal(about);
        return JET_errClientSpaceBegin;
    };
    if (in_transaction) watched.session().begin();
    CHECK(watched.change(JET_prepInsert, 2, 20) == JET_errClientSpaceBegin);
    // The record is still in preparation.
    CHECK(watched.records->get("key", 1, JET_bitRetrieveCopy) == raw(std::int32_t{2}));
    answer = nullptr;
    REQUIRE(watched.records->update() == JET_errSuccess);

    answer = [](const Heard&) { return JET_errRecordNoCopy; };
    REQUIRE(watched.records->seek({raw(std::int32_t{1})}, JET_bitSeekEQ) == JET_errSuccess);
    CHECK(watched.change(JET_prepReplace, 1, 11) == JET_errRecordNoCopy);
    REQUIRE(watched.records->prepare(JET_prepCancel) == JET_errSuccess);
    CHECK(watched.records->get("value") == raw(std::int32_t{10}));
    CHECK(watched.records->remove() == JET_errRecordNoCopy);
    if (in_transaction) watched.session().commit();
    CHECK(watched.has(1));
    CHECK(watched.has(2));
    CHECK(watched.journal_size() == 0);
}

TEST_CASE("What a callback does with other cursors belongs to the change; an answer behind it changes nothing") {
    const Watched watched;
    watched.watch(JET_cbtypBeforeInsert);
    answer = write_journal;
    REQUIRE(watched.change(JET_prepInsert, 1, 10) == JET_errSuccess);
    CHECK(watched.journal_size() == 1);
    // The change fails itself, and the journal does not know of it.
    CHECK(watched.change(JET_prepInsert, 1, 20) == JET_errKeyDuplicate);
    CHECK(watched.journal_size() == 1);
    REQUIRE(watched.records->prepare(JET_prepCancel) == JET_errSuccess);

    watched.watch(JET_cbtypAfterInsert);
    answer = [](const Heard& about) {
        return about.reason == JET_cbtypAfterInsert ? JET_errClientSpaceBegin : JET_errSuccess;
    };
    CHECK(watched.change(JET_prepInsert, 2, 20) == JET_errSuccess);
    CHECK(watched.has(2));
}

TEST_CASE("A callback reads the record and sets its columns, but does not move the cursor or end the transaction") {
    const Watched watched;
    watched.watch(JET_cbtypBeforeInsert);
    answer = [&](const Heard& about) {
        const Records& records = *watched.records;
        CHECK(records.get("value", 1, JET_bitRetrieveCopy) == raw(std::int32_t{10}));
        CHECK(records.set("value", raw(std::int32_t{99})) == JET_errSuccess);
        CHECK(records.move(JET_MoveFirst) == JET_errIllegalOperation);
        CHECK(records.prepare(JET_prepInsert) == JET_errIllegalOperation);
        CHECK(records.prepare(JET_prepCancel) == JET_errIllegalOperation);
        CHECK(records.update() == JET_errIllegalOperation);
        CHECK(records.remove() == JET_errIllegalOperation);
        return about.session == 0 ? JET_errInternalError : JET_errSuccess;
    };
    REQUIRE(watched.change(JET_prepInsert, 1, 10) == JET_errSuccess);
    REQUIRE(watched.records->move(JET_MoveFirst) == JET_errSuccess);
    CHECK(watched.records->get("value") == raw(std::int32_t{99}));

    answer = [](const Heard& about) { return JetCommitTransaction(about.session, 0); };
    CHECK(watched.change(JET_prepInsert, 2, 10) == JET_errCallbackFailed);
    answer = [](const Heard& about) { return JetBeginTransaction(about.session); };
    CHECK(watched.records->update() == JET_errCallbackFailed);
    CHECK(JetCommitTransaction(watched.engine.session, 0) == JET_errNotInTransaction);
    CHECK_FALSE(watched.has(2));
}

TEST_CASE("Callbacks without a reason, a function or a known reason are refused") {
    const Watched watched;
    JET_HANDLE handle = 0;
    const auto add = [&](JET_CBTYP reasons, JET_CALLBACK function, JET_HANDLE* into) {
        return JetRegisterCallback(watched.engine.session, watched.records->cursor, reasons, function, nullptr, into);
    };
    CHECK(add(JET_cbtypNull, listen, &handle) == JET_errInvalidParameter);
    CHECK(add(JET_cbtypBeforeInsert, nullptr, &handle) == JET_errInvalidParameter);
    CHECK(add(JET_cbtypBeforeInsert, listen, nullptr) == JET_errInvalidParameter);
    CHECK(add(JET_cbtypFinalize, listen, &handle) == JET_errFeatureNotAvailable);
    CHECK(add(JET_cbtypBeforeInsert | 0x1000, listen, &handle) == JET_errFeatureNotAvailable);
    REQUIRE(watched.change(JET_prepInsert, 1, 10) == JET_errSuccess);
    CHECK(heard.empty());
}
