#pragma once

// Under which keys a record stands in an index (DATABASE-FORMAT 7).

#include <vector>

#include "engine/table/record_values.h"
#include "format/database/index_key.h"

namespace ese::engine {

format::KeySegmentForm segment_form(const Index& index, const IndexColumn& part);

// Whether the keys of an index can be made here: not those of Unicode text, of parts of values (tuples), or of values
// that belong together (nested tables).
bool can_make_keys(const Index& index);

// Sorted, each once: none if the index leaves the record out, several for a column with several values. Text that can't
// be normalised stands in the key as it is, so that keys of an index that can't be made can still be counted.
std::vector<std::vector<std::uint8_t>> keys_of(const Index& index, const RecordValues& record,
                                               LongValueReader& long_values);

}  // namespace ese::engine
