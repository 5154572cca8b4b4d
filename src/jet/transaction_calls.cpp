// Transactions.

#include "esent.h"
#include "jet/session_use.h"

namespace ese::jet {
namespace {

JET_ERR begin(JET_SESID session, JET_GRBIT grbit) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        require_known_bits(grbit, JET_bitTransactionReadOnly, "JetBeginTransaction2");
        instance.begin_transaction(session, (grbit & JET_bitTransactionReadOnly) != 0);
        return JET_errSuccess;
    });
}

constexpr std::int64_t commit_record_bytes = 8;

void commit_now(engine::Instance& instance, JET_SESID session, bool durable, JET_COMMIT_ID* id) {
    const auto position = instance.commit_transaction(session, durable);
    if (!position || !id) return;
    *id = instance.commit_id(*position);
    id->commitId += commit_record_bytes - 1;  // its last byte (LOG-FORMAT 7.2)
}

// The bits that end no transaction stand alone.
void wait_or_roll(engine::Instance& instance, JET_SESID session, JET_GRBIT grbit) {
    switch (grbit) {
        case JET_bitForceNewLog: return instance.begin_new_log();
        case JET_bitWaitLastLevel0Commit: return instance.wait_for_commits(session, false);
        case JET_bitWaitAllLevel0Commit: return instance.wait_for_commits(session, true);
        default:
            throw Error(ErrorKind::usage, JET_errInvalidGrbit,
                        "a bit of JetCommitTransaction that ends no transaction stands alone");
    }
}

JET_ERR commit(JET_SESID session, JET_GRBIT grbit, JET_COMMIT_ID* id) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        constexpr JET_GRBIT others = JET_bitWaitLastLevel0Commit | JET_bitWaitAllLevel0Commit | JET_bitForceNewLog;
        require_known_bits(grbit, JET_bitCommitLazyFlush | others, "JetCommitTransaction");
        if (id) *id = {};
        if (grbit & others) {
            wait_or_roll(instance, session, grbit);
            return JET_errSuccess;
        }
        const JET_GRBIT asked = grbit | instance.sessions().settings(session).commit_default;
        commit_now(instance, session, (asked & JET_bitCommitLazyFlush) == 0, id);
        return JET_errSuccess;
    });
}

}  // namespace
}  // namespace ese::jet

using namespace ese::jet;

extern "C" {

JET_ERR JetBeginTransaction(JET_SESID session) { return begin(session, 0); }
JET_ERR JetBeginTransaction2(JET_SESID session, JET_GRBIT grbit) { return begin(session, grbit); }
JET_ERR JetBeginTransaction3(JET_SESID session, std::int64_t /*id*/, JET_GRBIT grbit) { return begin(session, grbit); }

JET_ERR JetCommitTransaction(JET_SESID session, JET_GRBIT grbit) { return commit(session, grbit, nullptr); }
JET_ERR JetCommitTransaction2(JET_SESID session, JET_GRBIT grbit, std::uint32_t /*durable within ms*/,
                              JET_COMMIT_ID* id) {
    return commit(session, grbit, id);
}

JET_ERR JetRollback(JET_SESID session, JET_GRBIT grbit) {
    return with_session(session, [&](ese::engine::Instance& instance) -> JET_ERR {
        require_known_bits(grbit, JET_bitRollbackAll, "JetRollback");
        instance.roll_back(session, (grbit & JET_bitRollbackAll) != 0);
        return JET_errSuccess;
    });
}

}  // extern "C"
