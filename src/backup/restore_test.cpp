// A chain that the original engine made (reference/chain-8k), in archives of this tool, restored to each of its ends
// and to places between them.

#include "backup/restore.h"

#include <catch2/catch.hpp>
#include <functional>

#include "archive/archive_forger.h"
#include "backup/test_backup.h"
#include "backup/test_chain.h"
#include "esent.h"
#include "os/faulty_file_system.h"
#include "unit/database_contents.h"

namespace ese::backup {

namespace {

using namespace test_chain;

std::int32_t refusal(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.jet();
    }
    return JET_errSuccess;
}

const std::vector<std::string> all_archives{"full", "inc1", "inc2"};

// A copy of the logs that go on behind the archives: 15, 16, and the current one, 17.
struct LiveLogs {
    explicit LiveLogs(const std::string& set) {
        fs::copy(set + "/files/live", path, fs::copy_options::recursive);
        request.logs = path;
    }
    void damage(const std::string& name, std::streamoff at) const {
        std::fstream file(path + "/" + name, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(at);
        file.write("damaged", 7);
    }
    void remove(const std::string& name) const { REQUIRE(fs::remove(path + "/" + name)); }

    TempDirectory temp;
    std::string path = temp.path("live");
    RestoreRequest request;
};

}  // namespace

TEST_CASE("A chain of archives is restored to each of its ends, whatever the order they are given in") {
    const auto set = chain_set();
    if (!set) return;
    const ChainOfArchives chain(*set);
    struct End {
        std::string name;
        std::vector<std::string> archives;
        bool live;
    };
    for (const End& end : {End{"full", {"full"}, false}, End{"full+inc1", {"inc1", "full"}, false},
                           End{"full+inc1+inc2", {"inc2", "full", "inc1"}, false},
                           End{"full+inc1+inc2+live", {"inc1", "inc2", "full"}, true}}) {
        INFO(end.name);
        RestoreRequest request;
        request.target = chain.temp.path("to-" + end.name);
        if (end.live) request.logs = *set + "/files/live";
        chain.restore(end.archives, request);
        for (const char* database : {"/data.edb", "/second.edb"})
            ::test::check_same_contents(request.target + database, *set + "/recovered/" + end.name + database);
    }
}

TEST_CASE("A position within a chain is reached through the archives that it takes") {
    const auto set = chain_set();
    if (!set) return;
    const ChainOfArchives chain(*set);
    const std::vector<std::string> all{"inc2", "inc1", "full"};
    CHECK(chain.choose(all, Generation(8)) == std::vector<std::string>{"full"});
    CHECK(chain.choose(all, Generation(9)) == std::vector<std::string>{"full", "inc1"});
    CHECK(chain.choose(all, Generation(14)) == std::vector<std::string>{"full", "inc1", "inc2"});
    CHECK(chain.choose(all, Generation(15), true) == std::vector<std::string>{"full", "inc1", "inc2"});
    CHECK(refusal([&] { chain.choose(all, Generation(15)); }) == JET_errRequiredLogFilesMissing);
    CHECK(refusal([&] { chain.choose(all, Generation(5)); }) == JET_errEndingRestoreLogTooLow);
    CHECK(refusal([&] { chain.choose({"full", "inc2"}, std::nullopt); }) == JET_errRequiredLogFilesMissing);
}

TEST_CASE("A restore until the end of a backup's generations is that backup's state") {
    const auto set = chain_set();
    if (!set) return;
    const ChainOfArchives chain(*set);
    struct Stop {
        std::string name;
        std::uint32_t generation;
    };
    for (const Stop& stop : {Stop{"full", 8}, Stop{"full+inc1", 11}, Stop{"full+inc1+inc2", 14}}) {
        INFO(stop.name);
        RestoreRequest request;
        request.target = chain.temp.path("until-" + stop.name);
        request.logs = *set + "/files/live";
        request.until = Generation(stop.generation);
        const RestoreResult result = chain.restore({"full", "inc1", "inc2"}, request);
        CHECK(result.replayed_to.generation == Generation(stop.generation));
        CHECK(result.live_logs == 0);
        for (const char* database : {"/data.edb", "/second.edb"})
            ::test::check_same_contents(request.target + database, *set + "/recovered/" + stop.name + database);
    }
}

TEST_CASE("A time stands for the last log segment that was begun by then") {
    const auto set = chain_set();
    if (!set) return;
    const ChainOfArchives chain(*set);
    const std::string live = *set + "/files/live";
    const auto created = [&](const char* log) {
        return format::parse_log_header(ByteView(read_file(live + log)).first(format::log_sector_bytes))
            .created.to_unix_ms();
    };
    const auto plan = [&](std::int64_t unix_ms) {
        RestoreRequest request;
        request.logs = live;
        request.until = StopTime{unix_ms};
        return chain.plan(all_archives, request);
    };
    const std::int64_t within = created("/edb0000D.log"), live_only = created("/edb0000F.log");
    CHECK(plan(within - 1).stop->generation <= Generation(12));
    const ReplayPlan at = plan(within + 1);
    CHECK(at.stop->generation >= Generation(12));
    CHECK(at.stop->generation <= Generation(13));
    CHECK(at.last <= *at.stop);
    CHECK(at.live_logs.empty());
    CHECK(plan(live_only - 1).stop->generation <= Generation(14));
    const ReplayPlan all = plan(within + 86'400'000);
    CHECK(all.stop->generation == Generation(17));
    CHECK(all.live_logs == std::vector<std::string>{"edb0000F.log", "edb00010.log", "edb.log"});
    CHECK(refusal([&] { plan(within - 86'400'000); }) == JET_errEndingRestoreLogTooLow);
}

TEST_CASE("A position before the end of the full backup is refused, and nothing gets its name") {
    const auto set = chain_set();
    if (!set) return;
    const ChainOfArchives chain(*set);
    RestoreRequest request;
    request.target = chain.temp.path("too-early");
    request.until = format::Lgpos{Generation(8), 1, 0};
    CHECK(refusal([&] { chain.restore({"full", "inc1"}, request); }) == JET_errEndingRestoreLogTooLow);
    CHECK_FALSE(fs::exists(request.target + "/data.edb"));
}

TEST_CASE("A restore for which there is no room leaves nothing of itself") {
    struct FullDisk : os::FaultyFileSystem {
        using FaultyFileSystem::FaultyFileSystem;
        std::uint64_t free_bytes(const std::string&) override { return 1000; }
    };
    const TempDirectory temp;
    FullDisk disk(os::real_file_system());
    const archive::test::MemoryFile archive(test::make_archive({}));
    RestoreRequest request;
    request.target = temp.path("target");
    CHECK(refusal([&] {
              restore(disk, {{&archive, nullptr, "archive"}}, request, {}, [](auto, auto, const auto&) {});
          }) == JET_errDiskFull);
    CHECK(fs::is_empty(request.target));
}

TEST_CASE("The earliest position is named: where the full backup ends") {
    const auto set = chain_set();
    if (!set) return;
    const ChainOfArchives chain(*set);
    RestoreRequest request;
    request.until = Generation(8);
    const format::Lgpos end = chain.plan({"full"}, request).last;
    CHECK(end.generation == Generation(8));
    request.until = end;
    CHECK(chain.plan({"full"}, request).last == end);
    request.until = format::Lgpos{end.generation, end.sector, static_cast<std::uint16_t>(end.offset - 1)};
    CHECK_THROWS_WITH(chain.plan({"full"}, request), Catch::Contains(end.to_string()));
    CHECK_THROWS_WITH(chain.choose(all_archives, Generation(7)), Catch::Contains("the end of generation 8"));
}

TEST_CASE("Logs that do not lead to the position are no success") {
    const auto set = chain_set();
    if (!set) return;
    const ChainOfArchives chain(*set);
    const LiveLogs live(*set);
    RestoreRequest request = live.request;
    const auto plan = [&] { return chain.plan(all_archives, request); };
    CHECK(plan().live_logs.size() == 3);
    CHECK(plan().last.generation == Generation(17));
    request.until = Generation(18);
    CHECK(refusal(plan) == JET_errRequiredLogFilesMissing);
    request.logs = live.temp.path("nowhere");
    CHECK_THROWS_WITH(plan(), Catch::Contains("no such directory"));
    fs::create_directory(request.logs);
    CHECK(refusal(plan) == JET_errMissingLogFile);

    request = live.request;
    live.remove("edb.log");
    CHECK(refusal(plan) == JET_errMissingCurrentLogFiles);
    request.until = StopTime{INT64_MAX / 2};
    CHECK(refusal(plan) == JET_errMissingCurrentLogFiles);
    request.until = Generation(17);
    CHECK(refusal(plan) == JET_errRequiredLogFilesMissing);
    request.until = Generation(16);
    CHECK(plan().last.generation == Generation(16));

    // A single archive from a pipe shows only at its end how far it reaches.
    const auto file = os::real_file_system().open(chain.temp.path("full"), os::OpenMode::read);
    archive::FileSource source(*file);
    request = {};
    request.target = live.temp.path("piped");
    request.until = Generation(9);
    CHECK(refusal([&] {
              restore(os::real_file_system(), {{nullptr, &source, "-"}}, request, Watch(),
                      [](std::uint32_t, std::uint32_t, const std::string&) {});
          }) == JET_errRequiredLogFilesMissing);
    CHECK_FALSE(fs::exists(request.target + "/data.edb"));
}

TEST_CASE("A restore ends before damage, or a gap, in the logs, and not within or behind it") {
    const auto set = chain_set();
    if (!set) return;
    const ChainOfArchives chain(*set);
    const LiveLogs live(*set);
    RestoreRequest request = live.request;
    const auto until = [&](const std::optional<StopPosition>& position) {
        request.until = position;
        request.target = live.temp.path("restored");
        fs::remove_all(request.target);
        return chain.restore(all_archives, request);
    };
    until(Generation(15));
    fs::rename(live.temp.path("restored"), live.temp.path("expected"));
    const auto check = [&](const std::optional<StopPosition>& position) {
        const RestoreResult result = until(position);
        CHECK(result.replayed_to.generation == Generation(15));
        CHECK(result.live_logs == 1);
        for (const char* database : {"/data.edb", "/second.edb"})
            ::test::check_same_contents(request.target + database, live.temp.path("expected") + database);
    };
    SECTION("the current log is no log any more") {
        live.damage("edb.log", 100);
        live.damage("edb.log", 4096 + 100);
        check(Generation(15));
        CHECK(refusal([&] { until(std::nullopt); }) == JET_errLogFileCorrupt);
        CHECK(refusal([&] { until(Generation(17)); }) == JET_errLogFileCorrupt);
    }
    SECTION("one is missing") {
        live.remove("edb00010.log");
        check(Generation(15));
        CHECK(refusal([&] { until(std::nullopt); }) == JET_errMissingCurrentLogFiles);
        CHECK(refusal([&] { until(Generation(17)); }) == JET_errMissingCurrentLogFiles);
    }
    SECTION("the damage lies in the log with the position, behind it") {
        const format::Lgpos end = until(Generation(15)).replayed_to;
        request.until = format::Lgpos{Generation(15), 2, 0};
        const format::Lgpos before = chain.plan(all_archives, request).last;
        REQUIRE(end.sector > before.sector + 3);
        live.damage("edb0000F.log", (before.sector + 3) * 4096 + 100);
        const RestoreResult result = until(before);
        CHECK(result.replayed_to == before);
        CHECK(refusal([&] { until(end); }) == JET_errLogCorruptDuringHardRecovery);
        CHECK(refusal([&] { until(Generation(15)); }) == JET_errLogCorruptDuringHardRecovery);
        CHECK(refusal([&] { until(std::nullopt); }) == JET_errLogCorruptDuringHardRecovery);
    }
}

TEST_CASE("Archives of several instances are not taken for one") {
    const auto set = chain_set();
    if (!set) return;
    const ChainOfArchives chain(*set);
    Packer(*set).pack("full", archive::BackupKind::full, chain.temp.path("other"), "another signature");
    for (const auto& until : {std::optional<StopPosition>(), std::optional<StopPosition>(Generation(9))})
        CHECK(refusal([&] { chain.choose({"inc1", "other", "full"}, until); }) == JET_errBadLogSignature);
    CHECK_THROWS_WITH(chain.choose({"inc1", "other"}, std::nullopt),
                      Catch::Contains("several instances: inc1 is of") && Catch::Contains("other is of"));
}

}  // namespace ese::backup
