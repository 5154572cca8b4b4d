#include "cli/exit_code.h"

#include <algorithm>
#include <array>

#include "esent.h"

namespace ese::cli {

namespace {

constexpr std::array usage_errors{JET_errInvalidGrbit, JET_errInvalidPath};
constexpr std::array chain_errors{JET_errMissingLogFile,
                                  JET_errRequiredLogFilesMissing,
                                  JET_errCommittedLogFilesMissing,
                                  JET_errMissingFileToBackup,
                                  JET_errInvalidLogSequence,
                                  JET_errBadLogSignature,
                                  JET_errMissingPreviousLogFile,
                                  JET_errDatabaseLogSetMismatch,
                                  JET_errEndingRestoreLogTooLow,
                                  JET_errStartingRestoreLogTooHigh,
                                  JET_errExistingLogFileHasBadSignature,
                                  JET_errExistingLogFileIsNotContiguous,
                                  JET_errGivenLogFileHasBadSignature,
                                  JET_errGivenLogFileIsNotContiguous,
                                  JET_errMissingRestoreLogFiles,
                                  JET_errMissingCurrentLogFiles,
                                  JET_errLogGenerationMismatch};
constexpr std::array damage_errors{JET_errReadVerifyFailure,
                                   JET_errReadLostFlushVerifyFailure,
                                   JET_errDiskReadVerificationFailure,
                                   JET_errPageNotInitialized,
                                   JET_errDiskIO,
                                   JET_errDatabaseCorrupted,
                                   JET_errLogFileCorrupt,
                                   JET_errLogReadVerifyFailure,
                                   JET_errLogFileSizeMismatch,
                                   JET_errLogSequenceChecksumMismatch,
                                   JET_errCheckpointCorrupt,
                                   JET_errBadPatchPage,
                                   JET_errDatabasePatchFileMismatch,
                                   JET_errLogCorruptDuringHardRestore,
                                   JET_errLogCorruptDuringHardRecovery,
                                   JET_errPageTagCorrupted,
                                   JET_errNodeCorrupted,
                                   JET_errFileIOBeyondEOF};
constexpr std::array output_errors{JET_errDiskFull, JET_errLogDiskFull,
                                   JET_errInstanceUnavailableDueToFatalLogDiskFull};
constexpr std::array not_possible_errors{JET_errMissingFullBackup,
                                         JET_errInvalidBackup,
                                         JET_errLoggingDisabled,
                                         JET_errDatabaseDirtyShutdown,
                                         JET_errSoftRecoveryOnBackupDatabase,
                                         JET_errFeatureNotAvailable};
constexpr std::array busy_errors{JET_errBackupInProgress,    JET_errRestoreInProgress, JET_errTermInProgress,
                                 JET_errBackupNotAllowedYet, JET_errDatabaseInUse,     JET_errDatabaseLocked,
                                 JET_errInstanceNameInUse,   JET_errSystemPathInUse,   JET_errLogFilePathInUse,
                                 JET_errBackupAbortByServer, JET_errOutOfSessions};

const std::array<ExitCode, 12> table{{
    {exit_status::done, "done", "What was asked for is done.", {}},
    {exit_status::failure, "failure", "A failure that no other code stands for.", {}},
    {exit_status::usage, "usage",
     "The command line makes no sense, or names something that is not there or must not be overwritten.", usage_errors},
    {exit_status::after_archive,
     "after_archive",
     "The archive is complete and durable; a later step failed (the logs were not deleted, or the engine did not stop "
     "cleanly).",
     {}},
    {exit_status::damage, "damage", "An archive, or a file that was to be verified, is damaged.", {}},
    {exit_status::incomplete, "incomplete", "An archive without its end.", {}},
    {exit_status::chain, "chain",
     "A log that is required, or the backup that another one continues, is missing or does not fit.", chain_errors},
    {exit_status::source_damaged, "source_damaged",
     "The database or a log that was to be backed up is damaged: there is no archive, unless --accept-bad-pages made "
     "one.",
     damage_errors},
    {exit_status::output, "output",
     "What was to be written could not be: the disk is full, the reader of a pipe has gone.", output_errors},
    {exit_status::not_possible, "not_possible",
     "Not possible in the present state; the message says what has to be done first.", not_possible_errors},
    {exit_status::overdue, "overdue", "The last backup is older than --max-age allows, or there is none.", {}},
    {exit_status::busy, "busy", "Somebody else uses the instance, or a backup of it is running. Try again later.",
     busy_errors},
}};

constexpr ExitCode interrupted{
    exit_status::signal, "interrupted", "Stopped by a signal: 128 and the signal's number.", {}};

int status_of_kind(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::usage: return exit_status::usage;
        case ErrorKind::damage: return exit_status::damage;
        case ErrorKind::incomplete: return exit_status::incomplete;
        case ErrorKind::chain: return exit_status::chain;
        case ErrorKind::source_damaged: return exit_status::source_damaged;
        case ErrorKind::output: return exit_status::output;
        case ErrorKind::not_possible: return exit_status::not_possible;
        case ErrorKind::busy: return exit_status::busy;
        case ErrorKind::interrupted: return exit_status::signal;
        case ErrorKind::other: break;
    }
    return exit_status::failure;
}

}  // namespace

std::span<const ExitCode> exit_codes() { return table; }

const ExitCode& exit_code(int status) {
    if (status >= exit_status::signal) return interrupted;
    const auto found =
        std::find_if(table.begin(), table.end(), [&](const ExitCode& row) { return row.status == status; });
    return found == table.end() ? table[1] : *found;
}

const ExitCode& exit_code_of(const Error& error, Subject subject) {
    int status = status_of_kind(error.kind());
    if (status == exit_status::failure && error.jet() != 0) {
        const auto names_it = [&](const ExitCode& row) {
            return std::find(row.jet_errors.begin(), row.jet_errors.end(), error.jet()) != row.jet_errors.end();
        };
        const auto found = std::find_if(table.begin(), table.end(), names_it);
        if (found != table.end()) status = found->status;
    }
    if (status == exit_status::source_damaged && subject == Subject::archive) status = exit_status::damage;
    return exit_code(status);
}

}  // namespace ese::cli
