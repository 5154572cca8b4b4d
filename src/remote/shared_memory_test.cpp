// The memory that a client of version 2 gets contents through: what it may do with it, and what not.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "remote/test_house.h"

namespace ese::remote::test {

namespace {

os::Descriptor memory_for(Raw& client) {
    client.send(MessageType::share_memory, {});
    std::optional<os::Descriptor> passed;
    const auto header = receive_header(*client.connection, os::in_time(5s), &passed);
    REQUIRE(header);
    CHECK(header->status == JET_errSuccess);
    CHECK(header->body_bytes == 0);
    REQUIRE(passed);
    return std::move(*passed);
}

void ask_for_read_into(Raw& client, std::uint32_t place) {
    BodyWriter read;
    read.u32(0);
    read.u32(place);
    client.send(MessageType::read_into_memory, read);
}

std::size_t open_files() {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

blkcnt_t blocks_of(const os::Descriptor& file) {
    struct stat st {};
    REQUIRE(::fstat(file.get(), &st) == 0);
    return st.st_blocks;
}

}  // namespace

TEST_CASE("contents come through the memory, and who has it can neither change it nor keep it") {
    House house;
    const os::Descriptor memory = [&] {
        Raw client(house);
        client.begin_and_open();
        os::Descriptor passed = memory_for(client);
        ask_for_read_into(client, 1);
        REQUIRE(client.answer().status == JET_errSuccess);
        CHECK(BodyReader(client.body).u32() == most_read_bytes);
        Bytes read(most_read_bytes);
        REQUIRE(::pread(passed.get(), read.data(), read.size(), most_read_bytes) == most_read_bytes);
        const Bytes& file = house.engine.files[FakeEngine::database];
        CHECK(std::equal(read.begin(), read.end(), file.begin()));

        CHECK(::ftruncate(passed.get(), 0) != 0);
        CHECK(::pwrite(passed.get(), "x", 1, 0) != 1);
        CHECK(::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, passed.get(), 0) == MAP_FAILED);
        CHECK(::fcntl(passed.get(), F_GET_SEALS) == (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL));
        // The server's own user, who may open it again, can't make it smaller either.
        const os::Descriptor again(::open(("/proc/self/fd/" + std::to_string(passed.get())).c_str(), O_RDWR));
        CHECK(::ftruncate(again.get(), 0) != 0);
        CHECK(blocks_of(passed) > 0);
        return passed;
    }();
    CHECK(comes_true([&] { return blocks_of(memory) == 0; }));
    CHECK(house.engine.aborted == 1);
}

TEST_CASE("another user can't open the memory again for writing") {
    if (::geteuid() != 0) {
        WARN("not root, so there is no other user to be");
        return;
    }
    os::SharedMemory memory(4096);
    const os::Descriptor passed = memory.for_reader();
    const std::string path = "/proc/self/fd/" + std::to_string(passed.get());
    const pid_t child = ::fork();
    if (child == 0) {
        if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(99);
        ::_exit(::open(path.c_str(), O_RDWR) < 0 && ::fchmod(passed.get(), 0666) != 0 ? 7 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WEXITSTATUS(status) == 7);
}

TEST_CASE("requests for memory that make no sense end the session, and those without a backup are refused") {
    House house;
    {
        Raw client(house);
        client.greet();
        client.send(MessageType::share_memory, {});
        CHECK(client.answer().status == JET_errNoBackup);
    }
    for (const std::uint32_t place : {memory_places, 0xFFFFFFFFu}) {
        Raw client(house);
        client.begin_and_open();
        memory_for(client);
        ask_for_read_into(client, place);
        CHECK(client.is_closed());
        CHECK(comes_true([&] { return !house.engine.in_progress(); }));
    }
    // Version 1 knows no such thing.
    Raw old(house);
    send_message(*old.connection, {0, MessageType::hello, 0, 0}, Hello{1, 1, 0, "old"}.serialise(), os::in_time(5s));
    CHECK(old.answer().status == JET_errSuccess);
    BodyWriter none;
    none.u32(0);
    old.send(MessageType::begin_backup, none);
    CHECK(old.answer().status == JET_errSuccess);
    old.send(MessageType::share_memory, {});
    CHECK(old.is_closed());
}

TEST_CASE("descriptors that somebody passes to the server are closed") {
    House house;
    Raw client(house);
    client.greet();
    const std::size_t before = open_files();
    const os::Descriptor some(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    for (std::uint32_t number = 1; number <= 20; ++number) {
        const auto header = MessageHeader{0, MessageType::describe, number, 0}.serialise();
        client.connection->send(header, {}, os::in_time(5s), &some);
        CHECK(client.answer().status == JET_errSuccess);
    }
    CHECK(open_files() == before + 1);
}

TEST_CASE("where the server has no memory to share, contents come over the socket") {
    House house;
    const auto client = house.client();
    const EngineApi api = client->api();
    REQUIRE(api.begin_external_backup(any_instance, 0) == JET_errSuccess);
    rlimit limit{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &limit) == 0);
    const rlimit too_little{memory_bytes / 2, limit.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &too_little) == 0);
    const JET_ERR opened = open(api, FakeEngine::database);
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
    CHECK(opened == JET_errSuccess);
    CHECK(read_all(api, 1 << 20) == house.engine.files[FakeEngine::database]);
    CHECK(api.close_file(any_instance, 0) == JET_errSuccess);
    CHECK(api.end_external_backup(any_instance, JET_bitBackupEndNormal) == JET_errSuccess);
}

}  // namespace ese::remote::test
