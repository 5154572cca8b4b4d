#include "engine/table/cursor_filter.h"

#include <algorithm>

#include "base/error.h"
#include "engine/btree/line_search.h"
#include "engine/table/stored_form.h"
#include "esent.h"

namespace ese::engine {

using format::ColumnType;

namespace {

const Column& column_of(const Table& table, ColumnId id) {
    const Column* found = table.find_column(id);
    if (!found)
        throw Error(ErrorKind::usage, JET_errColumnNotFound,
                    "table " + table.name + " has no column with the number " + std::to_string(id.value()));
    return *found;
}

bool is_about_bits(Relation relation) { return relation == Relation::no_bit_of || relation == Relation::some_bit_of; }

bool is_number_with_bits(ColumnType type) {
    switch (type) {
        case ColumnType::bit:
        case ColumnType::guid:
        case ColumnType::binary:
        case ColumnType::single:
        case ColumnType::real: return false;
        default: return true;
    }
}

void require_possible(const Table& table, const CursorFilter::Condition& condition) {
    const Column& column = column_of(table, condition.column);
    const auto refuse = [&](JET_ERR code, const std::string& reason) {
        return Error(ErrorKind::usage, code, "a condition on column " + column.name + ": " + reason);
    };
    if (column.is_long() || column.is_text())
        throw refuse(JET_errFilteredMoveNotSupported, "text and long values are not compared");
    const bool binary = column.type == ColumnType::binary;
    if (condition.relation == Relation::begins_with && (!binary || !condition.value || condition.value->empty()))
        throw refuse(JET_errInvalidParameter, "only binary values begin with others");
    if (is_about_bits(condition.relation) && (!condition.value || !is_number_with_bits(column.type)))
        throw refuse(JET_errInvalidParameter, "only whole numbers have bits");
    if (condition.value && !binary && condition.value->size() != column.width())
        throw refuse(JET_errInvalidParameter, "its values have " + std::to_string(column.width()) + " bytes");
}

// As an index orders it; binary values are compared as they are.
std::vector<std::uint8_t> comparable(const Column& column, ByteView value) {
    if (column.type == ColumnType::binary || value.empty()) return {value.begin(), value.end()};
    return comparable_key(column, stored_form(column, value).bytes);
}

bool has_bit_of(ByteView value, ByteView bits) {
    for (std::size_t i = 0; i < std::min(value.size(), bits.size()); ++i)
        if (value[i] & bits[i]) return true;
    return false;
}

int order(const Column& column, std::optional<ByteView> value, std::optional<ByteView> other) {
    if (!value || !other) return value.has_value() - other.has_value();
    return compare_bytes(comparable(column, *value), comparable(column, *other));
}

bool is_met(const Column& column, Relation relation, std::optional<ByteView> value, std::optional<ByteView> other) {
    const auto begins = [&] {
        return value && value->size() >= other->size() && std::equal(other->begin(), other->end(), value->begin());
    };
    switch (relation) {
        case Relation::equal: return order(column, value, other) == 0;
        case Relation::begins_with: return begins();
        case Relation::not_equal: return order(column, value, other) != 0;
        case Relation::less_or_equal: return order(column, value, other) <= 0;
        case Relation::less: return order(column, value, other) < 0;
        case Relation::greater_or_equal: return order(column, value, other) >= 0;
        case Relation::greater: return order(column, value, other) > 0;
        case Relation::no_bit_of: return !value || !has_bit_of(*value, *other);
        case Relation::some_bit_of: return value && has_bit_of(*value, *other);
    }
    return false;
}

}  // namespace

CursorFilter::CursorFilter(const Table& table, std::vector<Condition> conditions) : conditions_(std::move(conditions)) {
    for (const Condition& condition : conditions_) require_possible(table, condition);
}

bool CursorFilter::passes(const Table& table, const ColumnValues& record) const {
    return std::ranges::all_of(conditions_, [&](const Condition& condition) {
        const Column& column = column_of(table, condition.column);
        const std::vector<ColumnContent> values = record.values(column);
        const std::optional<ByteView> value = values.empty() ? std::nullopt : std::optional(values.front().bytes);
        const std::optional<ByteView> other =
            condition.value ? std::optional(ByteView(*condition.value)) : std::nullopt;
        return is_met(column, condition.relation, value, other);
    });
}

}  // namespace ese::engine
