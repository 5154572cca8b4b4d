// What TableCursor changes.

#include <algorithm>

#include "engine/table/auto_increment.h"
#include "engine/table/record_writer.h"
#include "engine/table/table_cursor_work.h"
#include "engine/txn/nested_level.h"
#include "esent.h"

namespace ese::engine {

namespace column_flag = format::column_flag;

namespace {

const Column* column_with(const Table& table, std::uint32_t flag) {
    const auto found = std::ranges::find_if(table.columns, [&](const Column& column) { return column.has(flag); });
    return found == table.columns.end() ? nullptr : &*found;
}

std::uint64_t number_in(ByteView bytes) {
    return bytes.size() == 8 ? load_u64(bytes, 0) : bytes.size() == 4 ? load_u32(bytes, 0) : 0;
}

std::uint64_t number_of(const RecordDraft& draft, const Column& column) {
    const std::vector<ColumnContent> values = draft.values(column);
    return values.empty() ? 0 : number_in(values[0].bytes);
}

}  // namespace

// One level more, so that what fails half-way is taken back.
template <class Work>
auto TableCursor::in_change(Work work) {
    require_writable();
    NestedLevel level(database(), *session_);
    const auto change = [&] {
        Writing writing(database(), *session_);
        return with_errors_named([&] {
            take_table(open_->seen(writing.changes()));
            RecordWriter writer(writing.changes(), *open_);
            return work(writing.changes(), writer);
        });
    };
    if constexpr (std::is_void_v<decltype(change())>) {
        change();
        level.commit();
    } else {
        auto result = change();
        level.commit();
        return result;
    }
}

void TableCursor::require_writable() const {
    if (!open_->use().writes || database().is_read_only())
        throw Error(ErrorKind::usage, JET_errPermissionDenied, "the table was opened for reading only");
    if (session_->is_read_only() && session_->level() > 0)
        throw Error(ErrorKind::usage, JET_errTransReadOnly, "the transaction was begun for reading only");
}

void TableCursor::require_no_callback() const {
    if (in_callback_)
        throw Error(ErrorKind::usage, JET_errIllegalOperation,
                    "a callback can't move the cursor that it is called for, or change records with it");
}

// Whoever moves gives up what is being prepared.
void TableCursor::leave_record() {
    require_no_callback();
    update_.reset();
}

PreparedUpdate& TableCursor::prepared() {
    if (!update_) throw Error(ErrorKind::usage, JET_errUpdateNotPrepared, "no record is being prepared");
    return *update_;
}

// Whatever was prepared in a transaction that is rolled back is not prepared any more.
void TableCursor::transaction_ended(int level, bool rolled_back) {
    if (!update_ || update_->level <= level) return;
    if (rolled_back)
        update_.reset();
    else
        update_->level = level;
}

// --- preparing

void TableCursor::prepare(UpdateKind kind) {
    require_writable();
    require_no_callback();
    if (update_) throw Error(ErrorKind::usage, JET_errAlreadyPrepared, "a record is being prepared already");
    // Outside of a transaction no lock would last.
    if (kind == UpdateKind::replace && session_->level() == 0) kind = UpdateKind::replace_no_lock;
    if (kind == UpdateKind::replace) lock();
    in_table([&](const Reading&) {
        const bool wide = table_->long_values && has_wide_ids(database().cache(), *table_->long_values);
        const RecordDraft::Limits limits = RecordDraft::Limits::of(*table_, database().page_bytes(), wide ? 8 : 4);
        if (kind == UpdateKind::insert) {
            update_.emplace(PreparedUpdate{kind, session_->level(), table_, RecordDraft(*table_, limits), {}, {}});
        } else {
            const ByteView record = record_bytes();
            update_.emplace(PreparedUpdate{kind, session_->level(), table_, RecordDraft(*table_, limits, record),
                                           Bytes(records_->key().begin(), records_->key().end()),
                                           Bytes(record.begin(), record.end())});
        }
        if (const Column* version = column_with(*table_, column_flag::version))
            update_->draft.set_number(*version, update_->inserts() ? 0 : number_of(update_->draft, *version) + 1);
    });
    try {
        if (update_->inserts() && kind != UpdateKind::insert_copy_replace) give_auto_increment(update_->draft);
    } catch (...) {
        update_.reset();
        throw;
    }
}

void TableCursor::cancel() {
    (void)prepared();
    leave_record();
}

// Numbers that were given are not given again, whatever becomes of the record.
void TableCursor::give_auto_increment(RecordDraft& draft) {
    const Column* column = column_with(*table_, column_flag::auto_increment);
    if (!column) return;
    std::uint64_t number = 0;
    {
        const std::lock_guard<Latch> hold(database().core().latch);
        number = next_auto_increment(database().cache(), counters(), *table_, *column);
    }
    if (number == 0) {
        in_change([&](LiveChanges& changes, RecordWriter&) { reserve_auto_increments(changes, counters(), *table_); });
        return give_auto_increment(draft);
    }
    draft.set_number(*column, number);
}

bool TableCursor::set_column(ColumnId id, const ValueChange& change) {
    PreparedUpdate& update = prepared();
    return in_table([&](const Reading& reading) {
        update.table = table_;
        update.draft.use_definition(*table_);
        const Column& wanted = column(id);
        const bool replaces = !update.inserts();
        if (wanted.has(column_flag::auto_increment) ||
            (replaces && wanted.has(column_flag::version | column_flag::escrow)))
            throw Error(ErrorKind::usage, JET_errInvalidColumnType,
                        "the engine alone sets column " + wanted.name);
        return update.draft.set(wanted, change, [&](ByteView long_value) {
            LongValueReader reader(reading.cache(), *table_, &view_);
            Bytes bytes(reader.size(long_value));
            reader.read(long_value, 0, bytes);
            return bytes;
        });
    });
}

// --- storing

void TableCursor::store(RecordWriter& writer, PreparedUpdate& update, Bytes& bookmark) {
    update.draft.require_complete();
    switch (update.kind) {
        case UpdateKind::insert: bookmark = writer.insert(update.draft, false); return;
        case UpdateKind::insert_copy: bookmark = writer.insert(update.draft, true); return;
        case UpdateKind::replace_no_lock:
            if (writer.read(update.bookmark) != update.original)
                throw Error(ErrorKind::busy, JET_errWriteConflict, "the record was changed since it was prepared");
            [[fallthrough]];
        case UpdateKind::replace:
            writer.replace(update.bookmark, update.draft);
            bookmark = update.bookmark;
            return;
        case UpdateKind::insert_copy_delete:
        case UpdateKind::insert_copy_replace: {
            std::vector<Bytes> kept;
            update.draft.for_each_tagged([&](const DraftValue& value) {
                if (value.form == DraftValue::Form::stored) kept.push_back(value.bytes);
            });
            writer.remove(update.bookmark, kept);
            bookmark = writer.insert(update.draft, false);
            return;
        }
    }
}

TableCursor::Bytes TableCursor::update() {
    require_no_callback();
    PreparedUpdate& update = prepared();
    Bytes bookmark;
    in_change([&](LiveChanges&, RecordWriter& writer) { store(writer, update, bookmark); });
    update_.reset();
    return bookmark;
}

void TableCursor::remove() {
    leave_record();
    const Bytes doomed = bookmark();
    in_change([&](LiveChanges&, RecordWriter& writer) { writer.remove(doomed); });
}

std::int64_t TableCursor::add_to_column(ColumnId id, std::int64_t delta, std::size_t bytes) {
    if (session_->level() == 0)
        throw Error(ErrorKind::usage, JET_errNotInTransaction, "numbers are added to in a transaction only");
    require_no_callback();
    if (update_) throw Error(ErrorKind::usage, JET_errAlreadyPrepared, "a record is being prepared");
    const Bytes at = bookmark();
    return in_change([&](LiveChanges&, RecordWriter& writer) {
        const Column& wanted = column(id);
        if (!wanted.has(column_flag::escrow))
            throw Error(ErrorKind::usage, JET_errInvalidOperation,
                        "column " + wanted.name + " was not made to be added to (JET_bitColumnEscrowUpdate)");
        if (bytes != wanted.width())
            throw Error(ErrorKind::usage, JET_errInvalidBufferSize,
                        "column " + wanted.name + " has " + std::to_string(wanted.width()) + " bytes");
        return writer.add(at, wanted, delta);
    });
}

void TableCursor::lock() {
    if (session_->level() == 0)
        throw Error(ErrorKind::usage, JET_errNotInTransaction, "records are locked in a transaction only");
    const Bytes at = bookmark();
    in_change([&](LiveChanges& changes, RecordWriter&) { TreeEditor(changes, table_->tree).lock(at); });
}

void TableCursor::require_unchanged() {
    in_table([&](const Reading&) {
        (void)record_bytes();
        const auto* chain =
            database().core().versions.find(NodeName::of(database().dbid(), table_->tree, records_->key(), {}));
        if (!chain) return;
        for (const NodeVersion& version : *chain)
            if (!view_.sees(version))
                throw Error(ErrorKind::busy, JET_errWriteConflict, "another transaction has changed the record");
    });
}

}  // namespace ese::engine
