#pragma once

// The values that a record has for a column of its table: from the record itself, from the catalog's default, or out of
// a long value.

#include <optional>
#include <vector>

#include "engine/table/catalog.h"
#include "engine/table/long_values.h"
#include "format/database/record.h"

namespace ese::engine {

// One value of a column; the bytes lie in the record, or in the catalog.
struct ColumnContent {
    ByteView bytes;          // as stored
    bool separated = false;  // bytes are the id of a long value
    bool compressed = false;
    bool is_default = false;  // from the catalog
    bool pending = false;     // of a record in preparation: to be stored as a long value

    bool is_long_value() const { return separated || pending; }
};

// What has values for columns: a record, or one in preparation.
class ColumnValues {
 public:
    virtual ~ColumnValues() = default;
    // All values of a column in their order; none if it is NULL. Where the record says nothing, the default.
    virtual std::vector<ColumnContent> values(const Column& column) const = 0;
    // Of these the one with this number, from 1 on; nothing if there are not so many.
    virtual std::optional<ColumnContent> value(const Column& column, std::uint32_t number) const;
    // The tagged columns of the record in their order, those that the table still has.
    virtual std::vector<const Column*> tagged_columns() const = 0;
};

// Reads one record. Throws JET_errDatabaseCorrupted for a record that contradicts itself.
class RecordValues : public ColumnValues {
 public:
    RecordValues(const Table& table, ByteView record, bool large_page) : table_(table), record_(record, large_page) {}

    std::vector<ColumnContent> values(const Column& column) const override;
    std::optional<ColumnContent> value(const Column& column, std::uint32_t number) const override;
    std::vector<const Column*> tagged_columns() const override;
    const format::RecordView& record() const { return record_; }
    // The column of the table that an entry of the record's tagged area belongs to; nullptr if it was deleted.
    const Column* column_of(const format::TaggedColumn& tagged) const;

 private:
    format::ColumnValue untagged(const Column& column) const;
    std::optional<std::vector<ColumnContent>> stored_values(const Column& column) const;

    const Table& table_;
    format::RecordView record_;
};

// The whole value. `long_values` is asked for one that lies outside the record.
std::uint32_t value_size(const ColumnContent& content, LongValueReader& long_values);
// Fills `into` from `offset` on; the caller has asked for the size.
void read_value(const ColumnContent& content, std::uint32_t offset, ByteSpan into, LongValueReader& long_values);

}  // namespace ese::engine
