#pragma once

// A cursor over records that can be sought and changed: those of a table, or of a temporary one.

#include <memory>
#include <string>
#include <vector>

#include "engine/table/cursor.h"
#include "engine/table/prepared_update.h"

namespace ese::engine {

// How a key to search for ends: only the last column given can have another form than `whole`.
enum class KeyEnd {
    open,           // more columns may follow
    whole,          // the key of the columns so far
    behind_whole,   // behind every entry that has these columns
    prefix,         // the last column begins with the value
    behind_prefix,  // behind every entry whose last column begins with the value
};

class RecordCursor : public Cursor {
 public:
    using Bytes = std::vector<std::uint8_t>;

    // The definition as it is now.
    virtual std::shared_ptr<const Table> table() = 0;

    // --- keys. Moving to the first or last entry, a seek and another index end a range.

    // The next column of the key for seek() and set_range(); `first` begins a new key. JET_errNoCurrentIndex,
    // JET_errKeyNotMade, JET_errKeyIsMade, and what KeyBuilder::add throws.
    virtual void make_key(std::optional<ByteView> value, bool first, KeyEnd end) = 0;
    // The same with a key as it is stored.
    virtual void use_key(ByteView key) = 0;
    // JET_errKeyNotMade.
    virtual Bytes made_key() const = 0;

    enum class Seek { equal, less, less_or_equal, greater_or_equal, greater };
    enum class Sought { not_found, found, neighbour };
    // Uses the key up. If nothing is found the cursor stands between two entries.
    virtual Sought seek(Seek mode) = 0;
    // No further than the key, forwards (`upper`) or backwards. False if the cursor is beyond it already. Uses the key
    // up. A step beyond it ends the range: the cursor then stands in front of the first or behind the last entry of all.
    virtual bool set_range(bool upper, bool inclusive) = 0;
    // JET_errInvalidOperation without one.
    virtual void remove_range() = 0;
    // Whether the next entry has another key.
    virtual bool is_only_entry() = 0;
    // Entries from the current one to the end of the range or index, no more than `most`. The cursor stays.
    virtual std::uint32_t count_entries(std::uint32_t most) = 0;

    // Each throws JET_errNoCurrentRecord.
    virtual Bytes bookmark() = 0;
    virtual Bytes key() = 0;
    // How many values the column has.
    virtual std::size_t count_values(ColumnId column, bool ignore_default, bool from_copy) = 0;
    // To the record; in a secondary index to the entry with its first key. False if there is none, and where that index
    // leaves the record out.
    virtual bool go_to_bookmark(ByteView bookmark) = 0;

    // --- changes

    // JET_errAlreadyPrepared, JET_errNoCurrentRecord, JET_errWriteConflict.
    virtual void prepare(UpdateKind kind) = 0;
    // JET_errUpdateNotPrepared.
    virtual void cancel() = 0;
    virtual bool has_copy() const = 0;
    virtual bool set_column(ColumnId column, const ValueChange& change) = 0;
    // Returns the bookmark of the record. If it throws, the preparation goes on.
    virtual Bytes update() = 0;
    virtual void remove() = 0;
};

}  // namespace ese::engine
