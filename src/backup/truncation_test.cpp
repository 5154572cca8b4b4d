#include "backup/truncation.h"

#include <catch2/catch.hpp>

#include "backup/archive_check.h"
#include "backup/fake_engine.h"
#include "base/error.h"

namespace ese::backup {

namespace {

using archive::BackupKind;
using test::FakeEngine;

class MemoryArchive : public archive::ByteSource {
 public:
    explicit MemoryArchive(test::Bytes bytes) : bytes_(std::move(bytes)) {}
    std::size_t read(ByteSpan into) override {
        const std::size_t got = std::min(into.size(), bytes_.size() - at_);
        std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at_), got, into.begin());
        at_ += got;
        return got;
    }

 private:
    test::Bytes bytes_;
    std::size_t at_ = 0;
};

// An archive with the logs 2 and 3, as the instance has them, that arrived.
ArrivedArchive arrive(BackupKind kind, const test::Content& content = {}) {
    MemoryArchive bytes(test::make_archive(content));
    archive::Consumer nobody;
    const auto report = archive::read_stream(bytes, nobody, {});
    ArrivedArchive arrived{"app.ese.tar.zst", *report.manifest, report.receipt("app.ese.tar.zst")};
    arrived.manifest.kind = kind;
    return arrived;
}

// The header of the attached database: the last full backup reached this generation.
std::vector<archive::DatabaseRecord> attached(std::uint32_t covered, std::uint32_t required = 9) {
    archive::DatabaseRecord record;
    record.original_path = test::database_path;
    record.signature = test::signature(1).to_string();
    record.required = {required, required, required};
    record.marks.full_prev = archive::BackupMark{"3:1:0", "2024", 2, covered};
    return {record};
}

struct Outcome {
    std::optional<TruncationResult> result;
    std::optional<Error> error;
};

Outcome run(FakeEngine& engine, const ArrivedArchive& arrived, std::uint32_t covered = 3) {
    Outcome outcome;
    try {
        outcome.result = run_truncation(engine.api(), JET_INSTANCE{}, arrived, attached(covered), {});
    } catch (const Error& error) {
        outcome.error = error;
    }
    return outcome;
}

bool truncated(const FakeEngine& engine) {
    return std::ranges::any_of(engine.calls(), [](const std::string& call) { return call.starts_with("truncate"); });
}

// Nothing was deleted, no header was stamped; why.
std::string refused(FakeEngine& engine, const ArrivedArchive& arrived, ErrorKind kind, std::uint32_t covered = 3) {
    const Outcome outcome = run(engine, arrived, covered);
    REQUIRE(outcome.error);
    CHECK(outcome.error->kind() == kind);
    CHECK_FALSE(truncated(engine));
    CHECK_FALSE(engine.called("end"));
    CHECK((engine.calls().empty() || engine.calls().back() == "abort"));
    return outcome.error->message();
}

}  // namespace

TEST_CASE("logs that have arrived are read, compared, deleted up to the archive's end, and no backup is stamped") {
    FakeEngine engine;
    engine.deletable = {"/srv/app/edb00002.log", "/srv/app/edb00003.log"};
    const Outcome outcome = run(engine, arrive(BackupKind::incremental));
    REQUIRE(outcome.result);
    CHECK(engine.begin_grbit() == JET_bitBackupIncremental);
    CHECK(engine.calls() == std::vector<std::string>{"begin", "logs", "logs", "open", "read", "close", "open", "read",
                                                     "close", "truncation", "truncation", "truncate up to 3", "abort"});
    CHECK(outcome.result->compared == 2);
    CHECK(outcome.result->deleted == 2);
    CHECK(outcome.result->first_deleted == 2);
    CHECK(outcome.result->last_deleted == 3);
    CHECK(outcome.result->freed_bytes == 2 * 16 * format::log_sector_bytes);
    CHECK(outcome.result->kept.empty());
}

TEST_CASE("what is newer than the archive stays, and what the checkpoint needs, each with its reason") {
    FakeEngine engine;
    engine.deletable = {"/srv/app/edb00002.log", "/srv/app/edb00003.log"};
    test::Content only_the_first;
    only_the_first.logs.pop_back();
    only_the_first.required = {2, 2, 2};
    const Outcome newer = run(engine, arrive(BackupKind::incremental, only_the_first));
    REQUIRE(newer.result);
    CHECK(engine.called("truncate up to 2"));
    REQUIRE(newer.result->kept.size() == 1);
    CHECK(newer.result->kept[0].first == 3);
    CHECK(newer.result->kept[0].because == "not in the archive, which ends with generation 2");

    FakeEngine needing;
    needing.deletable = {"/srv/app/edb00002.log"};
    const auto result =
        run_truncation(needing.api(), JET_INSTANCE{}, arrive(BackupKind::incremental), attached(3, 3), {});
    CHECK(needing.called("truncate up to 2"));
    REQUIRE(result.kept.size() == 1);
    CHECK(result.kept[0].first == 3);
    CHECK(result.kept[0].because.find("/srv/app/data.edb requires the logs from there on") != std::string::npos);

    FakeEngine everything;
    everything.deletable.clear();
    const Outcome none = run(everything, arrive(BackupKind::incremental));
    REQUIRE(none.result);
    CHECK(none.result->deleted == 0);
    CHECK_FALSE(truncated(everything));
    CHECK(none.result->kept[0].first == 2);
}

TEST_CASE("an archive whose logs went before has nothing to delete; one from before a gap may not be what was meant") {
    ArrivedArchive older = arrive(BackupKind::incremental);
    archive::LogsRecord& logs = older.manifest.logs;
    logs.generations.resize(1);
    logs.generations.front().generation = logs.first = logs.last = 1;

    FakeEngine next;
    next.deletable = {"/srv/app/edb00002.log", "/srv/app/edb00003.log"};
    const Outcome outcome = run(next, older);
    REQUIRE(outcome.result);
    CHECK(outcome.result->compared == 0);
    CHECK(outcome.result->deleted == 0);
    CHECK_FALSE(truncated(next));

    FakeEngine later;
    later.deletable = {"/srv/app/edb00003.log"};
    CHECK(refused(later, older, ErrorKind::chain) ==
          "no log was deleted: the archive has no log in common with the instance: it ends with generation 1, and the "
          "oldest here is 3");
}

TEST_CASE("logs older than the archive go only behind a full backup of every database") {
    FakeEngine full;  // deletable: 1 and 2
    const Outcome outcome = run(full, arrive(BackupKind::full));
    REQUIRE(outcome.result);
    CHECK(full.called("truncate up to 2"));
    CHECK(outcome.result->first_deleted == 1);

    FakeEngine increment;
    CHECK(refused(increment, arrive(BackupKind::incremental), ErrorKind::chain) ==
          "no log was deleted: generation 1 would go, too, and the archive begins behind it, at 2");

    FakeEngine other;
    ArrivedArchive lacking = arrive(BackupKind::full);
    lacking.manifest.databases.front().signature = "another database";
    refused(other, lacking, ErrorKind::chain);
}

TEST_CASE("another log than the archive's deletes nothing, and neither does a backup that the headers do not know") {
    FakeEngine changed;
    changed.files()["/srv/app/edb00003.log"].back() = 1;
    CHECK(refused(changed, arrive(BackupKind::full), ErrorKind::chain).find("generation 3 is another log") == 0);

    FakeEngine unstamped;
    CHECK(refused(unstamped, arrive(BackupKind::full), ErrorKind::not_possible, 1).find("beyond generation 1") !=
          std::string::npos);

    for (const BackupKind kind : {BackupKind::copy, BackupKind::differential}) {
        FakeEngine engine;
        CHECK(refused(engine, arrive(kind), ErrorKind::not_possible).find(archive::to_string(kind)) !=
              std::string::npos);
        CHECK(engine.calls().empty());
    }
}

TEST_CASE("whichever call fails, the session is aborted and nothing is deleted behind it") {
    bool succeeded = false;
    for (int n = 1; !succeeded; ++n) {
        REQUIRE(n < 100);
        FakeEngine engine(n);
        const Outcome outcome = run(engine, arrive(BackupKind::full));
        CAPTURE(n, engine.calls());
        succeeded = outcome.result.has_value();
        if (succeeded) break;
        CHECK_FALSE(engine.has_open_file());
        CHECK_FALSE(engine.called("end"));
        CHECK((n == 1 || engine.calls().back() == "abort"));
    }
}

TEST_CASE("an archive that is not good gives no receipt") {
    test::Bytes cut = test::make_archive({});
    cut.resize(cut.size() / 2);
    MemoryArchive bytes(cut);
    archive::Consumer nobody;
    const auto report = archive::read_stream(bytes, nobody, {});
    CHECK_THROWS_AS(report.receipt("cut"), Error);
}

}  // namespace ese::backup
