#include "backup/sequence.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "backup/fake_engine.h"

namespace ese::backup {

namespace {

using test::database_path;
using test::FakeEngine;
using test::log_file;
using test::page_bytes;
using test::signature;

// Tells the engine's trace when the archive became durable; can fail at that.
class WatchedSink : public archive::MemorySink {
 public:
    WatchedSink(FakeEngine& engine, bool fails, bool durable) : engine_(engine), fails_(fails), durable_(durable) {}
    std::optional<archive::DurableReceipt> finish() override {
        if (fails_) throw Error(ErrorKind::output, JET_errDiskFull, "no space");
        engine_.note("durable");
        if (!durable_) return std::nullopt;
        return archive::MemorySink::finish();
    }

 private:
    FakeEngine& engine_;
    bool fails_, durable_;
};

class FixedClock : public os::Clock {
 public:
    std::int64_t now_unix_ms() override { return 1700000100000; }
    void sleep_ms(unsigned) override {}
    void random_bytes(ByteSpan into) override { std::fill(into.begin(), into.end(), std::uint8_t{7}); }
};

struct Run {
    std::optional<BackupResult> result;
    std::optional<Error> error;
    std::vector<std::uint8_t> archive;
};

Run run(FakeEngine& engine, const SequencePlan& plan, bool sink_fails = false, bool durable = true,
        const Watch& watch = {}) {
    FixedClock clock;
    archive::BeginRecord begin;
    const std::array<std::uint8_t, 10> random{};
    begin.id = archive::make_backup_id(1700000000000, random);
    begin.kind = plan.kind;
    begin.started = archive::rfc3339(1700000000000);
    begin.instance = {
        "/srv/app", "/srv/app", "/srv/app", "edb", page_bytes, 16 * format::log_sector_bytes, signature(2).to_string()};
    begin.databases.push_back({"databases/00/data.edb", database_path, 0});
    archive::Manifest manifest;
    static_cast<archive::BackupIdentity&>(manifest) = begin;
    WatchedSink sink(engine, sink_fails, durable);
    Run made;
    try {
        archive::Writer writer(sink, begin, {});
        made.result =
            run_backup(engine.api(), JET_INSTANCE{}, plan, begin.databases, {}, manifest, {}, writer, clock, watch);
    } catch (const Error& error) {
        made.error = error;
    }
    made.archive = sink.bytes();
    return made;
}

const SequencePlan truncating_full{archive::BackupKind::full, false, true, false, ""};

}  // namespace

TEST_CASE("the backup sequence makes its calls in the documented order") {
    FakeEngine engine;
    const Run made = run(engine, truncating_full);
    REQUIRE(made.result);
    CHECK(engine.calls() == std::vector<std::string>{"begin", "attach", "attach", "open", "read", "close", "logs",
                                                     "logs", "open", "read", "close", "open", "read", "close",
                                                     "truncation", "truncation", "durable", "truncate", "end"});
    CHECK(engine.end_grbit() == JET_bitBackupEndNormal);
    CHECK_FALSE(made.result->after_archive);
    CHECK(made.result->pages_checked == 20);
    CHECK(made.result->truncated == 2);
    const auto& manifest = made.result->manifest;
    REQUIRE(manifest.databases.size() == 1);
    CHECK(manifest.databases[0].pages == 20);
    CHECK(manifest.databases[0].required.min == 2);
    CHECK(manifest.databases[0].required.max == 3);
    REQUIRE(manifest.logs.generations.size() == 2);
    CHECK(manifest.logs.generations[1].member == "logs/edb00003.log");
    CHECK(manifest.logs.generations[1].previous_created == manifest.logs.generations[0].created);
    CHECK(manifest.logs.generations[1].accumulated_checksum_previous ==
          manifest.logs.generations[0].accumulated_checksum);
    CHECK(manifest.consistent_through.generation == 3);
    REQUIRE(manifest.truncation_planned);
    CHECK(manifest.truncation_planned->first == 1);
    CHECK(manifest.truncation_planned->last == 2);
}

TEST_CASE("logs that stay although a backup truncates have a reason, and it is in the manifest") {
    FakeEngine whole;
    whole.deletable.push_back("/srv/app/edb00003.log");
    const Run all_gone = run(whole, truncating_full);
    REQUIRE(all_gone.result);
    CHECK_FALSE(all_gone.result->kept);
    CHECK(all_gone.result->manifest.truncation_planned->bound == "checkpoint");

    FakeEngine one_stays;  // generation 3: the database's header requires 2 and 3
    const Run after_checkpoint = run(one_stays, truncating_full);
    REQUIRE(after_checkpoint.result->kept);
    CHECK(after_checkpoint.result->kept->first == 3);
    CHECK(after_checkpoint.result->kept->last == 3);
    CHECK(after_checkpoint.result->kept->because ==
          "the checkpoint stands in generation 3, and recovery begins there; /srv/app/data.edb was furthest behind when "
          "the backup began");

    FakeEngine two_stay;
    two_stay.deletable.pop_back();
    const Run behind = run(two_stay, truncating_full);
    REQUIRE(behind.result->kept);
    CHECK(generations_text(behind.result->kept->first, behind.result->kept->last) == "generations 2 to 3");
    CHECK(behind.result->kept->because.find("/srv/app/data.edb requires the logs from there on") != std::string::npos);
    CHECK(behind.result->manifest.truncation_planned->bound == behind.result->kept->because);
}

TEST_CASE(
    "whichever call of the sequence fails, the backup is aborted, and no log is deleted before the archive is "
    "durable") {
    bool succeeded = false;
    for (int n = 1; !succeeded; ++n) {
        REQUIRE(n < 100);
        FakeEngine engine(n);
        const Run made = run(engine, truncating_full);
        CAPTURE(n, engine.calls());
        succeeded = made.result && !made.result->after_archive;
        if (succeeded) break;
        const auto& calls = engine.calls();
        const auto durable = std::find(calls.begin(), calls.end(), "durable");
        const auto truncate = std::find(calls.begin(), calls.end(), "truncate");
        CHECK((truncate == calls.end() || durable < truncate));
        CHECK_FALSE(engine.has_open_file());
        if (calls == std::vector<std::string>{"begin"}) continue;  // nothing was begun that could be aborted
        CHECK(calls.back() == "abort");
        CHECK(std::count(calls.begin(), calls.end(), "abort") == 1);
        // Thrown before the archive was there, told afterwards.
        CHECK(made.error.has_value() == (durable == calls.end()));
    }
}

TEST_CASE("an archive that cannot be finished deletes no log") {
    FakeEngine engine;
    const Run made = run(engine, truncating_full, true);
    REQUIRE(made.error);
    CHECK(made.error->kind() == ErrorKind::output);
    CHECK_FALSE(engine.called("truncate"));
    CHECK(engine.calls().back() == "abort");
}

TEST_CASE("without a receipt no log is deleted, even if that was planned") {
    FakeEngine engine;
    const Run made = run(engine, truncating_full, false, false);
    REQUIRE(made.result);
    CHECK(made.result->after_archive);
    CHECK_FALSE(engine.called("truncate"));
}

TEST_CASE("a full backup that keeps its logs counts as truncating, a copy does not") {
    FakeEngine keeping;
    REQUIRE(run(keeping, {archive::BackupKind::full, false, false, true, "kept on request"}).result);
    CHECK_FALSE(keeping.called("truncate"));
    CHECK(keeping.end_grbit() == (JET_bitBackupEndNormal | JET_bitBackupTruncateDone));
    FakeEngine copying;
    const Run copy = run(copying, {archive::BackupKind::copy, false, false, false, "a copy backup keeps the logs"});
    REQUIRE(copy.result);
    CHECK_FALSE(copying.called("truncate"));
    CHECK(copying.end_grbit() == JET_bitBackupEndNormal);
    CHECK(copy.result->manifest.truncation_planned->bound == "a copy backup keeps the logs");
}

TEST_CASE("a backup of logs alone asks for no database, and deletes what its plan says") {
    const std::vector<std::string> logs_read = {"begin", "logs",  "logs", "open",  "read",
                                                "close", "open", "read", "close"};
    const auto followed_by = [&](const std::vector<std::string>& more) {
        std::vector<std::string> calls = logs_read;
        calls.insert(calls.end(), more.begin(), more.end());
        return calls;
    };
    FakeEngine incremental;
    const Run taken = run(incremental, {archive::BackupKind::incremental, false, true, false, ""});
    REQUIRE(taken.result);
    CHECK(incremental.begin_grbit() == JET_bitBackupIncremental);
    CHECK(incremental.calls() == followed_by({"truncation", "truncation", "durable", "truncate", "end"}));
    CHECK(incremental.end_grbit() == JET_bitBackupEndNormal);
    CHECK(taken.result->truncated == 2);
    CHECK(taken.result->pages_checked == 0);
    CHECK(taken.result->manifest.logs.generations.size() == 2);

    FakeEngine kept;
    REQUIRE(run(kept, {archive::BackupKind::incremental, false, false, true, "kept on request"}).result);
    CHECK(kept.calls() == followed_by({"durable", "end"}));
    CHECK(kept.end_grbit() == (JET_bitBackupEndNormal | JET_bitBackupTruncateDone));

    FakeEngine differential;
    const Run different = run(differential, {archive::BackupKind::differential, false, false, false, "differential"});
    REQUIRE(different.result);
    CHECK(differential.calls() == followed_by({"durable", "end"}));
    CHECK(differential.end_grbit() == JET_bitBackupEndNormal);
    CHECK(different.result->manifest.truncation_planned->bound == "differential");
}

TEST_CASE(
    "whichever call of a backup of logs fails, it is aborted, and nothing is deleted before the archive is durable") {
    bool succeeded = false;
    for (int n = 1; !succeeded; ++n) {
        REQUIRE(n < 100);
        FakeEngine engine(n);
        const Run made = run(engine, {archive::BackupKind::incremental, false, true, false, ""});
        CAPTURE(n, engine.calls());
        succeeded = made.result && !made.result->after_archive;
        if (succeeded) break;
        CHECK((!engine.called("truncate") || engine.called("durable")));
        CHECK_FALSE(engine.has_open_file());
        CHECK((n == 1 || engine.calls().back() == "abort"));
    }
}

TEST_CASE("a request to stop is heeded at every buffer and aborts the backup") {
    for (int after = 0; after < 4; ++after) {
        FakeEngine engine;
        Watch watch;
        watch.stop = [left = std::make_shared<std::atomic<int>>(after)] { return (*left)-- <= 0; };
        const Run made = run(engine, truncating_full, false, true, watch);
        REQUIRE(made.error);
        CHECK(made.error->kind() == ErrorKind::interrupted);
        CHECK(engine.calls().back() == "abort");
        CHECK_FALSE(engine.called("truncate"));
    }
}

TEST_CASE("a read that would take long is ended by a request to stop, and the backup is told as interrupted") {
    FakeEngine engine;
    engine.read_until_stopped = true;
    Watch watch;
    watch.stop = [&] { return engine.is_reading.load(); };
    const Run made = run(engine, truncating_full, false, true, watch);
    REQUIRE(made.error);
    CHECK(made.error->kind() == ErrorKind::interrupted);
    CHECK(engine.calls().back() == "abort");
}

TEST_CASE("a database whose trailer belongs to another backup fails the backup") {
    FakeEngine engine;
    format::Trailer other;
    other.backup.mark = {Generation(9), 1, 0};
    other.database_signature = signature(77);
    const auto page = other.to_page(page_bytes);
    auto& stream = engine.files()[database_path];
    std::copy(page.begin(), page.end(), stream.end() - page_bytes);
    const Run made = run(engine, truncating_full);
    REQUIRE(made.error);
    CHECK(made.error->jet() == JET_errDatabasePatchFileMismatch);
    CHECK(engine.calls().back() == "abort");
}

TEST_CASE("a log in the list that is not the successor of the one before fails the backup") {
    FakeEngine engine;
    auto foreign = log_file(3);
    auto header = format::parse_log_header(ByteView(foreign).first(format::log_sector_bytes));
    header.previous_created = format::LogTime::from_unix_ms(1);
    const auto page = format::serialise_log_header(header);
    std::copy(page.begin(), page.end(), foreign.begin());
    engine.files()["/srv/app/edb00003.log"] = foreign;
    const Run made = run(engine, truncating_full);
    REQUIRE(made.error);
    CHECK(made.error->jet() == JET_errInvalidLogSequence);
    CHECK(made.error->file() == "/srv/app/edb00003.log");
    CHECK_FALSE(engine.called("truncate"));
}

}  // namespace ese::backup
