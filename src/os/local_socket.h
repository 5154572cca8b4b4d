#pragma once

// Connections between processes of one machine: stream sockets that have a name in the file system.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "os/descriptor.h"

namespace ese::os {

// Until when something has to be done.
using Deadline = std::chrono::steady_clock::time_point;
Deadline in_time(std::chrono::milliseconds from_now);

// Who is at the other end, as the kernel knows it: the process that connected, or the one that listens.
struct Peer {
    std::uint32_t process = 0;
    std::uint32_t user = 0;
    std::vector<std::uint32_t> groups;  // all that it is in
};

// One thread may receive while another sends or shuts down.
class LocalConnection {
 public:
    // nullptr where nobody listens: there is no such socket, or the process that made it has gone.
    static std::unique_ptr<LocalConnection> connect(const std::string& path);
    // Owns the descriptor. `path` is for messages.
    LocalConnection(int fd, std::string path);
    ~LocalConnection();
    LocalConnection(const LocalConnection&) = delete;
    LocalConnection& operator=(const LocalConnection&) = delete;

    const std::string& path() const { return path_; }
    Peer peer() const;
    // Fills `into`. False: the other end closed before the first byte. Closed later, or not there by the deadline
    // (JET_errDeviceTimeout): throws. A descriptor that is passed along goes to `passed`; where nobody asks for one, it
    // is closed.
    bool receive(ByteSpan into, Deadline until, std::optional<Descriptor>* passed = nullptr);
    // One after the other, all of it by the deadline; the other end gets a descriptor of its own of what is passed.
    void send(ByteView first, ByteView second, Deadline until, const Descriptor* passed = nullptr);
    // For both ends: what waits here ends, and so does what comes later.
    void shut_down() noexcept;

 private:
    friend class LocalListener;
    void wait(short events, Deadline until, const char* doing) const;

    int fd_;
    std::string path_;
};

class LocalListener {
 public:
    // Makes the socket, in place of one that a process which has gone left; the caller keeps others from doing the same
    // meanwhile. Its owner may connect, and the members of `group`. Throws JET_errFileAlreadyExists where something lies
    // there that is no socket.
    LocalListener(const std::string& path, std::optional<std::uint32_t> group);
    // Removes it.
    ~LocalListener();
    LocalListener(const LocalListener&) = delete;
    LocalListener& operator=(const LocalListener&) = delete;

    struct Happening {
        std::unique_ptr<LocalConnection> arrived;    // or none
        std::vector<const LocalConnection*> hung_up;  // of those that are watched: their other end sends nothing more
    };
    // Until something happens, or wake() is called.
    Happening wait(std::span<const LocalConnection* const> watched);
    // From any thread: the wait that is under way, or the next one, ends.
    void wake() noexcept;

 private:
    std::unique_ptr<LocalConnection> accept();

    std::string path_;
    int fd_ = -1;
    int wake_fd_ = -1;
    std::uint64_t device_ = 0, inode_ = 0;  // of the socket's name
    bool is_exhausted_ = false;             // no descriptor was left for a connection
};

// A group by its name or number; nothing where there is none of that name.
std::optional<std::uint32_t> group_id(const std::string& name);
// Whose file or directory it is.
std::uint32_t owner_of(const std::string& path);
// Whom this process acts as.
std::uint32_t user_id();

}  // namespace ese::os
