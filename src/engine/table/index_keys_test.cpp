// Under which keys a record stands in an index, by the rules of DATABASE-FORMAT 7 that no real data at hand shows:
// tables and records are made here.

#include "engine/table/index_keys.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "base/error.h"
#include "collation/sort_key.h"
#include "collation/sort_version.h"
#include "esent.h"
#include "os/file_system.h"
#include "unit/temp_directory.h"

using namespace ese;
using namespace ese::engine;
namespace index_flag = format::index_flag;

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint16_t name_number = 128, words_number = 256, tags_number = 257;

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

Bytes utf16(std::u16string_view text) {
    Bytes bytes;
    for (const char16_t unit : text) {
        bytes.push_back(static_cast<std::uint8_t>(unit));
        bytes.push_back(static_cast<std::uint8_t>(unit >> 8));
    }
    return bytes;
}

void append_u16(Bytes& bytes, std::size_t value) {
    bytes.push_back(static_cast<std::uint8_t>(value));
    bytes.push_back(static_cast<std::uint8_t>(value >> 8));
}

// A record of a small page with one variable column and two tagged ones, each NULL without a value.
Bytes record_of(const std::optional<Bytes>& name, const std::vector<Bytes>& words, const std::vector<Bytes>& tags) {
    Bytes record{0, 128, 4, 0};
    append_u16(record, name ? name->size() : 0x8000);
    if (name) record.insert(record.end(), name->begin(), name->end());
    std::vector<std::pair<std::uint16_t, Bytes>> tagged;
    for (const auto& [number, values] : {std::pair{words_number, words}, {tags_number, tags}}) {
        if (values.empty()) continue;
        Bytes stored{static_cast<std::uint8_t>(values.size() == 1 ? 0x01 : 0x09)};
        std::size_t end = 2 * values.size();
        for (const Bytes& value : values) {
            if (values.size() > 1) append_u16(stored, end);
            end += value.size();
        }
        for (const Bytes& value : values) stored.insert(stored.end(), value.begin(), value.end());
        tagged.emplace_back(number, stored);
    }
    std::size_t offset = 4 * tagged.size();
    for (const auto& [number, stored] : tagged) {
        append_u16(record, number);
        append_u16(record, offset | 0x4000);
        offset += stored.size();
    }
    for (const auto& [number, stored] : tagged) record.insert(record.end(), stored.begin(), stored.end());
    return record;
}

Bytes record_of(const std::string& name, const std::vector<std::string>& words = {},
                const std::vector<std::string>& tags = {}) {
    std::vector<Bytes> word_bytes, tag_bytes;
    for (const std::string& word : words) word_bytes.push_back(bytes_of(word));
    for (const std::string& tag : tags) tag_bytes.push_back(bytes_of(tag));
    return record_of(bytes_of(name), word_bytes, tag_bytes);
}

class OneTable {
 public:
    explicit OneTable(std::uint16_t code_page = 1252) {
        for (const auto& [name, number, type] : {std::tuple{"name", name_number, format::ColumnType::text},
                                                 {"words", words_number, format::ColumnType::long_text},
                                                 {"tags", tags_number, format::ColumnType::long_text}}) {
            Column column;
            column.name = name;
            column.number = number;
            column.type = type;
            column.code_page = code_page;
            if (number >= format::first_tagged_column) column.flags = format::column_flag::multi_valued;
            table_.columns.push_back(column);
        }
        std::ofstream(temp_.path("empty")) << "";
        file_ = os::real_file_system().open(temp_.path("empty"), os::OpenMode::read);
        cache_ = std::make_unique<PageCache>(*file_, 4096, CacheRules{});
    }

    Index index(std::initializer_list<std::uint16_t> numbers, std::uint32_t flags) const {
        Index index;
        index.name = "made";
        index.flags = flags;
        for (const std::uint16_t number : numbers) index.columns.push_back({table_.find_column(ColumnId(number))});
        return index;
    }
    const Column* column(std::uint16_t number) const { return table_.find_column(ColumnId(number)); }
    std::vector<Bytes> keys(const Index& index, const Bytes& record) const {
        LongValueReader long_values(*cache_, table_);
        const RecordValues values(table_, record, false);
        const auto keys = keys_of(index, values, long_values);
        CHECK(most_keys_of(index, values, long_values) >= keys.size());
        return keys;
    }

 private:
    TempDirectory temp_;
    Table table_;
    std::unique_ptr<os::File> file_;
    std::unique_ptr<PageCache> cache_;
};

Bytes segment(const std::string& text) {
    Bytes key(text.size() + 2);
    key.front() = 0x7F;
    std::copy(text.begin(), text.end(), key.begin() + 1);
    return key;
}

Bytes joined(Bytes first, const Bytes& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

Bytes tuple_limits(std::initializer_list<std::uint32_t> numbers) {
    Bytes bytes(4 * numbers.size());
    std::size_t at = 0;
    for (const std::uint32_t number : numbers) store_u32(bytes, at++ * 4, number);
    return bytes;
}

using Keys = std::vector<Bytes>;

constexpr std::uint32_t all_nulls =
    index_flag::allow_all_null | index_flag::allow_first_null | index_flag::allow_some_null;

}  // namespace

TEST_CASE("A record has a key for each value of one column, and with cross product for each pair") {
    const OneTable table;
    const Bytes record = record_of("n", {"b", "a", "B"}, {"x", "y"});
    CHECK(table.keys(table.index({words_number}, all_nulls), record) == Keys{segment("A"), segment("B")});
    const Index two = table.index({words_number, tags_number}, all_nulls);
    CHECK(table.keys(two, record) == Keys{joined(segment("A"), segment("X")), joined(segment("B"), segment("X"))});
    const Index cross = table.index({words_number, tags_number}, all_nulls | index_flag::cross_product);
    CHECK(table.keys(cross, record) == Keys{joined(segment("A"), segment("X")), joined(segment("A"), segment("Y")),
                                            joined(segment("B"), segment("X")), joined(segment("B"), segment("Y"))});
    const Index after_single = table.index({name_number, tags_number}, all_nulls);
    CHECK(table.keys(after_single, record) ==
          Keys{joined(segment("N"), segment("X")), joined(segment("N"), segment("Y"))});
}

TEST_CASE("Which NULLs an index leaves out, and where they sort") {
    const OneTable table;
    const Bytes all_null = record_of(std::nullopt, {}, {}), first_null = record_of(std::nullopt, {bytes_of("a")}, {});
    const Bytes last_null = record_of("n");
    const auto index = [&](std::uint32_t flags) { return table.index({name_number, words_number}, flags); };
    CHECK(table.keys(index(0), all_null).empty());
    CHECK(table.keys(index(0), first_null).empty());
    CHECK(table.keys(index(0), last_null).empty());
    CHECK(table.keys(index(index_flag::allow_all_null), all_null) == Keys{{0x00, 0x00}});
    CHECK(table.keys(index(index_flag::allow_first_null), first_null) == Keys{joined({0x00}, segment("A"))});
    CHECK(table.keys(index(index_flag::allow_some_null), last_null) == Keys{joined(segment("N"), {0x00})});
    CHECK(table.keys(index(index_flag::allow_some_null), first_null).empty());
    CHECK(table.keys(index(all_nulls | index_flag::nulls_high), all_null) == Keys{{0xC0, 0xC0}});
    Index descending = index(all_nulls | index_flag::nulls_high);
    descending.columns[0].descending = true;
    CHECK(table.keys(descending, all_null) == Keys{{0x3F, 0xC0}});
    // An empty value is none.
    CHECK(table.keys(index(all_nulls), record_of("")) == Keys{{0x40, 0x00}});
}

TEST_CASE("Conditions decide whether a record stands in an index") {
    const OneTable table;
    Index index = table.index({name_number}, all_nulls);
    index.conditions = {{table.column(words_number), true}};
    CHECK(table.keys(index, record_of("n")).size() == 1);
    CHECK(table.keys(index, record_of("n", {"a"})).empty());
    index.conditions[0].must_be_null = false;
    CHECK(table.keys(index, record_of("n")).empty());
    CHECK(table.keys(index, record_of("n", {"a"})).size() == 1);
}

TEST_CASE("An index of tuples has the parts of a value") {
    const OneTable table;
    Index index = table.index({name_number, words_number}, all_nulls);
    index.tuple_limits = tuple_limits({3, 4, 100});
    const Bytes null{0x00};
    CHECK(table.keys(index, record_of("abcdef")) == Keys{joined(segment("ABCD"), null), joined(segment("BCDE"), null),
                                                         joined(segment("CDEF"), null), joined(segment("DEF"), null)});
    CHECK(table.keys(index, record_of("ab")).empty());
    CHECK(table.keys(index, record_of(std::nullopt, {}, {})).empty());
    CHECK(table.keys(index, record_of("aaaaaa")).size() == 2);  // equal parts have one entry
    index.tuple_limits = tuple_limits({3, 4, 2, 2, 1});
    CHECK(table.keys(index, record_of("abcdefgh")) ==
          Keys{joined(segment("BCDE"), null), joined(segment("DEFG"), null)});
    for (const Bytes& bad : {tuple_limits({3, 4}), tuple_limits({0, 4, 1}), tuple_limits({5, 4, 1}),
                             tuple_limits({3, 4, 1, 0, 0}), Bytes(13)}) {
        index.tuple_limits = bad;
        CHECK_THROWS_AS(table.keys(index, record_of("abcdef")), Error);
    }
}

TEST_CASE("Keys that are cut are forbidden where the index says so, but not what its segments are held to") {
    const OneTable table;
    const std::string text(300, 'a');
    const Index cutting = table.index({name_number}, all_nulls);
    CHECK(table.keys(cutting, record_of(text)).at(0).size() == 255);
    Index strict = table.index({name_number}, all_nulls | index_flag::disallow_truncation);
    try {
        (void)table.keys(strict, record_of(text));
        FAIL("a key was cut");
    } catch (const Error& error) {
        CHECK(error.jet() == JET_errKeyTruncated);
    }
    strict.var_segment_max = 10;
    CHECK(table.keys(strict, record_of(text)) == Keys{joined({0x7F}, Bytes(9, 'A'))});
}

TEST_CASE("Long keys look at as much text as they need, those of the default length at 127 characters") {
    const OneTable table(1200);
    Index index = table.index({words_number}, all_nulls);
    index.locale = "en-US";
    index.locale_map_flags = collation::default_map_flags;
    index.sort_version = {0x05, 0x03, 0x06, 0x00, 0x05, 0x03, 0x06, 0x00};
    index.sort_id = Bytes(collation::default_sort_id.begin(), collation::default_sort_id.end());
    CHECK_FALSE(why_no_keys(index));
    const auto segment_of = [](std::u16string_view text) {
        return joined({0x7F}, collation::sort_key(text, collation::default_map_flags));
    };

    const std::u16string hyphens(1500, u'\u00AD');  // soft ones, which do not count
    const Bytes record = record_of(std::nullopt, {utf16(hyphens + u"abc")}, {});
    index.key_most = 2000;
    index.var_segment_max = 2000;
    CHECK(table.keys(index, record) == Keys{segment_of(u"abc")});
    index.key_most = index.var_segment_max = 255;
    CHECK(table.keys(index, record) == Keys{segment_of(u"")});
    CHECK(table.keys(index, record_of(std::nullopt, {utf16(hyphens.substr(0, 126) + u"abc")}, {})) ==
          Keys{segment_of(u"a")});

    // Text that is longer than the key fills it.
    const Bytes long_text = record_of(std::nullopt, {utf16(std::u16string(200, u'a'))}, {});
    const Bytes key = table.keys(index, long_text).at(0);
    CHECK(key.size() == 255);
    CHECK(std::equal(key.begin(), key.end(), segment_of(std::u16string(127, u'a')).begin()));

    index.locale = "tr-TR";
    CHECK(why_no_keys(index).value_or("").find("tr-TR") != std::string::npos);
    CHECK_THROWS_AS(table.keys(index, record), Error);
}
