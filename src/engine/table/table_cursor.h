#pragma once

// A cursor over a table: a record, or an entry of an index and the record that it stands for.

#include <memory>
#include <string>

#include "engine/table/cursor.h"
#include "engine/table/index_keys.h"
#include "engine/table/tables.h"

namespace ese::engine {

class TableCursor : public Cursor {
 public:
    // In front of the first record. Throws JET_errObjectNotFound.
    static std::shared_ptr<TableCursor> open(const std::shared_ptr<Tables>& tables, std::string_view table);

    const Table& table() const { return *table_; }
    Tables& tables() const { return *tables_; }

    bool move_first() override;
    bool move_last() override;
    bool move_by(std::int64_t rows) override;
    RetrievedValue retrieve(const ValueRequest& request, ByteSpan into) override;

    // --- keys. Moving to the first or last entry, a seek and another index end a range.

    // How a key ends: only the last column given can have another form than `whole`.
    enum class KeyEnd {
        open,           // more columns may follow
        whole,          // the key of the columns so far
        behind_whole,   // behind every entry that has these columns
        prefix,         // the last column begins with the value
        behind_prefix,  // behind every entry whose last column begins with the value
    };
    // The next column of the key for seek() and set_range(); `first` begins a new key. JET_errNoCurrentIndex,
    // JET_errKeyNotMade, JET_errKeyIsMade, and what KeyBuilder::add throws.
    void make_key(std::optional<ByteView> value, bool first, KeyEnd end);
    // The same with a key as it is stored.
    void use_key(ByteView key);
    // JET_errKeyNotMade.
    std::vector<std::uint8_t> made_key() const;

    enum class Seek { equal, less, less_or_equal, greater_or_equal, greater };
    enum class Sought { not_found, found, neighbour };
    // Uses the key up. If nothing is found the cursor stands between two entries.
    Sought seek(Seek mode);
    // No further than the key, forwards (`upper`) or backwards. False if the cursor is beyond it already. Uses the key
    // up.
    bool set_range(bool upper, bool inclusive);
    // JET_errInvalidOperation without one.
    void remove_range();
    // Whether the next entry has another key.
    bool is_only_entry();
    // Entries from the current one to the end of the range or index, no more than `most`. The cursor stays.
    std::uint32_t count_entries(std::uint32_t most);

    // nullptr: the records in the order of their insertion.
    const Index* index() const { return index_; }
    // An empty name is the primary index, or the order of insertion. Afterwards the cursor stands in front of the first
    // entry. Throws JET_errIndexNotFound.
    void set_index(std::string_view name);

    // Each throws JET_errNoCurrentRecord.
    std::vector<std::uint8_t> bookmark();
    std::vector<std::uint8_t> key();
    // How many values the column has.
    std::size_t count_values(ColumnId column, bool ignore_default);

    // To the record; in a secondary index to the entry with its first key. False if there is none, and where that index
    // leaves the record out.
    bool go_to_bookmark(ByteView bookmark);

 private:
    enum class Place {
        before_first,
        on_entry,
        in_front,  // of the entry that entries() stands on
        behind_last,
    };
    struct Range {
        std::vector<std::uint8_t> key;
        bool upper = false, inclusive = false;
    };
    struct SearchKey {
        format::KeyBuilder builder;
        std::size_t columns = 0;
        bool complete = false;
    };

    TableCursor(std::shared_ptr<Tables> tables, const Table& table, PageCache& cache);
    template <class Work>
    auto in_table(Work work);

    TreeCursor& entries() { return secondary_ ? *secondary_ : records_; }
    bool arrive(bool found, Place otherwise);
    bool step(bool forward);
    bool step_within_range(bool forward);
    bool is_in_range();
    void require_makeable_keys() const;
    std::vector<std::uint8_t> take_key();
    void require_entry() const;
    RecordValues record();
    const Column& column(ColumnId id) const;

    std::shared_ptr<Tables> tables_;
    const Table* table_;
    const Index* index_;
    TreeCursor records_;
    std::optional<TreeCursor> secondary_;  // the current index, if it is not the primary one
    bool on_record_ = false;               // records_ stands on the record of the secondary index's entry
    Place place_ = Place::before_first;
    std::optional<Range> range_;
    std::optional<SearchKey> search_key_;
};

}  // namespace ese::engine
