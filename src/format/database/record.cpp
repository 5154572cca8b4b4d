#include "format/database/record.h"

#include <algorithm>
#include <cassert>
#include <string>

#include "base/error.h"
#include "esent.h"

namespace ese::format {

namespace {

constexpr std::uint16_t no_variable = 127;
constexpr std::uint16_t variable_null = 0x8000;
constexpr std::uint16_t tagged_derived = 0x8000;
constexpr std::uint16_t tagged_has_flags = 0x4000;  // small pages only
constexpr std::uint16_t tagged_null = 0x2000;       // small pages only
constexpr std::uint16_t tagged_mask_small = 0x1FFF;
constexpr std::uint16_t tagged_mask_large = 0x7FFF;
constexpr std::uint16_t instance_separated = 0x8000;
constexpr std::size_t tagged_entry_bytes = 4;

[[noreturn]] void bad_record(const std::string& what) {
    throw Error(JET_errDatabaseCorrupted, "a record is damaged: " + what);
}

[[noreturn]] void bad_tagged(std::uint16_t id, const std::string& what) {
    bad_record("tagged column " + std::to_string(id) + " " + what);
}

bool is_null_offset(std::uint16_t word) { return (word & variable_null) != 0; }
std::size_t end_offset(std::uint16_t word) { return word & ~unsigned{variable_null}; }

std::vector<TaggedValue> two_values(const TaggedColumn& column) {
    const ByteView bytes = column.bytes;
    if (bytes.empty() || bytes[0] > bytes.size() - 1) bad_tagged(column.id, "has no room for its two values");
    return {{bytes.subspan(1, bytes[0])}, {bytes.subspan(1u + bytes[0])}};
}

std::vector<TaggedValue> many_values(const TaggedColumn& column) {
    const ByteView bytes = column.bytes;
    const auto offset = [&](std::size_t i) { return std::size_t{load_u16(bytes, 2 * i)} & 0x7FFF; };
    if (bytes.size() < 2 || offset(0) % 2 != 0 || offset(0) == 0 || offset(0) > bytes.size()) {
        bad_tagged(column.id, "has values without offsets");
    }
    const std::size_t count = offset(0) / 2;
    std::vector<TaggedValue> values;
    values.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t begin = offset(i);
        const std::size_t end = i + 1 < count ? offset(i + 1) : bytes.size();
        if (begin > end || end > bytes.size()) bad_tagged(column.id, "has values that overlap");
        const bool separated = (load_u16(bytes, 2 * i) & instance_separated) != 0;
        // The flag in front speaks of the first value; only that one is ever compressed.
        values.push_back({bytes.subspan(begin, end - begin), separated, i == 0 && column.has(tagged_flag::compressed)});
    }
    return values;
}

}  // namespace

std::vector<TaggedValue> tagged_values(const TaggedColumn& column) {
    if (column.null) return {};
    if (column.has(tagged_flag::two_values)) return two_values(column);
    if (column.has(tagged_flag::multi_valued)) return many_values(column);
    return {{column.bytes, column.has(tagged_flag::separated), column.has(tagged_flag::compressed)}};
}

RecordView::RecordView(ByteView record, bool large_page) : record_(record) {
    if (record.size() < header_bytes) bad_record("it has only " + std::to_string(record.size()) + " bytes");
    const std::size_t fixed_end = load_u16(record, 2);
    const std::size_t bitmap_bytes = (last_fixed() + 7u) / 8;
    if (last_variable() < no_variable) bad_record("its last variable column is " + std::to_string(last_variable()));
    if (fixed_end > record.size() || fixed_end < header_bytes + bitmap_bytes)
        bad_record("its fixed columns end nowhere");
    bitmap_ = fixed_end - bitmap_bytes;
    variable_data_ = fixed_end + 2 * variable_count();
    if (variable_data_ > record.size()) bad_record("it ends inside the table of its variable columns");
    std::size_t end = 0;
    for (std::size_t i = 0; i < variable_count(); ++i) {
        const std::size_t next = end_offset(load_u16(record, fixed_end + 2 * i));
        if (next < end || next > record.size() - variable_data_)
            bad_record("its variable columns overlap or end nowhere");
        end = next;
    }
    parse_tagged(record.subspan(variable_data_ + end), large_page);
}

void RecordView::parse_tagged(ByteView area, bool large_page) {
    if (area.empty()) return;
    if (area.size() < tagged_entry_bytes) bad_record("it ends inside its tagged columns");
    const std::uint16_t mask = large_page ? tagged_mask_large : tagged_mask_small;
    const auto word = [&](std::size_t i) { return load_u16(area, tagged_entry_bytes * i + 2); };
    const std::size_t table_bytes = word(0) & mask;
    if (table_bytes == 0 || table_bytes % tagged_entry_bytes != 0 || table_bytes > area.size()) {
        bad_record("the table of its tagged columns has " + std::to_string(table_bytes) + " bytes");
    }
    const std::size_t count = table_bytes / tagged_entry_bytes;
    tagged_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        TaggedColumn column;
        column.id = load_u16(area, tagged_entry_bytes * i);
        column.derived = (word(i) & tagged_derived) != 0;
        const std::size_t begin = word(i) & mask;
        const std::size_t end = i + 1 < count ? std::size_t{word(i + 1)} & mask : area.size();
        if (begin > end || begin < table_bytes || end > area.size())
            bad_tagged(column.id, "overlaps another or ends nowhere");
        column.bytes = area.subspan(begin, end - begin);
        column.has_flags = large_page || (word(i) & tagged_has_flags) != 0;
        if (column.has_flags) {
            if (column.bytes.empty()) bad_tagged(column.id, "lacks its flags");
            column.flags = column.bytes[0];
            column.bytes = column.bytes.subspan(1);
        }
        column.null = large_page ? column.has(tagged_flag::null) : (word(i) & tagged_null) != 0;
        tagged_.push_back(column);
    }
}

bool RecordView::fixed_null(std::uint16_t id) const {
    assert(id >= first_fixed_column && id <= last_fixed());
    const std::size_t bit = id - first_fixed_column;
    return (record_[bitmap_ + bit / 8] >> bit % 8 & 1) != 0;
}

ColumnValue RecordView::fixed(std::uint16_t id, std::size_t offset, std::size_t width) const {
    assert(offset >= header_bytes);
    if (id > last_fixed() || offset > bitmap_ || width > bitmap_ - offset) return {};
    if (fixed_null(id)) return {ColumnValue::Presence::null, {}};
    return {ColumnValue::Presence::value, record_.subspan(offset, width)};
}

ColumnValue RecordView::variable(std::uint16_t id) const {
    if (id < first_variable_column || id > last_variable()) return {};
    const std::size_t table = variable_data_ - 2 * variable_count();
    const std::size_t index = id - first_variable_column;
    const std::uint16_t word = load_u16(record_, table + 2 * index);
    if (is_null_offset(word)) return {ColumnValue::Presence::null, {}};
    const std::size_t begin = index == 0 ? 0 : end_offset(load_u16(record_, table + 2 * (index - 1)));
    return {ColumnValue::Presence::value, record_.subspan(variable_data_ + begin, end_offset(word) - begin)};
}

const TaggedColumn* RecordView::find_tagged(std::uint16_t id, bool derived) const {
    const auto found = std::ranges::find_if(tagged_, [&](const auto& c) { return c.id == id && c.derived == derived; });
    return found == tagged_.end() ? nullptr : &*found;
}

void RecordBuilder::add_fixed(ByteView value) {
    fixed_.insert(fixed_.end(), value.begin(), value.end());
    fixed_null_.push_back(false);
}

void RecordBuilder::add_fixed_null(std::size_t width) {
    fixed_.insert(fixed_.end(), width, filler);
    fixed_null_.push_back(true);
}

void RecordBuilder::add_fixed_null(ByteView old_bytes) {
    add_fixed(old_bytes);
    fixed_null_.back() = true;
}

void RecordBuilder::set_fixed(ByteView area, const std::vector<bool>& null) {
    fixed_.assign(area.begin(), area.end());
    fixed_null_ = null;
}

void RecordBuilder::add_variable(ByteView value) { variable_.emplace_back(std::in_place, value.begin(), value.end()); }

void RecordBuilder::add_variable_null() { variable_.emplace_back(); }

void RecordBuilder::add_tagged(const TaggedColumn& column) {
    tagged_.push_back({column, {column.bytes.begin(), column.bytes.end()}});
    tagged_.back().column.bytes = {};
}

std::vector<std::uint8_t> RecordBuilder::build(bool large_page) const {
    assert(fixed_null_.size() < first_variable_column && variable_.size() <= 128);
    std::vector<std::uint8_t> record{static_cast<std::uint8_t>(fixed_null_.size()),
                                     static_cast<std::uint8_t>(no_variable + variable_.size()), 0, 0};
    const auto put_word = [&](std::size_t word) {
        record.push_back(static_cast<std::uint8_t>(word));
        record.push_back(static_cast<std::uint8_t>(word >> 8));
    };
    record.insert(record.end(), fixed_.begin(), fixed_.end());
    std::vector<std::uint8_t> bitmap((fixed_null_.size() + 7) / 8, 0xFF);  // bits without a column are 1
    for (std::size_t i = 0; i < fixed_null_.size(); ++i) {
        if (!fixed_null_[i]) bitmap[i / 8] = static_cast<std::uint8_t>(bitmap[i / 8] & ~(1u << i % 8));
    }
    record.insert(record.end(), bitmap.begin(), bitmap.end());
    store_u16(record, 2, static_cast<std::uint16_t>(record.size()));

    std::size_t end = 0;
    for (const auto& value : variable_) {
        end += value ? value->size() : 0;
        put_word(end | (value ? 0 : variable_null));
    }
    for (const auto& value : variable_) {
        if (value) record.insert(record.end(), value->begin(), value->end());
    }

    std::size_t at = tagged_entry_bytes * tagged_.size();
    for (const auto& [column, bytes] : tagged_) {
        std::size_t word = at | (column.derived ? tagged_derived : 0);
        if (!large_page) word |= (column.has_flags ? tagged_has_flags : 0u) | (column.null ? tagged_null : 0u);
        put_word(column.id);
        put_word(word);
        at += bytes.size() + (large_page || column.has_flags ? 1 : 0);
    }
    for (const auto& [column, bytes] : tagged_) {
        if (large_page || column.has_flags) record.push_back(column.flags);
        record.insert(record.end(), bytes.begin(), bytes.end());
    }
    return record;
}

}  // namespace ese::format
