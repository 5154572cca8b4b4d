#pragma once

// For tests: a server with a made engine in a directory of its own, and clients of it.

#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "remote/client.h"
#include "remote/fake_engine.h"
#include "remote/message_io.h"
#include "remote/server.h"
#include "unit/temp_directory.h"

namespace ese::remote::test {


using namespace std::chrono_literals;

constexpr JET_INSTANCE any_instance = 0;

struct House {
    explicit House(Patience patience = {}) : socket(directory.path("edb-backup.socket")) {
        served.socket = socket;
        served.engine = engine.api();
        served.patience = patience;
        served.program = "the test";
        served.describe = [] {
            InstanceFacts facts;
            facts.base_name = "edb";
            facts.page_bytes = 8192;
            return facts;
        };
        served.warn = [this](const std::string& text) {
            const std::lock_guard hold(mutex);
            warnings.push_back(text);
        };
        server = std::make_unique<BackupServer>(served);
    }
    std::shared_ptr<Client> client() const { return Client::connect(socket, "a test"); }
    std::string warned() const {
        const std::lock_guard hold(mutex);
        return warnings.empty() ? "" : warnings.back();
    }

    TempDirectory directory;
    std::string socket;
    FakeEngine engine;
    Served served;
    mutable std::mutex mutex;
    std::vector<std::string> warnings;
    std::unique_ptr<BackupServer> server;
};

template <class Condition>
bool comes_true(Condition condition) {
    for (int i = 0; i < 5000 && !condition(); ++i) std::this_thread::sleep_for(1ms);
    return condition();
}

inline std::string detail(const EngineApi& api) {
    std::array<char, 500> text{};
    api.error_detail(text.data(), static_cast<JET_UINT32>(text.size()));
    return text.data();
}

inline std::string list_of(const std::function<JET_ERR(char*, std::uint32_t, std::uint32_t*)>& call) {
    std::uint32_t bytes = 0;
    REQUIRE(call(nullptr, 0, &bytes) == JET_errSuccess);
    std::string list(bytes, '\0');
    REQUIRE(call(list.data(), bytes, &bytes) == JET_errSuccess);
    return list;
}

inline JET_ERR open(const EngineApi& api, const char* path, std::uint64_t* size = nullptr) {
    JET_HANDLE handle = 0;
    std::uint32_t low = 0, high = 0;
    const JET_ERR result = api.open_file(any_instance, path, &handle, &low, &high);
    if (size) *size = std::uint64_t{high} << 32 | low;
    return result;
}

inline Bytes read_all(const EngineApi& api, std::uint32_t step) {
    Bytes all, buffer(step);
    for (;;) {
        std::uint32_t got = 0;
        REQUIRE(api.read_file(any_instance, 0, buffer.data(), step, &got) == JET_errSuccess);
        if (got == 0) return all;
        all.insert(all.end(), buffer.begin(), buffer.begin() + got);
    }
}

inline std::string failure_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

// A connection that says what it likes.
struct Raw {
    explicit Raw(const House& house) : connection(os::LocalConnection::connect(house.socket)) {}
    void send(MessageType type, const BodyWriter& request) {
        send_message(*connection, {0, type, ++number, 0}, request.body(), os::in_time(5s));
    }
    void greet() {
        send_message(*connection, {0, MessageType::hello, 0, 0}, Hello{}.serialise(), os::in_time(5s));
        CHECK(answer().status == JET_errSuccess);
    }
    MessageHeader answer() {
        const auto header = receive_header(*connection, os::in_time(5s));
        if (!header) return {0, MessageType::event, 0, JET_errInstanceUnavailable};
        body = receive_body(*connection, *header, most_answer_bytes, os::in_time(5s));
        return *header;
    }
    void begin_and_open() {
        greet();
        BodyWriter number_0, path;
        number_0.u32(0);
        send(MessageType::begin_backup, number_0);
        CHECK(answer().status == JET_errSuccess);
        path.text(FakeEngine::database);
        send(MessageType::open_file, path);
        CHECK(answer().status == JET_errSuccess);
    }
    void ask_for_read() {
        BodyWriter read;
        read.u32(0);
        read.u32(most_read_bytes);
        send(MessageType::read_file, read);
    }
    bool is_closed() { return answer().status == JET_errInstanceUnavailable; }

    std::unique_ptr<os::LocalConnection> connection;
    std::uint32_t number = 0;
    Bytes body;
};

}  // namespace ese::remote::test
