// JetEnumerateColumns: all values of a record at once, in memory that the caller's function provides.

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "esent.h"
#include "jet/session_use.h"

namespace ese::jet {
namespace {

using engine::Column;
using engine::ColumnId;
using engine::RecordCursor;

class Enumeration {
 public:
    Enumeration(RecordCursor& cursor, JET_PFNREALLOC reallocate, void* context, std::uint32_t most_bytes,
                JET_GRBIT grbit)
        : cursor_(cursor), table_(cursor.table()), reallocate_(reallocate), context_(context), most_bytes_(most_bytes), grbit_(grbit) {}

    // Columns that the caller named, each with the values that it wants (none: all).
    void add(const JET_ENUMCOLUMNID& wanted) {
        JET_ENUMCOLUMN column{};
        column.columnid = wanted.columnid;
        std::vector<std::uint32_t> numbers;
        if (wanted.ctagSequence > 0) {
            if (!wanted.rgtagSequence)
                throw Error(ErrorKind::usage, JET_errInvalidParameter, "the numbers of the values are missing");
            numbers.assign(wanted.rgtagSequence, wanted.rgtagSequence + wanted.ctagSequence);
        }
        if (wanted.columnid == 0)
            column.err = JET_wrnColumnSkipped;
        else if (!table_->find_column(ColumnId(wanted.columnid)))
            column.err = JET_errColumnNotFound;
        else
            fill(column, std::move(numbers));
        columns_.push_back(column);
    }

    // Every column that has a value.
    void add_all() {
        for (const Column& of_table : table_->columns) {
            if ((grbit_ & JET_bitEnumerateTaggedOnly) && !of_table.is_tagged()) continue;
            JET_ENUMCOLUMN column{};
            column.columnid = of_table.id().value();
            fill(column, {});
            if (column.err != JET_wrnColumnNull && column.err != JET_wrnColumnDefault) columns_.push_back(column);
        }
    }

    void give(std::uint32_t* count, JET_ENUMCOLUMN** result) {
        *count = static_cast<std::uint32_t>(columns_.size());
        *result = allocate<JET_ENUMCOLUMN>(columns_.size());
        std::copy(columns_.begin(), columns_.end(), *result);
    }

 private:
    bool from_copy() const { return (grbit_ & JET_bitEnumerateCopy) != 0; }

    template <class T>
    T* allocate(std::size_t count) {
        if (count == 0) return nullptr;
        auto* const memory =
            static_cast<T*>(reallocate_(context_, nullptr, static_cast<std::uint32_t>(count * sizeof(T))));
        if (!memory) throw Error(JET_errOutOfMemory, "the caller's function gave no memory");
        return memory;
    }

    void fill(JET_ENUMCOLUMN& column, std::vector<std::uint32_t> numbers) {
        const ColumnId id(column.columnid);
        const std::size_t values = cursor_.count_values(id, false, from_copy());
        if (values == 0 || cursor_.count_values(id, true, from_copy()) == 0) {
            const bool ignored = values != 0 && (grbit_ & JET_bitEnumerateIgnoreDefault) != 0;
            if (values == 0 || ignored) {
                column.err = values == 0 ? JET_wrnColumnNull : JET_wrnColumnDefault;
                return;
            }
        }
        if (grbit_ & JET_bitEnumeratePresenceOnly) {
            column.err = JET_wrnColumnPresent;
            return;
        }
        if (numbers.empty())
            for (std::uint32_t number = 1; number <= values; ++number) numbers.push_back(number);
        std::vector<JET_ENUMCOLUMNVALUE> read;
        for (const std::uint32_t number : numbers) read.push_back(value(id, number));
        if ((grbit_ & JET_bitEnumerateCompressOutput) && read.size() == 1 && read[0].itagSequence == 1 &&
            read[0].err == JET_errSuccess) {
            column.err = JET_wrnColumnSingleValue;
            column.cbData = read[0].cbData;
            column.pvData = read[0].pvData;
            return;
        }
        column.cEnumColumnValue = static_cast<std::uint32_t>(read.size());
        column.rgEnumColumnValue = allocate<JET_ENUMCOLUMNVALUE>(read.size());
        std::copy(read.begin(), read.end(), column.rgEnumColumnValue);
    }

    JET_ENUMCOLUMNVALUE value(ColumnId id, std::uint32_t number) {
        JET_ENUMCOLUMNVALUE value{};
        value.itagSequence = number;
        if (number == 0) {
            value.err = JET_wrnColumnSkipped;
            return value;
        }
        const engine::RetrievedValue there = cursor_.retrieve({id, number, 0, false, from_copy()}, {});
        if (there.null) {
            value.err = JET_wrnColumnNull;
            return value;
        }
        value.cbData = std::min(there.bytes, most_bytes_);
        if (value.cbData < there.bytes) value.err = JET_wrnColumnTruncated;
        auto* const bytes = allocate<std::uint8_t>(value.cbData);
        value.pvData = bytes;
        (void)cursor_.retrieve({id, number, 0, false, from_copy()}, {bytes, value.cbData});
        return value;
    }

    RecordCursor& cursor_;
    std::shared_ptr<const engine::Table> table_;
    JET_PFNREALLOC reallocate_;
    void* context_;
    std::uint32_t most_bytes_;
    JET_GRBIT grbit_;
    std::vector<JET_ENUMCOLUMN> columns_;
};

}  // namespace
}  // namespace ese::jet

using namespace ese::jet;
using ese::Error;
using ese::ErrorKind;

extern "C" {

JET_ERR JetEnumerateColumns(JET_SESID session, JET_TABLEID table, std::uint32_t wanted_count, JET_ENUMCOLUMNID* wanted,
                            std::uint32_t* count, JET_ENUMCOLUMN** columns, JET_PFNREALLOC reallocate, void* context,
                            std::uint32_t most_bytes, JET_GRBIT grbit) {
    return with_records(session, table, [&](ese::engine::RecordCursor& cursor) -> JET_ERR {
        require_known_bits(grbit,
                           JET_bitEnumerateCopy | JET_bitEnumerateIgnoreDefault | JET_bitEnumeratePresenceOnly |
                               JET_bitEnumerateTaggedOnly | JET_bitEnumerateCompressOutput |
                               JET_bitEnumerateIgnoreUserDefinedDefault,
                           "JetEnumerateColumns");
        if (!count || !columns || !reallocate || (wanted_count > 0 && !wanted))
            throw Error(ErrorKind::usage, JET_errInvalidParameter, "JetEnumerateColumns lacks an argument");
        *count = 0;
        *columns = nullptr;
        // There has to be a record, if it has no columns with values, too.
        if (!cursor.has_copy() || !(grbit & JET_bitEnumerateCopy)) (void)cursor.bookmark();
        Enumeration enumeration(cursor, reallocate, context, most_bytes, grbit);
        for (std::uint32_t i = 0; i < wanted_count; ++i) enumeration.add(wanted[i]);
        if (wanted_count == 0) enumeration.add_all();
        enumeration.give(count, columns);
        return JET_errSuccess;
    });
}

}  // extern "C"
