#pragma once

// A cursor over a table: a record, or an entry of an index and the record that it stands for.

#include <memory>
#include <string>

#include "engine/table/cursor.h"
#include "engine/table/record_values.h"
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

    // To the record itself, whatever the index. False if there is none.
    bool go_to_bookmark(ByteView bookmark);

 private:
    enum class Place { before_first, on_entry, behind_last };

    TableCursor(std::shared_ptr<Tables> tables, const Table& table, PageCache& cache);
    template <class Work>
    auto in_table(Work work);

    TreeCursor& entries() { return secondary_ ? *secondary_ : records_; }
    bool arrive(bool found, Place otherwise);
    bool step(bool forward);
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
};

}  // namespace ese::engine
