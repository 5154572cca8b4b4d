#include "engine/instance/instance.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <new>

#include <unistd.h>

#include "base/error.h"
#include "engine/recovery/hard_restore.h"
#include "format/database/trailer.h"
#include "format/log/log_stream.h"
#include "unit/engine_parameters.h"
#include "unit/temp_directory.h"

using namespace ese;
using namespace ese::engine;
namespace hf = ese::format::header_field;

namespace {

std::unique_ptr<Instance> make_instance(const std::string& directory, std::uint32_t page_bytes = 4096) {
    return std::make_unique<Instance>(os::real_file_system(), os::real_clock(), "test",
                                      test::engine_parameters(directory, page_bytes));
}

template <class Work>
std::int32_t jet_error_of(Work work) {
    try {
        work();
    } catch (const Error& error) {
        return error.jet();
    }
    return 0;
}

format::DatabaseHeader header_of(const std::string& path) {
    return read_database_header(*os::real_file_system().open(path, os::OpenMode::read), JET_errDatabaseCorrupted)
        .header;
}

std::vector<std::uint8_t> bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// Everything that one file of a backup gives.
std::vector<std::uint8_t> read_all(Backup& backup, const std::string& path) {
    constexpr std::uint32_t chunk = 1 << 16;
    const std::unique_ptr<std::uint8_t, void (*)(std::uint8_t*)> buffer(
        static_cast<std::uint8_t*>(::operator new (chunk, std::align_val_t{4096})),
        [](std::uint8_t* at) { ::operator delete (at, std::align_val_t{4096}); });
    const auto opened = backup.open_file(path);
    std::vector<std::uint8_t> all;
    while (const std::size_t got = backup.read_file(opened.handle, buffer.get(), chunk))
        all.insert(all.end(), buffer.get(), buffer.get() + got);
    backup.close_file(opened.handle);
    CHECK(all.size() == opened.stream_bytes);
    return all;
}

void write_file(const std::string& path, const std::vector<std::uint8_t>& bytes) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

struct Taken {
    std::string database;  // the stream, in a directory of its own
    std::string logs;
    BackupLogList list;
};

Taken take_full(Instance& instance, const TempDirectory& temp, bool truncate, JET_GRBIT end = JET_bitBackupEndNormal) {
    Taken taken{temp.path("placed/data.edb"), temp.path("backup-logs"), {}};
    std::filesystem::create_directories(temp.path("placed"));
    std::filesystem::create_directories(taken.logs);
    Backup& backup = instance.backup();
    backup.begin(0);
    const auto paths = backup.attached_paths();
    REQUIRE(paths.size() == 1);
    write_file(taken.database, read_all(backup, paths.front()));
    taken.list = backup.log_list();
    for (const auto& path : taken.list.paths)
        write_file(os::join(taken.logs, os::name_of(path)), read_all(backup, path));
    if (truncate) backup.truncate();
    backup.end(end);
    return taken;
}

RestoreRequest restore_request(const TempDirectory& temp, const Taken& taken) {
    RestoreRequest request;
    request.checkpoint_directory = request.log_directory = temp.path("placed");
    request.backup_log_directory = taken.logs;
    request.low = taken.list.low;
    request.high = taken.list.high;
    request.databases = {{"/anywhere/data.edb", taken.database}};
    request.events = [](std::uint32_t, Severity, const std::string&) {};
    request.progress = [](unsigned) {};
    return request;
}

}  // namespace

TEST_CASE("an empty directory becomes a log stream that ends clean and goes on") {
    const TempDirectory temp;
    for (int run = 0; run < 3; ++run) {
        auto instance = make_instance(temp.path());
        instance->init(0);
        instance->term(0);
        const auto current = open_log_file(os::real_file_system(), temp.path("edb.log"));
        CHECK(current.header.generation == Generation(1));
        CHECK(format::is_run_end(format::last_record(current.scan(), current.sectors())->type));
    }
    CHECK_FALSE(std::filesystem::exists(temp.path("edb.lock")));
}

TEST_CASE("attaching and terminating leaves a clean database whose pages are untouched") {
    const TempDirectory temp;
    if (!temp.copy_set("clean-4k", "files")) {
        WARN("no data");
        return;
    }
    const std::string path = temp.path("files/data.edb");
    const auto before = bytes_of(path);
    const auto header_before = header_of(path);
    auto instance = make_instance(temp.path("files"));
    instance->init(0);
    CHECK(instance->attach(path, false));
    CHECK_FALSE(instance->attach(path, false));
    const auto attached = header_of(path);
    CHECK(attached.state() == format::DatabaseState::dirty_shutdown);
    CHECK(attached.get(hf::min_required) == Generation(12));
    CHECK(attached.get(hf::max_committed) == Generation(12));
    CHECK(attached.get(hf::consistent_lgpos) == header_before.get(hf::consistent_lgpos));
    CHECK(attached.get(hf::detach_lgpos).is_zero());
    instance->term(0);

    const auto after = header_of(path);
    CHECK(after.state() == format::DatabaseState::clean_shutdown);
    CHECK(after.get(hf::consistent_lgpos) > header_before.get(hf::consistent_lgpos));
    CHECK(after.get(hf::detach_lgpos) == after.get(hf::consistent_lgpos));
    CHECK(after.get(hf::min_required) == Generation());
    const auto bytes = bytes_of(path);
    REQUIRE(bytes.size() == before.size());
    CHECK(std::equal(bytes.begin() + 2 * 4096, bytes.end(), before.begin() + 2 * 4096));
    CHECK(std::equal(bytes.begin(), bytes.begin() + 4096, bytes.begin() + 4096));

    // And once more, in the same stream.
    instance = make_instance(temp.path("files"));
    instance->init(0);
    instance->attach(path, false);
    instance->detach(path);
    instance->term(0);
    CHECK(header_of(path).state() == format::DatabaseState::clean_shutdown);
}

TEST_CASE("a run that was killed with unchanged databases is ended by the next one") {
    const TempDirectory temp;
    if (!temp.copy_set("clean-4k", "files")) {
        WARN("no data");
        return;
    }
    const std::string path = temp.path("files/data.edb");
    const bool rolled = GENERATE(false, true);
    {
        auto instance = make_instance(temp.path("files"));
        instance->init(0);
        instance->attach(path, false);
        if (rolled) {
            instance->backup().begin(0);
            instance->backup().log_list();
        }
        // Destroyed without term: what a kill leaves.
    }
    CHECK(header_of(path).state() == format::DatabaseState::dirty_shutdown);
    if (GENERATE(false, true)) std::filesystem::remove(temp.path("files/edb.chk"));
    auto next = make_instance(temp.path("files"));
    next->init(0);
    CHECK(header_of(path).state() == format::DatabaseState::clean_shutdown);
    next->attach(path, false);
    next->term(0);
    CHECK(header_of(path).state() == format::DatabaseState::clean_shutdown);
}

TEST_CASE("a copy of a killed instance does not touch the database at its old place") {
    const TempDirectory temp;
    if (!temp.copy_set("clean-4k", "files")) {
        WARN("no data");
        return;
    }
    {
        auto instance = make_instance(temp.path("files"));
        instance->init(0);
        instance->attach(temp.path("files/data.edb"), false);
    }
    std::filesystem::copy(temp.path("files"), temp.path("moved"));
    const auto original = bytes_of(temp.path("files/data.edb"));
    Parameters parameters = test::engine_parameters(temp.path("moved"));
    parameters.set_text(JET_paramAlternateDatabaseRecoveryPath, temp.path("moved"), false);
    Instance moved(os::real_file_system(), os::real_clock(), "moved", parameters);
    moved.init(0);
    moved.term(0);
    CHECK(header_of(temp.path("moved/data.edb")).state() == format::DatabaseState::clean_shutdown);
    CHECK(bytes_of(temp.path("files/data.edb")) == original);
}

TEST_CASE("without the database that the logs leave attached nothing is written") {
    const TempDirectory temp;
    if (!temp.copy_set("dirty-4k", "files")) {
        WARN("no data");
        return;
    }
    const auto log = bytes_of(temp.path("files/edb.log")), checkpoint = bytes_of(temp.path("files/edb.chk")),
               database = bytes_of(temp.path("files/data.edb"));
    auto instance = make_instance(temp.path("files"));
    CHECK(jet_error_of([&] { instance->init(0); }) == JET_errAttachedDatabaseMismatch);
    CHECK(bytes_of(temp.path("files/edb.log")) == log);
    CHECK(bytes_of(temp.path("files/edb.chk")) == checkpoint);
    CHECK(bytes_of(temp.path("files/data.edb")) == database);
}

TEST_CASE("a second owner of an instance or of a database is turned away with the holder's pid") {
    const TempDirectory temp;
    if (!temp.copy_set("clean-4k", "files")) {
        WARN("no data");
        return;
    }
    auto first = make_instance(temp.path("files"));
    first->init(0);
    first->attach(temp.path("files/data.edb"), false);
    auto second = make_instance(temp.path("files"));
    try {
        second->init(0);
        FAIL("a second owner got in");
    } catch (const Error& error) {
        CHECK(error.jet() == JET_errLogFilePathInUse);
        CHECK(error.kind() == ErrorKind::busy);
        CHECK_THAT(error.what(), Catch::Contains("process " + std::to_string(::getpid())));
    }
    std::filesystem::create_directory(temp.path("other"));
    auto elsewhere = make_instance(temp.path("other"));
    elsewhere->init(0);
    CHECK(jet_error_of([&] { elsewhere->attach(temp.path("files/data.edb"), false); }) == JET_errFileAccessDenied);
    elsewhere->term(0);
    first->term(0);
}

TEST_CASE("a full backup gives a stream that restores to the same pages, clean") {
    const TempDirectory temp;
    if (!temp.copy_set("clean-4k", "files")) {
        WARN("no data");
        return;
    }
    const std::string path = temp.path("files/data.edb");
    auto instance = make_instance(temp.path("files"));
    instance->init(0);
    instance->attach(path, false);
    const Taken taken = take_full(*instance, temp, true);
    CHECK(taken.list.low == Generation(12));
    CHECK(taken.list.high == Generation(12));
    CHECK_FALSE(std::filesystem::exists(temp.path("files/edb0000C.log")));
    const auto live = header_of(path);
    CHECK(live.get(hf::full_previous).low == Generation(12));
    CHECK(live.get(hf::full_previous).high == Generation(12));
    CHECK(live.get(hf::full_current).is_zero());
    instance->term(0);

    const auto streamed = header_of(taken.database);
    CHECK(streamed.is_raw_backup());
    CHECK(streamed.get(hf::full_current).mark == live.get(hf::full_previous).mark);
    restore_external_backup(os::real_file_system(), os::real_clock(), restore_request(temp, taken));
    const auto restored = header_of(taken.database);
    CHECK(restored.state() == format::DatabaseState::clean_shutdown);
    CHECK(restored.get(hf::full_previous).is_zero());
    const auto original = bytes_of(path), copy = bytes_of(taken.database);
    REQUIRE(original.size() == copy.size());
    CHECK(std::equal(original.begin() + 2 * 4096, original.end(), copy.begin() + 2 * 4096));

    // The restored instance goes on in its log.
    auto again = make_instance(temp.path("placed"));
    again->init(0);
    again->attach(taken.database, false);
    again->term(0);
}

TEST_CASE("header stamps follow what was truncated and how the backup ended") {
    struct Case {
        bool truncate;
        JET_GRBIT end;
        bool full, copy, logs_gone;
    };
    const auto expected = GENERATE(
        Case{true, JET_bitBackupEndNormal, true, false, true}, Case{false, JET_bitBackupEndNormal, false, true, false},
        Case{false, JET_bitBackupEndNormal | JET_bitBackupTruncateDone, true, false, false},
        Case{true, JET_bitBackupEndNormal | JET_bitBackupNoDbHeaderUpdate, false, false, true},
        Case{true, JET_bitBackupEndAbort, false, false, true});
    const TempDirectory temp;
    if (!temp.copy_set("clean-4k", "files")) {
        WARN("no data");
        return;
    }
    auto instance = make_instance(temp.path("files"));
    instance->init(0);
    instance->attach(temp.path("files/data.edb"), false);
    take_full(*instance, temp, expected.truncate, expected.end);
    const auto header = header_of(temp.path("files/data.edb"));
    CHECK(header.get(hf::full_previous).is_zero() == !expected.full);
    CHECK(header.get(hf::copy_previous).is_zero() == !expected.copy);
    CHECK(std::filesystem::exists(temp.path("files/edb00001.log")) == !expected.logs_gone);
    CHECK(jet_error_of([&] { instance->backup().begin(JET_bitBackupIncremental); }) ==
          (expected.full ? 0 : JET_errMissingFullBackup));
    if (expected.full) instance->backup().end(JET_bitBackupEndAbort);
    instance->term(0);
}

TEST_CASE("with circular logging old generations are used again") {
    const TempDirectory temp;
    Parameters parameters = test::engine_parameters(temp.path());
    parameters.set_number(JET_paramCircularLog, 1, false);
    Instance instance(os::real_file_system(), os::real_clock(), "circular", parameters);
    instance.init(0);
    for (int i = 0; i < 10; ++i) {
        instance.backup().begin(0);
        instance.backup().log_list();
        instance.backup().end(JET_bitBackupEndAbort);
    }
    instance.term(0);
    const auto directory = scan_log_directory(os::real_file_system(), temp.path(), log_naming(parameters));
    CHECK(directory.archived.size() <= 3);
    CHECK(open_log_file(os::real_file_system(), temp.path("edb.log")).header.generation == Generation(11));
    Instance again(os::real_file_system(), os::real_clock(), "circular", parameters);
    again.init(0);
    again.term(0);
}
