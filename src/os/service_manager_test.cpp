#include "os/service_manager.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>

#include "os/process.h"
#include "unit/temp_directory.h"

namespace ese::os {

namespace {

// A variable of the environment, gone again at the end.
class Variable {
 public:
    Variable(const char* name, const std::string& value) : name_(name) { ::setenv(name, value.c_str(), 1); }
    ~Variable() { ::unsetenv(name_); }

 private:
    const char* name_;
};

// What systemd listens at.
class Listener {
 public:
    explicit Listener(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.data(), path.size());
        REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&address),
                       static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size())) == 0);
    }
    ~Listener() { ::close(fd_); }

    std::string heard() const {
        std::array<char, 256> text{};
        const auto got = ::recv(fd_, text.data(), text.size(), 0);
        return got > 0 ? std::string(text.data(), static_cast<std::size_t>(got)) : "";
    }

 private:
    int fd_;
};

}  // namespace

TEST_CASE("the service manager hears what it is told, at a path and at an abstract name") {
    const TempDirectory directory;
    const std::string abstract = "esebackup-test-" + std::to_string(process_id());
    for (const auto& [bound, named] : {std::pair{directory.path("notify"), directory.path("notify")},
                                       std::pair{std::string(1, '\0') + abstract, "@" + abstract}}) {
        const Listener listener(bound);
        const Variable variable("NOTIFY_SOCKET", named);
        notify_service_manager("READY=1\nSTATUS=begins");
        CHECK(listener.heard() == "READY=1\nSTATUS=begins");
    }
}

TEST_CASE("the service manager need not listen") {
    notify_service_manager("READY=1");
    for (const std::string& name : {std::string("/nowhere/notify"), std::string("relative"), std::string(200, '/')}) {
        const Variable variable("NOTIFY_SOCKET", name);
        notify_service_manager("READY=1");
    }
}

TEST_CASE("the watchdog waits for the process that it names, and for nobody else") {
    CHECK(watchdog_time().count() == 0);
    const Variable time("WATCHDOG_USEC", "3000000");
    CHECK(watchdog_time() == std::chrono::seconds(3));
    const Variable other("WATCHDOG_PID", "1");
    CHECK(watchdog_time().count() == 0);
    const Variable own("WATCHDOG_PID", std::to_string(process_id()));
    CHECK(watchdog_time() == std::chrono::seconds(3));
}

TEST_CASE("the journal is what JOURNAL_STREAM says, and only that") {
    const TempDirectory directory;
    const int fd = ::open(directory.path("log").c_str(), O_RDWR | O_CREAT, 0600);
    struct stat st {};
    REQUIRE(::fstat(fd, &st) == 0);
    CHECK_FALSE(is_journal(fd));
    const Variable stream("JOURNAL_STREAM", std::to_string(st.st_dev) + ":" + std::to_string(st.st_ino));
    CHECK(is_journal(fd));
    CHECK_FALSE(is_journal(STDIN_FILENO));
    ::close(fd);
}

}  // namespace ese::os
