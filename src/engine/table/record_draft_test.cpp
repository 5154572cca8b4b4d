#include "engine/table/record_draft.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "esent.h"
#include "unit/throws.h"

using namespace ese;
using namespace ese::engine;
using How = ValueChange::How;
using Bytes = std::vector<std::uint8_t>;
namespace column_flag = format::column_flag;

namespace {

ValueChange how(How how, std::uint32_t offset = 0, bool cut_behind = false) {
    ValueChange change;
    change.how = how;
    change.offset = change.size = offset;
    change.cut_behind = cut_behind;
    return change;
}
ValueChange in_place(ValueChange::Place place) {
    ValueChange change;
    change.place = place;
    return change;
}

Column make_column(const char* name, std::uint16_t number, format::ColumnType type, std::uint32_t max = 0) {
    Column column;
    column.name = name;
    column.number = number;
    column.type = type;
    column.max_bytes = max;
    column.code_page = column.is_text() ? 1252 : 0;
    return column;
}

Bytes bytes_of(std::string_view characters) { return {characters.begin(), characters.end()}; }

// A table with a column of every kind.
Table make_table() {
    using enum format::ColumnType;
    Table table;
    table.name = "t";
    table.columns = {make_column("key", 1, long_int), make_column("small", 2, short_int),
                     make_column("fixed", 3, format::ColumnType::text, 6), make_column("seven", 4, long_int),
                     make_column("name", 128, format::ColumnType::text, 20), make_column("other", 129, binary),
                     make_column("numbers", 256, long_int), make_column("note", 257, long_text),
                     make_column("blob", 258, long_binary), make_column("usual", 259, long_text)};
    std::uint16_t offset = 4;
    for (std::size_t i = 0; i < 4; ++i) {
        table.columns[i].record_offset = offset;
        offset = static_cast<std::uint16_t>(offset + table.columns[i].width());
    }
    table.columns[0].flags = column_flag::not_null;
    table.columns[3].default_value = Bytes{7, 0, 0, 0};
    table.columns[6].flags = column_flag::multi_valued;
    table.columns[9].default_value = bytes_of("usually");
    return table;
}

struct Fixture {
    explicit Fixture(std::uint32_t page_bytes = 4096)
        : limits(RecordDraft::Limits::of(table, page_bytes)), draft(table, limits) {}

    const Column& column(const char* name) const { return *table.find_column(name); }
    bool set(const char* name, std::optional<ByteView> data, std::uint32_t number = 1) {
        ValueChange change;
        change.data = data;
        change.number = number;
        return draft.set(column(name), change, load());
    }
    bool set(const char* name, const std::string& data, std::uint32_t number = 1) {
        return set(name, ByteView(bytes_of(data)), number);
    }
    void change(const char* name, ValueChange what, const std::string& data = {}) {
        const Bytes bytes = bytes_of(data);
        what.data = ByteView(bytes);
        draft.set(column(name), what, load());
    }
    RecordDraft::LoadLongValue load() const {
        return [this](ByteView id) {
            CHECK(id.size() == 4);
            return bytes_of(stored.at(load_u32(id, 0)));
        };
    }
    // The values of a column, joined; "NULL", and "(default)" behind one.
    std::string value(const char* name) const { return shown(draft.values(column(name))); }
    static std::string shown(const std::vector<ColumnContent>& values) {
        if (values.empty()) return "NULL";
        std::string joined;
        for (const ColumnContent& content : values) {
            if (!joined.empty()) joined += ',';
            joined.append(content.bytes.begin(), content.bytes.end());
            if (content.is_default) joined += "(default)";
        }
        return joined;
    }
    // The same, read from the record as it is stored.
    std::string stored_value(const char* name) const {
        const Bytes record = draft.build();
        return shown(RecordValues(table, record, limits.large_page).values(column(name)));
    }
    std::size_t pending() {
        std::size_t count = 0;
        draft.for_each_tagged([&](const DraftValue& v) { count += v.form == DraftValue::Form::pending; });
        return count;
    }

    Table table = make_table();
    RecordDraft::Limits limits;
    RecordDraft draft;
    std::vector<std::string> stored{""};
};

}  // namespace

TEST_CASE("a new record has the defaults of fixed columns in it, those of tagged ones show without") {
    Fixture f;
    const Bytes record = f.draft.build();
    CHECK(record[0] == 4);
    CHECK(record[1] == 127);
    // Columns in front of the default were never set: their bytes are fillers.
    CHECK(Bytes(record.begin() + 4, record.begin() + 16) == Bytes(12, 0x2A));
    CHECK(f.value("seven") == std::string("\x07\0\0\0", 4));
    CHECK(f.value("usual") == "usually(default)");
    CHECK_THROWS_WITH(f.draft.require_complete(), Catch::Contains("key"));
    f.set("key", std::string("\1\0\0\0", 4));
    f.draft.require_complete();
}

TEST_CASE("fixed columns take values of their width, text is filled up with blanks") {
    Fixture f;
    f.set("fixed", std::string("abc"));
    CHECK(f.stored_value("fixed") == "abc   ");
    CHECK(test::jet_error([&] { f.set("fixed", std::string("abcdefg")); }) == JET_errColumnTooBig);
    CHECK(test::jet_error([&] { f.set("small", std::string("abc")); }) == JET_errInvalidBufferSize);
    CHECK(test::jet_error([&] { f.set("key", std::nullopt); }) == JET_errNullInvalid);
    f.set("fixed", std::nullopt);
    CHECK(f.stored_value("fixed") == "NULL");
    const Bytes record = f.draft.build();
    CHECK(std::string(record.begin() + 10, record.begin() + 16) == "abc   ");  // what was there stays
}

TEST_CASE("variable columns are cut to their length, and NULL ones at the end take no place") {
    Fixture f;
    CHECK_FALSE(f.set("name", std::string("short")));
    CHECK(f.set("name", std::string(30, 'x')));
    CHECK(f.stored_value("name") == std::string(20, 'x'));
    f.set("other", std::string());
    CHECK(f.stored_value("other").empty());
    CHECK(f.draft.build()[1] == 129);
    f.set("other", std::nullopt);
    CHECK(f.stored_value("other") == "NULL");
    CHECK(f.draft.build()[1] == 128);
}

TEST_CASE("values of a multi-valued column are added, replaced and removed by their number") {
    const std::uint32_t page = GENERATE(4096u, 32768u);
    Fixture f(page);
    f.set("numbers", std::string("aaaa"), 0);
    CHECK(f.stored_value("numbers") == "aaaa");
    f.set("numbers", std::string("bbbb"), 9);
    CHECK(f.stored_value("numbers") == "aaaa,bbbb");
    f.set("numbers", std::string("cccc"), 0);
    f.set("numbers", std::string("dddd"), 2);
    CHECK(f.stored_value("numbers") == "aaaa,dddd,cccc");
    f.set("numbers", std::nullopt, 1);
    CHECK(f.stored_value("numbers") == "dddd,cccc");
    f.set("numbers", std::nullopt, 3);  // there is none: nothing happens
    CHECK(f.stored_value("numbers") == "dddd,cccc");
    f.set("numbers", std::nullopt, 2);
    f.set("numbers", std::nullopt, 1);
    CHECK(f.stored_value("numbers") == "NULL");
    CHECK(f.draft.size() == f.draft.build().size());
}

TEST_CASE("two values of a short type have the short form on small pages only") {
    Fixture small(4096), large(32768);
    for (Fixture* f : {&small, &large}) {
        f->set("numbers", ByteView(Bytes{0x02, 0x82, 0x01, 0x00}), 0);
        f->set("numbers", ByteView(Bytes{0x15, 0xCD, 0x00, 0x00}), 0);
    }
    const auto tail = [](const Bytes& record, std::size_t bytes) { return Bytes(record.end() - static_cast<std::ptrdiff_t>(bytes), record.end()); };
    CHECK(tail(small.draft.build(), 10) == Bytes{0x18, 4, 2, 0x82, 1, 0, 0x15, 0xCD, 0, 0});
    CHECK(tail(large.draft.build(), 13) == Bytes{8, 4, 0, 8, 0, 2, 0x82, 1, 0, 0x15, 0xCD, 0, 0});
}

TEST_CASE("NULL over a default is stored, and reverting takes it back") {
    const std::uint32_t page = GENERATE(4096u, 32768u);
    Fixture f(page);
    f.set("usual", std::nullopt);
    CHECK(f.stored_value("usual") == "NULL");
    f.set("usual", std::string("now"));
    CHECK(f.stored_value("usual") == "now");
    f.change("usual", how(How::revert));
    CHECK(f.stored_value("usual") == "usually(default)");
    CHECK(test::jet_error([&] { f.change("name", how(How::revert)); }) == JET_errInvalidGrbit);
}

TEST_CASE("long values of 1024 bytes and more leave the record, and others as they are told to") {
    Fixture f;
    f.set("note", std::string(1023, 'n'));
    CHECK(f.pending() == 0);
    f.set("note", std::string(1024, 'n'));
    CHECK(f.pending() == 1);
    f.change("note", in_place(ValueChange::Place::inside), std::string(1024, 'n'));
    CHECK(f.pending() == 0);
    f.change("note", in_place(ValueChange::Place::outside), "12345");
    CHECK(f.pending() == 1);
    f.change("note", in_place(ValueChange::Place::outside), "1234");  // no longer than what would refer to it
    CHECK(f.pending() == 0);
}

TEST_CASE("long values are changed in parts") {
    Fixture f;
    f.stored.push_back(std::string(2000, 's'));
    f.set("note", std::string("hello"));
    f.change("note", how(How::append), " world");
    CHECK(f.value("note") == "hello world");
    f.change("note", how(How::overwrite, 6), "W");
    CHECK(f.value("note") == "hello World");
    f.change("note", how(How::overwrite, 1, true), "i");
    CHECK(f.value("note") == "hi");
    f.change("note", how(How::resize, 4));
    CHECK(f.value("note") == std::string("hi\0\0", 4));
    CHECK(test::jet_error([&] { f.change("note", how(How::overwrite, 5), "x"); }) == JET_errColumnNoChunk);
    f.change("note", how(How::append), std::string(1020, '.'));
    CHECK(f.pending() == 1);
    f.change("note", how(How::resize, 2));
    CHECK(f.value("note") == "hi");
    CHECK(test::jet_error([&] { f.change("name", how(How::append), "x"); }) == JET_errInvalidGrbit);
}

TEST_CASE("a long value that lies outside is fetched to be changed, and remembered as what the copy was made from") {
    Fixture first;
    first.stored.push_back(std::string(2000, 's'));
    first.set("note", std::string(2000, 's'));
    first.draft.for_each_tagged([](DraftValue& value) { value = {DraftValue::Form::stored, {1, 0, 0, 0}, false, false, {}}; });
    const Bytes record = first.draft.build();
    CHECK(long_value_ids(record, false) == std::vector<Bytes>{{1, 0, 0, 0}});

    Fixture f;
    f.stored = first.stored;
    f.draft = RecordDraft(f.table, f.limits, record);
    CHECK(f.draft.build() == record);
    f.change("note", how(How::append), "!");
    CHECK(f.value("note") == std::string(2000, 's') + "!");
    f.draft.for_each_tagged([](const DraftValue& value) { CHECK(value.made_from == Bytes{1, 0, 0, 0}); });
}

TEST_CASE("a record that is too long loses its largest long values first, and refuses what still does not fit") {
    Fixture f;
    for (const char* name : {"note", "blob", "usual"}) f.set(name, std::string(1023, *name));
    f.set("numbers", std::string("aaaa"), 0);
    CHECK(f.pending() == 0);
    f.set("note", std::string(1000, 'N'), 2);
    CHECK(f.pending() == 1);
    CHECK(f.draft.size() <= f.limits.most_bytes);
    std::size_t added = 0;
    const auto fill = [&] {
        for (;; ++added) f.set("numbers", std::string("bbbb"), 0);
    };
    CHECK(test::jet_error(fill) == JET_errRecordTooBig);
    CHECK(f.draft.values(f.column("numbers")).size() == added + 1);
    CHECK(f.pending() == 4);
}

TEST_CASE("values of a column may have to be different") {
    Fixture f;
    f.set("numbers", std::string("aaaa"), 0);
    f.set("numbers", std::string("bbbb"), 0);
    const auto set_unique = [&](const std::string& data, std::uint32_t number, ValueChange::Unique unique, const char* name) {
        ValueChange change;
        change.number = number;
        change.unique = unique;
        return test::jet_error([&] { f.change(name, change, data); });
    };
    CHECK(set_unique("aaaa", 0, ValueChange::Unique::by_bytes, "numbers") == JET_errMultiValuedDuplicate);
    CHECK(set_unique("aaaa", 1, ValueChange::Unique::by_bytes, "numbers") == 0);  // it replaces itself
    CHECK(set_unique("cccc", 0, ValueChange::Unique::by_bytes, "numbers") == 0);
    f.set("note", std::string("Word"), 0);
    CHECK(set_unique("word", 0, ValueChange::Unique::by_bytes, "note") == 0);
    CHECK(set_unique("WORD", 0, ValueChange::Unique::by_key, "note") == JET_errMultiValuedDuplicate);
}

TEST_CASE("a record from before a column was added keeps its default until the column is reached") {
    Fixture f;
    format::RecordBuilder builder;
    builder.add_fixed(Bytes{1, 0, 0, 0});
    const Bytes old = builder.build(false);
    f.draft = RecordDraft(f.table, f.limits, old);
    CHECK(f.draft.build() == old);
    CHECK(f.value("seven") == std::string("\x07\0\0\0", 4) + "(default)");
    f.set("small", std::string("zz"));
    CHECK(f.draft.build()[0] == 2);
    f.set("seven", std::string("\x08\0\0\0", 4));
    CHECK(f.stored_value("small") == "zz");
    CHECK(f.stored_value("fixed") == "NULL");
    CHECK(f.stored_value("seven") == std::string("\x08\0\0\0", 4));
}
