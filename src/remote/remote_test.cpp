// Both ends over a real socket, with an engine that is made for the test.

#include <catch2/catch.hpp>
#include <filesystem>

#include "remote/test_house.h"

namespace ese::remote::test {

TEST_CASE("a backup over the socket is the same calls with the same results") {
    House house;
    const auto client = house.client();
    REQUIRE(client);
    CHECK(client->server_process() == static_cast<std::uint32_t>(::getpid()));
    CHECK(client->describe().page_bytes == 8192);
    const EngineApi api = client->api();
    REQUIRE(api.begin_external_backup(any_instance, 0) == JET_errSuccess);
    const std::string attached = list_of([&](auto... list) { return api.get_attach_info(any_instance, list...); });
    CHECK(attached == std::string(FakeEngine::database) + std::string(2, '\0'));
    // Whatever size the caller's buffers have, and the engine's reads.
    for (const std::uint32_t step : {1u << 20, 8192u * 3, 5u << 20}) {
        std::uint64_t size = 0;
        REQUIRE(open(api, FakeEngine::database, &size) == JET_errSuccess);
        CHECK(size == house.engine.files[FakeEngine::database].size());
        CHECK(read_all(api, step) == house.engine.files[FakeEngine::database]);
        CHECK(api.close_file(any_instance, 0) == JET_errSuccess);
    }
    JET_LOGINFO_A info{};
    const std::string logs = list_of([&](auto... list) { return api.get_log_info(any_instance, list..., &info); });
    CHECK(logs == std::string(FakeEngine::log) + std::string(2, '\0'));
    CHECK(info.ulGenLow == 2);
    CHECK(std::string(info.szBaseName) == "edb");
    REQUIRE(open(api, FakeEngine::log) == JET_errSuccess);
    CHECK(read_all(api, 1 << 20) == house.engine.files[FakeEngine::log]);
    CHECK(api.close_file(any_instance, 0) == JET_errSuccess);
    CHECK(list_of([&](auto... list) { return api.get_truncate_log_info(any_instance, list...); }) == logs);
    CHECK(house.engine.truncated == 0);
    CHECK(api.truncate_log_up_to(any_instance, 3) == JET_errLogFileNotCopied);
    CHECK(detail(api) == "generation 3 was not read");
    CHECK(house.engine.truncated_up_to == 0);
    CHECK(api.truncate_log_up_to(any_instance, 2) == JET_errSuccess);
    CHECK(house.engine.truncated_up_to == 2);
    CHECK(api.truncate_log(any_instance) == JET_errSuccess);
    CHECK(api.end_external_backup(any_instance, JET_bitBackupEndNormal) == JET_errSuccess);
    CHECK(house.engine.truncated == 1);
    CHECK(house.engine.ended == 1);
    CHECK(house.engine.aborted == 0);
}

TEST_CASE("errors come over the socket with their number and text, and events before the answer they belong to") {
    House house;
    house.engine.before_read = [] {
        tell_client(493, 1, "read after two attempts");
        return JET_ERR{JET_errSuccess};
    };
    const auto client = house.client();
    std::vector<std::string> events;
    client->listen([&](std::uint32_t event, std::uint32_t severity, const std::string& text) {
        events.push_back(std::to_string(event) + " " + std::to_string(severity) + " " + text);
    });
    const EngineApi api = client->api();
    REQUIRE(api.begin_external_backup(any_instance, 0) == JET_errSuccess);
    CHECK(open(api, "/etc/passwd") == JET_errDatabaseNotFound);
    CHECK(detail(api) == "/etc/passwd: not attached");
    REQUIRE(open(api, FakeEngine::log) == JET_errSuccess);
    CHECK(read_all(api, 1 << 20).size() == 256 * 1024);
    REQUIRE(!events.empty());
    CHECK(events.front() == "493 1 read after two attempts");

    // A read that fails; what was asked for ahead is forgotten, and the connection is as good as before.
    int reads = 0;
    house.engine.before_read = [&] { return JET_ERR{++reads == 3 ? JET_errReadVerifyFailure : JET_errSuccess}; };
    CHECK(api.close_file(any_instance, 0) == JET_errSuccess);
    REQUIRE(open(api, FakeEngine::database) == JET_errSuccess);
    JET_ERR result = JET_errSuccess;
    Bytes buffer(1 << 20);
    for (std::uint32_t got = 1; result == JET_errSuccess && got > 0;)
        result = api.read_file(any_instance, 0, buffer.data(), 1 << 20, &got);
    CHECK(result == JET_errReadVerifyFailure);
    CHECK(detail(api) == "page 7 is damaged");
    CHECK(api.close_file(any_instance, 0) == JET_errSuccess);
    CHECK(api.end_external_backup(any_instance, JET_bitBackupEndAbort) == JET_errSuccess);
    CHECK(house.engine.aborted == 1);
}

TEST_CASE("one backup at a time, and a client has nothing to do with another one's") {
    House house;
    const auto first = house.client(), second = house.client();
    const EngineApi mine = first->api(), other = second->api();
    CHECK(other.truncate_log(any_instance) == JET_errNoBackup);
    REQUIRE(mine.begin_external_backup(any_instance, 0) == JET_errSuccess);
    CHECK(other.begin_external_backup(any_instance, 0) == JET_errBackupInProgress);
    CHECK(detail(other) == "another backup is in progress");
    CHECK(other.end_external_backup(any_instance, JET_bitBackupEndAbort) == JET_errNoBackup);
    CHECK(other.truncate_log(any_instance) == JET_errNoBackup);
    CHECK(other.truncate_log_up_to(any_instance, 2) == JET_errNoBackup);
    CHECK(open(other, FakeEngine::database) == JET_errNoBackup);
    CHECK(house.engine.aborted + house.engine.truncated == 0);
    CHECK(house.engine.truncated_up_to == 0);
    CHECK(second->describe().base_name == "edb");  // looking is allowed
    CHECK(mine.end_external_backup(any_instance, JET_bitBackupEndNormal) == JET_errSuccess);
    CHECK(other.begin_external_backup(any_instance, 0) == JET_errSuccess);
}

TEST_CASE("a client that goes away in the middle of a read has its backup stopped and aborted at once") {
    House house;
    house.engine.read_until_stopped = true;
    {
        Raw client(house);
        client.begin_and_open();
        client.ask_for_read();
        REQUIRE(comes_true([&] { return house.engine.is_reading.load(); }));
    }
    CHECK(comes_true([&] { return house.engine.aborted == 1; }));
    CHECK(house.engine.stopped == 1);
    CHECK(house.engine.truncated == 0);
    house.engine.read_until_stopped = false;
    CHECK(house.client()->api().begin_external_backup(any_instance, 0) == JET_errSuccess);
}

TEST_CASE("a backup that the engine ended by itself is not ended again when its client goes") {
    House house;
    house.engine.before_read = [&] {
        house.engine.end_by_itself();
        return JET_ERR{JET_errLogReadVerifyFailure};
    };
    {
        Raw client(house);
        client.begin_and_open();
        client.ask_for_read();
        CHECK(client.answer().status == JET_errLogReadVerifyFailure);
    }
    const EngineApi program = house.engine.api();  // the program itself begins one
    REQUIRE(program.begin_external_backup(any_instance, 0) == JET_errSuccess);
    house.server.reset();
    CHECK(house.engine.in_progress());
    CHECK(house.engine.aborted + house.engine.stopped == 0);
}

TEST_CASE("a stop from another thread ends the call that waits, and the server's work for it") {
    House house;
    house.engine.read_until_stopped = true;
    const auto client = house.client();
    const EngineApi api = client->api();
    REQUIRE(api.begin_external_backup(any_instance, 0) == JET_errSuccess);
    REQUIRE(open(api, FakeEngine::database) == JET_errSuccess);
    std::thread stopper([&] {
        comes_true([&] { return house.engine.is_reading.load(); });
        api.stop_backup(any_instance);
    });
    Bytes buffer(1 << 20);
    std::uint32_t got = 0;
    CHECK(api.read_file(any_instance, 0, buffer.data(), 1 << 20, &got) == JET_errBackupAbortByServer);
    stopper.join();
    CHECK(comes_true([&] { return house.engine.aborted == 1; }));
}

TEST_CASE("a server that ends in the middle of a read leaves its client with an error, and no socket") {
    House house;
    const auto client = house.client();
    const EngineApi api = client->api();
    REQUIRE(api.begin_external_backup(any_instance, 0) == JET_errSuccess);
    REQUIRE(open(api, FakeEngine::database) == JET_errSuccess);
    house.server.reset();
    CHECK(house.engine.aborted == 1);
    CHECK_FALSE(std::filesystem::exists(house.socket));
    Bytes buffer(1 << 20);
    std::uint32_t got = 0;
    CHECK(api.read_file(any_instance, 0, buffer.data(), 1 << 20, &got) == JET_errInstanceUnavailable);
    CHECK(detail(api).find("edb-backup.socket: ") != std::string::npos);
    CHECK(api.truncate_log(any_instance) == JET_errInstanceUnavailable);
    CHECK_FALSE(house.client());
}

TEST_CASE("a socket that a killed process left is no server, and is replaced; anything else there is not touched") {
    House house;
    const std::string left = house.directory.path("old-backup.socket");
    {
        House other;
        std::filesystem::rename(other.socket, left);  // nobody removes it now
    }
    CHECK_FALSE(Client::connect(left, "a test"));
    house.served.socket = left;
    house.server = std::make_unique<BackupServer>(house.served);
    CHECK(Client::connect(left, "a test"));
    house.served.socket = house.directory.path("file");
    std::filesystem::create_directory(house.served.socket);
    CHECK(failure_of([&] { BackupServer server(house.served); }).find("this lies where the socket") !=
          std::string::npos);
}

TEST_CASE("a path that is too long for the address of a socket is no hindrance") {
    House house;
    const std::string deep = house.directory.path(std::string(100, 'd') + "/" + std::string(100, 'e'));
    std::filesystem::create_directories(deep);
    house.served.socket = deep + "/edb-backup.socket";
    house.server = std::make_unique<BackupServer>(house.served);
    CHECK(Client::connect(house.served.socket, "a test"));
    house.server.reset();
    CHECK_FALSE(std::filesystem::exists(house.served.socket));
}

}  // namespace ese::remote::test
