// Recovery against what the original engine made of the same files.

#include "engine/recovery/recovery.h"

#include <catch2/catch.hpp>

#include "base/error.h"
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
             std::uint32_t cache_pages = 1000) {
    const auto log = open_log_file(os::real_file_system(), os::join(directory, "edb.log"));
    Parameters parameters = test::engine_parameters(directory, log.header.page_bytes, log.header.file_bytes());
    parameters.set_text(JET_paramAlternateDatabaseRecoveryPath, directory, false);
    parameters.set_number(JET_paramCacheSizeMax, cache_pages, false);
    Instance instance(files, os::real_clock(), "recovery", parameters);
    instance.init(0);
    instance.term(0);
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

TEST_CASE("Recovery that is killed at any write is recovered by the next one") {
    const char* set = GENERATE("dirty-4k", "dirty-8k", "dirty-8k-ddl", "dirty-32k");
    const std::uint32_t cache_pages = GENERATE(16u, 1000u);
    const TempDirectory original;
    if (!original.copy_set(set, "files")) {
        WARN("no data");
        return;
    }
    os::FaultyFileSystem counting(os::real_file_system());
    {
        const TempDirectory temp;
        REQUIRE(temp.copy_set(set, "files"));
        recover(temp.path("files"), counting, cache_pages);
    }
    const std::uint64_t calls = counting.calls();
    // Some forty places of each set, others in every set.
    const std::uint64_t step = std::max<std::uint64_t>(1, calls / 40);
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
        recover(temp.path("files"));
        test::check_same_contents(temp.path("files") + "/data.edb",
                                  std::string(std::getenv("ESEBACKUP_TEST_DATA")) + "/" + set + "/recovered/data.edb");
    }
}
