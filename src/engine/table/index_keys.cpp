#include "engine/table/index_keys.h"

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "collation/sort_version.h"
#include "esent.h"

namespace ese::engine {

namespace index_flag = format::index_flag;

namespace {

using Bytes = std::vector<std::uint8_t>;
using Choice = std::vector<const ColumnContent*>;  // a value for each column of an index; nullptr is NULL

bool meets_conditions(const Index& index, const ColumnValues& record) {
    return std::ranges::all_of(index.conditions, [&](const IndexCondition& condition) {
        return record.values(*condition.column).empty() == condition.must_be_null;
    });
}

bool is_left_out(const Index& index, const Choice& values) {
    if (index.is_primary()) return false;
    const auto is_null = [](const ColumnContent* value) { return value == nullptr; };
    if (std::ranges::all_of(values, is_null)) return !index.has(index_flag::allow_all_null);
    if (is_null(values.front())) return !index.has(index_flag::allow_first_null);
    return std::ranges::any_of(values, is_null) && !index.has(index_flag::allow_some_null);
}

// Calls `use` with each choice of values under which the record stands in the index.
class Choices {
 public:
    Choices(const Index& index, const ColumnValues& record) : index_(index) {
        if (!meets_conditions(index, record)) return;
        bool expanded = false;  // only one column stands with all its values, unless the index says otherwise
        for (const IndexColumn& part : index.columns) {
            std::vector<ColumnContent> values = record.values(*part.column);
            const bool multi_valued = part.column->has(format::column_flag::multi_valued);
            if (values.size() > 1 && (!multi_valued || (expanded && !index.has(index_flag::cross_product))))
                values.resize(1);
            expanded = expanded || multi_valued;
            values_.push_back(std::move(values));
        }
    }

    template <class Use>
    void for_each(Use use) const {
        Choice chosen;
        if (!values_.empty()) choose(chosen, use);
    }

 private:
    template <class Use>
    void choose(Choice& chosen, Use& use) const {
        if (chosen.size() == values_.size()) {
            if (!is_left_out(index_, chosen)) use(chosen);
            return;
        }
        const std::vector<ColumnContent>& values = values_[chosen.size()];
        chosen.push_back(nullptr);
        if (values.empty()) choose(chosen, use);
        for (const ColumnContent& value : values) {
            chosen.back() = &value;
            choose(chosen, use);
        }
        chosen.pop_back();
    }

    const Index& index_;
    std::vector<std::vector<ColumnContent>> values_;  // of each column of the index
};

// The part of a value that stands in the index.
struct Part {
    std::size_t offset = 0;
    std::size_t most_bytes = std::numeric_limits<std::size_t>::max();
};

// Calls `use` with each part of the value of the first column that stands in the index: only an index of tuples has any
// but the whole value.
template <class Use>
void for_each_part(const Index& index, const ColumnContent* value, LongValueReader& long_values, Use use) {
    if (!index.tuple_limits) return use(Part());
    if (!value) return;
    const auto limits = format::TupleLimits::parse(*index.tuple_limits);
    const std::size_t character_bytes = index.columns.front().column->is_unicode() ? 2 : 1;
    const std::size_t size = value_size(*value, long_values);
    for (std::size_t i = 0; i < limits.most_tuples; ++i) {
        const std::size_t offset = (limits.start + i * limits.increment) * character_bytes;
        if (offset >= size || size - offset < limits.least_characters * character_bytes) return;
        use(Part{offset, limits.most_characters * character_bytes});
    }
}

// Of each value as much as the key can hold is looked at; where that does not fill the key, twice as much.
Bytes make_key(const Index& index, const Choice& values, const Part& part_of_first, LongValueReader& long_values) {
    for (std::size_t most_bytes = index.key_most;; most_bytes *= 2) {
        format::KeyBuilder builder(index.key_most);
        bool needs_more = false;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const format::KeySegmentForm form = segment_form(index, index.columns[i]);
            if (!values[i]) {
                builder.add(form, std::nullopt);
                continue;
            }
            const Part part = i == 0 ? part_of_first : Part();
            const std::size_t size = std::min(value_size(*values[i], long_values) - part.offset, part.most_bytes);
            Bytes bytes(std::min(size, most_bytes));
            read_value(*values[i], static_cast<std::uint32_t>(part.offset), bytes, long_values);
            const bool has_room = builder.add(form, bytes);
            needs_more = needs_more || (has_room && bytes.size() < size);
        }
        if (needs_more && index.key_most != format::default_key_most) continue;
        if (builder.is_truncated() && index.has(index_flag::disallow_truncation))
            throw Error(
                ErrorKind::usage, JET_errKeyTruncated,
                "a key of index " + index.name + " is longer than " + std::to_string(index.key_most) + " bytes");
        return builder.key();
    }
}

collation::SortStamp sort_stamp(const Index& index) {
    collation::SortStamp stamp{index.locale, index.locale_map_flags, {}, {}};
    if (index.sort_version) stamp.version = *index.sort_version;
    if (index.sort_id) stamp.sort_id = *index.sort_id;
    return stamp;
}

}  // namespace

format::KeySegmentForm segment_form(const Index& index, const IndexColumn& part) {
    const Column& column = *part.column;
    format::KeySegmentForm form;
    form.type = column.type;
    form.fixed = column.is_fixed();
    form.unicode = column.is_unicode();
    if (form.unicode && !collation::why_not_reproduced(sort_stamp(index))) form.map_flags = index.locale_map_flags;
    form.descending = part.descending;
    form.nulls_high = index.has(index_flag::nulls_high);
    form.dotnet_guid = index.has(index_flag::dotnet_guid);
    if (index.var_segment_max < index.key_most) form.most_bytes = index.var_segment_max;
    return form;
}

std::optional<std::string> why_no_keys(const Index& index) {
    if (index.has(index_flag::nested_table)) return "it is an index of nested tables";
    const bool over_unicode =
        std::ranges::any_of(index.columns, [](const IndexColumn& part) { return part.column->is_unicode(); });
    return over_unicode ? collation::why_not_reproduced(sort_stamp(index)) : std::nullopt;
}

std::vector<Bytes> keys_of(const Index& index, const ColumnValues& record, LongValueReader& long_values) {
    std::vector<Bytes> keys;
    Choices(index, record).for_each([&](const Choice& values) {
        for_each_part(index, values.front(), long_values,
                      [&](const Part& part) { keys.push_back(make_key(index, values, part, long_values)); });
    });
    std::ranges::sort(keys);
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return keys;
}

std::size_t most_keys_of(const Index& index, const ColumnValues& record, LongValueReader& long_values) {
    std::size_t count = 0;
    Choices(index, record).for_each([&](const Choice& values) {
        for_each_part(index, values.front(), long_values, [&](const Part&) { ++count; });
    });
    return count;
}

void require_no_null(const Index& index, const RecordValues& record) {
    if (!index.has(index_flag::no_null_segment)) return;
    for (const IndexColumn& part : index.columns)
        if (record.values(*part.column).empty())
            throw Error(ErrorKind::usage, JET_errNullKeyDisallowed,
                        "index " + index.name + " takes no record without a value for " + part.column->name);
}

}  // namespace ese::engine
