#include "engine/table/row_list.h"

#include <algorithm>

#include "base/error.h"
#include "esent.h"

namespace ese::engine {

bool RowList::move_first() {
    at_ = rows_.empty() ? -1 : 0;
    return !rows_.empty();
}

bool RowList::move_last() {
    at_ = static_cast<std::int64_t>(rows_.size()) - (rows_.empty() ? 0 : 1);
    return !rows_.empty();
}

bool RowList::move_by(std::int64_t rows, bool /*over_keys*/) {
    const auto end = static_cast<std::int64_t>(rows_.size());
    at_ = std::clamp<std::int64_t>(at_ + rows, -1, end);
    return at_ >= 0 && at_ < end;
}

RetrievedValue RowList::retrieve(const ValueRequest& request, ByteSpan into) {
    if (at_ < 0 || at_ >= static_cast<std::int64_t>(rows_.size()))
        throw Error(ErrorKind::usage, JET_errNoCurrentRecord, "the cursor stands on no row of the list");
    const std::uint32_t column = request.column.value();
    if (column == 0 || column > columns_)
        throw Error(ErrorKind::usage, JET_errColumnNotFound, "the list has no column " + std::to_string(column));
    const Value& value = rows_[static_cast<std::size_t>(at_)][column - 1];
    RetrievedValue result;
    if (!value || request.number > 1) return result;
    const ByteView rest = ByteView(*value).subspan(std::min<std::size_t>(request.offset, value->size()));
    result.null = false;
    result.bytes = static_cast<std::uint32_t>(rest.size());
    store_bytes(into, 0, rest.first(std::min(rest.size(), into.size())));
    return result;
}

}  // namespace ese::engine
