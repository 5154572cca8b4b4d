#pragma once

// What a new column is asked to be, and what it becomes (DATABASE-FORMAT 5).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/table/catalog.h"

namespace ese::engine {

// Of tables, columns and indexes. Throws JET_errInvalidName.
void require_object_name(std::string_view name);

struct ColumnRequest {
    std::string name;
    std::uint32_t type = 0;  // as it was given
    std::uint32_t max_bytes = 0;
    std::uint32_t code_page = 0;
    std::uint32_t flags = 0;  // format::column_flag, without has_default
    bool fixed = false, tagged = false;
    std::optional<std::vector<std::uint8_t>> default_value = {};
};

struct DefinedColumn {
    Column column;
    bool max_was_cut = false;  // to what the type allows
};

// The next column of the table. Throws what stands against it: JET_errColumnDuplicate, JET_errInvalidColumnType, ...
DefinedColumn define_column(const Table& table, const ColumnRequest& request, std::uint32_t page_bytes);

// A default value as records would have it. JET_errDefaultValueTooBig, JET_errInvalidBufferSize.
std::vector<std::uint8_t> checked_default(const Column& column, std::vector<std::uint8_t> value);

}  // namespace ese::engine
