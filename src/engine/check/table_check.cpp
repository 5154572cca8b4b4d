#include "engine/check/table_check.h"

#include <algorithm>

#include "engine/btree/line_search.h"
#include "engine/check/entry_sum.h"
#include "engine/check/long_value_check.h"
#include "engine/table/index_keys.h"

namespace ese::engine {

namespace {

using Bytes = std::vector<std::uint8_t>;

std::string hex(ByteView bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

// An index on its way through the records.
struct IndexCheck {
    const Index* index = nullptr;
    std::optional<std::string> why_no_keys;  // then only its bookmarks can be compared
    EntrySum of_records, of_bookmarks;
    std::uint64_t most_entries = 0;  // where values that compare equal have one entry

    bool with_keys() const { return !why_no_keys; }
};

class TableCheck {
 public:
    TableCheck(const QuietDatabase& database, const Table& table, Findings& findings)
        : database_(database),
          table_(table),
          findings_(findings),
          large_(format::is_large_page(database.cache().page_bytes())),
          long_values_(database.cache(), table),
          records_(database.cache(), table.tree) {}

    void run() {
        for (const Index& index : table_.indexes)
            if (index.is_primary())
                why_no_primary_keys_ = why_no_keys(index);
            else
                indexes_.push_back({&index, why_no_keys(index), {}, {}, 0});
        bool readable = false;
        findings_.enter(table_.name);
        findings_.guard([&] {
            for (bool more = records_.first(); more; more = records_.next()) {
                findings_.poll();
                findings_.guard([&] { visit_record(); });
                (void)database_.cache().evict();
            }
            readable = true;
        });
        if (why_no_primary_keys_)
            findings_.note("the keys of its records are not checked against their values: " + *why_no_primary_keys_);
        // Without all records nothing can be said of what they should agree with.
        if (!readable) return;
        for (const IndexCheck& check : indexes_) {
            findings_.enter(table_.name, check.index->name);
            findings_.guard([&] { check_index(check); });
        }
        findings_.enter(table_.name);
        findings_.guard([&] { check_long_values(database_.cache(), table_, references_, findings_); });
        findings_.leave();
    }

 private:
    RecordValues record() const { return {table_, records_.data(), large_}; }

    void visit_record() {
        const RecordValues row = record();
        for (const Column& column : table_.columns) visit_column(row, column);
        const Index* primary = table_.primary_index();
        if (primary && !why_no_primary_keys_) {
            const auto keys = make_keys(*primary, row, why_no_primary_keys_);
            if (!why_no_primary_keys_ && (keys.size() != 1 || compare_bytes(keys[0], records_.key()) != 0))
                findings_.damage(JET_errPrimaryIndexCorrupted, {},
                                 "the record with the key " + hex(records_.key()) + " has the values of another key");
        }
        for (IndexCheck& check : indexes_) visit_entries(check, row);
    }

    void visit_entries(IndexCheck& check, const RecordValues& row) {
        if (check.with_keys()) {
            const auto keys = make_keys(*check.index, row, check.why_no_keys);
            for (const Bytes& key : keys) check.of_records.add(key, records_.key());
        }
        const std::size_t most = most_keys_of(*check.index, row, long_values_);
        check.most_entries += most;
        if (most > 0) check.of_bookmarks.add({}, records_.key());
    }

    // None, and why, where a record has a text whose sort keys are not known.
    std::vector<Bytes> make_keys(const Index& index, const RecordValues& row, std::optional<std::string>& why_not) {
        try {
            return keys_of(index, row, long_values_);
        } catch (const Error& error) {
            if (error.jet() != JET_errUnicodeNormalizationNotSupported) throw;
            why_not = error.message();
            return {};
        }
    }

    void visit_column(const RecordValues& row, const Column& column) {
        const std::vector<ColumnContent> values = row.values(column);
        if (values.empty() && column.has(format::column_flag::not_null))
            findings_.damage(JET_errDatabaseCorrupted, {},
                             "the record with the key " + hex(records_.key()) + " has NULL in column " + column.name +
                                 ", which must have a value");
        for (const ColumnContent& value : values) {
            if (value.separated)
                references_.push_back(long_value_key(value.bytes));
            else if (value.compressed)
                (void)value_size(value, long_values_);
        }
    }

    void check_index(const IndexCheck& check) {
        const Index& index = *check.index;
        TreeCursor entries(database_.cache(), index.tree);
        EntrySum found;
        const bool comparable = check.with_keys() || !is_multi_valued(index);
        for (bool more = entries.first(); more; more = entries.next()) {
            findings_.poll();
            found.add(check.with_keys() ? entries.key() : ByteView(), entries.data());
            if (!comparable) require_record(entries);
            (void)database_.cache().evict();
        }
        if (!check.with_keys())
            findings_.note("its keys are not checked, only what records they stand for: " + *check.why_no_keys);
        if (!comparable && found.count() > check.most_entries)
            findings_.damage(JET_errSecondaryIndexCorrupted, {}, "it has more entries than the records have values");
        const EntrySum& expected = check.with_keys() ? check.of_records : check.of_bookmarks;
        if (!comparable || found == expected) return;
        // It differs: now by name.
        const std::uint64_t before = findings_.damaged();
        name_superfluous_entries(check);
        if (check.with_keys()) name_missing_entries(check);
        if (findings_.damaged() == before)
            findings_.damage(JET_errSecondaryIndexCorrupted, {},
                             "it has " + std::to_string(found.count()) + " entries, but the records have " +
                                 std::to_string(expected.count()));
    }

    static bool is_multi_valued(const Index& index) {
        return index.tuple_limits || std::ranges::any_of(index.columns, [](const IndexColumn& part) {
                   return part.column->has(format::column_flag::multi_valued);
               });
    }

    bool require_record(const TreeCursor& entry) {
        if (records_.seek_exactly(entry.data(), {})) return true;
        findings_.damage(
            JET_errSecondaryIndexCorrupted, {},
            "its entry " + hex(entry.key()) + " stands for the record " + hex(entry.data()) + ", which does not exist");
        return false;
    }

    void name_superfluous_entries(const IndexCheck& check) {
        TreeCursor entries(database_.cache(), check.index->tree);
        for (bool more = entries.first(); more; more = entries.next()) {
            findings_.poll();
            if (!require_record(entries) || !check.with_keys()) continue;
            const auto keys = keys_of(*check.index, record(), long_values_);
            const Bytes key(entries.key().begin(), entries.key().end());
            if (!std::ranges::binary_search(keys, key))
                findings_.damage(JET_errSecondaryIndexCorrupted, {},
                                 "its entry " + hex(key) + " is not what the record " + hex(entries.data()) + " has");
            (void)database_.cache().evict();
        }
    }

    void name_missing_entries(const IndexCheck& check) {
        TreeCursor entries(database_.cache(), check.index->tree);
        for (bool more = records_.first(); more; more = records_.next()) {
            findings_.poll();
            for (const Bytes& key : keys_of(*check.index, record(), long_values_)) {
                const bool found =
                    entries.seek_exactly(key, records_.key()) && compare_bytes(entries.data(), records_.key()) == 0;
                if (!found)
                    findings_.damage(JET_errSecondaryIndexCorrupted, {},
                                     "it has no entry " + hex(key) + " for the record " + hex(records_.key()));
            }
            (void)database_.cache().evict();
        }
    }

    const QuietDatabase& database_;
    const Table& table_;
    Findings& findings_;
    bool large_;
    LongValueReader long_values_;
    TreeCursor records_;
    std::optional<std::string> why_no_primary_keys_;
    std::vector<IndexCheck> indexes_;
    std::vector<Bytes> references_;  // keys of long values, one for each value of a record
};

}  // namespace

void check_table(const QuietDatabase& database, const Table& table, Findings& findings) {
    TableCheck(database, table, findings).run();
}

}  // namespace ese::engine
