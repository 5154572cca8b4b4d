#pragma once

// Under which keys a record stands in an index (DATABASE-FORMAT 7).

#include <vector>

#include "engine/table/record_values.h"
#include "format/database/index_key.h"

namespace ese::engine {

format::KeySegmentForm segment_form(const Index& index, const IndexColumn& part);

// Nothing if the keys of an index can be made here; else why not. They can't for Unicode text that sorts in a way that
// is not known here, for parts of values (tuples), and for values that belong together (nested tables).
std::optional<std::string> why_no_keys(const Index& index);

// Sorted, each once: none if the index leaves the record out, several for a column with several values, and where parts
// of a value (tuples) stand in the index. Throws
// JET_errUnicodeNormalizationNotSupported for text with a character whose sort weights are not known, and
// JET_errKeyTruncated where the index forbids to cut keys.
std::vector<std::vector<std::uint8_t>> keys_of(const Index& index, const ColumnValues& record,
                                               LongValueReader& long_values);

// An index may forbid records that lack a value (JET_bitIndexDisallowNull). Throws JET_errNullKeyDisallowed.
void require_no_null(const Index& index, const RecordValues& record);

// How many keys a record has in an index at most: values that compare equal count once each. Where every column has one
// value, that is how many it has.
std::size_t most_keys_of(const Index& index, const ColumnValues& record, LongValueReader& long_values);

}  // namespace ese::engine
