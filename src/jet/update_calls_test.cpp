// Changing records through the API: what becomes of the record, of its indexes, and of where cursors stand.

#include "jet/test_records.h"

using namespace test;

namespace {

// A key, two numbers with an index over both, and a number that the engine gives.
struct Numbers : Scratch {
    Numbers() {
        create("t",
               {{"key", JET_coltypLong, JET_bitColumnFixed},
                {"a", JET_coltypLong, JET_bitColumnFixed},
                {"b", JET_coltypLong, JET_bitColumnFixed},
                {"auto", JET_coltypLong, JET_bitColumnFixed | JET_bitColumnAutoincrement}},
               {{"pk", "+key", JET_bitIndexPrimary}, {"by_a", "+a -key"}, {"by_ab", "+a +b"}});
        session().begin();
    }
    Records open() const { return {session(), "t"}; }
};

std::string insert(const Records& records, std::int32_t key, std::int32_t a, std::int32_t b) {
    std::string bookmark;
    REQUIRE(records.prepare(JET_prepInsert) == JET_errSuccess);
    REQUIRE(records.set("key", raw(key)) == JET_errSuccess);
    REQUIRE(records.set("a", raw(a)) == JET_errSuccess);
    REQUIRE(records.set("b", raw(b)) == JET_errSuccess);
    REQUIRE(records.update(&bookmark) == JET_errSuccess);
    CHECK(bookmark.size() == 5);
    return bookmark;
}
std::string insert(const Records& records, std::int32_t key) { return insert(records, key, 10 * key, 100 * key); }

void change(const Records& records, std::int32_t a, std::int32_t b) {
    REQUIRE(records.prepare(JET_prepReplace) == JET_errSuccess);
    REQUIRE(records.set("a", raw(a)) == JET_errSuccess);
    REQUIRE(records.set("b", raw(b)) == JET_errSuccess);
    REQUIRE(records.update() == JET_errSuccess);
}

// The key of the current record, or the error that reading it gives.
std::int32_t at(const Records& records) {
    const JET_ERR error = records.error("key");
    return error < 0 ? error : number<std::int32_t>(*records.get("key"));
}
std::string key(std::int32_t value) { return raw(value); }

}  // namespace

TEST_CASE("A cursor that was just opened stands on the first record there is when it is asked, and inserts don't move it") {
    const Numbers numbers;
    const Records records = numbers.open();
    CHECK(at(records) == JET_errNoCurrentRecord);
    const Records other = numbers.open();
    for (const std::int32_t k : {3, 1, 2}) insert(other, k);
    CHECK(at(other) == 1);
    insert(other, 0);
    CHECK(at(other) == 1);
    CHECK(other.move(JET_MovePrevious) == JET_errSuccess);
    CHECK(at(other) == 0);
    CHECK(other.move(JET_MovePrevious) == JET_errNoCurrentRecord);
    CHECK(other.move(JET_MoveNext) == JET_errSuccess);
    CHECK(at(other) == 0);
}

TEST_CASE("A cursor whose record was deleted stands between its neighbours, and on it again when it comes back") {
    const Numbers numbers;
    const Records records = numbers.open();
    const char* index = GENERATE(static_cast<const char*>(nullptr), "by_ab");
    for (const std::int32_t k : {3, 1, 2}) insert(records, k);
    REQUIRE(records.index(index) == JET_errSuccess);
    for (const std::int32_t k : {1, 2, 3}) {
        REQUIRE(records.move(JET_MoveFirst) == JET_errSuccess);
        REQUIRE((k == 1 || records.move(k - 1) == JET_errSuccess));
        REQUIRE(records.remove() == JET_errSuccess);
        CHECK(at(records) == JET_errRecordDeleted);
        CHECK(records.remove() == JET_errRecordDeleted);
        CHECK(records.prepare(JET_prepReplace) == JET_errRecordDeleted);
        insert(records, k);
        CHECK(at(records) == k);
        REQUIRE(records.remove() == JET_errSuccess);
        CHECK(records.move(JET_MoveNext) == (k == 3 ? JET_errNoCurrentRecord : JET_errSuccess));
        if (k < 3) CHECK(at(records) == k + 1);
        insert(records, k);
        CHECK(records.move(JET_MovePrevious) == JET_errSuccess);
        CHECK(at(records) == k);
    }
}

TEST_CASE("When the entry of an index moves, the cursor stays at the place where it was") {
    const Numbers numbers;
    const Records records = numbers.open();
    REQUIRE(records.index("by_ab") == JET_errSuccess);
    insert(records, 1, 20, 200);
    insert(records, 3, 10, 100);
    insert(records, 2, 10, 100);
    insert(records, 4, 40, 400);
    REQUIRE(records.seek({key(10), key(100)}, JET_bitSeekEQ) == JET_errSuccess);
    change(records, 30, 300);
    CHECK(at(records) == 2);
    CHECK(records.move(JET_MoveNext) == JET_errSuccess);
    CHECK(at(records) == 3);
    CHECK(records.move(JET_MovePrevious) == JET_errNoCurrentRecord);
    REQUIRE(records.seek({key(20), key(200)}, JET_bitSeekEQ) == JET_errSuccess);
    change(records, 40, 400);
    CHECK(records.move(JET_MoveNext) == JET_errSuccess);
    CHECK(at(records) == 2);
    CHECK(records.move(JET_MoveNext) == JET_errSuccess);
    CHECK(at(records) == 1);
}

TEST_CASE("A step beyond the limit of a range ends it, in front of the first or behind the last entry of the index") {
    const Numbers numbers;
    const Records records = numbers.open();
    for (const std::int32_t k : {1, 2, 3, 4}) insert(records, k);
    REQUIRE(records.seek({key(2)}, JET_bitSeekEQ) == JET_errSuccess);
    REQUIRE(records.set_range({key(3)}, JET_bitRangeInclusive | JET_bitRangeUpperLimit) == JET_errSuccess);
    CHECK(records.move(JET_MoveNext) == JET_errSuccess);
    CHECK(records.move(JET_MoveNext) == JET_errNoCurrentRecord);
    CHECK(records.move(JET_MovePrevious) == JET_errSuccess);
    CHECK(at(records) == 4);
    REQUIRE(records.seek({key(3)}, JET_bitSeekEQ) == JET_errSuccess);
    REQUIRE(records.set_range({key(1)}, 0) == JET_errSuccess);
    CHECK(records.move(JET_MovePrevious) == JET_errSuccess);
    CHECK(records.move(JET_MovePrevious) == JET_errNoCurrentRecord);
    CHECK(at(records) == JET_errNoCurrentRecord);
    CHECK(records.move(JET_MoveNext) == JET_errSuccess);
    CHECK(at(records) == 1);
    CHECK(records.move(JET_MoveNext) == JET_errSuccess);
}

TEST_CASE("Entries with the same key count as one with JET_bitMoveKeyNE, and seeks find the first of them") {
    const Numbers numbers;
    const Records records = numbers.open();
    insert(records, 3, 30, 300);
    insert(records, 6, 20, 200);
    insert(records, 2, 10, 100);
    insert(records, 4, 20, 200);
    insert(records, 1, 20, 200);
    insert(records, 5, 30, 300);
    REQUIRE(records.index("by_ab") == JET_errSuccess);
    const auto step = [&](JET_INT32 rows) {
        const JET_ERR result = records.move(rows, JET_bitMoveKeyNE);
        return result < 0 ? result : at(records);
    };
    CHECK(at(records) == 2);
    CHECK(step(JET_MoveNext) == 1);
    CHECK(step(JET_MoveNext) == 3);
    CHECK(step(JET_MoveNext) == JET_errNoCurrentRecord);
    CHECK(step(JET_MovePrevious) == 5);
    CHECK(step(JET_MovePrevious) == 6);
    CHECK(records.seek({key(20), key(200)}, JET_bitSeekLE) == JET_errSuccess);
    CHECK(at(records) == 1);
    CHECK(records.seek({key(20), key(201)}, JET_bitSeekLE) == JET_wrnSeekNotEqual);
    CHECK(at(records) == 6);
}

TEST_CASE("A copy of a record is inserted beside it or instead of it") {
    const Numbers numbers;
    const Records records = numbers.open();
    const std::string bookmark = insert(records, 10, 100, 1000);
    REQUIRE(records.go_to(bookmark) == JET_errSuccess);
    REQUIRE(records.prepare(JET_prepInsertCopy) == JET_errSuccess);
    CHECK(records.prepare(JET_prepInsert) == JET_errAlreadyPrepared);
    CHECK(number<std::int32_t>(*records.get("a", 1, JET_bitRetrieveCopy)) == 100);
    CHECK(records.update() == JET_errKeyDuplicate);
    // It goes on after that.
    CHECK(records.set("key", key(20)) == JET_errSuccess);
    CHECK(records.set("auto", key(9)) == JET_errInvalidColumnType);
    CHECK(number<std::int32_t>(*records.get("key", 1, JET_bitRetrieveCopy)) == 20);
    CHECK(at(records) == 10);
    CHECK(records.update() == JET_errSuccess);
    CHECK(records.update() == JET_errUpdateNotPrepared);
    CHECK(records.set("a", key(1)) == JET_errUpdateNotPrepared);
    CHECK(number<std::int32_t>(*records.get("auto")) == 1);
    REQUIRE(records.move(JET_MoveLast) == JET_errSuccess);
    CHECK(number<std::int32_t>(*records.get("auto")) == 2);

    REQUIRE(records.prepare(JET_prepInsertCopyDeleteOriginal) == JET_errSuccess);
    REQUIRE(records.set("key", key(30)) == JET_errSuccess);
    REQUIRE(records.update() == JET_errSuccess);
    CHECK(records.seek({key(20)}, JET_bitSeekEQ) == JET_errRecordNotFound);
    REQUIRE(records.seek({key(30)}, JET_bitSeekEQ) == JET_errSuccess);
    CHECK(number<std::int32_t>(*records.get("auto")) == 3);

    REQUIRE(records.prepare(JET_prepReplace) == JET_errSuccess);
    REQUIRE(records.set("key", key(31)) == JET_errSuccess);
    CHECK(records.update() == JET_errRecordPrimaryChanged);
    CHECK(records.prepare(JET_prepCancel) == JET_errSuccess);
    CHECK(records.prepare(JET_prepCancel) == JET_errUpdateNotPrepared);
    CHECK(records.prepare(17) == JET_errInvalidParameter);
}

TEST_CASE("What one transaction prepares to replace, another can't; without a lock the later update fails") {
    Numbers numbers;
    const Records records = numbers.open();
    const std::string bookmark = insert(records, 10, 100, 1000);
    numbers.session().commit();

    const Session first = numbers.session(), second(numbers.engine, numbers.path);
    const Records other(second, "t");
    first.begin();
    second.begin();
    REQUIRE(records.go_to(bookmark) == JET_errSuccess);
    REQUIRE(other.go_to(bookmark) == JET_errSuccess);
    REQUIRE(records.prepare(JET_prepReplace) == JET_errSuccess);
    CHECK(other.prepare(JET_prepReplace) == JET_errWriteConflict);
    CHECK(JetGetLock(second.id, other.cursor, JET_bitReadLock) == JET_errWriteConflict);
    REQUIRE(records.prepare(JET_prepCancel) == JET_errSuccess);
    first.roll_back();
    CHECK(JetGetLock(second.id, other.cursor, JET_bitWriteLock) == JET_errSuccess);
    second.roll_back();

    first.begin();
    second.begin();
    REQUIRE(records.prepare(JET_prepReplaceNoLock) == JET_errSuccess);
    change(other, 300, 3000);
    CHECK(JetGetCursorInfo(first.id, records.cursor, nullptr, 0, 0) == JET_errWriteConflict);
    REQUIRE(records.set("a", key(200)) == JET_errSuccess);
    CHECK(records.update() == JET_errWriteConflict);
    CHECK(records.prepare(JET_prepCancel) == JET_errSuccess);
    CHECK(number<std::int32_t>(*records.get("a")) == 100);  // its transaction's view
    second.commit();
    CHECK(number<std::int32_t>(*records.get("a")) == 100);
    first.commit();
    CHECK(number<std::int32_t>(*records.get("a")) == 300);

    // Outside of transactions an update is one of its own, and fails where the record has changed since it was prepared.
    REQUIRE(records.prepare(JET_prepReplace) == JET_errSuccess);
    change(other, 400, 4000);
    CHECK(records.update() == JET_errWriteConflict);
    CHECK(records.prepare(JET_prepCancel) == JET_errSuccess);
    CHECK(JetGetLock(first.id, records.cursor, JET_bitReadLock) == JET_errNotInTransaction);
    CHECK(numbers.damage().empty());
}

TEST_CASE("A rollback takes back records, entries and what was being prepared, and gives numbers only once") {
    Numbers numbers;
    {
        const Records records = numbers.open();
        const Session session = numbers.session();
        insert(records, 1);
        session.begin();
        insert(records, 2);
        REQUIRE(records.prepare(JET_prepInsert) == JET_errSuccess);
        session.roll_back();
        CHECK(records.update() == JET_errUpdateNotPrepared);
        insert(records, 2);
        REQUIRE(records.index("by_ab") == JET_errSuccess);
        JET_UINT32 count = 0;
        CHECK(JetIndexRecordCount(session.id, records.cursor, &count, 0) == JET_errSuccess);
        CHECK(count == 2);
        REQUIRE(records.move(JET_MoveLast) == JET_errSuccess);
        CHECK(number<std::int32_t>(*records.get("auto")) == 4);
        session.commit();
    }
    numbers.restart();
    numbers.session().begin();
    const Records records = numbers.open();
    insert(records, 3);
    REQUIRE(records.move(JET_MoveLast) == JET_errSuccess);
    CHECK(number<std::int32_t>(*records.get("auto")) == 5);
    numbers.session().commit();
    CHECK(numbers.damage().empty());
}

TEST_CASE("An index that is unique, or takes no NULL, refuses a record, and leaves nothing of it behind") {
    Scratch scratch;
    scratch.create("t",
                   {{"key", JET_coltypLong, JET_bitColumnFixed | JET_bitColumnNotNULL},
                    {"unique", JET_coltypLong, JET_bitColumnFixed},
                    {"needed", JET_coltypText},
                    {"many", JET_coltypLong, JET_bitColumnTagged | JET_bitColumnMultiValued}},
                   {{"pk", "+key", JET_bitIndexPrimary},
                    {"by_unique", "+unique", JET_bitIndexUnique},
                    {"by_needed", "+needed", JET_bitIndexDisallowNull},
                    {"by_many", "+many", JET_bitIndexIgnoreNull}});
    const Records records(scratch.session(), "t");
    const auto add = [&](std::int32_t k, std::int32_t unique, const std::optional<std::string>& needed) {
        REQUIRE(records.prepare(JET_prepInsert) == JET_errSuccess);
        REQUIRE(records.set("key", raw(k)) == JET_errSuccess);
        REQUIRE(records.set("unique", raw(unique)) == JET_errSuccess);
        REQUIRE(records.set("needed", needed) == JET_errSuccess);
        for (const std::int32_t value : {7, 8, 7}) REQUIRE(records.set("many", raw(value), 0) == JET_errSuccess);
        const JET_ERR result = records.update();
        if (result < 0) REQUIRE(records.prepare(JET_prepCancel) == JET_errSuccess);
        return result;
    };
    CHECK(add(1, 10, "x") == JET_errSuccess);
    CHECK(add(2, 10, "y") == JET_errKeyDuplicate);
    CHECK(add(2, 20, std::nullopt) == JET_errNullKeyDisallowed);
    CHECK(add(1, 30, "z") == JET_errKeyDuplicate);
    REQUIRE(records.prepare(JET_prepInsert) == JET_errSuccess);
    CHECK(records.update() == JET_errNullInvalid);
    REQUIRE(records.prepare(JET_prepCancel) == JET_errSuccess);
    for (const char* index : {"pk", "by_unique", "by_needed"}) {
        REQUIRE(records.index(index) == JET_errSuccess);
        REQUIRE(records.move(JET_MoveFirst) == JET_errSuccess);
        CHECK(records.move(JET_MoveNext) == JET_errNoCurrentRecord);
    }
    REQUIRE(records.index("by_many") == JET_errSuccess);
    REQUIRE(records.move(JET_MoveFirst) == JET_errSuccess);
    CHECK(records.move(JET_MoveNext) == JET_errSuccess);  // equal values have one entry
    CHECK(records.move(JET_MoveNext) == JET_errNoCurrentRecord);
    CHECK(scratch.damage().empty());
}

TEST_CASE("Two transactions add to the same number, each sees its own sum, and both count") {
    Scratch scratch;
    scratch.create("t", {{"key", JET_coltypLong, JET_bitColumnFixed},
                         {"sum", JET_coltypLong, JET_bitColumnFixed | JET_bitColumnEscrowUpdate, raw(0)},
                         {"other", JET_coltypLong, JET_bitColumnFixed}},
                   {{"pk", "+key", JET_bitIndexPrimary}});
    const Session first = scratch.session(), second(scratch.engine, scratch.path);
    const Records records(first, "t"), others(second, "t");
    REQUIRE(records.prepare(JET_prepInsert) == JET_errSuccess);
    REQUIRE(records.set("key", raw(1)) == JET_errSuccess);
    REQUIRE(records.update() == JET_errSuccess);
    const auto add = [](const Session& session, const Records& to, const char* column, std::int32_t delta) {
        std::int32_t old = -1;
        JET_UINT32 size = 0;
        const JET_ERR result = JetEscrowUpdate(session.id, to.cursor, to.column(column), &delta, sizeof delta, &old,
                                               sizeof old, &size, 0);
        return result < 0 ? result : old;
    };
    CHECK(add(first, records, "sum", 1) == JET_errNotInTransaction);
    first.begin();
    second.begin();
    CHECK(add(first, records, "other", 1) == JET_errInvalidOperation);
    CHECK(add(first, records, "sum", 4) == 0);
    CHECK(add(second, others, "sum", 3) == 4);  // whatever is stored
    CHECK(number<std::int32_t>(*records.get("sum")) == 4);
    CHECK(number<std::int32_t>(*others.get("sum")) == 3);
    CHECK(others.prepare(JET_prepReplace) == JET_errWriteConflict);
    CHECK(add(first, records, "sum", -5) == 7);
    second.roll_back();
    first.commit();
    CHECK(number<std::int32_t>(*others.get("sum")) == -1);
}
