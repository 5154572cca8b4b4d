// Clients, and a server, that do what they should not: it costs the other end nothing.

#include <grp.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "remote/test_house.h"

namespace ese::remote::test {

namespace {

std::size_t threads_of_this_process() {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/task"), {}));
}

Patience short_patience() {
    Patience patience;
    patience.hello = patience.idle = patience.backup = 200ms;
    return patience;
}

void check_is_served(const House& house) {
    const auto client = house.client();
    REQUIRE(client);
    CHECK(client->describe().base_name == "edb");
    CHECK(client->api().begin_external_backup(any_instance, 0) == JET_errSuccess);
    CHECK(client->api().end_external_backup(any_instance, JET_bitBackupEndNormal) == JET_errSuccess);
}

// A process of another user; what it returns is its exit status.
int as_nobody(const std::function<int()>& work) {
    constexpr uid_t nobody = 65534;
    const pid_t child = ::fork();
    if (child == 0) {
        if (::setgroups(0, nullptr) != 0 || ::setgid(nobody) != 0 || ::setuid(nobody) != 0) ::_exit(99);
        ::_exit(work());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("a client of another version is told what both speak, by either end") {
    House house;
    Raw client(house);
    send_message(*client.connection, {0, MessageType::hello, 0, 0}, Hello{7, 9, 0, "esebackup 12"}.serialise(),
                 os::in_time(5s));
    CHECK(client.answer().status == JET_errFeatureNotAvailable);
    const Hello hello = Hello::parse(client.body);
    CHECK(hello.chosen == 0);
    CHECK(hello.highest == highest_version);
    CHECK(hello.text ==
          "the client speaks versions 7 to 9 of the backup protocol, this program (the test) versions 1 to 2");
    CHECK(client.is_closed());
    check_is_served(house);
}

TEST_CASE("garbage ends the connection that it came over, with its backup, and nothing else") {
    House house;
    std::uint32_t state = 7;
    for (int round = 0; round < 50; ++round) {
        Raw client(house);
        if (round % 3 == 1) client.greet();
        if (round % 3 == 2) client.begin_and_open();
        Bytes noise(1 + static_cast<std::size_t>(round) * 37);
        for (auto& byte : noise) byte = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
        CHECK(failure_of([&] { client.connection->send(noise, {}, os::in_time(5s)); }).empty());
        client.connection->shut_down();
        REQUIRE(comes_true([&] { return !house.engine.in_progress(); }));
    }
    CHECK(house.engine.truncated == 0);
    CHECK(house.engine.aborted == 16);
    check_is_served(house);
}

TEST_CASE("lengths, types and sizes that make no sense end the session") {
    House house;
    const auto ends = [&](MessageHeader header, const BodyWriter& body) {
        Raw client(house);
        client.begin_and_open();
        const auto bytes = header.serialise();
        client.connection->send(bytes, body.body(), os::in_time(5s));
        CHECK(client.is_closed());
        CHECK(comes_true([&] { return !house.engine.in_progress(); }));
    };
    const auto zero_and = [](std::uint32_t number) {
        BodyWriter body;
        body.u32(0);
        body.u32(number);
        return body;
    };
    BodyWriter long_text, nul;
    const BodyWriter huge_read = zero_and(0x7FFFFFFF);
    long_text.u32(60000);
    long_text.u32(1);
    nul.blob(std::array<std::uint8_t, 3>{'a', 0, 'b'});
    ends({0xFFFFFFFF, MessageType::open_file, 9, 0}, {});
    ends({8, MessageType::read_file, 9, 0}, huge_read);
    ends({8, MessageType::open_file, 9, 0}, long_text);
    ends({7, MessageType::open_file, 9, 0}, nul);
    ends({8, MessageType::truncate_log, 9, 0}, huge_read);
    ends({0, static_cast<MessageType>(4711), 9, 0}, {});
    ends({0, MessageType::hello, 9, 0}, {});
    ends({8, MessageType::read_into_memory, 9, 0}, zero_and(0));  // of no memory
    ends({8, MessageType::share_memory, 9, 0}, huge_read);
    CHECK(house.engine.truncated == 0);
    check_is_served(house);
}

TEST_CASE("half a hello, half a request, and nothing at all are waited for so long and no longer") {
    House house(short_patience());
    Raw silent(house), half_hello(house), half_request(house), idle(house);
    const auto hello = Hello{}.serialise();
    MessageHeader header{static_cast<std::uint32_t>(hello.size()), MessageType::hello, 0, 0};
    half_hello.connection->send(header.serialise(), ByteView(hello).first(5), os::in_time(5s));
    half_request.begin_and_open();
    half_request.connection->send(ByteView(header.serialise()).first(9), {}, os::in_time(5s));
    CHECK(house.engine.in_progress());
    for (Raw* client : {&silent, &half_hello, &half_request, &idle}) CHECK(client->is_closed());
    CHECK(comes_true([&] { return house.engine.aborted == 1; }));
    CHECK(house.warned().find("took too long") != std::string::npos);
    check_is_served(house);
}

TEST_CASE("a client that asks and does not take what it gets is cut off, and its backup is aborted") {
    House house(short_patience());
    Raw client(house);
    client.begin_and_open();
    for (int i = 0; i < 5; ++i) client.ask_for_read();
    CHECK(comes_true([&] { return house.engine.aborted == 1; }));
    CHECK(house.engine.truncated == 0);
    check_is_served(house);
}

TEST_CASE("a thousand connections take no more than eight threads, and the next client is served") {
    Patience patience;
    patience.hello = 2s;
    House house(patience);
    const std::size_t threads = threads_of_this_process();
    std::vector<std::unique_ptr<Raw>> crowd;
    std::size_t most = 0;
    for (int i = 0; i < 1000; ++i) {
        crowd.push_back(std::make_unique<Raw>(house));
        REQUIRE(crowd.back()->connection);
        most = std::max(most, threads_of_this_process());
    }
    CHECK(most <= threads + 8);
    // Whoever is too many is told so.
    CHECK(crowd.back()->answer().status == JET_errOutOfSessions);
    CHECK(failure_of([&] { house.client(); }).find("connections that there may be at once are taken") !=
          std::string::npos);
    crowd.clear();
    CHECK(comes_true([&] { return failure_of([&] { house.client(); }).empty(); }));
    check_is_served(house);
}

TEST_CASE("another user is not let in: not by the socket's mode, and not by who it is") {
    if (::geteuid() != 0) {
        WARN("not root, so there is no other user to be");
        return;
    }
    House house;
    std::filesystem::permissions(house.directory.path(), std::filesystem::perms(0755));
    const auto refusal = [&] {
        return as_nobody([&] {
            try {
                return Client::connect(house.socket, "a test") ? 1 : 2;
            } catch (const Error& error) {
                if (error.jet() != JET_errPermissionDenied) return 3;
                return std::string(error.what()).find("user 65534 may not take backups here") != std::string::npos ? 4
                                                                                                                 : 5;
            }
        });
    };
    CHECK(refusal() == 5);  // the mode
    REQUIRE(::chmod(house.socket.c_str(), 0666) == 0);
    CHECK(refusal() == 4);
    CHECK(comes_true([&] { return house.warned().find("turned away: user 65534") != std::string::npos; }));

    // A member of the group that the program names, and the owner of the directory.
    house.served.group = 65534;
    house.server.reset();
    house.server = std::make_unique<BackupServer>(house.served);
    CHECK(refusal() == 1);
    house.server.reset();
    house.served.group.reset();
    house.server = std::make_unique<BackupServer>(house.served);
    REQUIRE(::chmod(house.socket.c_str(), 0666) == 0);
    REQUIRE(::chown(house.directory.path().c_str(), 65534, 65534) == 0);
    CHECK(refusal() == 1);
}

TEST_CASE("a client does not believe whoever happens to listen") {
    if (::geteuid() != 0) {
        WARN("not root, so there is no other user to be");
        return;
    }
    TempDirectory directory;
    REQUIRE(::chmod(directory.path().c_str(), 0777) == 0);
    const std::string socket = directory.path("edb-backup.socket");
    const pid_t impostor = ::fork();
    if (impostor == 0) {
        if (::setgroups(0, nullptr) != 0 || ::setuid(65534) != 0) ::_exit(99);
        os::LocalListener listener(socket, std::nullopt);
        for (;;) listener.wait({});
    }
    REQUIRE(comes_true([&] { return !failure_of([&] { Client::connect(socket, "a test"); }).empty(); }));
    CHECK(failure_of([&] { Client::connect(socket, "a test"); }).find("neither root nor the owner") !=
          std::string::npos);
    ::kill(impostor, SIGKILL);
    ::waitpid(impostor, nullptr, 0);
    CHECK_FALSE(Client::connect(socket, "a test"));
}

}  // namespace ese::remote::test
