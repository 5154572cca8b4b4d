// Checking a database.

#include "base/error.h"
#include "engine/check/database_check.h"
#include "esent.h"
#include "jet/session_use.h"

using namespace ese::jet;
namespace engine = ese::engine;

namespace {

// Throws once JetStopService has been called.
void require_open(engine::Instance& instance) {
    try {
        const engine::Instance::Use use(instance);
    } catch (const ese::Error& error) {
        throw ese::Error(ese::ErrorKind::interrupted, error.jet(), error.message());
    }
}

}  // namespace

extern "C" {

JET_ERR EsentCheckDatabase(JET_SESID session, JET_DBID dbid, JET_PFNFINDING callback, void* context, JET_GRBIT grbit) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        require_known_bits(grbit, 0, "EsentCheckDatabase");
        if (!callback)
            throw ese::Error(ese::ErrorKind::usage, JET_errInvalidParameter, "no callback for what is found was given");
        const auto hand_on = [&](const engine::Finding& finding) {
            JET_FINDING given{};
            given.cbStruct = sizeof given;
            given.kind = static_cast<JET_UINT32>(finding.kind);
            given.err = finding.jet;
            given.pgno = finding.page.value();
            given.szTable = finding.table.c_str();
            given.szIndex = finding.index.c_str();
            given.szText = finding.text.c_str();
            callback(&given, context);
        };
        const std::uint64_t damaged = engine::check_database(*instance.live_database(session, dbid), hand_on,
                                                             [&instance] { require_open(instance); });
        if (damaged != 0)
            throw ese::Error(ese::ErrorKind::damage, JET_errDatabaseCorrupted,
                             "the check has " + std::to_string(damaged) + " findings of damage")
                .in_file(instance.database(dbid)->path());
        return JET_errSuccess;
    });
}

}  // extern "C"
