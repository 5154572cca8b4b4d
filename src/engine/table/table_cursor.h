#pragma once

// A cursor over a table: a record, or an entry of an index and the record that it stands for; and the record that is
// being prepared through it.

#include <memory>
#include <string>

#include "engine/btree/tree_position.h"
#include "engine/table/cursor_filter.h"
#include "engine/table/live_tables.h"
#include "engine/table/read_ahead.h"
#include "engine/table/record_cursor.h"
#include "engine/table/record_size.h"
#include "engine/table/search_key.h"
#include "engine/txn/writing.h"

namespace ese::engine {

class RecordWriter;

// It sees the table as the session's transaction does.
class TableCursor : public RecordCursor {
 public:
    using Session = std::shared_ptr<Transaction>;  // the transaction of a session

    // On the first record, if there will be one when it is asked for. Throws what LiveTables::open throws.
    static std::shared_ptr<TableCursor> open(const std::shared_ptr<LiveTables>& tables, const Session& session,
                                             std::string_view table, const TableUse& use);
    // Over a table that the session's transaction has just made.
    static std::shared_ptr<TableCursor> open(const std::shared_ptr<LiveTables>& tables, const Session& session,
                                             ObjectId table, const TableUse& use);
    // Another one over the same table.
    std::shared_ptr<TableCursor> duplicate();

    std::shared_ptr<const Table> table() override;
    OpenTable& open_table() const { return *open_; }
    LiveDatabase& database() const { return open_->tables().database(); }

    // Each ends the preparation of a record.
    bool move_first() override;
    bool move_last() override;
    bool move_by(std::int64_t rows, bool over_keys) override;
    RetrievedValue retrieve(const ValueRequest& request, ByteSpan into) override;
    void transaction_ended(int level, bool rolled_back) override;

    void make_key(std::optional<ByteView> value, bool first, KeyEnd end) override;
    void use_key(ByteView key) override { search_key_.use(key); }
    Bytes made_key() const override { return search_key_.made(); }
    Sought seek(Seek mode) override;
    bool set_range(bool upper, bool inclusive) override;
    void remove_range() override;
    bool is_only_entry() override;
    std::uint32_t count_entries(std::uint32_t most) override;

    // Empty: the records in the order of their insertion.
    std::string index_name();
    // An empty name is the primary index, or the order of insertion. The cursor stands on the first entry then; `stay`:
    // on that of the same record, with the column's value of this number where it has several. Throws
    // JET_errIndexNotFound, JET_errNoCurrentRecord.
    void set_index(std::string_view name, bool stay, std::uint32_t value_number);

    Bytes bookmark() override;
    Bytes key() override;
    std::size_t count_values(ColumnId column, bool ignore_default, bool from_copy) override;
    bool go_to_bookmark(ByteView bookmark) override;
    // The record is there, and nobody else has changed it. JET_errRecordDeleted, JET_errWriteConflict.
    void require_unchanged();
    RecordSize record_size(bool from_copy);
    bool is_on_secondary_index() const { return secondary_.has_value(); }
    // The entry of the secondary index with this key for this record. JET_errNoCurrentIndex.
    bool go_to_entry(ByteView key, ByteView bookmark);
    // In the order of the primary index, moves and seeks pass over the records that do not meet the conditions from now
    // on; none: over no record. Throws what CursorFilter throws.
    void set_filter(std::vector<CursorFilter::Condition> conditions);
    // A key of the index, with its columns' values in their order. The key that the cursor searches for stays. Throws
    // what make_key throws.
    Bytes key_of(const std::vector<std::optional<ByteView>>& values, KeyEnd end);
    struct ReadingAhead {
        std::vector<KeyRange> ranges;  // of the index
        bool forward = true;
        // Where the cursor is on no secondary index: the long values of these columns are read, too, all of their pages
        // or the first.
        std::vector<ColumnId> long_columns;
        bool first_page_only = false;
    };
    // Has pages read that will be needed soon. Returns how many ranges it has begun with, as there is a limit.
    // JET_errInvalidPreread, JET_errMustBeSeparateLongValue, JET_errColumnNotFound.
    std::size_t read_ahead(const ReadingAhead& wanted);

    // About how much of the index lies in front of the current entry, and to such a place.
    TreePosition position();
    bool go_to_position(const TreePosition& position);

    // --- changes (table_cursor_update.cpp). JET_errPermissionDenied with a cursor that was opened for reading. Outside of
    // a transaction each is one of its own.

    void prepare(UpdateKind kind) override;
    void cancel() override;
    bool has_copy() const override { return update_.has_value(); }
    std::optional<UpdateKind> prepared_kind() const { return update_ ? std::optional(update_->kind) : std::nullopt; }
    bool set_column(ColumnId column, const ValueChange& change) override;
    Bytes update() override;
    void remove() override;
    // Returns what the number was, whoever has changed it last.
    std::int64_t add_to_column(ColumnId column, std::int64_t delta, std::size_t bytes);
    // Nobody else may change the record before the transaction ends. JET_errNotInTransaction.
    void lock();

    TableCallbacks& callbacks() const { return open_->locals().callbacks; }
    void require_no_callback() const;
    // While there is one, a callback hears of what the cursor changes, and the cursor neither moves nor changes
    // anything (JET_errIllegalOperation).
    class InCallback {
     public:
        explicit InCallback(TableCursor& cursor) : cursor_(cursor) { cursor_.in_callback_ = true; }
        ~InCallback() { cursor_.in_callback_ = false; }
        InCallback(const InCallback&) = delete;
        InCallback& operator=(const InCallback&) = delete;

     private:
        TableCursor& cursor_;
    };

 private:
    enum class Place {
        first_to_come,  // on the first entry, when it is needed
        before_first,
        on_entry,
        in_front,  // of the entry that entries() stands on
        behind_last,
    };
    struct Range {
        Bytes key;
        bool upper = false, inclusive = false;
    };

    TableCursor(std::shared_ptr<OpenTable> table, Session session);
    static std::shared_ptr<TableCursor> open(const std::shared_ptr<OpenTable>& table, const Session& session,
                                             const Reading& reading);
    // Runs `work(reading)` with the table's definition up to date; an error says which table it was about.
    template <class Work>
    auto in_table(Work work);
    // Runs `work(changes, writer)` so that all of it happens, or nothing.
    template <class Work>
    auto in_change(Work work);
    template <class Work>
    auto with_errors_named(Work work);
    void take_table(std::shared_ptr<const Table> table);
    bool is_large_page() const;

    TreeCursor& entries() { return secondary_ ? *secondary_ : *records_; }
    bool arrive(bool found, Place otherwise);
    void settle();
    bool step(bool forward);
    bool step_within_range(bool forward, bool over_keys);
    bool is_in_range();
    bool passes_filter();
    bool go_to_record(PageCache& cache, ByteView bookmark, std::uint32_t value_number);
    void require_entry();
    void read_long_values_ahead(const ReadingAhead& wanted, std::size_t ranges, PageCache& cache);
    ByteView record_bytes();
    const Column& column(ColumnId id) const;
    template <class Work>
    auto with_values(bool from_copy, Work work);

    PreparedUpdate& prepared();
    void leave_record();
    void require_writable() const;
    void store(RecordWriter& writer, PreparedUpdate& update, Bytes& bookmark);
    TableCounters& counters() { return open_->tables().counters().of(open_->object()); }
    void give_auto_increment(RecordDraft& draft);

    std::shared_ptr<OpenTable> open_;
    Session session_;
    SnapshotView view_;
    std::shared_ptr<const Table> table_;    // as it was seen last
    const Index* index_ = nullptr;          // of table_; nullptr: the order of insertion
    std::optional<TreeCursor> records_;     // always there
    std::optional<TreeCursor> secondary_;   // the current index, if it is not the primary one
    bool on_record_ = false;                // records_ stands on the record of the secondary index's entry
    Bytes bookmark_;                        // that entry's
    Place place_ = Place::first_to_come;
    std::optional<Range> range_;
    std::optional<CursorFilter> filter_;
    SearchKey search_key_;
    std::optional<PreparedUpdate> update_;
    bool in_callback_ = false;
};

}  // namespace ese::engine
