#include "engine/table/index_keys.h"

#include <algorithm>

namespace ese::engine {

namespace index_flag = format::index_flag;

namespace {

using Bytes = std::vector<std::uint8_t>;
using Value = std::optional<Bytes>;

// As much of a value as a key can hold.
Bytes load(const ColumnContent& content, std::size_t most_bytes, LongValueReader& long_values) {
    const std::size_t size = std::min<std::size_t>(value_size(content, long_values), most_bytes);
    Bytes bytes(size);
    read_value(content, 0, bytes, long_values);
    return bytes;
}

bool meets_conditions(const Index& index, const RecordValues& record) {
    return std::ranges::all_of(index.conditions, [&](const IndexCondition& condition) {
        return record.values(*condition.column).empty() == condition.must_be_null;
    });
}

bool is_left_out(const Index& index, const std::vector<Value>& values) {
    if (index.is_primary()) return false;
    const auto is_null = [](const Value& value) { return !value.has_value(); };
    if (std::ranges::all_of(values, is_null)) return !index.has(index_flag::allow_all_null);
    if (is_null(values.front())) return !index.has(index_flag::allow_first_null);
    return std::ranges::any_of(values, is_null) && !index.has(index_flag::allow_some_null);
}

Bytes make_key(const Index& index, const std::vector<Value>& values) {
    format::KeyBuilder builder(index.key_most);
    Bytes stand_in;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const format::KeySegmentForm form = segment_form(index, index.columns[i]);
        const Value& value = values[i];
        if (value && !value->empty() && !format::can_normalise(form)) {
            stand_in.insert(stand_in.end(), value->begin(), value->end());
            continue;
        }
        builder.add(form, value ? std::optional<ByteView>(*value) : std::nullopt);
    }
    Bytes key = builder.key();
    key.insert(key.end(), stand_in.begin(), stand_in.end());
    return key;
}

// Goes through the values of the columns from `next` on; `chosen` has those of the columns before.
void add_keys(const Index& index, const std::vector<std::vector<Value>>& values, std::vector<Value>& chosen,
              std::vector<Bytes>& keys) {
    if (chosen.size() == values.size()) {
        if (!is_left_out(index, chosen)) keys.push_back(make_key(index, chosen));
        return;
    }
    for (const Value& value : values[chosen.size()]) {
        chosen.push_back(value);
        add_keys(index, values, chosen, keys);
        chosen.pop_back();
    }
}

}  // namespace

format::KeySegmentForm segment_form(const Index& index, const IndexColumn& part) {
    const Column& column = *part.column;
    format::KeySegmentForm form;
    form.type = column.type;
    form.fixed = column.is_fixed();
    form.unicode = column.is_unicode();
    form.descending = part.descending;
    form.nulls_high = index.has(index_flag::nulls_high);
    form.dotnet_guid = index.has(index_flag::dotnet_guid);
    if (!column.is_fixed() && index.var_segment_max < index.key_most) form.most_bytes = index.var_segment_max;
    return form;
}

bool can_make_keys(const Index& index) {
    if (index.tuple_limits || index.has(index_flag::nested_table)) return false;
    return std::ranges::all_of(
        index.columns, [&](const IndexColumn& part) { return format::can_normalise(segment_form(index, part)); });
}

std::vector<Bytes> keys_of(const Index& index, const RecordValues& record, LongValueReader& long_values) {
    if (!meets_conditions(index, record)) return {};
    std::vector<std::vector<Value>> values;
    bool expanded = false;  // only one column stands with all its values, unless the index says otherwise
    for (const IndexColumn& part : index.columns) {
        std::vector<ColumnContent> contents = record.values(*part.column);
        const bool multi_valued = part.column->has(format::column_flag::multi_valued);
        if (contents.size() > 1 && (!multi_valued || (expanded && !index.has(index_flag::cross_product))))
            contents.resize(1);
        expanded = expanded || multi_valued;
        auto& of_column = values.emplace_back();
        for (const ColumnContent& content : contents) of_column.push_back(load(content, index.key_most, long_values));
        if (of_column.empty()) of_column.push_back(std::nullopt);
    }
    std::vector<Value> chosen;
    std::vector<Bytes> keys;
    add_keys(index, values, chosen, keys);
    std::ranges::sort(keys);
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return keys;
}

}  // namespace ese::engine
