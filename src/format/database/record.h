#pragma once

// The bytes of a table row: fixed, variable and tagged columns (DATABASE-FORMAT 6).

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"

namespace ese::format {

constexpr std::uint16_t first_fixed_column = 1;
constexpr std::uint16_t first_variable_column = 128;
constexpr std::uint16_t first_tagged_column = 256;

// What a record says about a column. `absent`: the record does not reach so far, so the column has its default value or
// is NULL.
struct ColumnValue {
    enum class Presence { absent, null, value };
    Presence presence = Presence::absent;
    ByteView bytes;

    bool has_value() const { return presence == Presence::value; }
};

namespace tagged_flag {
constexpr std::uint8_t long_type = 0x01;
constexpr std::uint8_t compressed = 0x02;
constexpr std::uint8_t separated = 0x04;
constexpr std::uint8_t multi_valued = 0x08;
constexpr std::uint8_t two_values = 0x10;
constexpr std::uint8_t null = 0x20;
constexpr std::uint8_t encrypted = 0x40;
}  // namespace tagged_flag

// One tagged column of a record.
struct TaggedColumn {
    std::uint16_t id = 0;
    bool derived = false;    // the column belongs to the template table
    bool null = false;       // an explicit NULL that overrides a default
    bool has_flags = false;  // whether the byte of flags is stored (always on large pages)
    std::uint8_t flags = 0;  // tagged_flag
    ByteView bytes;          // behind the byte of flags

    bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
};

// One value of a tagged column.
struct TaggedValue {
    ByteView bytes;  // inline, or the id of a separated long value
    bool separated = false;
    bool compressed = false;
};

// Takes the values of a column apart, one or many. Throws JET_errDatabaseCorrupted if they overlap.
std::vector<TaggedValue> tagged_values(const TaggedColumn& column);

// Reads a record. The constructor checks all offsets, and throws JET_errDatabaseCorrupted for a record that contradicts
// itself; afterwards nothing can fail.
class RecordView {
 public:
    RecordView(ByteView record, bool large_page);

    std::uint16_t last_fixed() const { return record_[0]; }     // 0: none
    std::uint16_t last_variable() const { return record_[1]; }  // 127: none

    // `offset` and `width` come from the catalog (the first column lies at 4). The column must end before the null
    // bitmap; else it counts as absent.
    ColumnValue fixed(std::uint16_t id, std::size_t offset, std::size_t width) const;
    // The bytes of all fixed columns with their NULL fillers, for writers that keep them.
    ByteView fixed_area() const { return record_.subspan(header_bytes, bitmap_ - header_bytes); }
    bool fixed_null(std::uint16_t id) const;

    ColumnValue variable(std::uint16_t id) const;

    const std::vector<TaggedColumn>& tagged() const { return tagged_; }
    const TaggedColumn* find_tagged(std::uint16_t id, bool derived = false) const;

    static constexpr std::size_t header_bytes = 4;

 private:
    std::size_t variable_count() const { return last_variable() - 127u; }
    void parse_tagged(ByteView area, bool large_page);

    ByteView record_;
    std::size_t bitmap_ = 0;         // where the null bitmap begins
    std::size_t variable_data_ = 0;  // where the variable data begins
    std::vector<TaggedColumn> tagged_;
};

// Builds a record. Fixed columns are added in the order of their ids from 1, without gaps, variable ones from 128.
class RecordBuilder {
 public:
    static constexpr std::uint8_t filler = 0x2A;  // what an unset fixed column holds

    void add_fixed(ByteView value);
    void add_fixed_null(std::size_t width);
    void add_fixed_null(ByteView old_bytes);  // a column that had a value once
    // All fixed columns at once: their bytes, and which of them are NULL.
    void set_fixed(ByteView area, const std::vector<bool>& null);
    void add_variable(ByteView value);
    void add_variable_null();
    // In order of (derived first, id). `bytes` as they are to be stored behind the flags.
    void add_tagged(const TaggedColumn& column);

    std::vector<std::uint8_t> build(bool large_page) const;

 private:
    std::vector<std::uint8_t> fixed_;
    std::vector<bool> fixed_null_;
    std::vector<std::optional<std::vector<std::uint8_t>>> variable_;
    struct Tagged {
        TaggedColumn column;
        std::vector<std::uint8_t> bytes;
    };
    std::vector<Tagged> tagged_;
};

}  // namespace ese::format
