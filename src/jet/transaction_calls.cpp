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

JET_ERR commit(JET_SESID session, JET_GRBIT grbit, JET_COMMIT_ID* id) {
    return with_session(session, [&](engine::Instance& instance) -> JET_ERR {
        constexpr JET_GRBIT wait_bits = JET_bitWaitLastLevel0Commit | JET_bitWaitAllLevel0Commit;
        require_known_bits(grbit, JET_bitCommitLazyFlush | wait_bits | JET_bitForceNewLog, "JetCommitTransaction");
        if (id) *id = {};
        // These end no transaction.
        if (grbit & wait_bits)
            instance.wait_for_commits(session, (grbit & JET_bitWaitAllLevel0Commit) != 0);
        else
            commit_now(instance, session, ((grbit | instance.parameters().number(JET_paramCommitDefault)) & JET_bitCommitLazyFlush) == 0, id);
        if (grbit & JET_bitForceNewLog) instance.begin_new_log();
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
