#pragma once

// What a JET_TABLEID stands for: a cursor over a table, or over a list that a call of the API made.

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "engine/table/catalog.h"
#include "engine/table/local_storage.h"

namespace ese::engine {

// What there is of a column in the current row.
struct RetrievedValue {
    bool null = true;
    bool is_default = false;
    std::uint32_t bytes = 0;                // of the value, from the offset that was asked for on
    std::optional<ColumnId> tagged_column;  // where no column was named: the one that the value belongs to
};

// Which value, and from where on.
struct ValueRequest {
    ColumnId column;           // 0: all tagged columns of the record
    std::uint32_t number = 1;  // among the values of the column, or of all of them
    std::uint32_t offset = 0;
    bool ignore_default = false;
    bool from_copy = false;  // of the record in preparation, if there is one
};

class Cursor {
 public:
    virtual ~Cursor() = default;

    virtual bool move_first() = 0;
    virtual bool move_last() = 0;
    // By some rows; false if there are not so many: the cursor then stands in front of the first or behind the last.
    // `over_keys`: rows with the same key count as one.
    virtual bool move_by(std::int64_t rows, bool over_keys) = 0;
    // Copies as much of the value as `into` takes. Throws JET_errNoCurrentRecord, JET_errColumnNotFound.
    virtual RetrievedValue retrieve(const ValueRequest& request, ByteSpan into) = 0;
    // The session's transaction is at this level from now on, because an inner one has ended.
    virtual void transaction_ended(int /*level*/, bool /*rolled_back*/) {}

    LocalStorage& local_storage() { return local_storage_; }

 private:
    LocalStorage local_storage_{JET_cbtypFreeCursorLS};
};

}  // namespace ese::engine
