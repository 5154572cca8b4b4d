// What is left of a database that is being created when a call to the operating system fails, or the process dies.

#include <catch2/catch.hpp>
#include <filesystem>
#include <memory>

#include "base/error.h"
#include "engine/check/database_check.h"
#include "engine/instance/instance.h"
#include "engine/table/test_database.h"
#include "os/faulty_file_system.h"
#include "unit/engine_parameters.h"
#include "unit/temp_directory.h"

using namespace ese;
using namespace ese::engine;
using Fault = os::FaultyFileSystem::Fault;

namespace {

constexpr JET_SESID session = 1;

Parameters parameters_of(const std::string& directory) {
    Parameters parameters = ::test::engine_parameters(directory);
    parameters.set_number(JET_paramDbExtensionSize, 16, false);
    return parameters;
}

struct Progress {
    bool created = false;  // the call has returned
};

void create(os::FileSystem& files, const std::string& directory, Progress& progress) {
    Instance instance(files, os::real_clock(), "create", parameters_of(directory));
    instance.init(0);
    instance.begin_session(session);
    JET_DBID dbid = JET_dbidNil;
    try {
        dbid = instance.create(session, directory + "/data.edb", false, 0);
    } catch (const Error&) {
        // The process lives, and knows that there is no database.
        instance.term(JET_bitTermAbrupt);
        throw;
    }
    progress.created = true;
    instance.close(session, dbid);
    instance.end_session(session);
    instance.term(0);
}

std::unique_ptr<Instance> start_again(const std::string& directory, Fault fault) {
    const auto start = [&](JET_GRBIT grbit) {
        auto instance =
            std::make_unique<Instance>(os::real_file_system(), os::real_clock(), "next", parameters_of(directory));
        instance->init(grbit);
        return instance;
    };
    try {
        return start(0);
    } catch (const Error& error) {
        // A segment of the log of which half was written is no end of the log by itself (LOG-FORMAT 3.4).
        if (fault != Fault::partial || error.jet() != JET_errLogFileCorrupt) throw;
        return start(JET_bitReplayIgnoreLostLogs);
    }
}

// The next start finds the database whole, or not at all.
void check_next_start(const std::string& directory, const Progress& progress, Fault fault) {
    const std::string path = directory + "/data.edb";
    const auto instance = start_again(directory, fault);
    Instance& next = *instance;
    const bool is_there = std::filesystem::exists(path);
    if (progress.created) CHECK(is_there);
    if (is_there) {
        CHECK(next.attach(path, false));
        next.detach(path);
    } else {
        next.begin_session(session);
        next.close(session, next.create(session, path, false, 0));
        next.end_session(session);
    }
    next.term(0);
    const ese::engine::test::TestDatabase database(path, 4096);
    std::string damage;
    check_database(
        *database.live,
        [&](const Finding& finding) {
            if (finding.kind == FindingKind::damage) damage += finding.table + ": " + finding.text + "\n";
        },
        [] {});
    INFO((is_there ? "replayed" : "new"));
    CHECK(damage == "");
}

}  // namespace

TEST_CASE("whichever call fails while a database is created, it is there as a whole afterwards, or not at all") {
    const Fault fault = GENERATE(Fault::error, Fault::partial, Fault::death);
    const std::int32_t jet = fault == Fault::partial ? JET_errDiskFull : JET_errDiskIO;
    std::uint64_t call = 1;
    for (bool reached = true; reached; ++call) {
        INFO("fault " << static_cast<int>(fault) << " at call " << call);
        const TempDirectory temp;
        os::FaultyFileSystem files(os::real_file_system());
        files.fail_at(call, fault, jet, false);
        Progress progress;
        try {
            create(files, temp.path(), progress);
        } catch (const Error&) {
        }
        reached = files.has_failed();
        if (!reached) CHECK(progress.created);
        check_next_start(temp.path(), progress, fault);
    }
    CHECK(call > 20);
}
