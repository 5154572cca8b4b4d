#include "os/service_manager.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "os/process.h"

namespace ese::os {

void notify_service_manager(const std::string& state) {
    const char* name = std::getenv("NOTIFY_SOCKET");
    sockaddr_un address{};
    if (name == nullptr || (name[0] != '/' && name[0] != '@') || std::strlen(name) >= sizeof address.sun_path) return;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name, std::strlen(name));
    if (name[0] == '@') address.sun_path[0] = '\0';  // an abstract name, which is no file
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    // Never waits: a service manager that does not read must not hold up a backup.
    (void)::sendto(fd, state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                   reinterpret_cast<const sockaddr*>(&address),
                   static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + std::strlen(name)));
    ::close(fd);
}

std::chrono::microseconds watchdog_time() {
    const char* time = std::getenv("WATCHDOG_USEC");
    const char* process = std::getenv("WATCHDOG_PID");
    if (time == nullptr || (process != nullptr && process != std::to_string(process_id()))) return {};
    return std::chrono::microseconds(std::strtoull(time, nullptr, 10));
}

bool is_journal(int fd) {
    const char* stream = std::getenv("JOURNAL_STREAM");
    struct stat st {};
    if (stream == nullptr || ::fstat(fd, &st) != 0) return false;
    return stream == std::to_string(st.st_dev) + ":" + std::to_string(st.st_ino);
}

}  // namespace ese::os
