#include "engine/table/record_draft.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/error.h"
#include "codec/column_compression.h"
#include "engine/table/stored_form.h"
#include "esent.h"

namespace ese::engine {

using format::TaggedColumn;
namespace column_flag = format::column_flag;
namespace tagged_flag = format::tagged_flag;
using Form = DraftValue::Form;

namespace {

using Bytes = RecordDraft::Bytes;

constexpr std::size_t tagged_entry_bytes = 4;
constexpr std::size_t most_inline_bytes = 65535;

Bytes copy(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

[[noreturn]] void refuse(std::int32_t jet, const Column& column, const std::string& why) {
    throw Error(ErrorKind::usage, jet, "column " + column.name + " " + why);
}

void require_nullable(const Column& column) {
    if (column.has(column_flag::not_null)) refuse(JET_errNullInvalid, column, "must not be NULL");
}

// The whole of a value, wherever it is.
Bytes content_of(const DraftValue& value, const RecordDraft::LoadLongValue& load) {
    switch (value.form) {
        case Form::compressed: return codec::decompress_value(value.bytes, most_inline_bytes);
        case Form::stored: return load(value.bytes);
        default: return value.bytes;
    }
}

std::size_t inline_bytes(const DraftValue& value, std::size_t id_bytes) {
    return value.form == Form::pending ? id_bytes : value.bytes.size();
}

}  // namespace

RecordDraft::Limits RecordDraft::Limits::of(const Table& table, std::uint32_t page_bytes, std::size_t id_bytes) {
    // DATABASE-FORMAT 6: what a node can hold, less what the longest key takes.
    constexpr std::size_t small_head = 40, large_head = 80, node_tail = 8, sequential_key_bytes = 4;
    const Index* primary = table.primary_index();
    const std::size_t key_most = primary ? primary->key_most : sequential_key_bytes;
    Limits limits;
    limits.id_bytes = id_bytes;
    limits.large_page = format::is_large_page(page_bytes);
    const std::size_t node = page_bytes - (limits.large_page ? large_head : small_head) - node_tail;
    limits.most_bytes = limits.large_page ? node - 4 - key_most : node - 2 - std::max<std::size_t>(255, 2 + key_most);
    return limits;
}

RecordDraft::RecordDraft(const Table& table, const Limits& limits) : table_(&table), limits_(limits) {
    for (const Column& column : table.columns) {
        if (!column.default_value) continue;
        if (column.is_fixed()) put_fixed(column, *column.default_value);
        if (column.is_variable()) extend_variable(column.number);
    }
}

RecordDraft::RecordDraft(const Table& table, const Limits& limits, ByteView record) : table_(&table), limits_(limits) {
    const format::RecordView view(record, limits.large_page);
    fixed_ = copy(view.fixed_area());
    for (std::uint16_t id = 1; id <= view.last_fixed(); ++id) fixed_null_.push_back(view.fixed_null(id));
    for (std::uint16_t id = format::first_variable_column; id <= view.last_variable(); ++id) {
        const format::ColumnValue value = view.variable(id);
        variable_.push_back(value.has_value() ? std::optional(copy(value.bytes)) : std::nullopt);
    }
    for (const TaggedColumn& tagged : view.tagged()) {
        if (tagged.has(tagged_flag::encrypted))
            throw Error(JET_errFeatureNotAvailable,
                        "a record with encrypted columns can't be changed in this version");
        Tagged& own = tagged_[{!tagged.derived, tagged.id}];
        own.null = tagged.null;
        own.is_long = tagged.has(tagged_flag::long_type);
        for (const format::TaggedValue& value : format::tagged_values(tagged)) {
            DraftValue& added = own.values.emplace_back();
            added.bytes = copy(value.bytes);
            added.form = value.separated ? Form::stored : value.compressed ? Form::compressed : Form::plain;
        }
    }
}

// --- fixed and variable columns

// Columns that come in between have their defaults: up to now the record did not reach so far.
void RecordDraft::extend_fixed(std::uint16_t number) {
    if (fixed_null_.size() >= number) return;
    const auto first = static_cast<std::uint16_t>(fixed_null_.size() + 1);
    fixed_null_.resize(number, true);
    for (const Column& column : table_->columns) {
        if (!column.is_fixed() || column.number < first || column.number > number) continue;
        const std::size_t end = column.record_offset + column.width() - format::RecordView::header_bytes;
        if (fixed_.size() < end) fixed_.resize(end, format::RecordBuilder::filler);
        if (column.default_value) put_fixed(column, *column.default_value);
    }
}

void RecordDraft::put_fixed(const Column& column, std::optional<ByteView> bytes) {
    extend_fixed(column.number);
    fixed_null_[column.number - 1u] = !bytes;
    const std::size_t begin = column.record_offset - format::RecordView::header_bytes;
    if (begin + column.width() > fixed_.size())
        throw Error(ErrorKind::damage, JET_errDatabaseCorrupted,
                    "a record is too short for its column " + column.name);
    if (bytes) std::ranges::copy(bytes->first(std::min(bytes->size(), column.width())), fixed_.begin() + static_cast<std::ptrdiff_t>(begin));
}

void RecordDraft::set_fixed(const Column& column, std::optional<ByteView> data) {
    if (!data || data->empty()) {
        require_nullable(column);
        put_fixed(column, std::nullopt);
    } else {
        put_fixed(column, stored_form(column, *data).bytes);
    }
}

void RecordDraft::set_number(const Column& column, std::uint64_t value) {
    Bytes bytes(sizeof value);
    store_u64(bytes, 0, value);
    put_fixed(column, ByteView(bytes).first(std::min(bytes.size(), column.width())));
}

void RecordDraft::extend_variable(std::uint16_t number) {
    const std::size_t wanted = number - format::first_variable_column + std::size_t{1};
    if (variable_.size() >= wanted) return;
    const std::size_t first = variable_.size();
    variable_.resize(wanted);
    for (const Column& column : table_->columns) {
        if (!column.is_variable()) continue;
        const std::size_t at = column.number - std::size_t{format::first_variable_column};
        if (at >= first && at < wanted && column.default_value) variable_[at] = *column.default_value;
    }
}

bool RecordDraft::set_variable(const Column& column, std::optional<ByteView> data) {
    if (!data) require_nullable(column);
    extend_variable(column.number);
    auto& value = variable_[column.number - format::first_variable_column];
    if (!data) {
        value.reset();
        return false;
    }
    StoredForm stored = stored_form(column, *data);
    value = std::move(stored.bytes);
    return stored.was_cut;
}

// Those at the end that are NULL, and have no default that they override, need no place.
std::size_t RecordDraft::variable_columns() const {
    std::size_t count = variable_.size();
    for (; count > 0 && !variable_[count - 1]; --count) {
        const Column* column = table_->find_column(ColumnId(static_cast<std::uint32_t>(format::first_variable_column + count - 1)));
        if (!column)
            column = table_->find_column(
                ColumnId(static_cast<std::uint32_t>(format::first_variable_column + count - 1) | template_column_bit));
        if (column && column->default_value) break;
    }
    return count;
}

// --- tagged columns

const Column* RecordDraft::column_of(const TaggedId& id) const {
    const bool of_template = !id.not_derived || table_->has(format::table_flag::template_table);
    return table_->find_column(ColumnId(id.number | (of_template ? template_column_bit : 0)));
}

std::vector<const Column*> RecordDraft::tagged_columns() const {
    std::vector<const Column*> columns;
    for (const auto& [id, tagged] : tagged_)
        if (const Column* column = column_of(id)) columns.push_back(column);
    return columns;
}

void RecordDraft::remove_value(const Column& column, std::uint32_t number) {
    const TaggedId id = tagged_id(column);
    const auto found = tagged_.find(id);
    const std::size_t count = found == tagged_.end() ? 0 : found->second.values.size();
    const bool removes = number >= 1 && number <= count;
    if (count == 0 || (removes && count == 1)) {
        // Nothing is left. It is said only where the default would show.
        require_nullable(column);
        if (column.default_value)
            tagged_[id] = {true, column.is_long(), {}};
        else
            tagged_.erase(id);
        return;
    }
    if (removes) found->second.values.erase(found->second.values.begin() + static_cast<std::ptrdiff_t>(number - 1));
}

void RecordDraft::put_value(const Column& column, std::uint32_t number, DraftValue value) {
    const auto [at, is_new] = tagged_.try_emplace(tagged_id(column));
    Tagged& tagged = at->second;
    const bool was_null = std::exchange(tagged.null, false);
    tagged.is_long = column.is_long();
    const bool adds = number == 0 || number > tagged.values.size();
    DraftValue before;
    if (adds)
        tagged.values.push_back(std::move(value));
    else
        before = std::exchange(tagged.values[number - 1], std::move(value));
    if (make_fit()) return;
    if (adds)
        tagged.values.pop_back();
    else
        tagged.values[number - 1] = std::move(before);
    tagged.null = was_null;
    if (is_new) tagged_.erase(at);
    refuse(JET_errRecordTooBig, column, "has no room in the record");
}

void RecordDraft::require_unique(const Column& column, const ValueChange& change, const LoadLongValue& load) const {
    const auto found = tagged_.find(tagged_id(column));
    if (change.unique == ValueChange::Unique::no || found == tagged_.end() || !change.data) return;
    const bool by_key = change.unique == ValueChange::Unique::by_key;
    const Bytes wanted = by_key ? comparable_key(column, *change.data) : copy(*change.data);
    const std::vector<DraftValue>& values = found->second.values;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i + 1 == change.number) continue;
        const Bytes content = content_of(values[i], load);
        if ((by_key ? comparable_key(column, content) : content) == wanted)
            refuse(JET_errMultiValuedDuplicate, column, "has this value already");
    }
}

// Where the new content of a long value goes.
DraftValue RecordDraft::placed(const Column& column, const ValueChange& change, Bytes content, Bytes made_from) const {
    DraftValue value;
    value.compress = change.compress.value_or(column.has(column_flag::compressed));
    value.stays_inside = change.place == ValueChange::Place::inside;
    const bool is_long = content.size() > table_->most_inline_bytes && !value.stays_inside;
    const bool outside = content.size() > limits_.id_bytes && (is_long || change.place == ValueChange::Place::outside);
    if (outside) {
        value.form = Form::pending;
        value.bytes = std::move(content);
        value.made_from = std::move(made_from);
        return value;
    }
    const bool is_first = change.number == 1 || !tagged_.contains(tagged_id(column));
    if (value.compress && is_first) {
        if (auto compressed = codec::compress_value(content, limits_.id_bytes)) {
            value.form = Form::compressed;
            value.bytes = std::move(*compressed);
            return value;
        }
    }
    value.bytes = std::move(content);
    return value;
}

bool RecordDraft::set_long(const Column& column, const ValueChange& change, const LoadLongValue& load) {
    using How = ValueChange::How;
    const auto found = tagged_.find(tagged_id(column));
    DraftValue* const old = found != tagged_.end() && change.number >= 1 && change.number <= found->second.values.size()
                                ? &found->second.values[change.number - 1]
                                : nullptr;
    const std::size_t most = column.max_bytes == 0 ? most_long_value_bytes : column.max_bytes;
    const auto require_length = [&](std::size_t bytes) {
        if (bytes > most) refuse(JET_errColumnTooBig, column, "can't be as long as " + std::to_string(bytes) + " bytes");
    };
    const ByteView data = change.data.value_or(ByteView());
    if (change.how == How::replace) {
        require_length(data.size());
        put_value(column, change.number, placed(column, change, copy(data), {}));
        return false;
    }
    const auto edit = [&](Bytes& content) {
        if (change.how == How::resize) {
            require_length(change.size);
            content.resize(change.size);
            return;
        }
        const std::size_t at = change.how == How::append ? content.size() : change.offset;
        if (at > content.size()) refuse(JET_errColumnNoChunk, column, "is shorter than the place to write to");
        require_length(at + data.size());
        if (change.cut_behind || at + data.size() > content.size()) content.resize(at + data.size());
        std::ranges::copy(data, content.begin() + static_cast<std::ptrdiff_t>(at));
    };
    if (old && old->form == Form::pending && old->bytes.size() > table_->most_inline_bytes) {
        edit(old->bytes);
        return false;
    }
    Bytes content = old ? content_of(*old, load) : Bytes();
    edit(content);
    Bytes made_from;
    if (old) made_from = old->form == Form::stored ? old->bytes : old->made_from;
    put_value(column, change.number, placed(column, change, std::move(content), std::move(made_from)));
    return false;
}

bool RecordDraft::set_tagged(const Column& column, const ValueChange& change, const LoadLongValue& load) {
    using How = ValueChange::How;
    if (change.how == How::revert) {
        if (!column.default_value) require_nullable(column);
        tagged_.erase(tagged_id(column));
        return false;
    }
    if (change.how == How::replace && !change.data) {
        remove_value(column, change.number);
        return false;
    }
    require_unique(column, change, load);
    if (column.is_long()) return set_long(column, change, load);
    StoredForm stored = stored_form(column, *change.data);
    DraftValue value;
    value.bytes = std::move(stored.bytes);
    put_value(column, change.number, std::move(value));
    return stored.was_cut;
}

bool RecordDraft::set(const Column& column, const ValueChange& change, const LoadLongValue& load) {
    using How = ValueChange::How;
    const bool partly = change.how == How::append || change.how == How::overwrite || change.how == How::resize;
    if ((partly && !column.is_long()) || (change.how == How::revert && !column.is_tagged()) ||
        (partly && change.unique != ValueChange::Unique::no))
        refuse(JET_errInvalidGrbit, column, "is not of a type for this option");
    if (column.is_tagged()) return set_tagged(column, change, load);
    if (change.number > 1) refuse(JET_errBadItagSequence, column, "has one value only");
    const auto fixed = fixed_;
    const auto fixed_null = fixed_null_;
    const auto variable = variable_;
    bool was_cut = false;
    try {
        if (column.is_fixed())
            set_fixed(column, change.data);
        else
            was_cut = set_variable(column, change.data);
        if (!make_fit()) refuse(JET_errRecordTooBig, column, "has no room in the record");
    } catch (const Error&) {
        fixed_ = fixed;
        fixed_null_ = fixed_null;
        variable_ = variable;
        throw;
    }
    return was_cut;
}

bool RecordDraft::make_fit() {
    while (size() > limits_.most_bytes) {
        DraftValue* largest = nullptr;
        for (auto& [id, tagged] : tagged_) {
            if (!tagged.is_long) continue;
            for (DraftValue& value : tagged.values) {
                const bool can_move = value.form != Form::pending && value.form != Form::stored;
                if (!can_move || value.bytes.size() <= limits_.id_bytes) continue;
                if (!largest || value.bytes.size() > largest->bytes.size()) largest = &value;
            }
        }
        if (!largest) return false;
        largest->bytes = content_of(*largest, {});
        largest->form = Form::pending;
    }
    return true;
}

// --- the record

std::vector<ColumnContent> RecordDraft::values(const Column& column) const {
    std::vector<ColumnContent> contents;
    const auto add = [&](ByteView bytes) { contents.emplace_back().bytes = bytes; };
    const auto give_default = [&] {
        if (!column.default_value) return;
        add(*column.default_value);
        contents.back().is_default = true;
    };
    if (column.is_fixed()) {
        if (column.number > fixed_null_.size()) {
            give_default();
        } else if (!fixed_null_[column.number - 1u]) {
            const std::size_t begin = column.record_offset - format::RecordView::header_bytes;
            if (begin + column.width() <= fixed_.size()) add(ByteView(fixed_).subspan(begin, column.width()));
        }
    } else if (column.is_variable()) {
        const std::size_t at = column.number - std::size_t{format::first_variable_column};
        if (at >= variable_.size())
            give_default();
        else if (variable_[at])
            add(*variable_[at]);
    } else if (const auto found = tagged_.find(tagged_id(column)); found == tagged_.end()) {
        give_default();
    } else {
        for (const DraftValue& value : found->second.values) {
            add(value.bytes);
            contents.back().separated = value.form == Form::stored;
            contents.back().compressed = value.form == Form::compressed;
            contents.back().pending = value.form == Form::pending;
        }
    }
    return contents;
}

void RecordDraft::require_complete() const {
    for (const Column& column : table_->columns)
        if (column.has(column_flag::not_null) && values(column).empty()) require_nullable(column);
}

// `storage` keeps the bytes alive. Pending values have room for their ids.
TaggedColumn RecordDraft::encode(const TaggedId& id, const Tagged& tagged, Bytes& storage) const {
    TaggedColumn column;
    column.id = id.number;
    column.derived = !id.not_derived;
    column.null = tagged.null;
    column.has_flags = limits_.large_page || tagged.is_long || tagged.values.size() > 1;
    column.flags = tagged.is_long ? tagged_flag::long_type : 0;
    if (tagged.null && limits_.large_page) column.flags |= tagged_flag::null;
    const auto append = [&](const DraftValue& value) {
        if (value.form == Form::pending)
            storage.resize(storage.size() + limits_.id_bytes);
        else
            storage.insert(storage.end(), value.bytes.begin(), value.bytes.end());
    };
    const auto is_outside = [](const DraftValue& value) {
        return value.form == Form::stored || value.form == Form::pending;
    };
    const std::vector<DraftValue>& values = tagged.values;
    if (values.size() == 1) {
        if (is_outside(values[0])) column.flags |= tagged_flag::separated;
        if (values[0].form == Form::compressed) column.flags |= tagged_flag::compressed;
        append(values[0]);
    } else if (values.size() == 2 && !tagged.is_long && !limits_.large_page) {
        column.flags |= tagged_flag::multi_valued | tagged_flag::two_values;
        storage.push_back(static_cast<std::uint8_t>(values[0].bytes.size()));
        for (const DraftValue& value : values) append(value);
    } else if (!values.empty()) {
        column.flags |= tagged_flag::multi_valued;
        storage.resize(2 * values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            // Only the first value's flags have a place.
            if (values[i].form == Form::compressed && i == 0) column.flags |= tagged_flag::compressed;
            const std::size_t word = storage.size() | (is_outside(values[i]) ? 0x8000u : 0u);
            store_u16(storage, 2 * i, static_cast<std::uint16_t>(word));
            append(values[i]);
        }
    }
    column.bytes = storage;
    return column;
}

std::size_t RecordDraft::size() const {
    const std::size_t variables = variable_columns();
    std::size_t bytes = format::RecordView::header_bytes + fixed_.size() + (fixed_null_.size() + 7) / 8 + 2 * variables;
    for (std::size_t i = 0; i < variables; ++i) bytes += variable_[i] ? variable_[i]->size() : 0;
    for (const auto& [id, tagged] : tagged_) {
        const bool has_flags = limits_.large_page || tagged.is_long || tagged.values.size() > 1;
        const std::size_t count = tagged.values.size();
        bytes += tagged_entry_bytes + (has_flags ? 1 : 0);
        if (count > 1) bytes += count == 2 && !tagged.is_long && !limits_.large_page ? 1 : 2 * count;
        for (const DraftValue& value : tagged.values) bytes += inline_bytes(value, limits_.id_bytes);
    }
    return bytes;
}

std::size_t RecordDraft::held_bytes() const {
    std::size_t bytes = fixed_.size();
    for (const auto& value : variable_) bytes += value ? value->size() : 0;
    for (const auto& [id, tagged] : tagged_)
        for (const DraftValue& value : tagged.values) bytes += value.bytes.size();
    return bytes;
}

RecordDraft::Bytes RecordDraft::build() const {
    format::RecordBuilder builder;
    builder.set_fixed(fixed_, fixed_null_);
    for (std::size_t i = 0, count = variable_columns(); i < count; ++i) {
        if (variable_[i])
            builder.add_variable(*variable_[i]);
        else
            builder.add_variable_null();
    }
    for (const auto& [id, tagged] : tagged_) {
        assert(std::ranges::none_of(tagged.values, [](const DraftValue& v) { return v.form == Form::pending; }));
        Bytes storage;
        builder.add_tagged(encode(id, tagged, storage));
    }
    return builder.build(limits_.large_page);
}

std::vector<std::vector<std::uint8_t>> long_value_ids(ByteView record, bool large_page) {
    std::vector<std::vector<std::uint8_t>> ids;
    const format::RecordView view(record, large_page);
    for (const TaggedColumn& tagged : view.tagged()) {
        if (!tagged.has(tagged_flag::long_type)) continue;
        for (const format::TaggedValue& value : format::tagged_values(tagged))
            if (value.separated) ids.push_back(copy(value.bytes));
    }
    return ids;
}

}  // namespace ese::engine
