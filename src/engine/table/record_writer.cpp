#include "engine/table/record_writer.h"

#include <algorithm>

#include "base/error.h"
#include "engine/btree/line_search.h"
#include "engine/table/index_keys.h"
#include "esent.h"

namespace ese::engine {

namespace index_flag = format::index_flag;
using Form = DraftValue::Form;

namespace {

using Bytes = RecordWriter::Bytes;

constexpr std::uint32_t last_sequential_key = 0xFFFFFFFF;

// One of the ids is taken out; false if it is not there.
bool take_out(std::vector<Bytes>& ids, const Bytes& id) {
    const auto found = std::ranges::find(ids, id);
    if (found == ids.end()) return false;
    ids.erase(found);
    return true;
}

}  // namespace

RecordWriter::RecordWriter(LiveChanges& changes, OpenTable& table)
    : changes_(changes),
      open_(table),
      counters_(table.tables().counters().of(table.object())),
      table_(table.newest(changes)),
      records_(changes, table_->tree),
      large_page_(format::is_large_page(changes.page_bytes())) {}

Bytes RecordWriter::read(ByteView bookmark) {
    auto record = records_.read(bookmark);
    if (!record) throw Error(ErrorKind::usage, JET_errRecordDeleted, "the record was deleted");
    return std::move(*record);
}

LongValueWriter& RecordWriter::long_values() {
    if (!long_values_) {
        (void)open_.long_values(changes_);
        table_ = open_.newest(changes_);
        long_values_.emplace(changes_, counters_, *table_);
    }
    return *long_values_;
}

// Gives every pending value its place; `owned` are those that the record has referred to so far. What is left of them is
// let go.
Bytes RecordWriter::store_long_values(RecordDraft& draft, std::vector<Bytes> owned, bool shares) {
    draft.for_each_tagged([&](const DraftValue& value) {
        if (value.form != Form::stored) return;
        if (shares) long_values().share(value.bytes);
        take_out(owned, value.bytes);
    });
    draft.for_each_tagged([&](DraftValue& value) {
        if (value.form != Form::pending) return;
        const bool changes = !value.made_from.empty() && take_out(owned, value.made_from);
        value.bytes = changes ? long_values().change(value.made_from, value.bytes, value.compress)
                              : long_values().create(value.bytes, value.compress);
        value.form = Form::stored;
    });
    for (const Bytes& id : owned) long_values().release(id);
    return draft.build();
}

std::vector<RecordWriter::Entries> RecordWriter::entries_of(ByteView record) {
    const RecordValues values(*table_, record, large_page_);
    LongValueReader reader(changes_.cache(), *table_, &changes_.view());
    std::vector<Entries> entries;
    for (const Index& index : table_->indexes) {
        if (index.is_primary()) continue;
        if (const auto why = why_no_keys(index))
            throw Error(JET_errUnicodeNormalizationNotSupported,
                        "table " + table_->name + " can't be changed: keys of its index " + index.name +
                            " can't be made in this version: " + *why);
        require_no_null(index, values);
        entries.push_back({index.tree, keys_of(index, values, reader)});
    }
    return entries;
}

Bytes RecordWriter::primary_key(ByteView record) {
    const RecordValues values(*table_, record, large_page_);
    if (const Index* primary = table_->primary_index()) {
        require_no_null(*primary, values);
        LongValueReader reader(changes_.cache(), *table_, &changes_.view());
        const std::vector<Bytes> keys = keys_of(*primary, values, reader);
        if (keys.size() != 1)
            throw Error(ErrorKind::usage, JET_errMultiValuedIndexViolation,
                        "a record has " + std::to_string(keys.size()) + " primary keys");
        return keys[0];
    }
    Bytes key(sizeof counters_.next_sequential_key);
    if (counters_.next_sequential_key == 0) {
        const auto greatest = greatest_key(changes_.cache(), table_->tree);
        const bool known = greatest && greatest->size() == key.size();
        counters_.next_sequential_key = known ? load_be<std::uint32_t>(greatest->data()) + 1 : 1;
    }
    if (counters_.next_sequential_key == last_sequential_key)
        throw Error(JET_errOutOfSequentialIndexValues, "table " + table_->name + " can take no more records");
    store_be(key.data(), counters_.next_sequential_key++);
    return key;
}

Bytes RecordWriter::insert(RecordDraft draft, bool shares_long_values) {
    const Bytes record = store_long_values(draft, {}, shares_long_values);
    const std::vector<Entries> entries = entries_of(record);
    Bytes bookmark = primary_key(record);
    records_.insert(bookmark, record);
    for (const auto& [index, keys] : entries) {
        TreeEditor tree(changes_, index);
        for (const Bytes& key : keys) tree.insert(key, bookmark);
    }
    return bookmark;
}

void RecordWriter::replace(ByteView bookmark, RecordDraft draft) {
    const Bytes old = read(bookmark);
    const std::vector<Entries> old_entries = entries_of(old);
    const Bytes record = store_long_values(draft, long_value_ids(old, large_page_), false);
    if (table_->primary_index() && compare_bytes(primary_key(record), bookmark) != 0)
        throw Error(ErrorKind::usage, JET_errRecordPrimaryChanged,
                    "the primary key of a record of table " + table_->name + " can't be changed");
    const std::vector<Entries> entries = entries_of(record);
    records_.replace(bookmark, record);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        TreeEditor tree(changes_, entries[i].index);
        std::vector<Bytes> gone, come;
        std::ranges::set_difference(old_entries[i].keys, entries[i].keys, std::back_inserter(gone));
        std::ranges::set_difference(entries[i].keys, old_entries[i].keys, std::back_inserter(come));
        for (const Bytes& key : gone) tree.remove(key, bookmark);
        for (const Bytes& key : come) tree.insert(key, bookmark);
    }
}

void RecordWriter::remove(ByteView bookmark, const std::vector<Bytes>& kept) {
    const Bytes record = read(bookmark);
    const std::vector<Entries> entries = entries_of(record);
    records_.remove(bookmark, {});
    for (const auto& [index, keys] : entries) {
        TreeEditor tree(changes_, index);
        for (const Bytes& key : keys) tree.remove(key, bookmark);
    }
    std::vector<Bytes> ids = long_value_ids(record, large_page_);
    for (const Bytes& id : kept) take_out(ids, id);
    for (const Bytes& id : ids) long_values().release(id);
}

std::int64_t RecordWriter::add(ByteView bookmark, const Column& column, std::int64_t delta) {
    const auto number_in = [&](ByteView record) -> std::optional<std::int64_t> {
        const RecordValues values(*table_, record, large_page_);
        const auto contents = values.values(column);
        if (contents.empty() || contents[0].is_default) return std::nullopt;
        const ByteView bytes = contents[0].bytes;
        return bytes.size() == sizeof(std::int64_t) ? static_cast<std::int64_t>(load_u64(bytes, 0))
                                                    : static_cast<std::int32_t>(load_u32(bytes, 0));
    };
    const Bytes seen = read(bookmark);
    if (!number_in(seen)) {
        // The record was made before the column: it gets its default first.
        RecordDraft draft(*table_, RecordDraft::Limits::of(*table_, changes_.page_bytes()), seen);
        draft.set_number(column, column.default_value && column.default_value->size() >= column.width()
                                     ? load_u32(*column.default_value, 0)
                                     : 0);
        records_.replace(bookmark, draft.build());
    }
    TreeCursor as_it_is(changes_.cache(), table_->tree);
    const bool there = as_it_is.seek_exactly(bookmark, {});
    const std::int64_t before = (there ? number_in(as_it_is.data()) : std::nullopt).value_or(0);
    (void)records_.add(bookmark, column.record_offset, delta, column.width() == sizeof(std::int64_t));
    return before;
}

}  // namespace ese::engine
