// A server that answers what it should not: an error to its client, and nothing else.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "remote/test_house.h"

namespace ese::remote::test {

namespace {

struct Answer {
    Bytes bytes;
    const os::Descriptor* passed = nullptr;
};

// Greets as it should, gives these answers to whatever it is asked, and closes the connection.
class ScriptedServer {
 public:
    ScriptedServer(std::uint16_t version, std::vector<Answer> answers)
        : listener_(directory_.path("edb-backup.socket"), std::nullopt),
          thread_([this, version, answers = std::move(answers)] { run(version, answers); }) {
        client = Client::connect(directory_.path("edb-backup.socket"), "a test");
        REQUIRE(client);
    }
    ~ScriptedServer() { thread_.join(); }
    std::shared_ptr<Client> client;
    std::vector<MessageType> asked;  // complete when the connection is closed

 private:
    void run(std::uint16_t version, const std::vector<Answer>& answers) {
        std::unique_ptr<os::LocalConnection> connection;
        while (!connection) connection = listener_.wait({}).arrived;
        receive(*connection);
        send_message(*connection, {0, MessageType::hello, 0, 0}, Hello{1, version, version, "scripted"}.serialise(),
                     os::in_time(5s));
        for (const Answer& answer : answers) {
            asked.push_back(receive(*connection));
            connection->send(answer.bytes, {}, os::in_time(5s), answer.passed);
        }
    }
    static MessageType receive(os::LocalConnection& connection) {
        const auto header = receive_header(connection, os::in_time(5s));
        if (!header) return MessageType::event;
        receive_body(connection, *header, most_request_bytes, os::in_time(5s));
        return header->type;
    }

    TempDirectory directory_;
    os::LocalListener listener_;
    std::thread thread_;
};

Bytes message(MessageHeader header, ByteView body = {}) {
    BodyWriter bytes;
    bytes.bytes(header.serialise());
    bytes.bytes(body);
    return bytes.body();
}

Bytes answer(MessageType type, std::uint32_t number, const BodyWriter& body) {
    return message({static_cast<std::uint32_t>(body.body().size()), type, number, 0}, body.body());
}

// To the first request of a client that opens a file: it has so many bytes.
Answer opened(std::uint64_t bytes) {
    BodyWriter body;
    body.u32(0);
    body.u64(bytes);
    return {answer(MessageType::open_file, 1, body)};
}

os::Descriptor memory_of(std::size_t bytes, int seals) {
    os::Descriptor memory(::memfd_create("of a test", MFD_ALLOW_SEALING));
    REQUIRE(::ftruncate(memory.get(), static_cast<off_t>(bytes)) == 0);
    REQUIRE(::fcntl(memory.get(), F_ADD_SEALS, seals) == 0);
    return memory;
}

void check_answer(const Bytes& bytes, const std::string& told) {
    const ScriptedServer server(1, {{bytes}});
    const std::string failure = failure_of([&] { server.client->describe(); });
    CAPTURE(failure);
    CHECK(failure.find(told) != std::string::npos);
}

void check_memory(const os::Descriptor* passed, const std::string& told) {
    const ScriptedServer server(2, {opened(10), {answer(MessageType::share_memory, 2, {}), passed}});
    const EngineApi api = server.client->api();
    CHECK(open(api, FakeEngine::database) < 0);
    CAPTURE(detail(api));
    CHECK(detail(api).find(told) != std::string::npos);
}

}  // namespace

TEST_CASE("a server that answers nonsense is an error to its client, and no memory is taken for it") {
    const auto type = MessageType::describe;
    check_answer({}, "closed the connection");
    check_answer({1, 2, 3}, "closed the connection");
    check_answer(message({0, type, 99, 0}), "another request");
    check_answer(message({0, MessageType::begin_backup, 1, 0}), "another request");
    check_answer(message({0xFFFFFFFF, type, 1, 0}), "a message of 4294967295 bytes");
    check_answer(message({100, type, 1, 0}, std::array<std::uint8_t, 50>{}), "closed the connection");
    check_answer(message({4, type, 1, 0}, std::array<std::uint8_t, 4>{9, 9, 9, 9}), "a malformed message");
    check_answer(message({0, MessageType::event, 0, 0}), "a malformed message");
}

TEST_CASE("memory that could become smaller under its reader, or is none, is refused") {
    constexpr int size_seals = F_SEAL_SHRINK | F_SEAL_GROW;
    check_memory(nullptr, "none came");
    const os::Descriptor growing = memory_of(memory_bytes, F_SEAL_SHRINK),
                         shrinking = memory_of(memory_bytes, F_SEAL_GROW),
                         small = memory_of(memory_bytes - 4096, size_seals),
                         large = memory_of(memory_bytes + 1, size_seals),
                         no_memory(::open("/dev/zero", O_RDONLY | O_CLOEXEC));
    for (const os::Descriptor* passed : {&growing, &shrinking, &small, &large, &no_memory})
        check_memory(passed, "no memory of a sealed size of 3145728 bytes");
}

TEST_CASE("what a server says that it has read lies within the place that it was asked to read into") {
    const os::Descriptor memory = memory_of(memory_bytes, F_SEAL_SHRINK | F_SEAL_GROW);
    BodyWriter too_many;
    too_many.u32(most_read_bytes + 1);
    const ScriptedServer server(2, {opened(10),
                                    {answer(MessageType::share_memory, 2, {}), &memory},
                                    {answer(MessageType::read_into_memory, 3, too_many)}});
    const EngineApi api = server.client->api();
    REQUIRE(open(api, FakeEngine::database) == JET_errSuccess);
    std::uint32_t got = 0;
    Bytes buffer(100);
    CHECK(api.read_file(any_instance, 0, buffer.data(), 100, &got) == JET_errInstanceUnavailable);
    CHECK(detail(api).find("more than was asked for") != std::string::npos);
}

TEST_CASE("a server of version 1 is not asked for memory") {
    const Bytes contents{'c', 'o', 'n', 't', 'e', 'n', 't', 's'};
    BodyWriter read;
    read.bytes(contents);
    ScriptedServer server(1, {opened(contents.size()), {answer(MessageType::read_file, 2, read)}});
    const EngineApi api = server.client->api();
    REQUIRE(open(api, FakeEngine::database) == JET_errSuccess);
    CHECK(read_all(api, 5) == contents);
    CHECK(server.asked == std::vector{MessageType::open_file, MessageType::read_file});
}

}  // namespace ese::remote::test
