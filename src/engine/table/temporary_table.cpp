#include "engine/table/temporary_table.h"

#include <algorithm>

#include "base/error.h"
#include "esent.h"

namespace ese::engine {

namespace {

// All values lie in the rows, whole.
constexpr RecordDraft::Limits no_limits{true, SIZE_MAX, 4};

ByteView key_part(const TemporaryTable::Bytes& place, std::size_t bytes) { return ByteView(place).first(bytes); }

}  // namespace

TemporaryTable::TemporaryTable(std::shared_ptr<const Table> definition, Equal equal)
    : table_(std::move(definition)), equal_(equal) {}

// --- moving

bool TemporaryTable::arrive(Rows::const_iterator row, Place otherwise) {
    const bool found = row != rows_.end();
    place_ = found ? Place::on_row : otherwise;
    if (found) at_ = row->first;
    return found;
}

void TemporaryTable::settle() {
    if (place_ == Place::first_to_come) arrive(rows_.begin(), Place::before_first);
}

bool TemporaryTable::step(bool forward) {
    settle();
    if (forward) {
        if (place_ == Place::behind_last) return false;
        if (place_ == Place::before_first) return arrive(rows_.begin(), Place::behind_last);
        return arrive(place_ == Place::in_front ? rows_.lower_bound(at_) : rows_.upper_bound(at_), Place::behind_last);
    }
    if (place_ == Place::before_first) return false;
    const auto next = place_ == Place::behind_last ? rows_.end() : rows_.lower_bound(at_);
    return arrive(next == rows_.begin() ? rows_.end() : std::prev(next), Place::before_first);
}

bool TemporaryTable::move_first() {
    update_.reset();
    range_.reset();
    return arrive(rows_.begin(), Place::before_first);
}

bool TemporaryTable::move_last() {
    update_.reset();
    range_.reset();
    return arrive(rows_.empty() ? rows_.end() : std::prev(rows_.end()), Place::behind_last);
}

bool TemporaryTable::is_in_range(const Bytes& place, const Row& row) const {
    const int order = compare_bytes(key_part(place, row.key_bytes), range_->key);
    return order == 0 ? range_->inclusive : (order < 0) == range_->upper;
}

bool TemporaryTable::move_by(std::int64_t rows, bool over_keys) {
    update_.reset();
    settle();
    if (rows == 0) return place_ == Place::on_row;
    const bool forward = rows > 0;
    for (std::int64_t done = 0; done != rows; done += forward ? 1 : -1) {
        const bool from_row = over_keys && place_ == Place::on_row && rows_.contains(at_);
        const Bytes key = from_row ? this->key() : Bytes();
        do {
            if (!step(forward)) return false;
            if (range_ && range_->upper == forward && !is_in_range(at_, rows_.at(at_))) {
                range_.reset();
                return arrive(rows_.end(), forward ? Place::behind_last : Place::before_first);
            }
        } while (from_row && this->key() == key);
    }
    return true;
}

// --- keys

void TemporaryTable::make_key(std::optional<ByteView> value, bool first, KeyEnd end) {
    const Index* index = table_->primary_index();
    if (!index) throw Error(ErrorKind::usage, JET_errNoCurrentIndex, "the temporary table has no key");
    search_key_.add(*index, value, first, end);
}

TemporaryTable::Sought TemporaryTable::seek(Seek mode) {
    const Bytes key = search_key_.take();
    update_.reset();
    range_.reset();
    const auto order = [&](Rows::const_iterator row) {
        return compare_bytes(key_part(row->first, row->second.key_bytes), key);
    };
    auto found = rows_.lower_bound(key);
    const bool equal = found != rows_.end() && order(found) == 0;
    if (mode == Seek::greater)
        while (found != rows_.end() && order(found) == 0) ++found;
    const bool backwards = mode == Seek::less || (mode == Seek::less_or_equal && !equal);
    if (backwards) found = found == rows_.begin() ? rows_.end() : std::prev(found);
    if (found == rows_.end() || (mode == Seek::equal && !equal)) {
        const bool between = found != rows_.end();
        arrive(found, backwards ? Place::before_first : Place::behind_last);
        if (between) place_ = Place::in_front;
        return Sought::not_found;
    }
    arrive(found, Place::on_row);
    const bool may_be_equal = mode == Seek::less_or_equal || mode == Seek::greater_or_equal;
    return may_be_equal && !equal ? Sought::neighbour : Sought::found;
}

bool TemporaryTable::set_range(bool upper, bool inclusive) {
    range_ = Range{search_key_.take(), upper, inclusive};
    const auto row = current();
    if (is_in_range(row->first, row->second)) return true;
    range_.reset();
    place_ = upper ? Place::behind_last : Place::before_first;
    return false;
}

void TemporaryTable::remove_range() {
    if (!range_) throw Error(ErrorKind::usage, JET_errInvalidOperation, "the cursor has no range");
    range_.reset();
}

bool TemporaryTable::is_only_entry() {
    const auto row = current();
    const auto next = std::next(row);
    return next == rows_.end() || compare_bytes(key_part(next->first, next->second.key_bytes),
                                                key_part(row->first, row->second.key_bytes)) != 0;
}

std::uint32_t TemporaryTable::count_entries(std::uint32_t most) {
    std::uint32_t count = 0;
    for (auto row = current(); row != rows_.end() && count < most; ++row, ++count)
        if (range_ && range_->upper && !is_in_range(row->first, row->second)) break;
    range_.reset();
    return count;
}

// --- what there is

TemporaryTable::Rows::iterator TemporaryTable::current() {
    settle();
    if (place_ != Place::on_row) throw Error(ErrorKind::usage, JET_errNoCurrentRecord, "the cursor stands on no record");
    const auto row = rows_.find(at_);
    if (row == rows_.end()) throw Error(ErrorKind::usage, JET_errRecordDeleted, "the record was deleted");
    return row;
}

const Column& TemporaryTable::column(ColumnId id) const {
    const Column* found = table_->find_column(id);
    if (!found)
        throw Error(ErrorKind::usage, JET_errColumnNotFound,
                    "the temporary table has no column with the number " + std::to_string(id.value()));
    return *found;
}

const RecordDraft& TemporaryTable::values(bool from_copy) {
    return from_copy && update_ ? update_->draft : current()->second.values;
}

RetrievedValue TemporaryTable::retrieve(const ValueRequest& request, ByteSpan into) {
    const RecordDraft& row = values(request.from_copy);
    RetrievedValue result;
    std::uint32_t number = request.number;
    std::vector<const Column*> columns;
    if (request.column == ColumnId())
        columns = row.tagged_columns();
    else
        columns.push_back(&column(request.column));
    for (const Column* wanted : columns) {
        const std::vector<ColumnContent> contents = row.values(*wanted);
        if (number == 0 || number > contents.size()) {
            number -= static_cast<std::uint32_t>(contents.size());
            continue;
        }
        if (request.column == ColumnId()) result.tagged_column = wanted->id();
        const ByteView bytes = contents[number - 1].bytes;
        const ByteView rest = bytes.subspan(std::min<std::size_t>(request.offset, bytes.size()));
        result.null = false;
        result.bytes = static_cast<std::uint32_t>(rest.size());
        store_bytes(into, 0, rest.first(std::min(rest.size(), into.size())));
        return result;
    }
    return result;
}

std::size_t TemporaryTable::count_values(ColumnId id, bool /*ignore_default*/, bool from_copy) {
    return values(from_copy).values(column(id)).size();
}

TemporaryTable::Bytes TemporaryTable::bookmark() { return current()->first; }

TemporaryTable::Bytes TemporaryTable::key() {
    const auto row = current();
    const ByteView bytes = key_part(row->first, row->second.key_bytes);
    return {bytes.begin(), bytes.end()};
}

bool TemporaryTable::go_to_bookmark(ByteView bookmark) {
    update_.reset();
    range_.reset();
    return arrive(rows_.find(Bytes(bookmark.begin(), bookmark.end())), Place::before_first);
}

// --- changes

void TemporaryTable::prepare(UpdateKind kind) {
    if (update_) throw Error(ErrorKind::usage, JET_errAlreadyPrepared, "a record is being prepared already");
    if (kind == UpdateKind::insert) {
        update_.emplace(Update{true, {}, RecordDraft(*table_, no_limits)});
        return;
    }
    const auto row = current();
    const bool keeps_original = kind == UpdateKind::insert_copy;
    update_.emplace(Update{kind != UpdateKind::replace && kind != UpdateKind::replace_no_lock,
                           keeps_original ? Bytes() : row->first, row->second.values});
}

void TemporaryTable::cancel() {
    if (!update_) throw Error(ErrorKind::usage, JET_errUpdateNotPrepared, "no record is being prepared");
    update_.reset();
}

bool TemporaryTable::set_column(ColumnId id, const ValueChange& change) {
    if (!update_) throw Error(ErrorKind::usage, JET_errUpdateNotPrepared, "no record is being prepared");
    ValueChange in_memory = change;
    in_memory.compress = false;
    return update_->draft.set(column(id), in_memory, {});
}

// The key, and behind it a number, unless rows with equal keys are not kept apart.
TemporaryTable::Bytes TemporaryTable::place_of(const RecordDraft& row, std::size_t& key_bytes) {
    Bytes place;
    const Index* index = table_->primary_index();
    if (index) {
        LongValueReader none;
        place = keys_of(*index, row, none).at(0);
    }
    key_bytes = place.size();
    if (index && equal_ != Equal::kept) return place;
    place.resize(key_bytes + sizeof last_number_);
    store_be(place.data() + key_bytes, ++last_number_);
    return place;
}

TemporaryTable::Bytes TemporaryTable::update() {
    if (!update_) throw Error(ErrorKind::usage, JET_errUpdateNotPrepared, "no record is being prepared");
    update_->draft.require_complete();
    const std::size_t bytes = update_->draft.held_bytes();
    if (bytes > most_temporary_bytes - std::min(bytes_, most_temporary_bytes))
        throw Error(JET_errOutOfMemory, "temporary tables can have no more than " +
                                            std::to_string(most_temporary_bytes >> 20) + " MiB in this version");
    std::size_t key_bytes = 0;
    const bool keeps_place = !update_->inserts && !table_->primary_index();
    Bytes place = keeps_place ? update_->replaced : place_of(update_->draft, key_bytes);
    const bool is_new = place != update_->replaced;
    if (is_new && rows_.contains(place)) {
        if (equal_ == Equal::refused)
            throw Error(ErrorKind::usage, JET_errKeyDuplicate, "the temporary table has a row with this key already");
        update_.reset();  // one of them is enough
        return place;
    }
    if (const auto old = rows_.find(update_->replaced); old != rows_.end()) {
        bytes_ -= old->second.values.held_bytes();
        rows_.erase(old);
        if (place_ == Place::on_row && at_ == update_->replaced && !update_->inserts) at_ = place;
    }
    bytes_ += bytes;
    rows_.emplace(place, Row{key_bytes, std::move(update_->draft)});
    update_.reset();
    return place;
}

void TemporaryTable::remove() {
    update_.reset();
    const auto row = current();
    bytes_ -= row->second.values.held_bytes();
    rows_.erase(row);
}

}  // namespace ese::engine
