#include "engine/table/table_cursor.h"

#include <algorithm>

#include "base/error.h"
#include "engine/btree/line_search.h"
#include "esent.h"

namespace ese::engine {

TableCursor::TableCursor(std::shared_ptr<Tables> tables, const Table& table, PageCache& cache)
    : tables_(std::move(tables)), table_(&table), index_(table.primary_index()), records_(cache, table.tree) {}

std::shared_ptr<TableCursor> TableCursor::open(const std::shared_ptr<Tables>& tables, std::string_view table) {
    const Tables::Use use(*tables);
    return std::shared_ptr<TableCursor>(new TableCursor(tables, use.table(table), use.cache()));
}

// Runs `work(use)`; an error says which table it was about.
template <class Work>
auto TableCursor::in_table(Work work) {
    const Tables::Use use(*tables_);
    try {
        return work(use);
    } catch (Error& error) {
        error.set_file(tables_->database().path() + ", table " + table_->name);
        throw;
    }
}

// --- moving

bool TableCursor::arrive(bool found, Place otherwise) {
    on_record_ = found && !secondary_;
    place_ = found ? Place::on_entry : otherwise;
    return found;
}

bool TableCursor::step(bool forward) {
    if (place_ == Place::in_front && forward) return arrive(true, Place::behind_last);
    if (place_ == Place::on_entry || place_ == Place::in_front)
        return forward ? arrive(entries().next(), Place::behind_last)
                       : arrive(entries().previous(), Place::before_first);
    if (forward == (place_ == Place::behind_last)) return false;
    return forward ? arrive(entries().first(), Place::behind_last) : arrive(entries().last(), Place::before_first);
}

bool TableCursor::move_first() {
    return in_table([&](const Tables::Use&) {
        range_.reset();
        return arrive(entries().first(), Place::before_first);
    });
}

bool TableCursor::move_last() {
    return in_table([&](const Tables::Use&) {
        range_.reset();
        return arrive(entries().last(), Place::behind_last);
    });
}

bool TableCursor::move_by(std::int64_t rows) {
    return in_table([&](const Tables::Use&) {
        if (rows == 0) return place_ == Place::on_entry;
        for (std::int64_t done = 0; done != rows; done += rows > 0 ? 1 : -1)
            if (!step_within_range(rows > 0)) return false;
        return true;
    });
}

void TableCursor::set_index(std::string_view name) {
    const Index* wanted = name.empty() ? table_->primary_index() : table_->find_index(name);
    if (!wanted && !name.empty())
        throw Error(ErrorKind::usage, JET_errIndexNotFound,
                    "table " + table_->name + " has no index " + std::string(name));
    in_table([&](const Tables::Use& use) {
        index_ = wanted;
        secondary_.reset();
        if (index_ && !index_->is_primary()) secondary_.emplace(use.cache(), index_->tree);
        range_.reset();
        search_key_.reset();
        arrive(false, Place::before_first);
    });
}

bool TableCursor::go_to_bookmark(ByteView bookmark) {
    return in_table([&](const Tables::Use& use) {
        range_.reset();
        const bool found = records_.seek_exactly(bookmark, {});
        if (!found || !secondary_) return arrive(found, Place::before_first);
        require_makeable_keys();
        const RecordValues row(*table_, records_.data(), format::is_large_page(use.cache().page_bytes()));
        LongValueReader long_values(use.cache(), *table_);
        const auto keys = keys_of(*index_, row, long_values);
        const bool in_index = !keys.empty() && secondary_->seek_exactly(keys.front(), bookmark);
        arrive(in_index, Place::before_first);
        on_record_ = in_index;
        return in_index;
    });
}

// --- keys

namespace {

// A value to search for, as the index has it: no longer than its tuples are, and text of a fixed length filled up.
std::vector<std::uint8_t> value_in_index(const Index& index, std::size_t position, ByteView given) {
    const Column& column = *index.columns[position].column;
    const std::size_t character_bytes = column.is_unicode() ? 2 : 1;
    std::vector<std::uint8_t> value(given.begin(), given.end());
    if (position == 0 && index.tuple_limits) {
        const auto limits = format::TupleLimits::parse(*index.tuple_limits);
        if (value.size() < limits.least_characters * character_bytes)
            throw Error(ErrorKind::usage, JET_errIndexTuplesKeyTooSmall,
                        "index " + index.name + " has parts of at least " + std::to_string(limits.least_characters) +
                            " characters");
        value.resize(std::min(value.size(), limits.most_characters * character_bytes));
    }
    if (!column.is_fixed() || value.empty()) return value;
    if (column.is_text())
        while (value.size() < column.width()) value.push_back(value.size() % character_bytes == 0 ? ' ' : 0);
    if (value.size() != column.width())
        throw Error(ErrorKind::usage, JET_errInvalidBufferSize,
                    "a key value of " + std::to_string(value.size()) + " bytes was given for column " + column.name +
                        ", which has " + std::to_string(column.width()));
    return value;
}

}  // namespace

void TableCursor::make_key(std::optional<ByteView> value, bool first, KeyEnd end) {
    if (!index_)
        throw Error(ErrorKind::usage, JET_errNoCurrentIndex, "table " + table_->name + " has no index to seek in");
    if (first) search_key_.emplace(SearchKey{format::KeyBuilder(index_->key_most)});
    if (!search_key_) throw Error(ErrorKind::usage, JET_errKeyNotMade, "no key was begun (JET_bitNewKey)");
    if (search_key_->complete || search_key_->columns == index_->columns.size())
        throw Error(ErrorKind::usage, JET_errKeyIsMade, "the key is complete already");
    require_makeable_keys();
    const bool as_prefix = end == KeyEnd::prefix || end == KeyEnd::behind_prefix;
    const std::size_t position = search_key_->columns;
    const auto in_index = value || (position == 0 && index_->tuple_limits)
                              ? std::optional(value_in_index(*index_, position, value.value_or(ByteView())))
                              : std::nullopt;
    search_key_->builder.add(segment_form(*index_, index_->columns[position]), in_index, as_prefix);
    ++search_key_->columns;
    search_key_->complete = end != KeyEnd::open;
    if (end == KeyEnd::behind_whole || end == KeyEnd::behind_prefix) search_key_->builder.pad_to_end();
}

void TableCursor::require_makeable_keys() const {
    if (const auto why = why_no_keys(*index_))
        throw Error(JET_errUnicodeNormalizationNotSupported,
                    "keys of index " + index_->name + " can't be made in this version: " + *why);
}

void TableCursor::use_key(ByteView key) {
    search_key_.emplace(SearchKey{format::KeyBuilder(key.size())});
    search_key_->builder.use(key);
    search_key_->complete = true;
}

std::vector<std::uint8_t> TableCursor::made_key() const {
    if (!search_key_) throw Error(ErrorKind::usage, JET_errKeyNotMade, "no key was made");
    return search_key_->builder.key();
}

std::vector<std::uint8_t> TableCursor::take_key() {
    std::vector<std::uint8_t> key = made_key();
    search_key_.reset();
    return key;
}

TableCursor::Sought TableCursor::seek(Seek mode) {
    const std::vector<std::uint8_t> key = take_key();
    return in_table([&](const Tables::Use&) {
        range_.reset();
        const bool backwards = mode == Seek::less || mode == Seek::less_or_equal;
        bool found = entries().seek(key);
        const bool equal = found && compare_bytes(entries().key(), key) == 0;
        if (mode == Seek::greater || mode == Seek::less_or_equal)
            while (found && compare_bytes(entries().key(), key) == 0) found = entries().next();
        if (backwards) found = found ? entries().previous() : entries().last();
        if (!found || (mode == Seek::equal && !equal)) {
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
bool TableCursor::step_within_range(bool forward) {
    if (!step(forward)) return false;
    if (!range_ || range_->upper != forward || is_in_range()) return true;
    // The way back begins at the last entry within, as from the end of the index.
    if (!forward) (void)entries().next();
    on_record_ = false;
    place_ = Place::in_front;
    return false;
}

bool TableCursor::set_range(bool upper, bool inclusive) {
    Range range{take_key(), upper, inclusive};
    return in_table([&](const Tables::Use&) {
        require_entry();
        range_ = std::move(range);
        if (is_in_range()) return true;
        range_.reset();
        return false;
    });
}

void TableCursor::remove_range() {
    if (!range_) throw Error(ErrorKind::usage, JET_errInvalidOperation, "the cursor has no range");
    range_.reset();
}

bool TableCursor::is_only_entry() {
    return in_table([&](const Tables::Use&) {
        require_entry();
        TreeCursor following = entries();
        return !following.next() || compare_bytes(following.key(), entries().key()) != 0;
    });
}

std::uint32_t TableCursor::count_entries(std::uint32_t most) {
    return in_table([&](const Tables::Use& use) {
        require_entry();
        const TreeCursor start = entries();
        std::uint32_t count = 0;
        for (bool more = true; more && count < most;
             more = entries().next() && (!range_ || !range_->upper || is_in_range())) {
            ++count;
            use.cache().trim();
        }
        entries() = start;
        return count;
    });
}

// --- what there is

void TableCursor::require_entry() const {
    if (place_ != Place::on_entry)
        throw Error(ErrorKind::usage, JET_errNoCurrentRecord, "the cursor stands on no record");
}

RecordValues TableCursor::record() {
    require_entry();
    if (!on_record_) {
        if (!records_.seek_exactly(secondary_->data(), {}))
            throw Error(ErrorKind::damage, JET_errSecondaryIndexCorrupted,
                        "index " + index_->name + " has an entry for a record that does not exist");
        on_record_ = true;
    }
    return {*table_, records_.data(), format::is_large_page(tables_->database().page_bytes())};
}

const Column& TableCursor::column(ColumnId id) const {
    const Column* found = table_->find_column(id);
    if (!found)
        throw Error(ErrorKind::usage, JET_errColumnNotFound,
                    "table " + table_->name + " has no column with the number " + std::to_string(id.value()));
    return *found;
}

namespace {

struct FoundValue {
    ColumnContent content;
    ColumnId column;
};

std::optional<FoundValue> find_value(const RecordValues& row, const Column& column, std::uint32_t number) {
    const std::vector<ColumnContent> values = row.values(column);
    if (number == 0 || number > values.size()) return std::nullopt;
    return FoundValue{values[number - 1], column.id()};
}

// Value `number` of all that the record has in tagged columns.
std::optional<FoundValue> find_tagged_value(const RecordValues& row, std::uint32_t number) {
    for (const format::TaggedColumn& tagged : row.record().tagged()) {
        const Column* column = row.column_of(tagged);
        if (!column) continue;
        const std::vector<ColumnContent> values = row.values(*column);
        if (number >= 1 && number <= values.size()) return FoundValue{values[number - 1], column->id()};
        number -= static_cast<std::uint32_t>(values.size());
    }
    return std::nullopt;
}

}  // namespace

RetrievedValue TableCursor::retrieve(const ValueRequest& request, ByteSpan into) {
    return in_table([&](const Tables::Use& use) {
        const RecordValues row = record();
        const bool any_tagged = request.column == ColumnId();
        const auto found = any_tagged ? find_tagged_value(row, request.number)
                                      : find_value(row, column(request.column), request.number);
        RetrievedValue result;
        if (!found) return result;
        const ColumnContent& value = found->content;
        if (any_tagged) result.tagged_column = found->column;
        result.is_default = value.is_default;
        if (value.is_default && request.ignore_default) return result;
        LongValueReader long_values(use.cache(), *table_);
        const std::uint32_t size = value_size(value, long_values);
        const std::uint32_t offset = std::min(request.offset, size);
        result.null = false;
        result.bytes = size - offset;
        read_value(value, offset, into.first(std::min<std::size_t>(into.size(), result.bytes)), long_values);
        return result;
    });
}

std::size_t TableCursor::count_values(ColumnId id, bool ignore_default) {
    return in_table([&](const Tables::Use&) {
        const RecordValues row = record();
        const std::vector<ColumnContent> values = row.values(column(id));
        return ignore_default && !values.empty() && values[0].is_default ? 0 : values.size();
    });
}

std::vector<std::uint8_t> TableCursor::bookmark() {
    return in_table([&](const Tables::Use&) {
        require_entry();
        const ByteView bytes = secondary_ ? secondary_->data() : records_.key();
        return std::vector<std::uint8_t>(bytes.begin(), bytes.end());
    });
}

std::vector<std::uint8_t> TableCursor::key() {
    return in_table([&](const Tables::Use&) {
        require_entry();
        const ByteView bytes = entries().key();
        return std::vector<std::uint8_t>(bytes.begin(), bytes.end());
    });
}

}  // namespace ese::engine
