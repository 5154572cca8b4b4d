#pragma once

// A list that a call of the API makes for its caller to walk: what tables, columns or indexes there are.

#include "engine/table/cursor.h"

namespace ese::engine {

class RowList : public Cursor {
 public:
    using Value = std::optional<std::vector<std::uint8_t>>;  // nothing is NULL

    explicit RowList(std::size_t columns) : columns_(columns) {}

    // Columns are numbered from 1. A row has a value for each.
    void add(std::vector<Value> row) { rows_.push_back(std::move(row)); }
    std::size_t size() const { return rows_.size(); }

    bool move_first() override;
    bool move_last() override;
    bool move_by(std::int64_t rows, bool over_keys) override;
    RetrievedValue retrieve(const ValueRequest& request, ByteSpan into) override;

 private:
    std::size_t columns_;
    std::vector<std::vector<Value>> rows_;
    std::int64_t at_ = -1;  // the size: behind the last row
};

}  // namespace ese::engine
