#include "engine/table/table_cursor.h"

#include <algorithm>

#include "base/error.h"
#include "engine/btree/line_search.h"
#include "engine/table/table_cursor_work.h"
#include "esent.h"

namespace ese::engine {

TableCursor::TableCursor(std::shared_ptr<OpenTable> table, Session session)
    : open_(std::move(table)),
      session_(std::move(session)),
      view_(database().core().versions, *session_, database().dbid()) {}

std::shared_ptr<TableCursor> TableCursor::open(const std::shared_ptr<OpenTable>& table, const Session& session,
                                               const Reading& reading) {
    const std::shared_ptr<TableCursor> cursor(new TableCursor(table, session));
    cursor->table_ = table->seen(reading);
    cursor->index_ = cursor->table_->primary_index();
    cursor->records_.emplace(reading.cache(), cursor->table_->tree, &cursor->view_);
    return cursor;
}

std::shared_ptr<TableCursor> TableCursor::open(const std::shared_ptr<LiveTables>& tables, const Session& session,
                                               std::string_view table, const TableUse& use) {
    const Reading reading(tables->database(), *session);
    return open(tables->open(reading, table, use), session, reading);
}

std::shared_ptr<TableCursor> TableCursor::open(const std::shared_ptr<LiveTables>& tables, const Session& session,
                                               ObjectId table, const TableUse& use) {
    const Reading reading(tables->database(), *session);
    return open(tables->open(table, session->session(), use), session, reading);
}

std::shared_ptr<TableCursor> TableCursor::duplicate() {
    const Reading reading(database(), *session_);
    return open(open_->tables().open(open_->object(), session_->session(), open_->use()), session_, reading);
}

std::shared_ptr<const Table> TableCursor::table() {
    return in_table([&](const Reading&) { return table_; });
}

// Columns and indexes may have come and gone.
void TableCursor::take_table(std::shared_ptr<const Table> table) {
    if (table == table_) return;
    const Index* index = index_ && !index_->is_primary() ? table->find_index(index_->name) : table->primary_index();
    if (secondary_ && (!index || index->tree != secondary_->tree())) {
        secondary_.reset();
        range_.reset();
        index = table->primary_index();
        place_ = Place::first_to_come;
    }
    if ((index == nullptr) != (index_ == nullptr)) search_key_.clear();
    index_ = index;
    table_ = std::move(table);
}

bool TableCursor::is_large_page() const { return format::is_large_page(database().page_bytes()); }

// --- moving

bool TableCursor::arrive(bool found, Place otherwise) {
    on_record_ = false;
    place_ = found ? Place::on_entry : otherwise;
    if (found && secondary_) {
        const ByteView data = secondary_->data();
        bookmark_.assign(data.begin(), data.end());
    }
    return found;
}

void TableCursor::settle() {
    if (place_ == Place::first_to_come) arrive(entries().first(), Place::before_first);
}

bool TableCursor::step(bool forward) {
    settle();
    if (place_ == Place::in_front && forward) {
        // What was found there may have gone since.
        const bool there = entries().is_entry_there() || entries().next();
        return arrive(there, Place::behind_last);
    }
    if (place_ == Place::on_entry || place_ == Place::in_front)
        return forward ? arrive(entries().next(), Place::behind_last)
                       : arrive(entries().previous(), Place::before_first);
    if (forward == (place_ == Place::behind_last)) return false;
    return forward ? arrive(entries().first(), Place::behind_last) : arrive(entries().last(), Place::before_first);
}

bool TableCursor::move_first() {
    leave_record();
    return in_table([&](const Reading&) {
        range_.reset();
        bool there = arrive(entries().first(), Place::before_first);
        while (there && !passes_filter()) there = arrive(entries().next(), Place::before_first);
        return there;
    });
}

bool TableCursor::move_last() {
    leave_record();
    return in_table([&](const Reading&) {
        range_.reset();
        bool there = arrive(entries().last(), Place::behind_last);
        while (there && !passes_filter()) there = arrive(entries().previous(), Place::behind_last);
        return there;
    });
}

void TableCursor::set_filter(std::vector<CursorFilter::Condition> conditions) {
    filter_.reset();
    if (!conditions.empty()) filter_.emplace(*table(), std::move(conditions));
}

bool TableCursor::passes_filter() {
    return !filter_ || secondary_ || filter_->passes(*table_, RecordValues(*table_, records_->data(), is_large_page()));
}

bool TableCursor::move_by(std::int64_t rows, bool over_keys) {
    leave_record();
    return in_table([&](const Reading&) {
        if (rows == 0) {
            settle();
            return place_ == Place::on_entry;
        }
        for (std::int64_t done = 0; done != rows; done += rows > 0 ? 1 : -1) {
            do
                if (!step_within_range(rows > 0, over_keys)) return false;
            while (!passes_filter());
        }
        return true;
    });
}

void TableCursor::set_index(std::string_view name, bool stay, std::uint32_t value_number) {
    leave_record();
    in_table([&](const Reading& reading) {
        const Index* wanted = name.empty() ? table_->primary_index() : table_->find_index(name);
        if (!wanted && !name.empty())
            throw Error(ErrorKind::usage, JET_errIndexNotFound,
                        "table " + table_->name + " has no index " + std::string(name));
        Bytes bookmark;
        if (stay) {
            require_entry();
            const ByteView bytes = secondary_ ? ByteView(bookmark_) : records_->key();
            bookmark.assign(bytes.begin(), bytes.end());
        }
        if (stay && wanted == index_) return;
        index_ = wanted;
        secondary_.reset();
        const bool is_secondary = index_ && !index_->is_primary();
        if (is_secondary) secondary_.emplace(reading.cache(), index_->tree, &view_);
        open_->use_index(is_secondary ? index_->tree.object : ObjectId());
        range_.reset();
        search_key_.clear();
        on_record_ = false;
        place_ = Place::first_to_come;
        if (stay && !go_to_record(reading.cache(), bookmark, value_number))
            throw Error(ErrorKind::usage, JET_errNoCurrentRecord, "index " + std::string(name) + " leaves the record out");
    });
}

std::string TableCursor::index_name() {
    return in_table([&](const Reading&) { return index_ ? index_->name : std::string(); });
}

// `value_number`: which of the keys that the record has in the index, where its values are several.
bool TableCursor::go_to_record(PageCache& cache, ByteView bookmark, std::uint32_t value_number) {
    const bool found = records_->seek_exactly(bookmark, {});
    if (!found || !secondary_) return arrive(found, Place::before_first);
    require_makeable_keys(*index_);
    const RecordValues row(*table_, records_->data(), is_large_page());
    LongValueReader long_values(cache, *table_, &view_);
    const auto keys = keys_of(*index_, row, long_values);
    const std::size_t wanted = value_number == 0 ? 0 : value_number - 1;
    return arrive(wanted < keys.size() && secondary_->seek_exactly(keys[wanted], bookmark), Place::before_first);
}

bool TableCursor::go_to_bookmark(ByteView bookmark) {
    leave_record();
    return in_table([&](const Reading& reading) {
        range_.reset();
        return go_to_record(reading.cache(), bookmark, 1);
    });
}

bool TableCursor::go_to_entry(ByteView key, ByteView bookmark) {
    leave_record();
    return in_table([&](const Reading&) {
        if (!secondary_)
            throw Error(ErrorKind::usage, JET_errNoCurrentIndex, "the cursor is on no secondary index");
        range_.reset();
        return arrive(secondary_->seek_exactly(key, bookmark) && compare_bytes(secondary_->data(), bookmark) == 0,
                      Place::before_first);
    });
}

TreePosition TableCursor::position() {
    return in_table([&](const Reading& reading) {
        require_entry();
        const bool by_data = secondary_ && !secondary_->tree().unique_keys;
        return position_of(reading.cache(), entries().tree(), entries().key(), by_data ? ByteView(bookmark_) : ByteView());
    });
}

bool TableCursor::go_to_position(const TreePosition& position) {
    leave_record();
    return in_table([&](const Reading& reading) {
        range_.reset();
        Bytes key;
        const bool any = node_at(reading.cache(), entries().tree(), position, key);
        // What is there may be for others to see only.
        const bool found = any && entries().seek(key);
        return arrive(found || entries().last(), Place::before_first);
    });
}

// --- keys

void TableCursor::make_key(std::optional<ByteView> value, bool first, KeyEnd end) {
    in_table([&](const Reading&) {
        if (!index_)
            throw Error(ErrorKind::usage, JET_errNoCurrentIndex, "table " + table_->name + " has no index to seek in");
        search_key_.add(*index_, value, first, end);
    });
}

TableCursor::Sought TableCursor::seek(Seek mode) {
    const Bytes key = search_key_.take();
    leave_record();
    return in_table([&](const Reading&) {
        range_.reset();
        const bool backwards = mode == Seek::less || mode == Seek::less_or_equal;
        bool found = entries().seek(key);
        const auto has_key = [&] { return found && compare_bytes(entries().key(), key) == 0; };
        if (mode == Seek::greater)
            while (has_key()) found = entries().next();
        if (backwards && !(has_key() && mode == Seek::less_or_equal))
            found = found ? entries().previous() : entries().last();
        while (found && mode != Seek::equal && !passes_filter())
            found = backwards ? entries().previous() : entries().next();
        const bool equal = has_key();
        if (!found || (mode == Seek::equal && !(equal && passes_filter()))) {
            arrive(false, backwards ? Place::before_first : Place::behind_last);
            if (found) place_ = Place::in_front;
            return Sought::not_found;
        }
        arrive(true, Place::on_entry);
        const bool may_be_equal = mode == Seek::less_or_equal || mode == Seek::greater_or_equal;
        return may_be_equal && !equal ? Sought::neighbour : Sought::found;
    });
}

bool TableCursor::is_in_range() {
    if (!range_) return true;
    const int order = compare_bytes(entries().key(), range_->key);
    return order == 0 ? range_->inclusive : (order < 0) == range_->upper;
}

// A limit holds in its own direction only.
bool TableCursor::step_within_range(bool forward, bool over_keys) {
    const bool from_entry = place_ == Place::on_entry;
    const Bytes key = over_keys && from_entry ? Bytes(entries().key().begin(), entries().key().end()) : Bytes();
    do {
        if (!step(forward)) return false;
        if (range_ && range_->upper == forward && !is_in_range()) {
            range_.reset();
            arrive(false, forward ? Place::behind_last : Place::before_first);
            return false;
        }
    } while (over_keys && from_entry && compare_bytes(entries().key(), key) == 0);
    return true;
}

bool TableCursor::set_range(bool upper, bool inclusive) {
    Range range{search_key_.take(), upper, inclusive};
    return in_table([&](const Reading&) {
        require_entry();
        range_ = std::move(range);
        if (is_in_range()) return true;
        range_.reset();
        return arrive(false, upper ? Place::behind_last : Place::before_first);
    });
}

void TableCursor::remove_range() {
    if (!range_) throw Error(ErrorKind::usage, JET_errInvalidOperation, "the cursor has no range");
    range_.reset();
}

bool TableCursor::is_only_entry() {
    return in_table([&](const Reading&) {
        require_entry();
        TreeCursor following = entries();
        return !following.next() || compare_bytes(following.key(), entries().key()) != 0;
    });
}

std::uint32_t TableCursor::count_entries(std::uint32_t most) {
    return in_table([&](const Reading&) {
        require_entry();
        const TreeCursor start = entries();
        std::uint32_t count = 0;
        for (bool more = true; more && count < most;
             more = entries().next() && (!range_ || !range_->upper || is_in_range()))
            ++count;
        entries() = start;
        range_.reset();  // counting uses the range up, as in the original engine
        return count;
    });
}

// --- what there is

void TableCursor::require_entry() {
    settle();
    if (place_ != Place::on_entry)
        throw Error(ErrorKind::usage, JET_errNoCurrentRecord, "the cursor stands on no record");
}

// The record of an index's entry is there as long as the record is, whatever has become of the entry.
ByteView TableCursor::record_bytes() {
    require_entry();
    if (secondary_ && !on_record_) {
        if (!records_->seek_exactly(bookmark_, {})) {
            if (secondary_->is_entry_there())
                throw Error(ErrorKind::damage, JET_errSecondaryIndexCorrupted,
                            "index " + index_->name + " has an entry for a record that does not exist");
            throw Error(ErrorKind::usage, JET_errRecordDeleted, "the record was deleted");
        }
        on_record_ = true;
    }
    return records_->data();
}

const Column& TableCursor::column(ColumnId id) const {
    const Column* found = table_->find_column(id);
    if (!found)
        throw Error(ErrorKind::usage, JET_errColumnNotFound,
                    "table " + table_->name + " has no column with the number " + std::to_string(id.value()));
    return *found;
}

// Calls work(values) for the current record, or the one in preparation.
template <class Work>
auto TableCursor::with_values(bool from_copy, Work work) {
    if (from_copy && update_) return work(update_->draft);
    return work(RecordValues(*table_, record_bytes(), is_large_page()));
}

RetrievedValue TableCursor::retrieve(const ValueRequest& request, ByteSpan into) {
    return in_table([&](const Reading& reading) {
        return with_values(request.from_copy, [&](const auto& values) {
            RetrievedValue result;
            std::optional<ColumnContent> found;
            if (request.column == ColumnId()) {
                std::uint32_t number = request.number;
                for (const Column* of_record : values.tagged_columns()) {
                    if ((found = values.value(*of_record, number))) {
                        result.tagged_column = of_record->id();
                        break;
                    }
                    number -= static_cast<std::uint32_t>(values.values(*of_record).size());
                }
            } else {
                found = values.value(column(request.column), request.number);
            }
            if (!found) return result;
            const ColumnContent& value = *found;
            result.is_default = value.is_default;
            if (value.is_default && request.ignore_default) return result;
            LongValueReader long_values(reading.cache(), *table_, &view_);
            const std::uint32_t size = value_size(value, long_values);
            const std::uint32_t offset = std::min(request.offset, size);
            result.null = false;
            result.bytes = size - offset;
            read_value(value, offset, into.first(std::min<std::size_t>(into.size(), result.bytes)), long_values);
            return result;
        });
    });
}

std::size_t TableCursor::count_values(ColumnId id, bool ignore_default, bool from_copy) {
    return in_table([&](const Reading&) {
        return with_values(from_copy, [&](const auto& record) -> std::size_t {
            const auto values = record.values(column(id));
            return ignore_default && !values.empty() && values[0].is_default ? 0 : values.size();
        });
    });
}

RecordSize TableCursor::record_size(bool from_copy) {
    return in_table([&](const Reading& reading) {
        LongValueReader long_values(reading.cache(), *table_, &view_);
        if (from_copy && update_) return size_of_draft(*table_, update_->draft, update_->bookmark.size(), long_values);
        const ByteView record = record_bytes();
        return size_of_record(*table_, record, records_->key().size(), is_large_page(), long_values);
    });
}

TableCursor::Bytes TableCursor::bookmark() {
    return in_table([&](const Reading&) {
        require_entry();
        const ByteView bytes = secondary_ ? ByteView(bookmark_) : records_->key();
        return Bytes(bytes.begin(), bytes.end());
    });
}

TableCursor::Bytes TableCursor::key() {
    return in_table([&](const Reading&) {
        require_entry();
        const ByteView bytes = entries().key();
        return Bytes(bytes.begin(), bytes.end());
    });
}

}  // namespace ese::engine
