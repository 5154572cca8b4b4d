// Temporary tables: rows in memory, in the order of a key.

#include "jet/test_records.h"

using namespace test;

namespace {

// A table of a number, part of the key or not, and a text.
struct Temporary : Scratch {
    Records open(JET_GRBIT grbit, JET_GRBIT key = JET_bitColumnTTKey) {
        JET_COLUMNDEF columns[2]{};
        for (JET_COLUMNDEF& column : columns) column.cbStruct = sizeof column;
        columns[0].coltyp = JET_coltypLong;
        columns[0].grbit = key;
        columns[1].coltyp = JET_coltypLongText;
        columns[1].cp = 1252;
        columns[1].grbit = JET_bitColumnTagged;
        JET_TABLEID table = 0;
        REQUIRE(JetOpenTempTable(engine.session, columns, 2, grbit, &table, ids) == JET_errSuccess);
        return {session(), table};
    }
    JET_ERR add(const Records& rows, std::int32_t number, const std::string& text) const {
        REQUIRE(rows.prepare(JET_prepInsert) == JET_errSuccess);
        REQUIRE(set(rows, 0, raw(number)) == JET_errSuccess);
        REQUIRE(set(rows, 1, text) == JET_errSuccess);
        const JET_ERR result = rows.update();
        if (result < 0) REQUIRE(rows.prepare(JET_prepCancel) == JET_errSuccess);
        return result;
    }
    JET_ERR set(const Records& rows, std::size_t column, const std::string& value) const {
        return JetSetColumn(engine.session, rows.cursor, ids[column], value.data(),
                            static_cast<JET_UINT32>(value.size()), JET_bitSetCompressed * (column == 1), nullptr);
    }
    std::string text(const Records& rows) const {
        std::string buffer(1 << 16, '\0');
        JET_UINT32 size = 0;
        const JET_ERR result = JetRetrieveColumn(engine.session, rows.cursor, ids[1], buffer.data(), 1 << 16, &size, 0,
                                                 nullptr);
        if (result < 0) return "error " + std::to_string(result);
        buffer.resize(size);
        return buffer;
    }
    std::string all(const Records& rows) const {
        std::string joined;
        for (JET_ERR e = rows.move(JET_MoveFirst); e >= 0; e = rows.move(JET_MoveNext)) joined += text(rows) + " ";
        return joined;
    }

    JET_COLUMNID ids[2]{};
};

}  // namespace

TEST_CASE("Rows of a temporary table come in the order of its key, rows with equal keys in that of their insertion") {
    Temporary temporary;
    const auto key = static_cast<JET_GRBIT>(GENERATE(JET_bitColumnTTKey, JET_bitColumnTTKey | JET_bitColumnTTDescending, 0));
    const Records rows = temporary.open(JET_bitTTScrollable, key);
    for (const auto& [number, text] : {std::pair(3, "three"), {1, "one"}, {2, "two"}, {1, "uno"}})
        REQUIRE(temporary.add(rows, number, text) == JET_errSuccess);
    CHECK(temporary.all(rows) == (key == 0                        ? "three one two uno "
                                  : key == JET_bitColumnTTKey ? "one uno two three "
                                                              : "three two one uno "));
    CHECK(rows.move(JET_MovePrevious) == JET_errSuccess);
    CHECK(temporary.text(rows) == (key == JET_bitColumnTTKey ? "three" : "uno"));
}

TEST_CASE("Rows with the key of another are dropped or refused where a temporary table is to have each once") {
    Temporary temporary;
    const Records dropped = temporary.open(JET_bitTTUnique);
    CHECK(temporary.add(dropped, 1, "first") == JET_errSuccess);
    CHECK(temporary.add(dropped, 1, "second") == JET_errSuccess);
    CHECK(temporary.all(dropped) == "first ");
    const Records refused = temporary.open(JET_bitTTUnique | JET_bitTTErrorOnDuplicateInsertion);
    CHECK(temporary.add(refused, 1, "first") == JET_errSuccess);
    CHECK(temporary.add(refused, 1, "second") == JET_errKeyDuplicate);
    CHECK(temporary.all(refused) == "first ");
}

TEST_CASE("A temporary table is sought in, changed, and gone with its cursor") {
    Temporary temporary;
    const Records rows = temporary.open(JET_bitTTIndexed | JET_bitTTUpdatable);
    for (const std::int32_t number : {10, 20, 30, 40})
        REQUIRE(temporary.add(rows, number, std::to_string(number) + std::string(3000, '.')) == JET_errSuccess);
    CHECK(rows.seek({raw(20)}, JET_bitSeekEQ) == JET_errSuccess);
    CHECK(rows.seek({raw(25)}, JET_bitSeekEQ) == JET_errRecordNotFound);
    CHECK(rows.move(JET_MoveNext) == JET_errSuccess);
    CHECK(temporary.text(rows).starts_with("30"));
    CHECK(rows.seek({raw(25)}, JET_bitSeekLE) == JET_wrnSeekNotEqual);
    CHECK(temporary.text(rows).starts_with("20"));
    REQUIRE(rows.set_range({raw(30)}, JET_bitRangeInclusive | JET_bitRangeUpperLimit) == JET_errSuccess);
    JET_UINT32 count = 0;
    CHECK(JetIndexRecordCount(temporary.engine.session, rows.cursor, &count, 0) == JET_errSuccess);
    CHECK(count == 2);
    REQUIRE(rows.set_range({raw(30)}, JET_bitRangeInclusive | JET_bitRangeUpperLimit) == JET_errSuccess);
    CHECK(rows.move(JET_MoveNext) == JET_errSuccess);
    CHECK(rows.move(JET_MoveNext) == JET_errNoCurrentRecord);

    REQUIRE(rows.seek({raw(20)}, JET_bitSeekEQ) == JET_errSuccess);
    REQUIRE(rows.prepare(JET_prepReplace) == JET_errSuccess);
    REQUIRE(temporary.set(rows, 0, raw(50)) == JET_errSuccess);
    REQUIRE(temporary.set(rows, 1, "fifty") == JET_errSuccess);
    REQUIRE(rows.update() == JET_errSuccess);
    CHECK(temporary.text(rows) == "fifty");
    CHECK(rows.move(JET_MoveNext) == JET_errNoCurrentRecord);
    REQUIRE(rows.seek({raw(40)}, JET_bitSeekEQ) == JET_errSuccess);
    REQUIRE(rows.remove() == JET_errSuccess);
    CHECK(temporary.text(rows) == "error " + std::to_string(JET_errRecordDeleted));
    CHECK(rows.move(JET_MoveNext) == JET_errSuccess);
    CHECK(temporary.text(rows) == "fifty");
    CHECK(rows.index("none") == JET_errIllegalOperation);
    CHECK(JetCloseTable(temporary.engine.session, rows.cursor) == JET_errSuccess);
    CHECK(rows.move(JET_MoveFirst) == JET_errInvalidTableId);
}
