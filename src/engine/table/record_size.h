#pragma once

// What a record takes: JetGetRecordSize.

#include <cstdint>

#include "engine/table/long_values.h"
#include "engine/table/record_draft.h"

namespace ese::engine {

struct RecordSize {
    std::uint64_t data = 0, data_stored = 0;                        // of values in the record: as given, as stored
    std::uint64_t long_value_data = 0, long_value_data_stored = 0;  // of those outside
    std::uint64_t overhead = 0, long_value_overhead = 0;
    std::uint64_t fixed_and_variable = 0, tagged = 0, long_values = 0, more_values = 0, compressed = 0;
};

RecordSize size_of_record(const Table& table, ByteView record, std::size_t key_bytes, bool large_page,
                          LongValueReader& long_values);
// The same of a record in preparation: its long values count as if they were stored already.
RecordSize size_of_draft(const Table& table, const RecordDraft& draft, std::size_t key_bytes,
                         LongValueReader& long_values);

}  // namespace ese::engine
