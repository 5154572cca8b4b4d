#pragma once

// Storing records: in their table, in its indexes, and with their long values.

#include <functional>
#include <optional>
#include <vector>

#include "engine/table/live_tables.h"
#include "engine/table/long_value_writer.h"
#include "engine/table/record_draft.h"

namespace ese::engine {

// For one change of the API. What has been done when something throws is the caller's to take back.
class RecordWriter {
 public:
    using Bytes = std::vector<std::uint8_t>;

    RecordWriter(LiveChanges& changes, OpenTable& table);

    // Returns the bookmark. `copied_from`: the ids of the long values that the draft shares with another record, whose
    // bookmark and contents stay; they are referred to once more.
    Bytes insert(RecordDraft draft, bool shares_long_values);
    // Throws JET_errRecordPrimaryChanged.
    void replace(ByteView bookmark, RecordDraft draft);
    // `kept`: the ids of long values that a copy of the record goes on to refer to.
    void remove(ByteView bookmark, const std::vector<Bytes>& kept = {});

    // Adds to a column of a record that others may add to meanwhile. Returns what it was, with what others have added.
    std::int64_t add(ByteView bookmark, const Column& column, std::int64_t delta);
    // As the transaction sees it. Throws JET_errRecordDeleted.
    Bytes read(ByteView bookmark);

 private:
    struct Entries {
        Tree index;
        std::vector<Bytes> keys;
    };

    Bytes store_long_values(RecordDraft& draft, std::vector<Bytes> owned, bool shares);
    LongValueWriter& long_values();
    std::vector<Entries> entries_of(ByteView record);
    Bytes primary_key(ByteView record);

    LiveChanges& changes_;
    OpenTable& open_;
    TableCounters& counters_;
    std::shared_ptr<const Table> table_;  // as it is now, with all indexes that others have made
    TreeEditor records_;
    bool large_page_;
    std::optional<LongValueWriter> long_values_;
};

}  // namespace ese::engine
