#pragma once

// The long values of a table against the references of its records (DATABASE-FORMAT 6.1).

#include <vector>

#include "engine/check/findings.h"
#include "engine/table/long_values.h"

namespace ese::engine {

// `references`: the key of a long value for each value of a record that lies outside it; in any order.
void check_long_values(PageCache& cache, const Table& table, std::vector<std::vector<std::uint8_t>>& references,
                       Findings& findings);

}  // namespace ese::engine
