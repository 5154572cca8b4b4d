#pragma once

// A record in preparation: what the columns of a new record are set to, or of one that is to be replaced
// (DATABASE-FORMAT 6).

#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "engine/table/record_values.h"

namespace ese::engine {

// What one value becomes.
struct ValueChange {
    enum class How {
        replace,    // the whole value
        append,     // to a long value
        overwrite,  // a part of a long value, from `offset` on, which may become longer by it
        resize,     // a long value is cut, or gets zeros behind its end
        revert,     // a tagged column has its default again
    };
    enum class Place { automatic, inside, outside };  // of a long value: the record
    enum class Unique { no, by_bytes, by_key };       // among the values of the column

    How how = How::replace;
    std::optional<ByteView> data;  // nothing is NULL
    std::uint32_t number = 1;      // of the value in its column; 0, or behind the last: one more
    std::uint32_t offset = 0;
    std::uint32_t size = 0;  // to resize to
    bool cut_behind = false;  // overwrite: what was written is the end
    Place place = Place::automatic;
    Unique unique = Unique::no;
    std::optional<bool> compress;  // nothing: as the column says
};

// A value of a tagged column.
struct DraftValue {
    using Bytes = std::vector<std::uint8_t>;
    enum class Form {
        plain,
        compressed,
        stored,   // the bytes are the id of a long value that exists
        pending,  // the bytes are the value: it gets its place outside of the record when that is stored
    };
    Form form = Form::plain;
    Bytes bytes;
    bool stays_inside = false;  // unless the record becomes too long
    bool compress = false;      // pending: its chunks
    Bytes made_from;            // pending: the id of the long value that it is a changed copy of, if any
};

// Long values that lie outside of the record are kept in memory while they change.
class RecordDraft : public ColumnValues {
 public:
    using Bytes = std::vector<std::uint8_t>;
    // Gives the whole long value with an id.
    using LoadLongValue = std::function<Bytes(ByteView id)>;

    struct Limits {
        bool large_page = false;
        std::size_t most_bytes = 0;  // of the record
        std::size_t id_bytes = 4;    // of a new long value's id

        static Limits of(const Table& table, std::uint32_t page_bytes, std::size_t id_bytes = 4);
    };

    // A new record: fixed and variable columns have their defaults, as the original engine writes them.
    RecordDraft(const Table& table, const Limits& limits);
    RecordDraft(const Table& table, const Limits& limits, ByteView record);

    // The table has got columns since, or lost some.
    void use_definition(const Table& table) { table_ = &table; }

    // True if the value was cut because it is longer than its column allows (JET_wrnColumnMaxTruncated). Nothing has
    // changed where it throws: JET_errInvalidColumnType, JET_errNullInvalid, JET_errInvalidBufferSize,
    // JET_errColumnTooBig, JET_errColumnNoChunk, JET_errMultiValuedDuplicate, JET_errInvalidgrbit, JET_errRecordTooBig.
    bool set(const Column& column, const ValueChange& change, const LoadLongValue& load);
    // A number that the engine keeps itself (auto-increment, version); `column` is fixed.
    void set_number(const Column& column, std::uint64_t value);

    // As RecordValues gives them; a pending value is given whole.
    std::vector<ColumnContent> values(const Column& column) const override;
    std::vector<const Column*> tagged_columns() const override;
    // Throws JET_errNullInvalid for a column that must not be NULL and is.
    void require_complete() const;

    // Every value of a tagged column, of those too that the table has no more.
    template <class Visit>
    void for_each_tagged(Visit visit) {
        for (auto& [id, column] : tagged_)
            for (DraftValue& value : column.values) visit(value);
    }
    std::size_t size() const;
    // With the long values that are to lie outside.
    std::size_t held_bytes() const;
    // No value is pending any more.
    Bytes build() const;

 private:
    struct TaggedId {
        bool not_derived = true;  // derived ones come first
        std::uint16_t number = 0;
        auto operator<=>(const TaggedId&) const = default;
    };
    struct Tagged {
        bool null = false;
        bool is_long = false;
        std::vector<DraftValue> values;
    };

    static TaggedId tagged_id(const Column& column) { return {!column.inherited, column.number}; }
    const Column* column_of(const TaggedId& id) const;
    void set_fixed(const Column& column, std::optional<ByteView> data);
    void put_fixed(const Column& column, std::optional<ByteView> bytes);
    void extend_fixed(std::uint16_t number);
    bool set_variable(const Column& column, std::optional<ByteView> data);
    void extend_variable(std::uint16_t number);
    bool set_tagged(const Column& column, const ValueChange& change, const LoadLongValue& load);
    bool set_long(const Column& column, const ValueChange& change, const LoadLongValue& load);
    void remove_value(const Column& column, std::uint32_t number);
    void put_value(const Column& column, std::uint32_t number, DraftValue value);
    DraftValue placed(const Column& column, const ValueChange& change, Bytes content, Bytes made_from) const;
    void require_unique(const Column& column, const ValueChange& change, const LoadLongValue& load) const;
    // Moves long values out of the record, the largest first, until it is short enough. False if it can't be.
    bool make_fit();
    std::size_t variable_columns() const;
    format::TaggedColumn encode(const TaggedId& id, const Tagged& tagged, Bytes& storage) const;

    const Table* table_;
    Limits limits_;
    Bytes fixed_;                   // of the fixed columns, from the first one's offset on
    std::vector<bool> fixed_null_;  // by column, from the first
    std::vector<std::optional<Bytes>> variable_;
    std::map<TaggedId, Tagged> tagged_;
};

// The ids of all long values that a record refers to, one for each value.
std::vector<std::vector<std::uint8_t>> long_value_ids(ByteView record, bool large_page);

}  // namespace ese::engine
