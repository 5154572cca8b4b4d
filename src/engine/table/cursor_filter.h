#pragma once

// What JetMove passes over: conditions on values of a record.

#include <vector>

#include "engine/table/record_values.h"

namespace ese::engine {

// NULL is less than every value.
enum class Relation {
    equal,
    begins_with,
    not_equal,
    less_or_equal,
    less,
    greater_or_equal,
    greater,
    no_bit_of,  // of the bits of a number none is set
    some_bit_of
};

class CursorFilter {
 public:
    struct Condition {
        ColumnId column;
        Relation relation = Relation::equal;
        std::optional<std::vector<std::uint8_t>> value;  // nothing is NULL
    };

    // All of them have to be met. JET_errColumnNotFound, JET_errFilteredMoveNotSupported for text and long values,
    // JET_errInvalidParameter for a value or a relation that the column's type has not.
    CursorFilter(const Table& table, std::vector<Condition> conditions);

    // Of several values of a column the first counts. JET_errColumnNotFound for a column that has gone since.
    bool passes(const Table& table, const ColumnValues& record) const;

 private:
    std::vector<Condition> conditions_;
};

}  // namespace ese::engine
