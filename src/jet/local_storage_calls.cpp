// Values that a program keeps with a cursor or a table.

#include "base/error.h"
#include "esent.h"
#include "jet/session_use.h"

namespace ese::jet {
namespace {

engine::LocalStorage& storage_of(engine::Cursor& cursor, JET_GRBIT grbit, const char* function) {
    require_known_bits(grbit, JET_bitLSReset | JET_bitLSCursor | JET_bitLSTable, function);
    if ((grbit & JET_bitLSTable) == 0) return cursor.local_storage();
    if (grbit & JET_bitLSCursor)
        throw Error(ErrorKind::usage, JET_errInvalidGrbit, "a value is kept either with the cursor or with the table");
    return cursor_as<engine::TableCursor>(cursor).open_table().locals().storage;
}

}  // namespace
}  // namespace ese::jet

using namespace ese::jet;
using ese::Error;
using ese::ErrorKind;
namespace engine = ese::engine;

extern "C" {

JET_ERR JetSetLS(JET_SESID session, JET_TABLEID table, JET_LS value, JET_GRBIT grbit) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        const auto open = instance.sessions().cursor(session, table);
        const auto free = reinterpret_cast<JET_CALLBACK>(instance.parameters().number(JET_paramRuntimeCallback));
        if (!free)
            throw Error(ErrorKind::usage, JET_errLSCallbackNotSpecified,
                        "no function was given that frees local storage (JET_paramRuntimeCallback)");
        engine::LocalStorage& storage = storage_of(*open.cursor, grbit, "JetSetLS");
        if ((grbit & JET_bitLSReset) || value == JET_LSNil)
            storage.reset();
        else
            storage.set(value, free);
        return JET_errSuccess;
    });
}

JET_ERR JetGetLS(JET_SESID session, JET_TABLEID table, JET_LS* value, JET_GRBIT grbit) {
    return with_cursor(session, table, [&](engine::Cursor& cursor) -> JET_ERR {
        if (!value) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no place for the value was given");
        *value = JET_LSNil;
        engine::LocalStorage& storage = storage_of(cursor, grbit, "JetGetLS");
        *value = grbit & JET_bitLSReset ? storage.take() : storage.get();
        return JET_errSuccess;
    });
}

}  // extern "C"
