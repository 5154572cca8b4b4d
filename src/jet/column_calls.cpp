// The values of the current record.

#include "base/error.h"
#include "esent.h"
#include "jet/session_use.h"

namespace ese::jet {
namespace {

constexpr JET_GRBIT retrieve_bits = JET_bitRetrieveCopy | JET_bitRetrieveFromIndex |
                                    JET_bitRetrieveFromPrimaryBookmark | JET_bitRetrieveTag | JET_bitRetrieveNull |
                                    JET_bitRetrieveIgnoreDefault | JET_bitRetrieveTuple;

// One column of the current record. What the flags say of the place to read from is a hint: the record has it all.
JET_ERR retrieve(engine::Cursor& cursor, JET_RETRIEVECOLUMN& wanted) {
    require_known_bits(wanted.grbit, retrieve_bits, "JetRetrieveColumn");
    if (wanted.grbit & JET_bitRetrieveTuple)
        throw Error(JET_errFeatureNotAvailable, "JET_bitRetrieveTuple is not available in this version");
    const bool ignore_default = (wanted.grbit & JET_bitRetrieveIgnoreDefault) != 0;
    const bool from_copy = (wanted.grbit & JET_bitRetrieveCopy) != 0;
    const engine::ColumnId column(wanted.columnid);
    wanted.columnidNextTagged = wanted.columnid;
    wanted.cbActual = 0;
    if (wanted.itagSequence == 0 && wanted.columnid != 0) {
        auto* const over_table = dynamic_cast<engine::RecordCursor*>(&cursor);
        wanted.itagSequence =
            over_table ? static_cast<std::uint32_t>(over_table->count_values(column, ignore_default, from_copy)) : 1;
        return JET_errSuccess;
    }
    const std::size_t room = wanted.pvData ? wanted.cbData : 0;
    const engine::RetrievedValue value =
        cursor.retrieve({column, wanted.itagSequence, wanted.ibLongValue, ignore_default, from_copy},
                        {static_cast<std::uint8_t*>(wanted.pvData), room});
    if (value.tagged_column) wanted.columnidNextTagged = value.tagged_column->value();
    if (value.null) return JET_wrnColumnNull;
    wanted.cbActual = value.bytes;
    return value.bytes > room ? JET_wrnBufferTruncated : JET_errSuccess;
}

JET_ERR retrieve_column(JET_SESID session, JET_TABLEID table, JET_RETRIEVECOLUMN wanted, std::uint32_t* actual,
                        JET_RETINFO* info) {
    return with_cursor(session, table, [&](engine::Cursor& cursor) -> JET_ERR {
        if (info && info->cbStruct < sizeof(JET_RETINFO))
            throw Error(ErrorKind::usage, JET_errInvalidParameter, "the JET_RETINFO has no valid size");
        wanted.itagSequence = info ? info->itagSequence : 1;
        wanted.ibLongValue = info ? info->ibLongValue : 0;
        const JET_ERR result = retrieve(cursor, wanted);
        if (actual) *actual = wanted.cbActual;
        if (info) {
            info->itagSequence = wanted.itagSequence;
            info->columnidNextTagged = wanted.columnidNextTagged;
        }
        return result;
    });
}

}  // namespace
}  // namespace ese::jet

using namespace ese::jet;
namespace engine = ese::engine;

extern "C" {

JET_ERR JetRetrieveColumn(JET_SESID session, JET_TABLEID table, JET_COLUMNID column, void* data, std::uint32_t bytes,
                          std::uint32_t* actual, JET_GRBIT grbit, JET_RETINFO* info) {
    JET_RETRIEVECOLUMN wanted{};
    wanted.columnid = column;
    wanted.pvData = data;
    wanted.cbData = bytes;
    wanted.grbit = grbit;
    return retrieve_column(session, table, wanted, actual, info);
}

JET_ERR JetRetrieveColumns(JET_SESID session, JET_TABLEID table, JET_RETRIEVECOLUMN* columns, std::uint32_t count) {
    return with_cursor(session, table, [&](engine::Cursor& cursor) -> JET_ERR {
        if (count > 0 && !columns)
            throw ese::Error(ese::ErrorKind::usage, JET_errInvalidParameter, "no columns were given");
        JET_ERR result = JET_errSuccess;
        for (std::uint32_t i = 0; i < count; ++i) {
            columns[i].err = retrieve(cursor, columns[i]);
            if (columns[i].err == JET_wrnBufferTruncated) result = JET_wrnBufferTruncated;
        }
        return result;
    });
}

}  // extern "C"
