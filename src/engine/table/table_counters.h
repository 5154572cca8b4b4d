#pragma once

// Numbers that a table gives to its records and never gives twice while the instance runs, whatever is rolled back.

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

#include "engine/btree/tree_cursor.h"

namespace ese::engine {

// 0 is nothing: the number has not been looked for in the table yet.
struct TableCounters {
    std::uint64_t last_long_value = 0;
    std::uint64_t next_auto_increment = 0;
    // Of a database that keeps it with the table: the greatest number that may be given before that is changed, and how
    // many were reserved last.
    std::uint64_t reserved_auto_increment = 0;
    std::uint32_t auto_increment_step = 1;
    std::uint32_t next_sequential_key = 0;
};

// The key of the last node of a tree, whoever may see it, and if it is only there to be cleaned up; nothing for an empty
// tree.
std::optional<std::vector<std::uint8_t>> greatest_key(PageCache& cache, const Tree& tree);

// Of all tables of a database. The engine's latch, held alone, guards what it gives out.
class CountersOfTables {
 public:
    TableCounters& of(ObjectId table) { return counters_[table]; }

 private:
    std::map<ObjectId, TableCounters> counters_;
};

}  // namespace ese::engine
