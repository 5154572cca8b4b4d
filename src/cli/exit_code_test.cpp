#include "cli/exit_code.h"

#include <catch2/catch.hpp>
#include <set>

#include "esent.h"

namespace ese::cli {

TEST_CASE("every kind of error has its exit status") {
    const auto status = [](ErrorKind kind) { return exit_code_of(Error(kind, "x"), Subject::source).status; };
    CHECK(status(ErrorKind::other) == 1);
    CHECK(status(ErrorKind::usage) == 2);
    CHECK(status(ErrorKind::damage) == 4);
    CHECK(status(ErrorKind::incomplete) == 5);
    CHECK(status(ErrorKind::chain) == 6);
    CHECK(status(ErrorKind::source_damaged) == 7);
    CHECK(status(ErrorKind::output) == 8);
    CHECK(status(ErrorKind::not_possible) == 9);
    CHECK(status(ErrorKind::busy) == 75);
    CHECK(status(ErrorKind::interrupted) == 128);
}

TEST_CASE("an error of the engine gets its exit status from the JET_ERR") {
    const auto status = [](JET_ERR jet, Subject subject) { return exit_code_of(Error(jet, "x"), subject).status; };
    CHECK(status(JET_errReadVerifyFailure, Subject::source) == 7);
    CHECK(status(JET_errReadVerifyFailure, Subject::archive) == 4);
    CHECK(status(JET_errBackupInProgress, Subject::source) == 75);
    CHECK(status(JET_errMissingFullBackup, Subject::source) == 9);
    CHECK(status(JET_errMissingFileToBackup, Subject::source) == 6);
    CHECK(status(JET_errDiskFull, Subject::source) == 8);
    CHECK(status(JET_errInternalError, Subject::source) == 1);
}

TEST_CASE("no JET_ERR and no status stands in two rows of the table") {
    std::set<std::int32_t> errors;
    std::set<int> statuses;
    for (const ExitCode& row : exit_codes()) {
        CHECK(statuses.insert(row.status).second);
        CHECK_FALSE(row.meaning.empty());
        for (const std::int32_t error : row.jet_errors) CHECK(errors.insert(error).second);
    }
}

}  // namespace ese::cli
