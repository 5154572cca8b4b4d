#include "engine/recovery/attach_decision.h"

#include "base/error.h"
#include "esent.h"

namespace ese::engine {

namespace hf = format::header_field;
using format::DatabaseState;

namespace {

AttachDecision defer(std::string why_not) { return {false, std::move(why_not), std::nullopt}; }

[[noreturn]] void refuse(std::int32_t jet, const std::string& why) { throw Error(ErrorKind::damage, jet, why); }

void require_usable_state(const format::DatabaseHeader& header) {
    switch (header.state()) {
        case DatabaseState::clean_shutdown:
        case DatabaseState::dirty_shutdown:
        case DatabaseState::dirty_and_patched: break;
        case DatabaseState::incremental_reseed:
            refuse(JET_errDatabaseIncompleteIncrementalReseed, "the database is being reseeded");
        default:
            refuse(JET_errDatabaseCorrupted, "the database is in the state \"" +
                                                 std::string(format::to_string(header.state())) +
                                                 "\", which recovery can't go on from");
    }
    if (header.is_raw_backup())
        throw Error(ErrorKind::not_possible, JET_errSoftRecoveryOnBackupDatabase,
                    "this database comes from a backup that was not restored");
}

AttachDecision attach_now(const format::DatabaseHeader& header, const AttachClaim& claim) {
    const Generation required = header.get(hf::min_required);
    if (required != Generation() && required < claim.now.generation &&
        header.state() != DatabaseState::dirty_and_patched)
        throw Error(ErrorKind::chain, JET_errRequiredLogFilesMissing,
                    "the database requires the logs from generation " + format::to_string(required) +
                        " on, and the first one that is replayed is " + format::to_string(claim.now.generation));
    return {true, {}, std::nullopt};
}

// The database belongs to another stream so far, and the record says which: this is where it came in.
AttachDecision decide_foreign(const format::DatabaseHeader& header, const AttachClaim& claim) {
    if (!claim.logged_stream || header.get(hf::log_signature) != *claim.logged_stream ||
        header.get(hf::database_signature) != claim.database)
        return defer("it belongs to another log stream");
    if (header.get(hf::consistent_lgpos) != claim.consistent)
        refuse(JET_errConsistentTimeMismatch, "the database was changed after the moment at which the log attached it");
    return attach_now(header, claim);
}

}  // namespace

AttachDecision decide_attach(const format::DatabaseHeader& header, const AttachClaim& claim) {
    if (header.state() == DatabaseState::just_created) return defer("it was just being created");
    require_usable_state(header);
    if (header.get(hf::log_signature) != claim.stream) return decide_foreign(header, claim);

    const bool same_database = header.get(hf::database_signature) == claim.database;
    const format::Lgpos consistent = header.get(hf::consistent_lgpos);
    const bool comes_from_elsewhere = claim.logged_stream && *claim.logged_stream != claim.stream;
    if (comes_from_elsewhere || consistent == claim.consistent || consistent.is_zero()) {
        if (!same_database) return defer("it is another database");
        const format::Lgpos attached = header.get(hf::attach_lgpos);
        if (attached == claim.attached) return attach_now(header, claim);
        if (attached > claim.attached) return defer("it was attached again later");
        if (claim.logged_stream && header.get(hf::log_signature) == *claim.logged_stream)
            return attach_now(header, claim);
        refuse(JET_errAttachedDatabaseMismatch, "the database is older than the moment at which the log attached it");
    }
    if (consistent > claim.consistent && (!claim.logged_stream || consistent > claim.now))
        return {false, "it is consistent at a later point of the log", consistent};
    if (same_database)
        refuse(JET_errConsistentTimeMismatch, "the database is consistent at " + consistent.to_string() +
                                                  ", and the log attached it at " + claim.consistent.to_string());
    return defer("it is another database");
}

}  // namespace ese::engine
