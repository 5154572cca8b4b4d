#include "backup/instance_copy.h"
#include "backup/instance_finder.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <random>

#include "base/error.h"
#include "esent.h"
#include "format/log/checkpoint.h"
#include "format/log/log_header.h"
#include "os/faulty_file_system.h"

namespace ese::backup {

namespace {

namespace fs = std::filesystem;

class TemporaryDirectory {
 public:
    TemporaryDirectory() : path_(fs::temp_directory_path() / ("finder-" + std::to_string(std::random_device{}()))) {
        fs::create_directories(path_);
    }
    ~TemporaryDirectory() { fs::remove_all(path_); }
    std::string path(const std::string& name = {}) const {
        return name.empty() ? path_.string() : (path_ / name).string();
    }
    void write(const std::string& name, ByteView bytes) const {
        std::ofstream out(path(name), std::ios::binary);
        out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }

 private:
    fs::path path_;
};

format::Signature signature(std::uint32_t random) {
    format::Signature made;
    made.random = random;
    made.created = format::LogTime::from_unix_ms(1700000000000);
    return made;
}

void write_database(const TemporaryDirectory& directory, const std::string& name, std::uint32_t random,
                    std::uint32_t page_bytes = 8192,
                    format::DatabaseState state = format::DatabaseState::clean_shutdown, Generation low = {},
                    Generation high = {}) {
    namespace field = format::header_field;
    format::DatabaseHeader header(page_bytes);
    header.set(field::database_signature, signature(random));
    header.set(field::state, state);
    header.set(field::min_required, low);
    header.set(field::max_required, high);
    std::vector<std::uint8_t> file;
    for (int copy = 0; copy < 2; ++copy) {
        const ByteView page = header.stamped();
        file.insert(file.end(), page.begin(), page.end());
    }
    file.resize(std::size_t{10} * page_bytes);
    directory.write(name, file);
}

struct Attached {
    std::u16string path;
    std::uint32_t random;
};

void write_log(const TemporaryDirectory& directory, const std::string& name, std::uint32_t generation,
               const std::vector<Attached>& attached, std::uint32_t page_bytes = 8192, std::uint8_t flags = 0) {
    format::LogHeader header;
    header.generation = Generation(generation);
    header.sectors = 32;
    header.page_bytes = page_bytes;
    header.version.update = 5;
    header.version.update_minor = 16;
    header.created = format::LogTime::from_unix_ms(1700000000000);
    header.signature = signature(99);
    header.flags = flags;
    for (const Attached& one : attached) {
        format::AttachInfo info;
        info.dbid = static_cast<std::uint8_t>(header.attachments.size() + 1);
        info.database = signature(one.random);
        info.set_path(one.path);
        header.attachments.push_back(info);
    }
    const auto page = format::serialise_log_header(header);
    std::vector<std::uint8_t> file(page.begin(), page.end());
    file.resize(32 * format::log_sector_bytes);
    directory.write(name, file);
}

FoundInstance find(const TemporaryDirectory& directory, InstanceRequest request = {}) {
    request.directory = directory.path();
    return find_instance(os::real_file_system(), request);
}

Error error_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    FAIL("nothing was thrown");
    return Error(ErrorKind::other, "");
}

}  // namespace

TEST_CASE("base name, naming, page size and log size are found in the newest log") {
    const TemporaryDirectory directory;
    write_database(directory, "data.edb", 1);
    write_log(directory, "V0100002.jtx", 2, {});
    write_log(directory, "V01.jtx", 3, {{u"C:\\ese\\x\\data.edb", 1}}, 8192, format::LogHeader::flag_circular);
    const FoundInstance found = find(directory);
    CHECK(found.naming.base == "V01");
    CHECK_FALSE(found.naming.legacy);
    CHECK(found.naming.eight_dot_three);
    CHECK(found.page_bytes == 8192);
    CHECK(found.log_file_bytes == 32 * 4096);
    CHECK(found.circular_logging);
    CHECK(found.newest_log == directory.path("V01.jtx"));
    CHECK(found.generations == std::vector{Generation(2), Generation(3)});
    REQUIRE(found.databases.size() == 1);
    CHECK(found.databases[0].path == directory.path("data.edb"));
    CHECK(found.databases[0].why == "named by V01.jtx");
}

TEST_CASE("a database is found by its signature when it has another name now") {
    const TemporaryDirectory directory;
    write_database(directory, "renamed.edb", 1);
    write_database(directory, "other.edb", 2);
    write_log(directory, "edb.log", 1, {{u"C:\\ese\\x\\data.edb", 1}});
    const FoundInstance found = find(directory);
    REQUIRE(found.databases.size() == 1);
    CHECK(found.databases[0].path == directory.path("renamed.edb"));
    CHECK(found.databases[0].why == "named by edb.log as C:\\ese\\x\\data.edb");
    REQUIRE(found.notes.size() == 1);
    CHECK_THAT(found.notes[0], Catch::Contains("other.edb"));
}

TEST_CASE("of two copies of a database the one of the right name is taken, and without such a name none") {
    const TemporaryDirectory directory;
    write_database(directory, "DATA.EDB", 1);
    write_database(directory, "old.edb", 1);
    write_log(directory, "edb.log", 1, {{u"C:\\ese\\x\\data.edb", 1}});
    CHECK(find(directory).databases.at(0).path == directory.path("DATA.EDB"));
    fs::rename(directory.path("DATA.EDB"), directory.path("new.edb"));
    CHECK(error_of([&] { find(directory); }).kind() == ErrorKind::usage);
}

TEST_CASE("a database that the logs name and that is not there is an error, unless the databases are given") {
    const TemporaryDirectory directory;
    write_database(directory, "data.edb", 1);
    write_log(directory, "edb.log", 1, {{u"/srv/app/data.edb", 1}, {u"/srv/app/gone.edb", 2}});
    const Error error = error_of([&] { find(directory); });
    CHECK(error.jet() == JET_errFileNotFound);
    CHECK_THAT(error.what(), Catch::Contains("/srv/app/gone.edb"));
    InstanceRequest given;
    given.databases = {"data.edb"};
    CHECK(find(directory, given).databases.at(0).why == "given");
}

TEST_CASE("a database of the right name with both headers damaged is a damaged source") {
    const TemporaryDirectory directory;
    directory.write("data.edb", std::vector<std::uint8_t>(81920, 0x5A));
    write_log(directory, "edb.log", 1, {{u"data.edb", 1}});
    const Error error = error_of([&] { find(directory); });
    CHECK(error.kind() == ErrorKind::source_damaged);
    CHECK(error.jet() == JET_errDatabaseCorrupted);
}

TEST_CASE("without logs every database of the directory is found, and a backup in place is refused with the way out") {
    const TemporaryDirectory directory;
    write_database(directory, "a.edb", 1);
    write_database(directory, "b.dat", 2);
    directory.write("notes.txt", std::vector<std::uint8_t>(100000, 'x'));
    const FoundInstance found = find(directory);
    CHECK(found.databases.size() == 2);
    CHECK_FALSE(found.has_logs());
    const Error error = error_of([&] { require_usable_in_place(os::real_file_system(), found, "--to DIR"); });
    CHECK(error.kind() == ErrorKind::not_possible);
    CHECK_THAT(error.hint(), Catch::Contains("--to DIR"));
}

TEST_CASE("logs of two instances in one directory need --base") {
    const TemporaryDirectory directory;
    write_database(directory, "data.edb", 1);
    write_log(directory, "edb.log", 1, {{u"data.edb", 1}});
    write_log(directory, "svc.log", 1, {{u"data.edb", 1}});
    CHECK(error_of([&] { find(directory); }).kind() == ErrorKind::usage);
    InstanceRequest request;
    request.base = "svc";
    CHECK(find(directory, request).naming.base == "svc");
}

TEST_CASE("a program's own log file beside the instance is no log of it") {
    const TemporaryDirectory directory;
    write_database(directory, "data.edb", 1);
    directory.write("app.log", std::vector<std::uint8_t>(9000, 'a'));
    CHECK_FALSE(find(directory).has_logs());
}

TEST_CASE("databases of two page sizes are refused") {
    const TemporaryDirectory directory;
    write_database(directory, "a.edb", 1, 8192);
    write_database(directory, "b.edb", 2, 4096);
    CHECK(error_of([&] { find(directory); }).jet() == JET_errPageSizeMismatch);
}

TEST_CASE("a dirty database is told with the generations that it requires, and refused if one is missing") {
    const TemporaryDirectory directory;
    write_database(directory, "data.edb", 1, 8192, format::DatabaseState::dirty_shutdown, Generation(2), Generation(3));
    write_log(directory, "edb00002.log", 2, {});
    write_log(directory, "edb.log", 3, {{u"data.edb", 1}});
    const auto notes = require_recoverable(os::real_file_system(), find(directory));
    REQUIRE(notes.size() == 1);
    CHECK_THAT(notes.front(), Catch::Contains("2 (edb00002.log) to 3 (edb00003.log)"));
    fs::remove(directory.path("edb00002.log"));
    const Error missing = error_of([&] { require_recoverable(os::real_file_system(), find(directory)); });
    CHECK(missing.kind() == ErrorKind::chain);
    CHECK_THAT(missing.what(), Catch::Contains("generation 2 (edb00002.log) is not in"));
}

TEST_CASE("a database that another process has attached is busy, not dirty") {
    const TemporaryDirectory directory;
    write_database(directory, "data.edb", 1, 8192, format::DatabaseState::dirty_shutdown, Generation(3), Generation(3));
    write_log(directory, "edb.log", 3, {{u"data.edb", 1}});
    const auto holder = os::real_file_system().open(directory.path("data.edb"), os::OpenMode::read_write);
    REQUIRE(holder->try_lock(true));
    CHECK(error_of([&] { require_recoverable(os::real_file_system(), find(directory)); }).kind() == ErrorKind::busy);
}

TEST_CASE("a copy of an instance has its databases, logs and checkpoint, and never goes over anything") {
    const TemporaryDirectory directory, target;
    write_database(directory, "data.edb", 1);
    write_log(directory, "edb00001.log", 1, {});
    write_log(directory, "edb.log", 2, {{u"data.edb", 1}});
    const FoundInstance found = find(directory);
    const FoundInstance copy = copy_instance(os::real_file_system(), found, target.path("copy"), [] {});
    CHECK(copy.databases.at(0).path == target.path("copy/data.edb"));
    CHECK(fs::file_size(target.path("copy/data.edb")) == 81920);
    CHECK(fs::exists(target.path("copy/edb00001.log")));
    CHECK(find_instance(os::real_file_system(), {target.path("copy"), "", "", "", {}, {}}).databases.size() == 1);
    CHECK(error_of([&] { copy_instance(os::real_file_system(), found, target.path("copy"), [] {}); }).kind() ==
          ErrorKind::usage);
}

TEST_CASE("a copy that has no room is refused before a byte of it is written") {
    struct SmallDisk : os::FaultyFileSystem {
        using FaultyFileSystem::FaultyFileSystem;
        std::uint64_t free_bytes(const std::string& directory) override {
            asked = directory;
            return free;
        }
        std::string asked;
        std::uint64_t free = 0;
    };
    const TemporaryDirectory directory, target;
    write_database(directory, "data.edb", 1);
    write_log(directory, "edb.log", 2, {{u"data.edb", 1}});
    const FoundInstance found = find(directory);
    const std::uint64_t bytes = fs::file_size(directory.path("data.edb")) + fs::file_size(directory.path("edb.log"));
    const std::string into = target.path("not/yet/there");
    SmallDisk disk(os::real_file_system());
    disk.free = bytes + 999;
    const Error error = error_of([&] { require_room_for_copy(disk, found, into, 1000); });
    CHECK(error.kind() == ErrorKind::output);
    CHECK_THAT(error.what(),
               Catch::Contains("the copy takes " + std::to_string(bytes) + ", and 1000 are to stay free"));
    CHECK(disk.asked == target.path());
    disk.free = bytes + 1000;
    require_room_for_copy(disk, found, into, 1000);
    disk.free = bytes - 1;
    CHECK(error_of([&] { copy_instance(disk, found, into, [] {}); }).kind() == ErrorKind::output);
    CHECK_FALSE(fs::exists(target.path("not")));
}

}  // namespace ese::backup
