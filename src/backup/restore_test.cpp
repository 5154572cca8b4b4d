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
        REQUIRE(result.stopped_at);
        CHECK(result.stopped_at->generation == Generation(stop.generation));
        for (const char* database : {"/data.edb", "/second.edb"})
            ::test::check_same_contents(request.target + database, *set + "/recovered/" + stop.name + database);
    }
}

TEST_CASE("A time stands for the last log segment that was begun by then") {
    const auto set = chain_set();
    if (!set) return;
    const std::string live = *set + "/files/live";
    const auto header =
        format::parse_log_header(ByteView(read_file(live + "/edb0000D.log")).first(format::log_sector_bytes));
    const auto find = [&](std::int64_t unix_ms) {
        return find_stop_position(os::real_file_system(), {live}, format::LogNaming(), StopTime{unix_ms});
    };
    const std::int64_t created = header.created.to_unix_ms();
    CHECK(find(created - 1).generation <= Generation(12));
    const format::Lgpos at = find(created + 1);
    CHECK(at.generation >= Generation(12));
    CHECK(at.generation <= Generation(13));
    CHECK(find(created + 86'400'000).generation == Generation(17));
    CHECK(refusal([&] { find(created - 86'400'000); }) == JET_errEndingRestoreLogTooLow);
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

}  // namespace ese::backup
