// What is left behind when a call to the operating system fails, or the process dies, at any point of a run.

#include <catch2/catch.hpp>
#include <cstring>
#include <filesystem>
#include <new>

#include "base/error.h"
#include "engine/instance/instance.h"
#include "os/faulty_file_system.h"
#include "unit/engine_parameters.h"
#include "unit/temp_directory.h"

using namespace ese;
using namespace ese::engine;
namespace hf = ese::format::header_field;

namespace {

using Fault = os::FaultyFileSystem::Fault;

void read_to_the_end(Backup& backup, const std::string& path) {
    static const std::unique_ptr<std::uint8_t, void (*)(std::uint8_t*)> buffer(
        static_cast<std::uint8_t*>(::operator new (1 << 20, std::align_val_t{4096})),
        [](std::uint8_t* at) { ::operator delete (at, std::align_val_t{4096}); });
    const auto opened = backup.open_file(path);
    while (backup.read_file(opened.handle, buffer.get(), 1 << 20) > 0) {
    }
    backup.close_file(opened.handle);
}

struct Progress {
    bool copied = false;  // everything was read, so the logs may go
    bool ended = false;
};

// One life: init, attach, full backup with truncation, term.
void live(os::FileSystem& files, const std::string& directory, Progress& progress) {
    Instance instance(files, os::real_clock(), "fault", test::engine_parameters(directory));
    instance.init(0);
    instance.attach(directory + "/data.edb", false);
    Backup& backup = instance.backup();
    backup.begin(0);
    for (const auto& path : backup.attached_paths()) read_to_the_end(backup, path);
    for (const auto& path : backup.log_list().paths) read_to_the_end(backup, path);
    progress.copied = true;
    backup.truncate();
    backup.end(JET_bitBackupEndNormal);
    instance.term(0);
    progress.ended = true;
}

// Every generation that the database requires is there, in one unbroken stream; so whoever can replay logs gets it
// back.
void check_recoverable(const std::string& directory, const Progress& progress) {
    os::FileSystem& files = os::real_file_system();
    const auto header =
        read_database_header(*files.open(directory + "/data.edb", os::OpenMode::read), JET_errDatabaseCorrupted).header;
    const LogDirectory logs = scan_log_directory(files, directory, {});
    CHECK((logs.has_current || logs.has_temporary));
    if (!progress.copied) CHECK(logs.archived.front() == Generation(1));

    std::optional<format::LogLink> previous;
    std::vector<std::string> paths;
    for (const Generation generation : logs.archived) paths.push_back(logs.archived_path(generation));
    if (logs.has_current) paths.push_back(logs.current_path());
    for (const auto& path : paths) {
        const LogFile log = open_log_file(files, path);
        const auto scan = log.scan();
        scan.require_undamaged(JET_errLogFileCorrupt);
        if (previous) format::check_successor(*previous, log.header);
        previous = format::link_of(log.header, scan.checksum);
    }
    if (header.state() == format::DatabaseState::clean_shutdown) return;
    CHECK(header.state() == format::DatabaseState::dirty_shutdown);
    CHECK(header.get(hf::max_required) <= previous->generation);
    if (!logs.archived.empty()) CHECK(logs.archived.front() <= header.get(hf::min_required));
}

}  // namespace

TEST_CASE("whichever call fails, the instance can be continued or recovered, and no log is lost before it was read") {
    const Fault fault = GENERATE(Fault::error, Fault::partial, Fault::death);
    const std::int32_t jet = fault == Fault::partial ? JET_errDiskFull : JET_errDiskIO;
    std::uint64_t call = 1;
    for (bool reached = true; reached; ++call) {
        const TempDirectory temp;
        if (!temp.copy_set("clean-4k", "files")) {
            WARN("no data");
            return;
        }
        os::FaultyFileSystem files(os::real_file_system());
        files.fail_at(call, fault, jet, false);
        Progress progress;
        try {
            live(files, temp.path("files"), progress);
        } catch (const Error&) {
        }
        reached = files.has_failed();
        if (!reached) CHECK(progress.ended);
        INFO("fault " << static_cast<int>(fault) << " at call " << call);
        check_recoverable(temp.path("files"), progress);

        // Nothing was changed, so the next start can end what was interrupted, and goes on.
        Instance next(os::real_file_system(), os::real_clock(), "next", test::engine_parameters(temp.path("files")));
        std::int32_t result = 0;
        try {
            next.init(0);
            next.attach(temp.path("files/data.edb"), false);
            next.term(0);
        } catch (const Error& error) {
            result = error.jet();
        }
        CHECK(result == 0);
    }
    CHECK(call > 30);
}
