// Reading ahead: what was read is not read again, and wrong arguments are told.

#include <thread>

#include "jet/test_records.h"

using namespace test;

namespace {

JET_THREADSTATS3 counted() {
    JET_THREADSTATS3 counters{};
    REQUIRE(JetGetThreadStats(&counters, sizeof counters) == JET_errSuccess);
    return counters;
}

constexpr std::int32_t record_count = 600, long_value_every = 50;

std::string name_of(std::int32_t key) {
    return std::string(1, static_cast<char>('a' + key % 26)) + std::to_string(key);
}

// About 50 leaves of records, an index of names, and long values of five pages; nothing of it is in memory.
struct Cold : Scratch {
    Cold() {
        create("t",
               {{"key", JET_coltypLong},
                {"name", JET_coltypText, 0, "", 40},
                {"filler", JET_coltypBinary, 0, "", 255},
                {"note", JET_coltypLongBinary}},
               {{"pk", "+key", JET_bitIndexPrimary}, {"by_name", "+name"}});
        const Records records(session(), "t");
        session().begin();
        for (std::int32_t key = 0; key < record_count; ++key) {
            REQUIRE(records.prepare(JET_prepInsert) == JET_errSuccess);
            REQUIRE(records.set("key", raw(key)) == JET_errSuccess);
            REQUIRE(records.set("name", name_of(key)) == JET_errSuccess);
            REQUIRE(records.set("filler", std::string(250, 'f')) == JET_errSuccess);
            if (key % long_value_every == 0) REQUIRE(records.set("note", std::string(20000, 'n')) == JET_errSuccess);
            REQUIRE(records.update() == JET_errSuccess);
        }
        session().commit();
        restart();
        // The definition, and the roots of the trees, are there already when something is read ahead.
        at.emplace(session(), "t");
        note = at->column("note");
        REQUIRE(at->index("by_name") == JET_errSuccess);
        REQUIRE(at->move(JET_MoveFirst) == JET_errSuccess);
        REQUIRE(at->index(nullptr) == JET_errSuccess);
        REQUIRE(at->move(JET_MoveFirst) == JET_errSuccess);
        REQUIRE(at->get("note")->size() == 20000);
    }
    JET_SESID id() const { return session().id; }
    // How many pages walking over the records between two keys reads from the file.
    JET_UINT32 pages_read_by_walk(std::int32_t from, std::int32_t to, bool with_notes = false) {
        const JET_UINT32 before = counted().cPageRead;
        REQUIRE(at->seek({raw(from)}, JET_bitSeekEQ) == JET_errSuccess);
        for (std::int32_t key = from; key <= to; ++key) {
            REQUIRE(at->get("key") == raw(key));
            if (with_notes) (void)at->get("note");
            if (key < to) REQUIRE(at->move(JET_MoveNext) == JET_errSuccess);
        }
        return counted().cPageRead - before;
    }

    std::optional<Records> at;
    JET_COLUMNID note = 0;
};

// Ends of ranges over one column.
class Range {
 public:
    Range(std::string first, std::string last, JET_RELOP relop = JET_relopEquals)
        : first_(std::move(first)), last_(std::move(last)), start_{column(first_, relop)}, end_{column(last_, relop)} {}
    explicit Range(std::int32_t first, std::int32_t last) : Range(raw(first), raw(last)) {}
    Range(const Range&) = delete;
    Range& operator=(const Range&) = delete;
    JET_INDEX_RANGE get() { return {&start_, 1, &end_, 1}; }
    JET_INDEX_RANGE start_only() { return {&start_, 1, nullptr, 0}; }
    JET_INDEX_COLUMN& start() { return start_; }

 private:
    static JET_INDEX_COLUMN column(std::string& value, JET_RELOP relop) {
        return {0, relop, value.data(), static_cast<JET_UINT32>(value.size()), 0};
    }
    std::string first_, last_;
    JET_INDEX_COLUMN start_, end_;
};

JET_ERR read_ahead(const Cold& cold, std::vector<JET_INDEX_RANGE> ranges, JET_GRBIT grbit = JET_bitPrereadForward,
                   JET_UINT32* begun = nullptr, std::vector<JET_COLUMNID> columns = {}) {
    return JetPrereadIndexRanges(cold.id(), cold.at->cursor, ranges.data(), static_cast<JET_UINT32>(ranges.size()),
                                 begun, columns.data(), static_cast<JET_UINT32>(columns.size()), grbit);
}

}  // namespace

TEST_CASE("What a range covers is read ahead, and is not read again") {
    Cold cold;
    REQUIRE(cold.at->seek({raw(7)}, JET_bitSeekEQ) == JET_errSuccess);
    Range range(100, 299), key(500, 500);
    const JET_THREADSTATS3 before = counted();
    JET_UINT32 begun = 0;
    REQUIRE(read_ahead(cold, {range.get(), key.start_only()}, JET_bitPrereadForward, &begun) == JET_errSuccess);
    const JET_THREADSTATS3 after = counted();
    CHECK(begun == 2);
    CHECK(after.cPagePreread - before.cPagePreread >= 15);
    CHECK(after.cPageRead == before.cPageRead);
    CHECK(after.cPageCacheMiss == before.cPageCacheMiss);
    CHECK(cold.at->get("key") == raw(7));  // the cursor stayed
    CHECK(cold.pages_read_by_walk(100, 299) == 0);
    CHECK(cold.pages_read_by_walk(500, 500) == 0);
    CHECK(cold.pages_read_by_walk(400, 460) >= 3);  // nobody has asked for these
}

TEST_CASE("Ranges are read backwards, and their order does not matter to who does not ask how far it came") {
    Cold cold;
    Range low(50, 20), high(400, 300);
    REQUIRE(read_ahead(cold, {low.get(), high.get()}, JET_bitPrereadBackward) == JET_errSuccess);
    CHECK(cold.pages_read_by_walk(20, 50) == 0);
    CHECK(cold.pages_read_by_walk(300, 400) == 0);
    CHECK(cold.pages_read_by_walk(200, 250) >= 3);
}

TEST_CASE("In a secondary index ranges are those of its columns, or of what they begin with") {
    Cold cold;
    REQUIRE(cold.at->index("by_name") == JET_errSuccess);
    Range names("c", "x", JET_relopPrefixEquals);
    const JET_UINT32 before = counted().cPagePreread;
    REQUIRE(read_ahead(cold, {names.get()}) == JET_errSuccess);
    CHECK(counted().cPagePreread - before >= 2);
    const JET_UINT32 read = counted().cPageRead;
    REQUIRE(cold.at->seek({"c"}, JET_bitSeekGE) != JET_errRecordNotFound);
    // Entries alone: their key is enough to walk on.
    for (int entry = 0; entry < 450; ++entry) REQUIRE(cold.at->move(JET_MoveNext) == JET_errSuccess);
    CHECK(counted().cPageRead == read);
}

TEST_CASE("Keys as they are stored are read ahead with JetPrereadKeys and as ends of ranges") {
    Cold cold;
    const auto stored_key = [&](std::int32_t value) {
        std::string key(64, '\0');
        JET_UINT32 size = 0;
        REQUIRE(JetMakeKey(cold.id(), cold.at->cursor, &value, sizeof value, JET_bitNewKey) == JET_errSuccess);
        REQUIRE(JetRetrieveKey(cold.id(), cold.at->cursor, key.data(), 64, &size, JET_bitRetrieveCopy) ==
                JET_errSuccess);
        return key.substr(0, size);
    };
    Range range(stored_key(100), stored_key(200));
    REQUIRE(read_ahead(cold, {range.get()}, JET_bitPrereadForward | JET_bitPrereadNormalizedKey) == JET_errSuccess);
    CHECK(cold.pages_read_by_walk(100, 200) == 0);

    const std::string first = stored_key(300), second = stored_key(500);
    const void* keys[] = {first.data(), second.data()};
    const JET_UINT32 sizes[] = {static_cast<JET_UINT32>(first.size()), static_cast<JET_UINT32>(second.size())};
    JET_INT32 done = 0;
    const auto read_keys = [&](JET_GRBIT grbit) {
        return JetPrereadKeys(cold.id(), cold.at->cursor, keys, sizes, 2, &done, grbit);
    };
    CHECK(read_keys(JET_bitPrereadBackward) == JET_errInvalidParameter);
    CHECK(read_keys(0) == JET_errInvalidGrbit);
    REQUIRE(read_keys(JET_bitPrereadForward) == JET_errSuccess);
    CHECK(done == 2);
    CHECK(cold.pages_read_by_walk(300, 300) == 0);
    CHECK(cold.pages_read_by_walk(500, 500) == 0);
}

TEST_CASE("Long values are read ahead with their records, in whole or their first pages") {
    Cold cold;
    Range range(100, 299);
    REQUIRE(read_ahead(cold, {range.get()}, JET_bitPrereadForward | JET_bitPrereadFirstPage, nullptr, {cold.note}) ==
            JET_errSuccess);
    const JET_UINT32 of_rest = cold.pages_read_by_walk(100, 199, true);
    CHECK(of_rest >= 2 * 4);
    CHECK(of_rest <= 2 * 6);
    REQUIRE(read_ahead(cold, {range.get()}, JET_bitPrereadForward, nullptr, {cold.note}) == JET_errSuccess);
    CHECK(cold.pages_read_by_walk(100, 299, true) == 0);

    CHECK(read_ahead(cold, {range.get()}, JET_bitPrereadForward, nullptr, {cold.at->column("key")}) ==
          JET_errMustBeSeparateLongValue);
    CHECK(read_ahead(cold, {range.get()}, JET_bitPrereadForward, nullptr, {99}) == JET_errColumnNotFound);
    REQUIRE(cold.at->index("by_name") == JET_errSuccess);
    Range names("c", "k");
    CHECK(read_ahead(cold, {names.get()}, JET_bitPrereadForward, nullptr, {cold.note}) == JET_errInvalidPreread);
}

TEST_CASE("Ranges that contradict themselves are refused") {
    Cold cold;
    JET_UINT32 begun = 99;
    Range good(100, 200), wrong_way(200, 100), overlapping(150, 250);
    CHECK(read_ahead(cold, {}) == JET_errInvalidParameter);
    CHECK(read_ahead(cold, {good.get()}, 0) == JET_errInvalidGrbit);
    CHECK(read_ahead(cold, {good.get()}, JET_bitPrereadForward | 0x10) == JET_errInvalidGrbit);
    CHECK(read_ahead(cold, {wrong_way.get()}) == JET_errInvalidParameter);
    CHECK(read_ahead(cold, {good.get()}, JET_bitPrereadBackward) == JET_errInvalidParameter);
    CHECK(read_ahead(cold, {good.get(), overlapping.get()}) == JET_errInvalidParameter);
    Range later(300, 400);
    CHECK(read_ahead(cold, {later.get(), good.get()}, JET_bitPrereadForward, &begun) == JET_errInvalidParameter);
    CHECK(read_ahead(cold, {later.get(), good.get()}) == JET_errSuccess);
    CHECK(begun == 99);

    Range relation(100, 200), option(100, 200), size(100, 200);
    relation.start().relop = JET_relopLessThan;
    option.start().grbit = JET_bitZeroLength;  // with a value
    size.start().cb = 3;
    CHECK(read_ahead(cold, {relation.get()}) == JET_errInvalidParameter);
    CHECK(read_ahead(cold, {option.get()}) == JET_errInvalidParameter);
    CHECK(read_ahead(cold, {size.get()}) == JET_errInvalidBufferSize);
    CHECK(read_ahead(cold, {{nullptr, 0, nullptr, 0}}) == JET_errKeyNotMade);
    JET_INDEX_COLUMN both[] = {good.start(), good.start()};
    CHECK(read_ahead(cold, {{both, 2, nullptr, 0}}) == JET_errKeyIsMade);
}

TEST_CASE("Each thread has counters of its own, of pages, waits, log records and long values") {
    const Scratch scratch;
    scratch.create("t", {{"key", JET_coltypLong}, {"note", JET_coltypLongBinary}},
                   {{"pk", "+key", JET_bitIndexPrimary}});
    const Records records(scratch.session(), "t");
    const JET_THREADSTATS3 before = counted();
    CHECK(before.cbStruct == sizeof before);
    REQUIRE(records.prepare(JET_prepInsert) == JET_errSuccess);
    REQUIRE(records.set("key", raw(std::int32_t{1})) == JET_errSuccess);
    REQUIRE(records.set("note", std::string(10000, 'n')) == JET_errSuccess);
    REQUIRE(records.update() == JET_errSuccess);
    const JET_THREADSTATS3 inserted = counted();
    CHECK(inserted.cLogRecord - before.cLogRecord >= 5);  // three chunks, a record, begin and commit
    CHECK(inserted.cbLogRecord - before.cbLogRecord > 10000);
    CHECK(inserted.cPageDirtied + inserted.cPageRedirtied - before.cPageDirtied - before.cPageRedirtied >= 4);
    REQUIRE(records.move(JET_MoveFirst) == JET_errSuccess);
    REQUIRE(records.get("note")->size() == 10000);
    const JET_THREADSTATS3 read = counted();
    CHECK(read.cSeparatedLongValueRead == inserted.cSeparatedLongValueRead + 1);
    CHECK(read.cPageReferenced > inserted.cPageReferenced);
    CHECK(read.cLogRecord == inserted.cLogRecord);

    JET_THREADSTATS of_other{};
    std::thread([&] { REQUIRE(JetGetThreadStats(&of_other, sizeof of_other) == JET_errSuccess); }).join();
    CHECK(of_other.cbStruct == sizeof of_other);
    CHECK(of_other.cPageReferenced == 0);
    CHECK(of_other.cLogRecord == 0);
    CHECK(JetGetThreadStats(&of_other, sizeof of_other - 1) == JET_errBufferTooSmall);
    CHECK(JetGetThreadStats(nullptr, sizeof of_other) == JET_errInvalidParameter);
}
