#include "engine/table/table_cursor.h"

#include <algorithm>

#include "base/error.h"
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
    if (place_ == Place::on_entry)
        return forward ? arrive(entries().next(), Place::behind_last)
                       : arrive(entries().previous(), Place::before_first);
    if (forward == (place_ == Place::behind_last)) return false;
    return forward ? arrive(entries().first(), Place::behind_last) : arrive(entries().last(), Place::before_first);
}

bool TableCursor::move_first() {
    return in_table([&](const Tables::Use&) { return arrive(entries().first(), Place::before_first); });
}

bool TableCursor::move_last() {
    return in_table([&](const Tables::Use&) { return arrive(entries().last(), Place::behind_last); });
}

bool TableCursor::move_by(std::int64_t rows) {
    return in_table([&](const Tables::Use&) {
        if (rows == 0) return place_ == Place::on_entry;
        for (std::int64_t done = 0; done != rows; done += rows > 0 ? 1 : -1)
            if (!step(rows > 0)) return false;
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
        arrive(false, Place::before_first);
    });
}

bool TableCursor::go_to_bookmark(ByteView bookmark) {
    return in_table([&](const Tables::Use&) {
        const bool found = records_.seek_exactly(bookmark, {});
        if (!found || !secondary_) return arrive(found, Place::before_first);
        throw Error(JET_errFeatureNotAvailable, "a bookmark can't be found in a secondary index in this version");
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
