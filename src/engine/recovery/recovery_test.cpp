// Recovery against what the original engine made of the same files.

#include "engine/recovery/recovery.h"

#include <catch2/catch.hpp>
#include <functional>
#include <iostream>
#include <limits>
#include <random>

#include "base/error.h"
#include "engine/database/database.h"
#include "engine/instance/instance.h"
#include "os/faulty_file_system.h"
#include "unit/database_contents.h"
#include "unit/engine_parameters.h"
#include "unit/temp_directory.h"

using namespace ese;
using namespace ese::engine;

namespace {

// JetInit over a directory, and a proper end.
void recover(const std::string& directory, os::FileSystem& files = os::real_file_system(),
             std::uint32_t cache_pages = 1000, JET_GRBIT grbit = 0) {
    // Killed in the middle of a roll, it has no edb.log.
    const LogDirectory logs = scan_log_directory(os::real_file_system(), directory, {"edb", true, true});
    const auto log = open_log_file(os::real_file_system(),
                                   logs.has_current ? logs.current_path() : logs.archived_path(logs.archived.back()));
    Parameters parameters = test::engine_parameters(directory, log.header.page_bytes, log.header.file_bytes());
    parameters.set_text(JET_paramAlternateDatabaseRecoveryPath, directory, false);
    parameters.set_number(JET_paramCacheSizeMax, cache_pages, false);
    // A checkpoint with every generation.
    parameters.set_number(JET_paramCheckpointDepthMax, 0, false);
    Instance instance(files, os::real_clock(), "recovery", parameters);
    instance.init(grbit);
    instance.term(0);
}

std::string recovered(const std::string& set) {
    return std::string(std::getenv("ESEBACKUP_TEST_DATA")) + "/" + set + "/recovered/data.edb";
}

std::int32_t error_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        UNSCOPED_INFO(error.what());
        return error.jet();
    }
    return 0;
}

format::DatabaseState state_of(const std::string& path) {
    const auto file = os::real_file_system().open(path, os::OpenMode::read);
    return read_database_header(*file, JET_errReadVerifyFailure).header.state();
}

// Random bytes in one sector of a log, with no parity that a checksum would miss.
void damage_sector(const std::string& path, std::uint32_t sector) {
    const auto file = os::real_file_system().open(path, os::OpenMode::read_write);
    std::mt19937 random(sector);
    std::vector<std::uint8_t> bytes(1000);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    file->write_at(std::uint64_t{sector} * format::log_sector_bytes + 500, bytes);
}

}  // namespace

TEST_CASE("Databases of killed runs recover to what the original engine makes of them") {
    // With few pages in memory many are written and read again before their transaction has ended.
    const std::uint32_t cache_pages = GENERATE(8u, 1000u);
    for (const char* set : {"dirty-4k", "dirty-8k", "dirty-32k", "dirty-8k-circ", "dirty-8k-ddl", "torn-log-onebit",
                            "torn-log-zero-last-sector"}) {
        INFO(set);
        TempDirectory temp;
        if (!temp.copy_set(set, "files")) continue;
        const std::string recovered =
            std::string(std::getenv("ESEBACKUP_TEST_DATA")) + "/" + set + "/recovered/data.edb";
        try {
            recover(temp.path("files"), os::real_file_system(), cache_pages);
        } catch (const Error& error) {
            FAIL_CHECK(set << ": " << error.what());
            continue;
        }
        test::check_same_contents(temp.path("files") + "/data.edb", recovered);
    }
}

namespace {

// At so many of its writes, and other calls that change something: the number of those that were met.
std::uint64_t check_killed_recoveries(const char* set, std::uint32_t cache_pages, std::uint64_t places) {
    const TempDirectory original;
    if (!original.copy_set(set, "files")) {
        WARN("no data");
        return 0;
    }
    os::FaultyFileSystem counting(os::real_file_system());
    recover(original.path("files"), counting, cache_pages);
    const std::uint64_t calls = counting.calls();
    const std::uint64_t step = std::max<std::uint64_t>(1, calls / places);
    std::uint64_t killed = 0;
    for (std::uint64_t call = 1 + calls % step; call <= calls; call += step) {
        INFO(set << ", killed at call " << call << " of " << calls);
        const TempDirectory temp;
        REQUIRE(temp.copy_set(set, "files"));
        os::FaultyFileSystem files(os::real_file_system());
        files.fail_at(call, os::FaultyFileSystem::Fault::death, JET_errDiskIO, false);
        try {
            recover(temp.path("files"), files, cache_pages);
        } catch (const Error&) {
        }
        if (files.has_failed()) ++killed;
        recover(temp.path("files"));
        test::check_same_contents(temp.path("files") + "/data.edb", recovered(set));
    }
    return killed;
}

}  // namespace

TEST_CASE("Recovery that is killed at any write is recovered by the next one") {
    const char* set = GENERATE("dirty-4k", "dirty-8k", "dirty-8k-ddl", "dirty-32k");
    const std::uint32_t cache_pages = GENERATE(16u, 1000u);
    // Others in every set.
    check_killed_recoveries(set, cache_pages, 40);
}

TEST_CASE("The same at every single write", "[.slow]") {
    const char* set = GENERATE("dirty-4k", "dirty-8k", "dirty-8k-ddl", "dirty-32k", "dirty-8k-circ");
    const std::uint32_t cache_pages = GENERATE(16u, 1000u);
    const std::uint64_t killed = check_killed_recoveries(set, cache_pages, std::numeric_limits<std::uint64_t>::max());
    std::cout << set << " with " << cache_pages << " pages in memory: killed " << killed << " times" << std::endl;
}

TEST_CASE("Recovery that was killed late goes on near where it was") {
    const char* set = GENERATE("dirty-4k", "dirty-8k", "dirty-8k-ddl");
    const TempDirectory temp;
    if (!temp.copy_set(set, "files")) return;
    INFO(set);
    const std::string directory = temp.path("files");
    const auto checkpoint = [&] { return read_checkpoint(os::real_file_system(), directory + "/edb.chk").position; };
    const format::Lgpos at_first = checkpoint();
    os::FaultyFileSystem files(os::real_file_system());
    {
        const TempDirectory other;
        REQUIRE(other.copy_set(set, "files"));
        recover(other.path("files"), files);
    }
    const std::uint64_t calls = files.calls();
    os::FaultyFileSystem dying(os::real_file_system());
    dying.fail_at(calls - 12, os::FaultyFileSystem::Fault::death, JET_errDiskIO, false);
    CHECK(error_of([&] { recover(directory, dying); }) != 0);
    const auto current = open_log_file(os::real_file_system(), directory + "/edb.log").header.generation;
    CHECK(checkpoint().generation > at_first.generation);
    CHECK(checkpoint().generation.value() + 3 >= current.value());
    // Logs below it are not even looked at.
    for (auto gone = at_first.generation; gone.next() < checkpoint().generation; gone = gone.next())
        std::filesystem::remove(directory + "/" + format::LogNaming{"edb", true, true}.archived(gone));
    recover(directory);
    test::check_same_contents(directory + "/data.edb", recovered(set));
}

TEST_CASE(
    "Garbage behind what the database requires is passed over only if the caller accepts that something is lost") {
    const TempDirectory temp;
    if (!temp.copy_set("dirty-4k", "files")) return;
    const std::string directory = temp.path("files");
    recover(directory);
    // The logs go on with a run that attaches nothing and dies.
    {
        const auto log = open_log_file(os::real_file_system(), directory + "/edb.log");
        Parameters parameters = test::engine_parameters(directory, log.header.page_bytes, log.header.file_bytes());
        Instance instance(os::real_file_system(), os::real_clock(), "dies", parameters);
        instance.init(0);
        CHECK(error_of([&] { instance.term(JET_bitTermDirty); }) == JET_errDirtyShutdown);
    }
    const auto log = open_log_file(os::real_file_system(), directory + "/edb.log");
    const std::uint32_t sector = log.scan().last_good + 1u;
    REQUIRE(sector <= log.header.last_data_sector());
    damage_sector(directory + "/edb.log", sector);
    CHECK(error_of([&] { recover(directory); }) == JET_errLogFileCorrupt);
    recover(directory, os::real_file_system(), 1000, JET_bitReplayIgnoreLostLogs);
    test::check_same_contents(directory + "/data.edb", recovered("dirty-4k"));
    std::size_t set_aside = 0;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) set_aside += entry.is_directory();
    CHECK(set_aside == 1);
    // What goes on is an ordinary log.
    recover(directory, os::real_file_system(), 1000, JET_bitLogStreamMustExist);
}

TEST_CASE("Damage in what a database requires is never passed over") {
    const TempDirectory temp;
    if (!temp.copy_set("torn-log-mid-corrupt", "files")) return;
    const std::string directory = temp.path("files");
    CHECK(error_of([&] { recover(directory); }) == JET_errLogFileCorrupt);
    CHECK(error_of([&] { recover(directory, os::real_file_system(), 1000, JET_bitReplayIgnoreLostLogs); }) ==
          JET_errLogFileCorrupt);
    CHECK(state_of(directory + "/data.edb") == format::DatabaseState::dirty_shutdown);
    for (const auto& entry : std::filesystem::directory_iterator(directory)) CHECK_FALSE(entry.is_directory());
}

TEST_CASE("Recovery without undo leaves the database dirty and the logs alone, and the next one ends it") {
    const TempDirectory temp;
    if (!temp.copy_set("dirty-4k", "files")) return;
    const std::string directory = temp.path("files");
    CHECK(error_of([&] { recover(directory, os::real_file_system(), 1000, JET_bitRecoveryWithoutUndo); }) ==
          JET_errRecoveredWithoutUndo);
    CHECK(state_of(directory + "/data.edb") == format::DatabaseState::dirty_shutdown);
    recover(directory, os::real_file_system(), 1000, JET_bitTruncateLogsAfterRecovery);
    test::check_same_contents(directory + "/data.edb", recovered("dirty-4k"));
    const auto left = scan_log_directory(os::real_file_system(), directory, {"edb", true, true});
    CHECK(left.archived.empty());
    CHECK(error_of([&] { recover(directory, os::real_file_system(), 1000, JET_bitRecoveryWithoutUndo); }) ==
          JET_errRecoveredWithoutUndoDatabasesConsistent);
}

TEST_CASE("A database that is missing ends recovery, unless it is to be passed over") {
    const TempDirectory temp;
    if (!temp.copy_set("dirty-8k-circ", "circ")) return;
    const std::string directory = temp.path("circ");
    std::filesystem::remove(directory + "/data.edb");
    CHECK(error_of([&] { recover(directory); }) == JET_errAttachedDatabaseMismatch);
    recover(directory, os::real_file_system(), 1000, JET_bitReplayIgnoreMissingDB);
    CHECK_FALSE(std::filesystem::exists(directory + "/data.edb"));
    recover(directory, os::real_file_system(), 1000, JET_bitLogStreamMustExist);
}
