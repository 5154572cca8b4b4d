// Which records a cursor meets: filters, and what several index ranges have in common.

#include "jet/test_records.h"

using namespace test;

namespace {

// A table of numbers n from 0 to 9 with their rest r by 3, NULL for 9, and the text of n as bytes.
class Numbers {
 public:
    Numbers() : engine_(directory_.path()) {
        engine_.start();
        JET_DBID dbid = 0;
        REQUIRE(JetCreateDatabaseA(session(), directory_.path("t.edb").c_str(), nullptr, &dbid, 0) == JET_errSuccess);
        REQUIRE(JetCreateTableA(session(), dbid, "t", 1, 80, &table) == JET_errSuccess);
        n = add("n", JET_coltypLong, JET_bitColumnFixed);
        r = add("r", JET_coltypShort, JET_bitColumnTagged);
        bytes = add("bytes", JET_coltypBinary, 0);
        text = add("text", JET_coltypText, 0);
        index("primary", std::string("+n\0", 4), JET_bitIndexPrimary);
        index("by_r", std::string("+r\0", 4), 0);
        index("down", std::string("-n\0", 4), 0);
        for (std::int32_t i = 0; i < 10; ++i) {
            const auto rest = static_cast<std::int16_t>(i % 3 - 1);
            const std::string as_bytes = "n" + std::to_string(i);
            REQUIRE(JetPrepareUpdate(session(), table, JET_prepInsert) == JET_errSuccess);
            REQUIRE(JetSetColumn(session(), table, n, &i, sizeof i, 0, nullptr) == JET_errSuccess);
            if (i != 9) REQUIRE(JetSetColumn(session(), table, r, &rest, sizeof rest, 0, nullptr) == JET_errSuccess);
            REQUIRE(JetSetColumn(session(), table, bytes, as_bytes.data(), 2, 0, nullptr) == JET_errSuccess);
            REQUIRE(JetUpdate(session(), table, nullptr, 0, nullptr) == JET_errSuccess);
        }
    }
    JET_SESID session() const { return engine_.session; }

    JET_ERR filter(std::vector<JET_INDEX_COLUMN> conditions, JET_GRBIT grbit = 0) const {
        return JetSetCursorFilter(session(), table, conditions.data(), static_cast<JET_UINT32>(conditions.size()),
                                  grbit);
    }
    JET_ERR move(JET_INT32 rows) const { return JetMove(session(), table, rows, 0); }
    std::int32_t current() const {
        std::int32_t value = -1;
        REQUIRE(JetRetrieveColumn(session(), table, n, &value, sizeof value, nullptr, 0, nullptr) == JET_errSuccess);
        return value;
    }
    std::vector<std::int32_t> met(bool forward = true) const {
        std::vector<std::int32_t> all;
        for (JET_ERR at = move(forward ? JET_MoveFirst : JET_MoveLast); at == JET_errSuccess;
             at = move(forward ? JET_MoveNext : JET_MovePrevious))
            all.push_back(current());
        return all;
    }
    // A cursor of its own on a range of an index, from one value to another, both included.
    template <class Value>
    JET_INDEXRANGE range(const char* name, Value from, Value to) const {
        JET_TABLEID cursor = 0;
        REQUIRE(JetDupCursor(session(), table, &cursor, 0) == JET_errSuccess);
        REQUIRE(JetSetCurrentIndexA(session(), cursor, name) == JET_errSuccess);
        REQUIRE(JetMakeKey(session(), cursor, &from, sizeof from, JET_bitNewKey) == JET_errSuccess);
        REQUIRE(JetSeek(session(), cursor, JET_bitSeekGE) >= JET_errSuccess);
        REQUIRE(JetMakeKey(session(), cursor, &to, sizeof to, JET_bitNewKey) == JET_errSuccess);
        REQUIRE(JetSetIndexRange(session(), cursor, JET_bitRangeInclusive | JET_bitRangeUpperLimit) == JET_errSuccess);
        return {sizeof(JET_INDEXRANGE), cursor, JET_bitRecordInIndex};
    }

    JET_TABLEID table = 0;
    JET_COLUMNID n = 0, r = 0, bytes = 0, text = 0;

 private:
    JET_COLUMNID add(const char* name, JET_COLTYP type, JET_GRBIT grbit) const {
        JET_COLUMNDEF column{};
        column.cbStruct = sizeof column;
        column.coltyp = type;
        column.grbit = grbit;
        JET_COLUMNID id = 0;
        REQUIRE(JetAddColumnA(session(), table, name, &column, nullptr, 0, &id) == JET_errSuccess);
        return id;
    }
    void index(const char* name, const std::string& key, JET_GRBIT grbit) const {
        REQUIRE(JetCreateIndexA(session(), table, name, grbit, key.data(), static_cast<JET_UINT32>(key.size()), 80) ==
                JET_errSuccess);
    }

    TempDirectory directory_;
    Engine engine_;
};

using List = std::vector<std::int32_t>;

template <class Value>
JET_INDEX_COLUMN condition(JET_COLUMNID column, JET_RELOP relop, Value& value) {
    return {column, relop, &value, sizeof value, 0};
}

}  // namespace

TEST_CASE("moves pass over what does not meet the filter, in both directions") {
    Numbers numbers;
    std::int16_t zero = 0, minus = -1;
    std::int32_t four = 4, six = 6;
    REQUIRE(numbers.filter({condition(numbers.r, JET_relopEquals, zero)}) == JET_errSuccess);
    CHECK(numbers.met() == List{1, 4, 7});
    CHECK(numbers.met(false) == List{7, 4, 1});
    REQUIRE(numbers.move(JET_MoveFirst) == JET_errSuccess);
    REQUIRE(numbers.move(2) == JET_errSuccess);
    CHECK(numbers.current() == 7);
    CHECK(numbers.move(1) == JET_errNoCurrentRecord);

    // A seek does not find it either.
    const auto seek = [&](JET_GRBIT grbit) {
        REQUIRE(JetMakeKey(numbers.session(), numbers.table, &six, sizeof six, JET_bitNewKey) == JET_errSuccess);
        return JetSeek(numbers.session(), numbers.table, grbit);
    };
    CHECK(seek(JET_bitSeekEQ) == JET_errRecordNotFound);
    CHECK(seek(JET_bitSeekGE) == JET_wrnSeekNotEqual);
    CHECK(numbers.current() == 7);
    CHECK(seek(JET_bitSeekLE) == JET_wrnSeekNotEqual);
    CHECK(numbers.current() == 4);
    CHECK(seek(JET_bitSeekLT) == JET_errSuccess);
    CHECK(numbers.current() == 4);
    CHECK(seek(JET_bitSeekGT) == JET_errSuccess);
    CHECK(numbers.current() == 7);

    // Several conditions; NULL is less than everything.
    REQUIRE(numbers.filter({condition(numbers.r, JET_relopLessThanOrEqual, minus),
                            condition(numbers.n, JET_relopGreaterThan, four)}) == JET_errSuccess);
    CHECK(numbers.met() == List{6, 9});
    REQUIRE(numbers.filter({{numbers.r, JET_relopEquals, nullptr, 0, 0}}) == JET_errSuccess);
    CHECK(numbers.met() == List{9});
    REQUIRE(numbers.filter({{numbers.r, JET_relopGreaterThan, nullptr, 0, 0},
                            condition(numbers.n, JET_relopLessThan, four)}) == JET_errSuccess);
    CHECK(numbers.met() == List{0, 1, 2, 3});
    REQUIRE(numbers.filter({condition(numbers.r, JET_relopNotEquals, zero),
                            condition(numbers.n, JET_relopGreaterThanOrEqual, six)}) == JET_errSuccess);
    CHECK(numbers.met() == List{6, 8, 9});

    // Bits, and how bytes begin.
    REQUIRE(numbers.filter({condition(numbers.n, JET_relopBitmaskEqualsZero, six)}) == JET_errSuccess);
    CHECK(numbers.met() == List{0, 1, 8, 9});
    REQUIRE(numbers.filter({condition(numbers.n, JET_relopBitmaskNotEqualsZero, four)}) == JET_errSuccess);
    CHECK(numbers.met() == List{4, 5, 6, 7});
    char begin[] = {'n', '7'};
    REQUIRE(numbers.filter({condition(numbers.bytes, JET_relopPrefixEquals, begin)}) == JET_errSuccess);
    CHECK(numbers.met() == List{7});
    REQUIRE(numbers.filter({{numbers.bytes, JET_relopPrefixEquals, begin, 1, 0}}) == JET_errSuccess);
    CHECK(numbers.met().size() == 10);

    // In the order of another index it does not count; without conditions it is gone.
    REQUIRE(numbers.filter({condition(numbers.r, JET_relopEquals, zero)}) == JET_errSuccess);
    REQUIRE(JetSetCurrentIndexA(numbers.session(), numbers.table, "down") == JET_errSuccess);
    CHECK(numbers.met().size() == 10);
    CHECK(numbers.filter({condition(numbers.r, JET_relopEquals, zero)}) == JET_errFilteredMoveNotSupported);
    REQUIRE(JetSetCurrentIndexA(numbers.session(), numbers.table, nullptr) == JET_errSuccess);
    REQUIRE(numbers.filter({}) == JET_errSuccess);
    CHECK(numbers.met().size() == 10);
}

TEST_CASE("a filter that makes no sense is refused, and the one before it is gone") {
    Numbers numbers;
    std::int16_t zero = 0;
    REQUIRE(numbers.filter({condition(numbers.r, JET_relopEquals, zero)}) == JET_errSuccess);
    CHECK(numbers.filter({condition(numbers.n, JET_relopEquals, zero)}) ==
          JET_errInvalidParameter);  // two bytes of four
    CHECK(numbers.met().size() == 10);
    CHECK(numbers.filter({condition(numbers.text, JET_relopEquals, zero)}) == JET_errFilteredMoveNotSupported);
    CHECK(numbers.filter({condition(4711, JET_relopEquals, zero)}) == JET_errColumnNotFound);
    CHECK(numbers.filter({condition(numbers.bytes, JET_relopBitmaskEqualsZero, zero)}) == JET_errInvalidParameter);
    CHECK(numbers.filter({condition(numbers.r, JET_relopPrefixEquals, zero)}) == JET_errInvalidParameter);
    CHECK(numbers.filter({{numbers.r, JET_relopEquals, nullptr, 2, 0}}) == JET_errInvalidParameter);
    CHECK(numbers.filter({{numbers.r, JET_relopEquals, &zero, 2, JET_bitZeroLength}}) == JET_errInvalidParameter);
    CHECK(numbers.filter({condition(numbers.r, JET_relopEquals, zero)}, 1) == JET_errInvalidGrbit);
    CHECK(JetSetCursorFilter(numbers.session(), numbers.table, nullptr, 1, 0) == JET_errInvalidParameter);
}

TEST_CASE("records that are in several index ranges are listed by their bookmarks") {
    Numbers numbers;
    const auto intersect = [&](std::vector<JET_INDEXRANGE> ranges, JET_RECORDLIST& list) {
        list.cbStruct = sizeof list;
        return JetIntersectIndexes(numbers.session(), ranges.data(), static_cast<JET_UINT32>(ranges.size()), &list, 0);
    };
    JET_RECORDLIST list{};
    REQUIRE(intersect({numbers.range("by_r", std::int16_t{0}, std::int16_t{1}), numbers.range("down", 8, 2)}, list) ==
            JET_errSuccess);
    CHECK(list.cRecord == 5);
    List found;
    for (JET_ERR at = JetMove(numbers.session(), list.tableid, JET_MoveFirst, 0); at == JET_errSuccess;
         at = JetMove(numbers.session(), list.tableid, JET_MoveNext, 0)) {
        std::uint8_t bookmark[64];
        JET_UINT32 bytes = 0;
        REQUIRE(JetRetrieveColumn(numbers.session(), list.tableid, list.columnidBookmark, bookmark, sizeof bookmark,
                                  &bytes, 0, nullptr) == JET_errSuccess);
        REQUIRE(JetGotoBookmark(numbers.session(), numbers.table, bookmark, bytes) == JET_errSuccess);
        found.push_back(numbers.current());
    }
    CHECK(found == List{2, 4, 5, 7, 8});
    REQUIRE(JetCloseTable(numbers.session(), list.tableid) == JET_errSuccess);

    // Nothing in common is an empty list.
    REQUIRE(intersect({numbers.range("by_r", std::int16_t{1}, std::int16_t{1}), numbers.range("down", 4, 3)}, list) ==
            JET_errSuccess);
    CHECK(list.cRecord == 0);
    CHECK(JetMove(numbers.session(), list.tableid, JET_MoveFirst, 0) == JET_errNoCurrentRecord);

    auto down = numbers.range("down", 8, 2);
    CHECK(intersect({}, list) == JET_errInvalidParameter);
    CHECK(intersect({down, numbers.range("down", 8, 2)}, list) == JET_errInvalidParameter);
    CHECK(intersect({down, {sizeof(JET_INDEXRANGE), numbers.table, JET_bitRecordInIndex}}, list) ==
          JET_errInvalidParameter);
    down.grbit = JET_bitRecordNotInIndex;
    CHECK(intersect({down}, list) == JET_errInvalidGrbit);
    down.cbStruct = 8;
    CHECK(intersect({down}, list) == JET_errInvalidParameter);
}
