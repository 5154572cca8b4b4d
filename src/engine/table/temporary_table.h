#pragma once

// A temporary table: its rows are in memory, sorted by its key, and gone with its cursor.

#include <map>

#include "engine/btree/line_search.h"
#include "engine/table/record_cursor.h"
#include "engine/table/search_key.h"

namespace ese::engine {

// What rows may take together.
constexpr std::size_t most_temporary_bytes = std::size_t{256} << 20;

// A transaction that is rolled back takes nothing of it back.
class TemporaryTable : public RecordCursor {
 public:
    enum class Equal { kept, dropped, refused };  // rows whose keys are equal

    // A table without a primary index has its rows in the order of their insertion.
    TemporaryTable(std::shared_ptr<const Table> definition, Equal equal);

    std::shared_ptr<const Table> table() override { return table_; }
    bool move_first() override;
    bool move_last() override;
    bool move_by(std::int64_t rows, bool over_keys) override;
    RetrievedValue retrieve(const ValueRequest& request, ByteSpan into) override;

    void make_key(std::optional<ByteView> value, bool first, KeyEnd end) override;
    void use_key(ByteView key) override { search_key_.use(key); }
    Bytes made_key() const override { return search_key_.made(); }
    Sought seek(Seek mode) override;
    bool set_range(bool upper, bool inclusive) override;
    void remove_range() override;
    bool is_only_entry() override;
    std::uint32_t count_entries(std::uint32_t most) override;
    Bytes bookmark() override;
    Bytes key() override;
    std::size_t count_values(ColumnId column, bool ignore_default, bool from_copy) override;
    bool go_to_bookmark(ByteView bookmark) override;

    void prepare(UpdateKind kind) override;
    void cancel() override;
    bool has_copy() const override { return update_.has_value(); }
    bool set_column(ColumnId column, const ValueChange& change) override;
    Bytes update() override;
    void remove() override;

 private:
    struct InOrder {
        bool operator()(const Bytes& a, const Bytes& b) const { return compare_bytes(a, b) < 0; }
    };
    struct Row {
        std::size_t key_bytes = 0;  // of its place: behind it are what tells rows with equal keys apart
        RecordDraft values;
    };
    using Rows = std::map<Bytes, Row, InOrder>;
    enum class Place { first_to_come, before_first, on_row, in_front, behind_last };
    struct Range {
        Bytes key;
        bool upper = false, inclusive = false;
    };

    bool arrive(Rows::const_iterator row, Place otherwise);
    void settle();
    bool step(bool forward);
    bool is_in_range(const Bytes& place, const Row& row) const;
    Rows::iterator current();
    const RecordDraft& values(bool from_copy);
    const Column& column(ColumnId id) const;
    Bytes place_of(const RecordDraft& values, std::size_t& key_bytes);

    std::shared_ptr<const Table> table_;
    Equal equal_;
    Rows rows_;
    std::size_t bytes_ = 0;
    std::uint32_t last_number_ = 0;
    Place place_ = Place::first_to_come;
    Bytes at_;  // the place of the current row, or of the one in front of which the cursor stands
    std::optional<Range> range_;
    SearchKey search_key_;
    struct Update {
        bool inserts = true;
        Bytes replaced;
        RecordDraft draft;
    };
    std::optional<Update> update_;
};

}  // namespace ese::engine
