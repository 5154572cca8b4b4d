#pragma once

// What a new index is asked to be, and what it becomes (DATABASE-FORMAT 5).

#include <optional>
#include <string>
#include <vector>

#include "engine/table/catalog.h"

namespace ese::engine {

struct IndexRequest {
    struct Part {
        std::string column;
        bool descending = false;
    };
    struct Condition {
        std::string column;
        bool must_be_null = false;
    };

    std::string name;
    std::vector<Part> columns;
    std::vector<Condition> conditions;
    // unique, primary, no_null_segment, nulls_high, cross_product, disallow_truncation, nested_table, dotnet_guid
    std::uint32_t flags = 0;
    // Records whose columns are NULL have no entry: all of them, any of them, or the first.
    bool ignore_all_null = false, ignore_any_null = false, ignore_first_null = false;
    // Of parts of values: their least and greatest length, how much of a value is taken apart, from where to where the
    // next part begins, and where the first one does; in characters.
    struct Tuples {
        std::uint32_t least = 3, most = 10, up_to = 32767, increment = 1, start = 0;
    };
    std::optional<Tuples> tuples = std::nullopt;
    std::uint32_t density = 0;  // 0: the usual one
    std::uint32_t first_pages = 1;
    std::optional<std::vector<std::uint8_t>> space_hints;
    std::optional<std::uint32_t> key_most;
    std::uint32_t var_segment_max = 0;  // 0: as much as the key
    std::string locale = "en-US";
    std::uint32_t locale_map_flags = 0;  // 0: the usual ones
};

// The longest key that pages of this size allow.
std::uint16_t most_key_bytes(std::uint32_t page_bytes);

// Without its tree. Throws what stands against it: JET_errIndexDuplicate, JET_errColumnNotFound, ...
Index define_index(const Table& table, const IndexRequest& request, std::uint32_t page_bytes);
// The index of a derived table that its template table has, too.
Index inherited_index(const Table& derived, const Index& of_template, std::uint32_t page_bytes);

// How much of a page is filled when entries are added in order, in per cent. Throws JET_errDensityInvalid.
std::uint32_t checked_density(std::uint32_t asked);

// Numbers of a JET_SPACEHINTS from the one on that is not said elsewhere; nothing if there is nothing to say.
std::optional<std::vector<std::uint8_t>> space_hint_bytes(std::vector<std::uint32_t> numbers);

}  // namespace ese::engine
