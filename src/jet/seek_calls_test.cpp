// Keys, seeks and ranges, held against a plain walk over the same index of a database that the original engine wrote.

#include <random>

#include "jet/test_api.h"

namespace {

using test::Bytes;

struct Entry {
    Bytes key, bookmark;
    bool operator==(const Entry&) const = default;
};

class Cursor {
 public:
    Cursor(const TempDirectory& temp, const char* table) : engine_(temp.path("instance"), {4096, 128, false, "Off"}) {
        std::filesystem::create_directories(temp.path("instance"));
        engine_.start();
        const std::string path = temp.path("files/data.edb");
        REQUIRE(JetAttachDatabaseA(session(), path.c_str(), JET_bitDbReadOnly) == JET_errSuccess);
        REQUIRE(JetOpenDatabaseA(session(), path.c_str(), nullptr, &dbid_, JET_bitDbReadOnly) == JET_errSuccess);
        REQUIRE(JetOpenTableA(session(), dbid_, table, nullptr, 0, 0, &table_) == JET_errSuccess);
    }
    JET_SESID session() const { return engine_.session; }
    JET_TABLEID table() const { return table_; }

    JET_ERR move(JET_INT32 rows) const { return JetMove(session(), table_, rows, 0); }
    JET_ERR index(const char* name) const { return JetSetCurrentIndexA(session(), table_, name); }
    JET_ERR seek(JET_GRBIT grbit) const { return JetSeek(session(), table_, grbit); }
    JET_ERR range(JET_GRBIT grbit) const { return JetSetIndexRange(session(), table_, grbit); }
    JET_ERR make_key(const void* data, std::uint32_t bytes, JET_GRBIT grbit) const {
        return JetMakeKey(session(), table_, data, bytes, grbit);
    }
    JET_ERR use_key(const Bytes& key) const {
        return make_key(key.data(), static_cast<std::uint32_t>(key.size()), JET_bitNewKey | JET_bitNormalizedKey);
    }
    Entry entry() const {
        Entry entry{Bytes(2100), Bytes(2100)};
        std::uint32_t key = 0, bookmark = 0;
        REQUIRE(JetRetrieveKey(session(), table_, entry.key.data(), 2100, &key, 0) == JET_errSuccess);
        REQUIRE(JetGetBookmark(session(), table_, entry.bookmark.data(), 2100, &bookmark) == JET_errSuccess);
        entry.key.resize(key);
        entry.bookmark.resize(bookmark);
        return entry;
    }
    // From the current entry on.
    std::vector<Entry> rest() const {
        std::vector<Entry> entries;
        do entries.push_back(entry());
        while (move(1) == JET_errSuccess);
        return entries;
    }
    std::vector<Entry> all() const {
        REQUIRE(move(JET_MoveFirst) == JET_errSuccess);
        return rest();
    }
    std::uint32_t column(const char* name) const {
        JET_COLUMNDEF definition{};
        REQUIRE(JetGetTableColumnInfoA(session(), table_, name, &definition, sizeof definition, JET_ColInfo) == 0);
        return definition.columnid;
    }
    std::int32_t number(std::uint32_t column_id) const {
        std::int32_t value = 0;
        REQUIRE(JetRetrieveColumn(session(), table_, column_id, &value, 4, nullptr, 0, nullptr) == JET_errSuccess);
        return value;
    }

 private:
    test::Engine engine_;
    JET_DBID dbid_ = 0;
    JET_TABLEID table_ = 0;
};

}  // namespace

TEST_CASE("A seek finds what a walk over the index finds") {
    const TempDirectory temp;
    if (!test::set_files(temp)) return;
    const Cursor cursor(temp, "AllTypes");
    for (const char* index : {"pk", "iLong", "iMv", "iGuid", "iTextA"}) {
        INFO(index);
        REQUIRE(cursor.index(index) == JET_errSuccess);
        const std::vector<Entry> all = cursor.all();
        for (std::size_t i = 0; i < all.size(); i += 3) {
            for (const bool between : {false, true}) {
                Bytes key = all[i].key;
                if (between) key.push_back(0);  // behind the entries with this key
                const auto from = std::find_if(all.begin(), all.end(), [&](const Entry& e) { return e.key >= key; });
                const auto behind = std::find_if(all.begin(), all.end(), [&](const Entry& e) { return e.key > key; });
                const auto expect = [&](JET_GRBIT grbit, JET_ERR result, const Entry* entry) {
                    REQUIRE(cursor.use_key(key) == JET_errSuccess);
                    CHECK(cursor.seek(grbit) == result);
                    if (entry) CHECK(cursor.entry() == *entry);
                };
                const Entry* const next = behind == all.end() ? nullptr : &*behind;
                const Entry* const before = from == all.begin() ? nullptr : &*(from - 1);
                const Entry* const last_up_to = behind == all.begin() ? nullptr : &*(behind - 1);
                if (!between) {
                    expect(JET_bitSeekEQ, JET_errSuccess, &*from);
                    expect(JET_bitSeekGE, JET_errSuccess, &*from);
                    expect(JET_bitSeekLE, JET_errSuccess, &*from);
                } else {
                    expect(JET_bitSeekEQ, JET_errRecordNotFound, nullptr);
                    expect(JET_bitSeekGE, next ? JET_wrnSeekNotEqual : JET_errRecordNotFound, next);
                    expect(JET_bitSeekLE, last_up_to ? JET_wrnSeekNotEqual : JET_errRecordNotFound, last_up_to);
                }
                expect(JET_bitSeekGT, next ? JET_errSuccess : JET_errRecordNotFound, next);
                expect(JET_bitSeekLT, before ? JET_errSuccess : JET_errRecordNotFound, before);
            }
        }
    }
}

TEST_CASE("A seek that finds nothing leaves the cursor between two entries") {
    const TempDirectory temp;
    if (!test::set_files(temp)) return;
    const Cursor cursor(temp, "AllTypes");
    const std::vector<Entry> all = cursor.all();
    Bytes key = all[4].key;
    key.push_back(0);
    for (const bool forward : {true, false}) {
        REQUIRE(cursor.use_key(key) == JET_errSuccess);
        CHECK(cursor.seek(JET_bitSeekEQ) == JET_errRecordNotFound);
        CHECK(cursor.move(0) == JET_errNoCurrentRecord);
        REQUIRE(cursor.move(forward ? 1 : -1) == JET_errSuccess);
        CHECK(cursor.entry() == all[forward ? 5 : 4]);
    }
    CHECK(cursor.seek(JET_bitSeekEQ) == JET_errKeyNotMade);
    REQUIRE(cursor.use_key(all[0].key) == JET_errSuccess);
    CHECK(cursor.seek(JET_bitSeekEQ | JET_bitSeekGE) == JET_errInvalidGrbit);
}

TEST_CASE("Keys are made column by column from values") {
    const TempDirectory temp;
    if (!test::set_files(temp)) return;
    const Cursor cursor(temp, "AllTypes");
    const std::uint32_t column = cursor.column("long"), short_column = cursor.column("short");
    REQUIRE(cursor.index("iLong") == JET_errSuccess);
    const std::vector<Entry> all = cursor.all();
    REQUIRE(cursor.move(JET_MoveFirst) == JET_errSuccess);
    int whole = 0;
    for (const Entry& entry : all) {
        const std::int32_t number = cursor.number(column);
        std::int16_t second = 0;
        const bool null = JetRetrieveColumn(cursor.session(), cursor.table(), short_column, &second, 2, nullptr, 0,
                                            nullptr) == JET_wrnColumnNull;
        REQUIRE(cursor.make_key(&number, 4, JET_bitNewKey) == JET_errSuccess);
        REQUIRE(cursor.make_key(&second, null ? 0 : 2, 0) == JET_errSuccess);
        Bytes made(300);
        std::uint32_t bytes = 0;
        CHECK(JetRetrieveKey(cursor.session(), cursor.table(), made.data(), 300, &bytes, JET_bitRetrieveCopy) == 0);
        made.resize(bytes);
        CHECK(made == entry.key);
        CHECK(cursor.make_key(&number, 4, 0) == JET_errKeyIsMade);
        ++whole;
        if (cursor.move(1) != JET_errSuccess) break;
    }
    CHECK(whole == static_cast<int>(all.size()));

    // All entries with one value of the first column.
    REQUIRE(cursor.move(static_cast<JET_INT32>(-10)) == JET_errSuccess);
    const std::int32_t wanted = cursor.number(column);
    std::vector<Entry> expected;
    for (cursor.move(JET_MoveFirst);;) {
        if (cursor.number(column) == wanted) expected.push_back(cursor.entry());
        if (cursor.move(1) != JET_errSuccess) break;
    }
    REQUIRE(cursor.make_key(&wanted, 4, JET_bitNewKey | JET_bitFullColumnStartLimit) == JET_errSuccess);
    CHECK(cursor.seek(JET_bitSeekGE) >= 0);
    const auto end_behind_wanted = [&] {
        REQUIRE(cursor.make_key(&wanted, 4, JET_bitNewKey | JET_bitFullColumnEndLimit) == JET_errSuccess);
        CHECK(cursor.range(JET_bitRangeUpperLimit | JET_bitRangeInclusive) == JET_errSuccess);
    };
    end_behind_wanted();
    std::uint32_t count = 0;
    CHECK(JetIndexRecordCount(cursor.session(), cursor.table(), &count, 0) == JET_errSuccess);
    CHECK(count == expected.size());
    // Counting uses the range up.
    CHECK(cursor.range(JET_bitRangeRemove) == JET_errInvalidOperation);
    end_behind_wanted();
    CHECK(JetIndexRecordCount(cursor.session(), cursor.table(), &count, 1) == JET_errSuccess);
    CHECK(count == 1);
    end_behind_wanted();
    CHECK(cursor.rest() == expected);
    // The range is over with its end.
    CHECK(cursor.move(-1) == JET_errSuccess);
    const Entry last = cursor.entry();
    CHECK(last == cursor.all().back());

    CHECK(cursor.make_key(&wanted, 3, JET_bitNewKey) == JET_errInvalidBufferSize);
    CHECK(cursor.make_key(&wanted, 4, JET_bitNewKey | JET_bitStrLimit | JET_bitFullColumnStartLimit) ==
          JET_errInvalidGrbit);
}

TEST_CASE("A prefix of a text selects the values that begin with it") {
    const TempDirectory temp;
    if (!test::set_files(temp)) return;
    const Cursor cursor(temp, "AllTypes");
    REQUIRE(cursor.index("iTextA") == JET_errSuccess);
    const std::vector<Entry> all = cursor.all();
    for (char letter = 'A'; letter <= 'Z'; ++letter) {
        std::vector<Entry> expected;
        for (const Entry& entry : all)
            if (entry.key.size() > 1 && entry.key[0] == 0x7F && entry.key[1] == letter) expected.push_back(entry);
        const char lower = static_cast<char>(letter - 'A' + 'a');
        REQUIRE(cursor.make_key(&lower, 1, JET_bitNewKey | JET_bitPartialColumnStartLimit) == JET_errSuccess);
        const JET_ERR found = cursor.seek(JET_bitSeekGE);
        if (expected.empty()) continue;
        REQUIRE(found == JET_wrnSeekNotEqual);
        REQUIRE(cursor.make_key(&lower, 1, JET_bitNewKey | JET_bitPartialColumnEndLimit) == JET_errSuccess);
        REQUIRE(cursor.range(JET_bitRangeUpperLimit) == JET_errSuccess);
        CHECK(cursor.rest() == expected);
    }
}

TEST_CASE("Unicode text is found by its value in any case, and by the letters that it begins with") {
    const TempDirectory temp;
    if (!test::set_files(temp)) return;
    const Cursor cursor(temp, "AllTypes");
    REQUIRE(cursor.index("iTextW") == JET_errSuccess);
    const std::uint32_t column = cursor.column("vtextw");
    const auto upper_text = [&] {
        std::u16string text(200, u'\0');
        std::uint32_t bytes = 0;
        REQUIRE(JetRetrieveColumn(cursor.session(), cursor.table(), column, text.data(), 400, &bytes, 0, nullptr) >= 0);
        text.resize(bytes / 2);
        for (char16_t& unit : text)
            if (unit >= u'a' && unit <= u'z') unit = static_cast<char16_t>(unit - u'a' + u'A');
        return text;
    };
    std::vector<std::pair<std::u16string, Entry>> all;
    for (JET_ERR moved = cursor.move(JET_MoveFirst); moved == JET_errSuccess; moved = cursor.move(1))
        all.emplace_back(upper_text(), cursor.entry());
    REQUIRE(all.size() > 20);
    for (const auto& [text, entry] : all) {
        const JET_GRBIT empty = text.empty() ? JET_bitKeyDataZeroLength : 0;
        const auto bytes = static_cast<std::uint32_t>(text.size() * 2);
        REQUIRE(cursor.make_key(text.data(), bytes, JET_bitNewKey | empty) == JET_errSuccess);
        Bytes made(300);
        std::uint32_t made_bytes = 0;
        CHECK(JetRetrieveKey(cursor.session(), cursor.table(), made.data(), 300, &made_bytes, JET_bitRetrieveCopy) ==
              0);
        made.resize(made_bytes);
        CHECK(made == entry.key);
        CHECK(cursor.seek(JET_bitSeekEQ) == JET_errSuccess);
        Bytes bookmark = entry.bookmark;
        CHECK(JetGotoBookmark(cursor.session(), cursor.table(), bookmark.data(),
                              static_cast<std::uint32_t>(bookmark.size())) == JET_errSuccess);
        CHECK(cursor.entry() == entry);
    }
    // Hyphens do not count among the first letters.
    for (const char16_t letter : std::u16string(u"bcghnxЖ中")) {
        std::vector<Entry> expected;
        for (const auto& [text, entry] : all) {
            const std::size_t first = text.find_first_not_of(u'-');
            const bool begins = first != text.npos && text[first] == (letter < 128 ? letter - u'a' + u'A' : letter);
            if (begins) expected.push_back(entry);
        }
        REQUIRE(cursor.make_key(&letter, 2, JET_bitNewKey | JET_bitPartialColumnStartLimit) == JET_errSuccess);
        const JET_ERR found = cursor.seek(JET_bitSeekGE);
        if (expected.empty()) continue;
        REQUIRE(found == JET_wrnSeekNotEqual);
        REQUIRE(cursor.make_key(&letter, 2, JET_bitNewKey | JET_bitPartialColumnEndLimit) == JET_errSuccess);
        REQUIRE(cursor.range(JET_bitRangeUpperLimit) == JET_errSuccess);
        CHECK(cursor.rest() == expected);
    }
    CHECK(cursor.make_key(u"カ", 2, JET_bitNewKey) == JET_errUnicodeNormalizationNotSupported);
}

TEST_CASE("A range ends the way, forwards or back, until it is taken away") {
    const TempDirectory temp;
    if (!test::set_files(temp)) return;
    const Cursor cursor(temp, "AllTypes");
    const std::vector<Entry> all = cursor.all();
    REQUIRE(all.size() > 10);
    CHECK(cursor.range(JET_bitRangeRemove) == JET_errInvalidOperation);

    REQUIRE(cursor.move(JET_MoveFirst) == JET_errSuccess);
    REQUIRE(cursor.use_key(all[5].key) == JET_errSuccess);
    REQUIRE(cursor.range(JET_bitRangeUpperLimit) == JET_errSuccess);
    CHECK(cursor.rest() == std::vector<Entry>(all.begin(), all.begin() + 5));
    CHECK(cursor.move(1) == JET_errNoCurrentRecord);
    REQUIRE(cursor.move(-1) == JET_errSuccess);  // the range is over with its end
    CHECK(cursor.entry() == all.back());
    CHECK(cursor.range(JET_bitRangeRemove) == JET_errInvalidOperation);

    REQUIRE(cursor.move(JET_MoveFirst) == JET_errSuccess);
    REQUIRE(cursor.move(6) == JET_errSuccess);
    REQUIRE(cursor.use_key(all[3].key) == JET_errSuccess);
    REQUIRE(cursor.range(JET_bitRangeInclusive) == JET_errSuccess);
    CHECK(cursor.move(-3) == JET_errSuccess);
    CHECK(cursor.entry() == all[3]);
    CHECK(cursor.range(JET_bitRangeRemove) == JET_errSuccess);
    CHECK(cursor.move(-1) == JET_errSuccess);
    CHECK(cursor.entry() == all[2]);
    REQUIRE(cursor.move(1) == JET_errSuccess);

    REQUIRE(cursor.use_key(all[1].key) == JET_errSuccess);
    CHECK(cursor.range(JET_bitRangeUpperLimit | JET_bitRangeInclusive) == JET_errNoCurrentRecord);
    CHECK(cursor.move(0) == JET_errNoCurrentRecord);  // as after a step beyond it
    REQUIRE(cursor.move(-1) == JET_errSuccess);
    CHECK(cursor.entry() == all.back());
    REQUIRE(cursor.use_key(all[1].key) == JET_errSuccess);
    CHECK(cursor.range(0) == JET_errSuccess);
    REQUIRE(cursor.use_key(all.back().key) == JET_errSuccess);
    CHECK(cursor.range(0) == JET_errNoCurrentRecord);
    REQUIRE(cursor.move(1) == JET_errSuccess);
    CHECK(cursor.entry() == all.front());

    REQUIRE(cursor.move(3) == JET_errSuccess);
    REQUIRE(cursor.use_key(all[9].key) == JET_errSuccess);
    CHECK(cursor.range(JET_bitRangeUpperLimit | JET_bitRangeInstantDuration) == JET_errSuccess);
    CHECK(cursor.rest().size() == all.size() - 3);
}

TEST_CASE("A bookmark leads back to its record, in each index") {
    const TempDirectory temp;
    if (!test::set_files(temp)) return;
    const Cursor cursor(temp, "AllTypes");
    const std::vector<Entry> all = cursor.all();
    for (const char* index : {"pk", "iLong", "iGuid", "iAuto"}) {
        REQUIRE(cursor.index(index) == JET_errSuccess);
        for (std::size_t i = 0; i < all.size(); i += 5) {
            Bytes bookmark = all[i].bookmark;
            REQUIRE(JetGotoBookmark(cursor.session(), cursor.table(), bookmark.data(),
                                    static_cast<std::uint32_t>(bookmark.size())) == JET_errSuccess);
            CHECK(cursor.entry().bookmark == bookmark);
        }
    }
    Bytes none = all[0].bookmark;
    none.push_back(1);
    CHECK(JetGotoBookmark(cursor.session(), cursor.table(), none.data(), static_cast<std::uint32_t>(none.size())) ==
          JET_errRecordDeleted);
    CHECK(JetGotoBookmark(cursor.session(), cursor.table(), nullptr, 0) == JET_errInvalidBookmark);

    JET_TABLEID copy = 0;
    REQUIRE(JetDupCursor(cursor.session(), cursor.table(), &copy, 0) == JET_errSuccess);
    CHECK(JetMove(cursor.session(), copy, 0, 0) == JET_errSuccess);  // on the first record
    CHECK(JetMove(cursor.session(), copy, static_cast<JET_INT32>(all.size()) - 1, 0) == JET_errSuccess);
    CHECK(JetCloseTable(cursor.session(), copy) == JET_errSuccess);
}

TEST_CASE("All values of a record at once are those that are retrieved one by one") {
    const TempDirectory temp;
    if (!test::set_files(temp)) return;
    const Cursor cursor(temp, "AllTypes");
    std::vector<std::unique_ptr<Bytes>> memory;
    const auto reallocate = [](void* context, void* old, JET_UINT32 bytes) -> void* {
        if (old) return nullptr;
        auto& blocks = *static_cast<std::vector<std::unique_ptr<Bytes>>*>(context);
        return blocks.emplace_back(std::make_unique<Bytes>(bytes + 16))->data();
    };
    JET_ENUMCOLUMN* columns = nullptr;
    std::uint32_t count = 0;
    const auto enumerate = [&](std::uint32_t wanted_count, JET_ENUMCOLUMNID* wanted, std::uint32_t most,
                               JET_GRBIT grbit) {
        memory.clear();
        return JetEnumerateColumns(cursor.session(), cursor.table(), wanted_count, wanted, &count, &columns, reallocate,
                                   &memory, most, grbit);
    };
    CHECK(cursor.move(-1) == JET_errNoCurrentRecord);
    CHECK(enumerate(0, nullptr, 100, 0) == JET_errNoCurrentRecord);
    int several = 0;
    for (JET_ERR e = cursor.move(JET_MoveFirst); e == JET_errSuccess; e = cursor.move(1)) {
        REQUIRE(enumerate(0, nullptr, 1 << 20, 0) == JET_errSuccess);
        REQUIRE(count > 10);
        for (std::uint32_t c = 0; c < count; ++c) {
            REQUIRE(columns[c].err == JET_errSuccess);
            several += columns[c].cEnumColumnValue > 1 ? 1 : 0;
            for (std::uint32_t v = 0; v < columns[c].cEnumColumnValue; ++v) {
                const JET_ENUMCOLUMNVALUE& value = columns[c].rgEnumColumnValue[v];
                Bytes single(1 << 20);
                std::uint32_t bytes = 0;
                JET_RETINFO info{sizeof info, 0, value.itagSequence, 0};
                REQUIRE(JetRetrieveColumn(cursor.session(), cursor.table(), columns[c].columnid, single.data(), 1 << 20,
                                          &bytes, 0, &info) == JET_errSuccess);
                REQUIRE(bytes == value.cbData);
                CHECK(
                    std::equal(single.begin(), single.begin() + bytes, static_cast<const std::uint8_t*>(value.pvData)));
            }
        }
    }
    CHECK(several > 10);

    REQUIRE(cursor.move(JET_MoveFirst) == JET_errSuccess);
    JET_ENUMCOLUMNID wanted[3] = {{cursor.column("k"), 0, nullptr}, {4711, 0, nullptr}, {0, 0, nullptr}};
    REQUIRE(enumerate(3, wanted, 2, JET_bitEnumerateCompressOutput) == JET_errSuccess);
    REQUIRE(count == 3);
    CHECK(columns[0].err == JET_errSuccess);  // it was cut, so it is no single value
    CHECK(columns[0].rgEnumColumnValue[0].err == JET_wrnColumnTruncated);
    CHECK(columns[1].err == JET_errColumnNotFound);
    CHECK(columns[2].err == JET_wrnColumnSkipped);
    REQUIRE(enumerate(1, wanted, 4, JET_bitEnumerateCompressOutput) == JET_errSuccess);
    CHECK(columns[0].err == JET_wrnColumnSingleValue);
    CHECK(columns[0].cbData == 4);
    REQUIRE(enumerate(1, wanted, 4, JET_bitEnumeratePresenceOnly) == JET_errSuccess);
    CHECK(columns[0].err == JET_wrnColumnPresent);
    CHECK(enumerate(1, wanted, 4, JET_bitEnumerateInRecordOnly) == JET_errInvalidGrbit);
}

TEST_CASE("A check through the API tells what it finds") {
    const TempDirectory temp;
    if (!test::set_files(temp)) return;
    struct Seen {
        int damage = 0, notes = 0;
        std::string text;
    };
    const auto take = [](const JET_FINDING* finding, void* context) {
        auto& seen = *static_cast<Seen*>(context);
        ++(finding->kind == JET_findingNote ? seen.notes : seen.damage);
        seen.text += std::string(finding->szTable) + " " + finding->szIndex + " " + finding->szText + "\n";
    };
    const auto check = [&](Seen& seen) {
        test::Engine engine(temp.path("instance"), {4096, 128, false, "Off"});
        std::filesystem::create_directories(temp.path("instance"));
        engine.start();
        JET_DBID dbid = 0;
        const std::string path = temp.path("files/data.edb");
        REQUIRE(JetAttachDatabaseA(engine.session, path.c_str(), JET_bitDbReadOnly) == JET_errSuccess);
        CHECK(EsentCheckDatabase(engine.session, 1, take, &seen, 0) == JET_errInvalidDatabaseId);
        REQUIRE(JetOpenDatabaseA(engine.session, path.c_str(), nullptr, &dbid, JET_bitDbReadOnly) == JET_errSuccess);
        CHECK(EsentCheckDatabase(engine.session, dbid, nullptr, nullptr, 0) == JET_errInvalidParameter);
        return EsentCheckDatabase(engine.session, dbid, take, &seen, 0);
    };
    Seen clean, damaged;
    CHECK(check(clean) == JET_errSuccess);
    CHECK(clean.damage == 0);
    CHECK(clean.notes == 0);
    const auto size = std::filesystem::file_size(temp.path("files/data.edb"));
    for (std::uintmax_t page = 60; (page + 2) * 4096 <= size; ++page)
        test::damage(temp.path("files/data.edb"), (page + 1) * 4096 + 1000);
    CHECK(check(damaged) == JET_errDatabaseCorrupted);
    CHECK(damaged.damage > 0);
}
