// Changing records.

#include <cstring>

#include "base/error.h"
#include "esent.h"
#include "jet/change_callbacks.h"
#include "jet/session_use.h"
#include "jet/text.h"

namespace ese::jet {
namespace {

using engine::ColumnId;
using engine::RecordCursor;
using engine::TableCursor;
using engine::UpdateKind;
using engine::ValueChange;

// Runs `work(cursor)`, with a ChangingCursor. What it changes outside of a transaction is on stable storage when the
// call returns.
template <class Work>
JET_ERR change_table(JET_SESID session, JET_TABLEID table, Work work) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        const auto open = instance.sessions().cursor(session, table);
        const JET_ERR result =
            work(ChangingCursor{instance, session, open.dbid, table, cursor_as<RecordCursor>(*open.cursor)});
        if (instance.sessions().transaction(session)->level() == 0) instance.wait_for_commits(session, false);
        return result;
    });
}

JET_ERR prepare(RecordCursor& cursor, std::uint32_t prep) {
    switch (prep) {
        case JET_prepInsert: cursor.prepare(UpdateKind::insert); break;
        case JET_prepReplace: cursor.prepare(UpdateKind::replace); break;
        case JET_prepReplaceNoLock: cursor.prepare(UpdateKind::replace_no_lock); break;
        case JET_prepInsertCopy: cursor.prepare(UpdateKind::insert_copy); break;
        case JET_prepInsertCopyDeleteOriginal: cursor.prepare(UpdateKind::insert_copy_delete); break;
        case JET_prepInsertCopyReplaceOriginal: cursor.prepare(UpdateKind::insert_copy_replace); break;
        case JET_prepCancel: cursor.cancel(); break;
        default:
            throw Error(ErrorKind::usage, JET_errInvalidParameter,
                        "JetPrepareUpdate knows no option " + std::to_string(prep));
    }
    return JET_errSuccess;
}

constexpr JET_GRBIT set_bits = JET_bitSetAppendLV | JET_bitSetOverwriteLV | JET_bitSetSizeLV | JET_bitSetZeroLength |
                               JET_bitSetSeparateLV | JET_bitSetUniqueMultiValues |
                               JET_bitSetUniqueNormalizedMultiValues | JET_bitSetRevertToDefaultValue |
                               JET_bitSetIntrinsicLV | JET_bitSetUncompressed | JET_bitSetCompressed |
                               JET_bitSetContiguousLV;

ValueChange::How how_to_change(JET_GRBIT grbit) {
    using How = ValueChange::How;
    switch (grbit & (JET_bitSetAppendLV | JET_bitSetOverwriteLV | JET_bitSetSizeLV | JET_bitSetRevertToDefaultValue)) {
        case 0: return How::replace;
        case JET_bitSetAppendLV: return How::append;
        case JET_bitSetOverwriteLV:
        case JET_bitSetOverwriteLV | JET_bitSetSizeLV: return How::overwrite;
        case JET_bitSetSizeLV: return How::resize;
        case JET_bitSetRevertToDefaultValue: return How::revert;
        default: throw Error(ErrorKind::usage, JET_errInvalidGrbit, "JetSetColumn was given options that exclude each other");
    }
}

ValueChange change_from(const JET_SETCOLUMN& column) {
    const JET_GRBIT grbit = column.grbit;
    require_known_bits(grbit, set_bits, "JetSetColumn");
    const auto both = [&](JET_GRBIT bits) { return (grbit & bits) == bits; };
    if (both(JET_bitSetSeparateLV | JET_bitSetIntrinsicLV) || both(JET_bitSetCompressed | JET_bitSetUncompressed))
        throw Error(ErrorKind::usage, JET_errInvalidGrbit, "JetSetColumn was given options that exclude each other");
    using How = ValueChange::How;
    ValueChange change;
    change.how = how_to_change(grbit);
    change.number = column.itagSequence;
    change.offset = column.ibLongValue;
    change.cut_behind = both(JET_bitSetOverwriteLV | JET_bitSetSizeLV);
    const bool empty_is_a_value = (grbit & JET_bitSetZeroLength) != 0;
    if (change.how == How::resize) {
        change.size = column.cbData;
        if (column.cbData == 0 && !empty_is_a_value) change.how = How::replace;  // NULL
        return change;
    }
    const bool has_data = column.pvData != nullptr && column.cbData > 0;
    if (column.cbData > 0 && !column.pvData)
        throw Error(ErrorKind::usage, JET_errInvalidParameter, "the data of a column is missing");
    if (has_data || empty_is_a_value || change.how == How::append || change.how == How::overwrite)
        change.data = ByteView(static_cast<const std::uint8_t*>(column.pvData), has_data ? column.cbData : 0);
    if (grbit & JET_bitSetSeparateLV) change.place = ValueChange::Place::outside;
    if (grbit & JET_bitSetIntrinsicLV) change.place = ValueChange::Place::inside;
    if (grbit & JET_bitSetUniqueMultiValues) change.unique = ValueChange::Unique::by_bytes;
    if (grbit & JET_bitSetUniqueNormalizedMultiValues) change.unique = ValueChange::Unique::by_key;
    if (grbit & JET_bitSetCompressed) change.compress = true;
    if (grbit & JET_bitSetUncompressed) change.compress = false;
    return change;
}

JET_ERR set_column(RecordCursor& cursor, const JET_SETCOLUMN& column) {
    return cursor.set_column(ColumnId(column.columnid), change_from(column)) ? JET_wrnColumnMaxTruncated
                                                                             : JET_errSuccess;
}

JET_ERR update(JET_SESID session, JET_TABLEID table, void* bookmark, std::uint32_t bytes, std::uint32_t* actual) {
    return change_table(session, table, [&](const ChangingCursor& cursor) {
        RecordCursor::Bytes made;
        update_with_callbacks(cursor, [&] { made = cursor.records.update(); });
        // The record is stored, whether its bookmark has room or not; nobody need ask for it.
        return put_bytes(made, bookmark, bytes, actual) == JET_errBufferTooSmall && bookmark ? JET_errBufferTooSmall
                                                                                             : JET_errSuccess;
    });
}

// Escrow columns have 4 or 8 bytes.
JET_ERR escrow(TableCursor& cursor, ColumnId column, const void* delta, std::uint32_t bytes, void* old,
               std::uint32_t old_bytes, std::uint32_t* old_actual) {
    if (!delta || (bytes != sizeof(std::int32_t) && bytes != sizeof(std::int64_t)))
        throw Error(ErrorKind::usage, JET_errInvalidBufferSize, "a number of 4 or 8 bytes is needed");
    if (old && old_bytes != 0 && old_bytes < bytes)
        throw Error(ErrorKind::usage, JET_errInvalidBufferSize, "there is no room for the old value");
    std::int64_t number = 0;
    if (bytes == sizeof(std::int32_t)) {
        std::int32_t narrow = 0;
        std::memcpy(&narrow, delta, sizeof narrow);
        number = narrow;
    } else {
        std::memcpy(&number, delta, sizeof number);
    }
    const std::int64_t before = cursor.add_to_column(column, number, bytes);
    if (old && old_bytes != 0) std::memcpy(old, &before, bytes);  // little-endian
    if (old_actual) *old_actual = old && old_bytes != 0 ? bytes : 0;
    return JET_errSuccess;
}

template <class Size>
void put_size(const engine::RecordSize& found, bool running_total, Size& size) {
    if (!running_total) size = {};
    size.cbData += found.data;
    size.cbLongValueData += found.long_value_data;
    size.cbOverhead += found.overhead;
    size.cbLongValueOverhead += found.long_value_overhead;
    size.cNonTaggedColumns += found.fixed_and_variable;
    size.cTaggedColumns += found.tagged;
    size.cLongValues += found.long_values;
    size.cMultiValues += found.more_values;
    if constexpr (std::is_same_v<Size, JET_RECSIZE2>) {
        size.cCompressedColumns += found.compressed;
        size.cbDataCompressed += found.data_stored;
        size.cbLongValueDataCompressed += found.long_value_data_stored;
    }
}

template <class Size>
JET_ERR record_size(JET_SESID session, JET_TABLEID table, Size* size, JET_GRBIT grbit) {
    return with_table(session, table, [&](TableCursor& cursor) -> JET_ERR {
        require_known_bits(grbit, JET_bitRecordSizeInCopyBuffer | JET_bitRecordSizeRunningTotal, "JetGetRecordSize");
        if (!size) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no place for the size was given");
        put_size(cursor.record_size((grbit & JET_bitRecordSizeInCopyBuffer) != 0),
                 (grbit & JET_bitRecordSizeRunningTotal) != 0, *size);
        return JET_errSuccess;
    });
}

}  // namespace
}  // namespace ese::jet

using namespace ese::jet;
using ese::Error;
using ese::ErrorKind;
namespace engine = ese::engine;

extern "C" {

JET_ERR JetPrepareUpdate(JET_SESID session, JET_TABLEID table, std::uint32_t prep) {
    return change_table(session, table, [&](const ChangingCursor& cursor) { return prepare(cursor.records, prep); });
}

JET_ERR JetSetColumn(JET_SESID session, JET_TABLEID table, JET_COLUMNID column, const void* data, std::uint32_t bytes,
                     JET_GRBIT grbit, JET_SETINFO* info) {
    return with_records(session, table, [&](engine::RecordCursor& cursor) -> JET_ERR {
        if (info && info->cbStruct < sizeof(JET_SETINFO))
            throw Error(ErrorKind::usage, JET_errInvalidParameter, "the JET_SETINFO has no valid size");
        JET_SETCOLUMN set{};
        set.columnid = column;
        set.pvData = data;
        set.cbData = bytes;
        set.grbit = grbit;
        set.ibLongValue = info ? info->ibLongValue : 0;
        set.itagSequence = info ? info->itagSequence : 1;
        return set_column(cursor, set);
    });
}

JET_ERR JetSetColumns(JET_SESID session, JET_TABLEID table, JET_SETCOLUMN* columns, std::uint32_t count) {
    return with_records(session, table, [&](engine::RecordCursor& cursor) -> JET_ERR {
        if (count > 0 && !columns) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no columns were given");
        JET_ERR result = JET_errSuccess;
        for (std::uint32_t i = 0; i < count; ++i) {
            columns[i].err = api_call([&] { return set_column(cursor, columns[i]); });
            if (columns[i].err < 0) return columns[i].err;
            if (columns[i].err > 0) result = columns[i].err;
        }
        return result;
    });
}

JET_ERR JetUpdate(JET_SESID session, JET_TABLEID table, void* bookmark, std::uint32_t bytes, std::uint32_t* actual) {
    return update(session, table, bookmark, bytes, actual);
}
JET_ERR JetUpdate2(JET_SESID session, JET_TABLEID table, void* bookmark, std::uint32_t bytes, std::uint32_t* actual,
                   const JET_GRBIT grbit) {
    return api_call([&] {
        require_known_bits(grbit, 0, "JetUpdate2");
        return update(session, table, bookmark, bytes, actual);
    });
}

JET_ERR JetDelete(JET_SESID session, JET_TABLEID table) {
    return change_table(session, table, [](const ChangingCursor& cursor) -> JET_ERR {
        delete_with_callbacks(cursor, [&] { cursor.records.remove(); });
        return JET_errSuccess;
    });
}

JET_ERR JetEscrowUpdate(JET_SESID session, JET_TABLEID table, JET_COLUMNID column, void* delta, std::uint32_t bytes,
                        void* old, std::uint32_t old_bytes, std::uint32_t* old_actual, JET_GRBIT grbit) {
    return with_table(session, table, [&](engine::TableCursor& cursor) -> JET_ERR {
        require_known_bits(grbit, JET_bitEscrowNoRollback, "JetEscrowUpdate");
        if (grbit & JET_bitEscrowNoRollback)
            throw Error(JET_errFeatureNotAvailable, "JET_bitEscrowNoRollback is not available in this version");
        return escrow(cursor, engine::ColumnId(column), delta, bytes, old, old_bytes, old_actual);
    });
}

JET_ERR JetGetLock(JET_SESID session, JET_TABLEID table, JET_GRBIT grbit) {
    return with_table(session, table, [&](engine::TableCursor& cursor) -> JET_ERR {
        // Others may read the record with either, and may not change it.
        if (grbit != JET_bitReadLock && grbit != JET_bitWriteLock)
            throw Error(ErrorKind::usage, JET_errInvalidGrbit, "JetGetLock needs JET_bitReadLock or JET_bitWriteLock");
        cursor.lock();
        return JET_errSuccess;
    });
}

JET_ERR JetGetRecordSize(JET_SESID session, JET_TABLEID table, JET_RECSIZE* size, const JET_GRBIT grbit) {
    return record_size(session, table, size, grbit);
}
JET_ERR JetGetRecordSize2(JET_SESID session, JET_TABLEID table, JET_RECSIZE2* size, const JET_GRBIT grbit) {
    return record_size(session, table, size, grbit);
}

}  // extern "C"
