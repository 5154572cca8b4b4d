#pragma once

// The end that has the instance: serves the external backup sequence to other processes, call by call, over a socket.
// It knows of the engine what it is given here, and nothing else.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "os/local_socket.h"
#include "remote/engine_api.h"
#include "remote/protocol.h"

namespace ese::remote {

// How long a client may be silent, and how many there may be at once.
struct Patience {
    std::chrono::milliseconds hello = std::chrono::seconds(10);
    std::chrono::milliseconds idle = std::chrono::seconds(30);     // without a backup in progress
    std::chrono::milliseconds backup = std::chrono::seconds(300);  // with one; also for taking what is sent
    std::size_t connections = 8;
};

struct Served {
    std::string socket;
    std::optional<std::uint32_t> group;  // whose members get in, beside root and the owner of the socket's directory
    EngineApi engine;
    JET_INSTANCE instance = 0;
    std::function<InstanceFacts()> describe;  // throws what a client is to be told where it is not possible now
    std::function<void(const std::string&)> warn = [](const std::string&) {};  // of clients that were turned away
    std::string program = "libesent";
    Patience patience;
};

class Session;

class BackupServer {
 public:
    // Listens when it returns. Throws where the socket can't be made.
    explicit BackupServer(Served served);
    // No call of the engine is made any more when it returns. A backup in progress is ended as aborted, as far as the
    // engine still takes calls.
    ~BackupServer();
    BackupServer(const BackupServer&) = delete;
    BackupServer& operator=(const BackupServer&) = delete;

 private:
    void listen();
    void take(std::unique_ptr<os::LocalConnection> connection);
    bool may_connect(const os::Peer& peer) const;
    void turn_away(os::LocalConnection& connection, std::int32_t status, const std::string& why);

    Served served_;
    os::LocalListener listener_;
    std::atomic<bool> is_ending_{false};
    std::list<std::unique_ptr<Session>> sessions_;  // of the listening thread
    std::chrono::steady_clock::time_point last_warning_{};
    std::thread thread_;
};

// What an engine reports on the calling thread, while it works for a client: the client is told with the answer to its
// call. On every other thread it does nothing.
void tell_client(std::uint32_t event, std::uint32_t severity, const std::string& text);

}  // namespace ese::remote
