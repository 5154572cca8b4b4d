#pragma once

// Whether a database file is what a log has attached at some point, so that what follows in the log is replayed over it
// (LOG-FORMAT 5.2).

#include <optional>
#include <string>

#include "format/database/database_header.h"

namespace ese::engine {

struct AttachClaim {
    format::Signature stream;                        // that is replayed
    format::Signature database;                      // as the log has it
    format::Lgpos attached;                          // of the record that attached it
    format::Lgpos consistent;                        // as the log has it
    std::optional<format::Signature> logged_stream;  // an AttachDB record: the stream that the database came from
    format::Lgpos now;                               // where the replay is
};

struct AttachDecision {
    bool attach = false;
    std::string why_not;  // else: what this file is instead
    // It was made consistent at this later point of the log.
    std::optional<format::Lgpos> consistent_later;
};

// Throws JET_errConsistentTimeMismatch, JET_errAttachedDatabaseMismatch or JET_errDatabaseCorrupted where the file can't
// have come out of this log, JET_errRequiredLogFilesMissing where it requires older generations, and
// JET_errDatabaseIncompleteUpgrade and the like for states that recovery knows nothing of.
AttachDecision decide_attach(const format::DatabaseHeader& header, const AttachClaim& claim);

}  // namespace ese::engine
