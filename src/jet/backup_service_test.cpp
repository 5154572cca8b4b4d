// An instance whose program asked for JET_paramBackupSocket, and a client in the same process.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <set>
#include <thread>

#include "base/error.h"
#include "format/database/database_header.h"
#include "jet/registry.h"
#include "jet/test_api.h"
#include "remote/client.h"

namespace {

using ese::Error;
using ese::remote::Client;
using ese::remote::EngineApi;

struct ServedEngine : test::Engine {
    explicit ServedEngine(const TempDirectory& temp) : Engine(temp.path("files")), socket(temp.path("files/edb-backup.socket")) {
        set(JET_paramBackupSocket, 1);
    }
    std::string socket;
};

std::vector<std::string> list_of(const std::function<JET_ERR(char*, std::uint32_t, std::uint32_t*)>& call) {
    std::vector<char> list(1 << 16);
    std::uint32_t bytes = 0;
    REQUIRE(call(list.data(), 1 << 16, &bytes) == JET_errSuccess);
    return test::split_list(list.data());
}

std::uint64_t read_whole(const EngineApi& api, const std::string& path) {
    const test::Buffer buffer(1 << 20);
    JET_HANDLE handle = 0;
    std::uint32_t low = 0, high = 0;
    REQUIRE(api.open_file(0, path.c_str(), &handle, &low, &high) == JET_errSuccess);
    std::uint64_t done = 0;
    for (std::uint32_t got = 1; got > 0; done += got)
        REQUIRE(api.read_file(0, handle, buffer.data(), buffer.size(), &got) == JET_errSuccess);
    CHECK(done == low);
    REQUIRE(api.close_file(0, handle) == JET_errSuccess);
    return done;
}

}  // namespace

TEST_CASE("a program's instance is backed up over its socket: read, stamped, truncated") {
    const TempDirectory temp;
    if (!test::set_files(temp)) return;
    const std::string database = temp.path("files/data.edb");
    ServedEngine engine(temp);
    engine.start(database);
    const auto client = Client::connect(engine.socket, "a test");
    REQUIRE(client);

    const auto facts = client->describe();
    CHECK(facts.base_name == "edb");
    CHECK(facts.page_bytes == 4096);
    CHECK(facts.log_file_bytes == 128 * 1024);
    CHECK(facts.log_directory == temp.path("files"));
    REQUIRE(facts.databases.size() == 1);
    CHECK(facts.databases[0].path == database);
    CHECK(facts.databases[0].file_bytes == std::filesystem::file_size(database));
    const auto header = ese::format::DatabaseHeader::parse(facts.databases[0].header);
    REQUIRE(header);
    CHECK(header->state() == ese::format::DatabaseState::dirty_shutdown);  // it is in use
    CHECK(header->get(ese::format::header_field::log_signature) == facts.log_signature);
    REQUIRE(!facts.logs.empty());
    CHECK(facts.bystanders.empty());

    const EngineApi api = client->api();
    REQUIRE(api.begin_external_backup(0, 0) == JET_errSuccess);
    CHECK(JetDetachDatabaseA(engine.session, database.c_str()) == JET_errBackupInProgress);
    for (const auto& path : list_of([&](auto... list) { return api.get_attach_info(0, list...); }))
        CHECK(read_whole(api, path) == facts.databases[0].file_bytes + 4096);
    JET_LOGINFO_A info{};
    info.cbSize = sizeof info;
    const auto logs = list_of([&](auto... list) { return api.get_log_info(0, list..., &info); });
    CHECK(logs.size() == info.ulGenHigh - info.ulGenLow + 1);
    for (const auto& path : logs) read_whole(api, path);
    REQUIRE(api.truncate_log(0) == JET_errSuccess);
    REQUIRE(api.end_external_backup(0, JET_bitBackupEndNormal) == JET_errSuccess);
    CHECK(test::facts_of(database).bkinfoFullPrev.genHigh == info.ulGenHigh);
    CHECK_FALSE(std::filesystem::exists(logs.front()));

    CHECK(engine.term() == JET_errSuccess);
    CHECK_FALSE(std::filesystem::exists(engine.socket));
}

TEST_CASE("databases of the same log stream that lie beside the attached ones are told") {
    const TempDirectory temp;
    if (!test::set_files(temp)) return;
    std::filesystem::copy(temp.path("files/data.edb"), temp.path("files/left.edb"));
    ServedEngine engine(temp);
    engine.start();
    const auto client = Client::connect(engine.socket, "a test");
    const auto facts = client->describe();
    CHECK(facts.databases.empty());
    std::set<std::string> names;
    for (const auto& bystander : facts.bystanders) names.insert(bystander.path);
    CHECK(names == std::set{temp.path("files/data.edb"), temp.path("files/left.edb")});
}

TEST_CASE("JetTerm does not end a backup of another process unless it is told to; then the client is told") {
    const TempDirectory temp;
    if (!test::set_files(temp)) return;
    ServedEngine engine(temp);
    engine.start(temp.path("files/data.edb"));
    const auto client = Client::connect(engine.socket, "a test");
    const EngineApi api = client->api();
    REQUIRE(api.begin_external_backup(0, 0) == JET_errSuccess);
    CHECK(engine.term() == JET_errBackupInProgress);
    REQUIRE(engine.instance != 0);
    CHECK(read_whole(api, temp.path("files/data.edb")) > 0);
    CHECK(engine.term(JET_bitTermComplete | JET_bitTermStopBackup) == JET_errSuccess);
    CHECK(api.get_attach_info(0, nullptr, 0, nullptr) < 0);
    CHECK_FALSE(Client::connect(engine.socket, "a test"));
    CHECK(test::facts_of(temp.path("files/data.edb")).dbstate == JET_dbstateCleanShutdown);
}

TEST_CASE("a client that goes in the middle leaves an instance whose next backup begins anew") {
    const TempDirectory temp;
    if (!test::set_files(temp)) return;
    ServedEngine engine(temp);
    engine.start(temp.path("files/data.edb"));
    {
        const auto client = Client::connect(engine.socket, "a test");
        REQUIRE(client->api().begin_external_backup(0, 0) == JET_errSuccess);
        CHECK(test::begin(engine) == JET_errBackupInProgress);
    }
    JET_ERR begun = JET_errBackupInProgress;
    for (int i = 0; i < 5000 && begun == JET_errBackupInProgress; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        begun = test::begin(engine);
    }
    CHECK(begun == JET_errSuccess);
    CHECK(test::end(engine, JET_bitBackupEndAbort) == JET_errSuccess);
    CHECK(test::facts_of(temp.path("files/data.edb")).bkinfoFullPrev.genHigh == 0);
}

TEST_CASE("a child that the program forks can end, and its end is not the end of the socket and of the locks") {
    const TempDirectory temp;
    if (!test::set_files(temp)) return;
    ServedEngine engine(temp);
    engine.start(temp.path("files/data.edb"));
    const pid_t child = ::fork();
    if (child == 0) {
        // As the destructors of a process that calls exit() do it.
        ese::jet::Registry::global().~Registry();
        ::_exit(17);
    }
    int status = 0;
    for (int i = 0; i < 5000 && ::waitpid(child, &status, WNOHANG) == 0; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    ::kill(child, SIGKILL);
    CHECK(WEXITSTATUS(status) == 17);
    CHECK(std::filesystem::exists(temp.path("files/edb.lock")));
    const auto client = Client::connect(engine.socket, "a test");
    REQUIRE(client);
    CHECK(client->describe().databases.size() == 1);
}

TEST_CASE("JetInit fails where the socket can't be made, and leaves nothing locked") {
    const TempDirectory temp;
    if (!test::set_files(temp)) return;
    {
        ServedEngine engine(temp);
        engine.set(JET_paramBackupSocketGroup, 0, "no-such-group-anywhere");
        CHECK(JetInit(&engine.instance) == JET_errInvalidParameter);
        CHECK(test::detail().find("no-such-group-anywhere") != std::string::npos);
        engine.set(JET_paramBackupSocketGroup, 0, "");
        std::filesystem::create_directory(engine.socket);
        CHECK(JetInit(&engine.instance) == JET_errFileAlreadyExists);
        std::filesystem::remove(engine.socket);
        CHECK(JetInit(&engine.instance) == JET_errSuccess);
        CHECK(std::filesystem::exists(engine.socket));
    }
    test::Engine plain(temp.path("files"));
    plain.start(temp.path("files/data.edb"));
    CHECK_FALSE(std::filesystem::exists(temp.path("files/edb-backup.socket")));
}
