// Long values through the API: in chunks, in parts, shared and unshared.

#include "jet/test_records.h"

using namespace test;

namespace {

std::string pattern(std::size_t bytes, char seed) {
    std::string text(bytes, seed);
    for (std::size_t i = 0; i < bytes; ++i)
        text[i] = static_cast<char>(seed + static_cast<char>(i % 23) + static_cast<char>(i / 997 % 5));
    return text;
}

struct Notes : Scratch {
    explicit Notes(JET_UINT32 page_bytes = 4096) : Scratch(page_bytes) {
        create("t",
               {{"key", JET_coltypLong, JET_bitColumnFixed},
                {"note", JET_coltypLongText, JET_bitColumnTagged},
                {"packed", JET_coltypLongBinary, JET_bitColumnTagged | JET_bitColumnCompressed},
                {"many", JET_coltypLongBinary, JET_bitColumnTagged | JET_bitColumnMultiValued}},
               {{"pk", "+key", JET_bitIndexPrimary}, {"by_note", "+note"}});
    }
    Records open() const { return {session(), "t"}; }
};

void insert(const Records& records, std::int32_t key, const std::string& note, const std::string& packed) {
    REQUIRE(records.prepare(JET_prepInsert) == JET_errSuccess);
    REQUIRE(records.set("key", raw(key)) == JET_errSuccess);
    REQUIRE(records.set("note", note) == JET_errSuccess);
    REQUIRE(records.set("packed", packed) == JET_errSuccess);
    CHECK(*records.get("note", 1, JET_bitRetrieveCopy) == note);
    REQUIRE(records.update() == JET_errSuccess);
}

}  // namespace

TEST_CASE("Long values of all lengths come back as they were set, whatever the page size") {
    const JET_UINT32 page = GENERATE(4096u, 8192u, 32768u);
    Notes notes(page);
    const Records records = notes.open();
    const std::vector<std::size_t> lengths{0, 1, 1023, 1024, 4014, 4015, 8110, 8150, 8151, 20000, 100000};
    for (std::size_t i = 0; i < lengths.size(); ++i)
        insert(records, static_cast<std::int32_t>(i), pattern(lengths[i], 'a'), pattern(lengths[i], 'A'));
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        REQUIRE(records.seek({raw(static_cast<std::int32_t>(i))}, JET_bitSeekEQ) == JET_errSuccess);
        CHECK(*records.get("note") == pattern(lengths[i], 'a'));
        CHECK(*records.get("packed") == pattern(lengths[i], 'A'));
    }
    CHECK(notes.damage().empty());
}

TEST_CASE("A long value is appended to, overwritten, cut, extended and set to NULL in its record") {
    Notes notes;
    const Session session = notes.session();
    const Records records = notes.open();
    std::string expected = pattern(30000, 'a');
    insert(records, 1, expected, "");
    REQUIRE(records.move(JET_MoveFirst) == JET_errSuccess);
    const auto change = [&](const std::optional<std::string>& data, JET_GRBIT grbit, JET_UINT32 offset = 0) {
        session.begin();
        REQUIRE(records.prepare(JET_prepReplace) == JET_errSuccess);
        const JET_ERR result = records.set("note", data, 1, grbit, offset);
        REQUIRE(records.update() == JET_errSuccess);
        session.commit();
        return result;
    };
    CHECK(change(pattern(9000, 'b'), JET_bitSetAppendLV) == JET_errSuccess);
    expected += pattern(9000, 'b');
    CHECK(*records.get("note") == expected);
    CHECK(change(pattern(5000, 'c'), JET_bitSetOverwriteLV, 10000) == JET_errSuccess);
    expected.replace(10000, 5000, pattern(5000, 'c'));
    CHECK(*records.get("note") == expected);
    CHECK(change("end", JET_bitSetOverwriteLV | JET_bitSetSizeLV, 20000) == JET_errSuccess);
    expected.resize(20000);
    expected += "end";
    CHECK(*records.get("note") == expected);
    CHECK(change("x", JET_bitSetOverwriteLV, 30000) == JET_errColumnNoChunk);
    CHECK(*records.get("note") == expected);

    JET_SETINFO info{sizeof info, 0, 1};
    const auto resize = [&](JET_UINT32 bytes) {
        session.begin();
        REQUIRE(records.prepare(JET_prepReplace) == JET_errSuccess);
        REQUIRE(JetSetColumn(session.id, records.cursor, records.column("note"), nullptr, bytes, JET_bitSetSizeLV,
                             &info) == JET_errSuccess);
        REQUIRE(records.update() == JET_errSuccess);
        session.commit();
        expected.resize(bytes, '\0');
        CHECK(*records.get("note") == expected);
    };
    resize(70000);
    resize(4000);
    resize(10);
    CHECK(change(std::nullopt, 0) == JET_errSuccess);
    CHECK_FALSE(records.get("note"));
    CHECK(change("x", JET_bitSetAppendLV | JET_bitSetUniqueMultiValues) == JET_errInvalidGrbit);
    CHECK(change("x", JET_bitSetSeparateLV | JET_bitSetIntrinsicLV) == JET_errInvalidGrbit);
    CHECK(notes.damage().empty());
}

TEST_CASE("Copies of a record share its long values until one of them changes or goes") {
    Notes notes;
    const Session session = notes.session();
    const Records records = notes.open();
    const std::string note = pattern(20000, 'n'), packed = pattern(9000, 'p');
    insert(records, 1, note, packed);
    const auto copy = [&](std::int32_t from, std::int32_t to) {
        session.begin();
        REQUIRE(records.seek({raw(from)}, JET_bitSeekEQ) == JET_errSuccess);
        REQUIRE(records.prepare(JET_prepInsertCopy) == JET_errSuccess);
        REQUIRE(records.set("key", raw(to)) == JET_errSuccess);
        REQUIRE(records.update() == JET_errSuccess);
        session.commit();
    };
    const auto note_of = [&](std::int32_t key) {
        REQUIRE(records.seek({raw(key)}, JET_bitSeekEQ) == JET_errSuccess);
        return *records.get("note");
    };
    copy(1, 2);
    copy(2, 3);
    // Rolled back, a copy counts no more.
    session.begin();
    REQUIRE(records.prepare(JET_prepInsertCopy) == JET_errSuccess);
    REQUIRE(records.set("key", raw(9)) == JET_errSuccess);
    REQUIRE(records.update() == JET_errSuccess);
    session.roll_back();

    session.begin();
    REQUIRE(records.seek({raw(2)}, JET_bitSeekEQ) == JET_errSuccess);
    REQUIRE(records.prepare(JET_prepReplace) == JET_errSuccess);
    REQUIRE(records.set("note", "!", 1, JET_bitSetAppendLV) == JET_errSuccess);
    REQUIRE(records.update() == JET_errSuccess);
    session.commit();
    CHECK(note_of(1) == note);
    CHECK(note_of(2) == note + "!");
    CHECK(note_of(3) == note);

    REQUIRE(records.seek({raw(1)}, JET_bitSeekEQ) == JET_errSuccess);
    REQUIRE(records.remove() == JET_errSuccess);
    CHECK(note_of(3) == note);
    session.begin();
    REQUIRE(records.prepare(JET_prepInsertCopyDeleteOriginal) == JET_errSuccess);
    REQUIRE(records.set("key", raw(4)) == JET_errSuccess);
    REQUIRE(records.update() == JET_errSuccess);
    session.commit();
    CHECK(note_of(4) == note);
    CHECK(notes.damage().empty());
}

TEST_CASE("A reader goes on to see the long value that was there when its transaction began") {
    Notes notes;
    const Records records = notes.open();
    const std::string before = pattern(20000, 'b'), after = pattern(15000, 'a');
    insert(records, 1, before, "");
    const Session reader(notes.engine, notes.path);
    const Records seen(reader, "t");
    reader.begin();
    REQUIRE(seen.move(JET_MoveFirst) == JET_errSuccess);
    CHECK(*seen.get("note") == before);
    REQUIRE(records.move(JET_MoveFirst) == JET_errSuccess);
    REQUIRE(records.prepare(JET_prepReplace) == JET_errSuccess);
    REQUIRE(records.set("note", after) == JET_errSuccess);
    REQUIRE(records.update() == JET_errSuccess);
    CHECK(*seen.get("note") == before);
    CHECK(*records.get("note") == after);
    REQUIRE(records.remove() == JET_errSuccess);
    CHECK(*seen.get("note") == before);
    reader.commit();
    CHECK(seen.error("note") == JET_errRecordDeleted);
    CHECK(notes.damage().empty());
}

TEST_CASE("The size of a record tells what lies in it from what lies outside") {
    Notes notes;
    const Records records = notes.open();
    const JET_SESID session = notes.engine.session;
    REQUIRE(records.prepare(JET_prepInsert) == JET_errSuccess);
    REQUIRE(records.set("note", std::string(64, 'x'), 1, JET_bitSetSeparateLV) == JET_errSuccess);
    REQUIRE(records.set("many", "abc", 0) == JET_errSuccess);
    REQUIRE(records.set("many", "defg", 0) == JET_errSuccess);
    JET_RECSIZE2 size{};
    REQUIRE(JetGetRecordSize2(session, records.cursor, &size, JET_bitRecordSizeInCopyBuffer) == JET_errSuccess);
    REQUIRE(records.update() == JET_errSuccess);
    REQUIRE(records.move(JET_MoveFirst) == JET_errSuccess);
    REQUIRE(JetGetRecordSize2(session, records.cursor, &size, JET_bitRecordSizeRunningTotal) == JET_errSuccess);
    CHECK(size.cbLongValueData == 128);
    CHECK(size.cbLongValueDataCompressed == 128);
    CHECK(size.cbData == 14);
    CHECK(size.cLongValues == 2);
    CHECK(size.cMultiValues == 2);
    CHECK(size.cTaggedColumns == 4);
    CHECK(size.cNonTaggedColumns == 0);
    CHECK(size.cbOverhead > 0);
    CHECK(size.cbLongValueOverhead > 0);
    CHECK(JetGetRecordSize2(session, records.cursor, nullptr, 0) == JET_errInvalidParameter);
}

TEST_CASE("A table says from which length on its values lie outside of the records, also when it was opened again") {
    Scratch scratch;
    JET_COLUMNCREATE_A note{};
    note.cbStruct = sizeof note;
    note.szColumnName = const_cast<char*>("note");
    note.coltyp = JET_coltypLongBinary;
    note.grbit = JET_bitColumnTagged;
    JET_SPACEHINTS hints{};
    hints.cbStruct = sizeof hints;
    hints.cbInitial = 16 * 4096;
    const auto create = [&](const char* name, JET_UINT32 most_inside) {
        const Session session = scratch.session();
        JET_TABLECREATE3_A table{};
        table.cbStruct = sizeof table;
        table.szTableName = const_cast<char*>(name);
        table.ulPages = 1;
        table.rgcolumncreate = &note;
        table.cColumns = 1;
        table.pLVSpacehints = &hints;
        table.cbSeparateLV = most_inside;
        REQUIRE(JetCreateTableColumnIndex3A(session.id, session.dbid, &table) == JET_errSuccess);
        REQUIRE(JetCloseTable(session.id, table.tableid) == JET_errSuccess);
    };
    create("short", 100);
    create("long", 3000);
    create("more than a record holds", 1 << 20);
    scratch.restart();
    const auto bytes_outside = [&](const char* table, std::size_t bytes) {
        const Session session = scratch.session();
        const Records records(session, table);
        REQUIRE(records.prepare(JET_prepInsert) == JET_errSuccess);
        REQUIRE(records.set("note", pattern(bytes, 'n')) == JET_errSuccess);
        std::string bookmark;
        REQUIRE(records.update(&bookmark) == JET_errSuccess);
        REQUIRE(records.go_to(bookmark) == JET_errSuccess);
        CHECK(*records.get("note") == pattern(bytes, 'n'));
        JET_RECSIZE2 size{};
        REQUIRE(JetGetRecordSize2(session.id, records.cursor, &size, 0) == JET_errSuccess);
        return size.cbLongValueData;
    };
    CHECK(bytes_outside("short", 100) == 0);
    CHECK(bytes_outside("short", 101) == 101);
    CHECK(bytes_outside("long", 3000) == 0);
    CHECK(bytes_outside("long", 3001) == 3001);
    CHECK(bytes_outside("more than a record holds", 3500) == 0);
    CHECK(bytes_outside("more than a record holds", 5000) == 5000);
    CHECK(scratch.damage().empty());
}
