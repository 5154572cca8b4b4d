#include "os/local_socket.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/error.h"
#include "esent.h"
#include "os/errno_error.h"
#include "os/file_system.h"

namespace ese::os {

namespace {

constexpr int backlog = 128;
constexpr time_t connect_patience_seconds = 10;
constexpr auto pause_without_descriptors = std::chrono::milliseconds(100);
constexpr std::size_t most_groups = 65536;  // NGROUPS_MAX

// The address of a socket. One whose path is longer than an address may be is reached through its directory's
// descriptor, which has to stay open while the address is used.
struct Address {
    explicit Address(const std::string& path) {
        address.sun_family = AF_UNIX;
        std::string name = path;
        if (name.size() >= sizeof address.sun_path) {
            directory.emplace(::open(directory_of(path).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
            if (directory->get() < 0) throw errno_error("opening", directory_of(path));
            name = "/proc/self/fd/" + std::to_string(directory->get()) + "/" + name_of(path);
        }
        if (name.size() >= sizeof address.sun_path) throw errno_error("naming the socket", path, ENAMETOOLONG);
        std::memcpy(address.sun_path, name.c_str(), name.size() + 1);
    }
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }

    sockaddr_un address{};
    std::optional<Descriptor> directory;
};

// The part of a message in which one descriptor goes along; the system closes what there is no room for.
struct DescriptorRoom {
    void lend_to(msghdr& message) {
        message.msg_control = bytes.data();
        message.msg_controllen = CMSG_LEN(sizeof(int));  // with its padding it would be room for two
    }
    void put_into(msghdr& message, const Descriptor& descriptor) {
        lend_to(message);
        cmsghdr* entry = CMSG_FIRSTHDR(&message);
        entry->cmsg_level = SOL_SOCKET;
        entry->cmsg_type = SCM_RIGHTS;
        entry->cmsg_len = CMSG_LEN(sizeof(int));
        const int fd = descriptor.get();
        std::memcpy(CMSG_DATA(entry), &fd, sizeof fd);
    }
    static void take_from(msghdr& message, std::optional<Descriptor>& into) {
        const cmsghdr* entry = CMSG_FIRSTHDR(&message);
        if (!entry || entry->cmsg_level != SOL_SOCKET || entry->cmsg_type != SCM_RIGHTS) return;
        if (entry->cmsg_len < CMSG_LEN(sizeof(int))) return;
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(entry), sizeof fd);
        into.reset();
        into.emplace(fd);
    }

    alignas(cmsghdr) std::array<std::uint8_t, CMSG_SPACE(sizeof(int))> bytes{};
};

int new_socket(const std::string& path) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) throw errno_error("making a socket", path);
    return fd;
}

Error cut_off(const std::string& path) {
    return Error(JET_errInstanceUnavailable, "the other end closed the connection").in_file(path);
}

// The name is looked up once: what is changed is the socket that was just bound, whatever its name becomes meanwhile.
// bind() applies the umask, which is the whole process's and may not be touched here.
void set_access(const std::string& path, std::optional<std::uint32_t> group) {
    const Descriptor socket(::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat st {};
    if (socket.get() < 0 || ::fstat(socket.get(), &st) != 0) throw errno_error("opening", path);
    if (!S_ISSOCK(st.st_mode) || st.st_uid != ::geteuid()) throw errno_error("opening", path, EEXIST);
    if (group && ::fchownat(socket.get(), "", static_cast<uid_t>(-1), *group, AT_EMPTY_PATH) != 0)
        throw errno_error("giving the socket to group " + std::to_string(*group), path);
    const std::string same = "/proc/self/fd/" + std::to_string(socket.get());
    if (::chmod(same.c_str(), group ? 0660 : 0600) != 0) throw errno_error("setting the access", path);
}

}  // namespace

Deadline in_time(std::chrono::milliseconds from_now) { return std::chrono::steady_clock::now() + from_now; }

// --- a connection

std::unique_ptr<LocalConnection> LocalConnection::connect(const std::string& path) {
    struct stat st {};
    if (::stat(path.c_str(), &st) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) return nullptr;
        throw errno_error("looking at", path);
    }
    auto connection = std::make_unique<LocalConnection>(new_socket(path), path);
    const Address address(path);
    // Where the queue of those who wait is full, nobody may ever come.
    const timeval patience{connect_patience_seconds, 0};
    ::setsockopt(connection->fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    while (::connect(connection->fd_, address.get(), sizeof address.address) != 0) {
        if (errno == EINTR) continue;
        if (errno == ECONNREFUSED || errno == ENOENT) return nullptr;
        if (errno == EAGAIN) throw Error(JET_errDeviceTimeout, "nobody takes the connection").in_file(path);
        throw errno_error("connecting", path);
    }
    return connection;
}

LocalConnection::LocalConnection(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

LocalConnection::~LocalConnection() { ::close(fd_); }

Peer LocalConnection::peer() const {
    ucred who{};
    socklen_t bytes = sizeof who;
    if (::getsockopt(fd_, SOL_SOCKET, SO_PEERCRED, &who, &bytes) != 0)
        throw errno_error("asking who is connected", path_);
    std::vector<gid_t> groups(64);
    for (;;) {
        bytes = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
        if (::getsockopt(fd_, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &bytes) == 0) break;
        if (errno != ERANGE || groups.size() >= most_groups) {
            bytes = 0;  // an old kernel: the group that it acts as has to do
            break;
        }
        groups.resize(most_groups);
    }
    groups.resize(bytes / sizeof(gid_t));
    Peer peer{static_cast<std::uint32_t>(who.pid), who.uid, {groups.begin(), groups.end()}};
    peer.groups.push_back(who.gid);
    return peer;
}

void LocalConnection::wait(short events, Deadline until, const char* doing) const {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd entry{fd_, events, 0};
    if (left.count() > 0) {
        constexpr std::int64_t longest = 60'000;  // and then it is looked at the clock again
        const int ready = ::poll(&entry, 1, static_cast<int>(std::min<std::int64_t>(left.count() + 1, longest)));
        if (ready > 0 || (ready < 0 && errno == EINTR) || left.count() > longest) return;
    }
    throw Error(JET_errDeviceTimeout, std::string(doing) + " took too long").in_file(path_);
}

bool LocalConnection::receive(ByteSpan into, Deadline until, std::optional<Descriptor>* passed) {
    for (std::size_t done = 0; done < into.size();) {
        iovec part{into.data() + done, into.size() - done};
        DescriptorRoom room;
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        if (passed) room.lend_to(message);
        const ssize_t got = ::recvmsg(fd_, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
        if (got >= 0 && passed) room.take_from(message, *passed);
        if (got > 0) {
            done += static_cast<std::size_t>(got);
        } else if (got == 0 || errno == ECONNRESET) {
            if (done == 0) return false;
            throw cut_off(path_);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            wait(POLLIN, until, "receiving");
        } else if (errno != EINTR) {
            throw errno_error("receiving", path_);
        }
    }
    return true;
}

void LocalConnection::send(ByteView first, ByteView second, Deadline until, const Descriptor* passed) {
    while (!first.empty() || !second.empty()) {
        std::array<iovec, 2> parts{{{const_cast<std::uint8_t*>(first.data()), first.size()},
                                    {const_cast<std::uint8_t*>(second.data()), second.size()}}};
        msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = parts.size();
        DescriptorRoom room;
        if (passed) room.put_into(message, *passed);
        const ssize_t put = ::sendmsg(fd_, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (put >= 0) {
            passed = nullptr;
            const std::size_t of_first = std::min(first.size(), static_cast<std::size_t>(put));
            first = first.subspan(of_first);
            second = second.subspan(static_cast<std::size_t>(put) - of_first);
        } else if (errno == EPIPE || errno == ECONNRESET) {
            throw cut_off(path_);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            wait(POLLOUT, until, "sending");
        } else if (errno != EINTR) {
            throw errno_error("sending", path_);
        }
    }
}

void LocalConnection::shut_down() noexcept { ::shutdown(fd_, SHUT_RDWR); }

// --- listening

LocalListener::LocalListener(const std::string& path, std::optional<std::uint32_t> group) : path_(path) {
    struct stat st {};
    if (::lstat(path.c_str(), &st) == 0) {
        if (!S_ISSOCK(st.st_mode))
            throw Error(JET_errFileAlreadyExists, "this lies where the socket for backups has to be").in_file(path);
        if (::unlink(path.c_str()) != 0) throw errno_error("removing the old socket", path);
    }
    Descriptor socket(new_socket(path));
    Descriptor wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (wake.get() < 0) throw errno_error("making an event", path);
    const Address address(path);
    // Nobody else from its first moment on.
    if (::fchmod(socket.get(), 0600) != 0 || ::bind(socket.get(), address.get(), sizeof address.address) != 0)
        throw errno_error("making the socket", path);
    try {
        set_access(path, group);
        if (::lstat(path.c_str(), &st) != 0 || ::listen(socket.get(), backlog) != 0)
            throw errno_error("listening", path);
        if (::fcntl(socket.get(), F_SETFL, O_NONBLOCK) != 0) throw errno_error("listening", path);
    } catch (...) {
        ::unlink(path.c_str());
        throw;
    }
    device_ = st.st_dev;
    inode_ = st.st_ino;
    fd_ = socket.release();
    wake_fd_ = wake.release();
}

LocalListener::~LocalListener() {
    struct stat st {};
    if (::lstat(path_.c_str(), &st) == 0 && st.st_dev == device_ && st.st_ino == inode_) ::unlink(path_.c_str());
    ::close(fd_);
    ::close(wake_fd_);
}

LocalListener::Happening LocalListener::wait(std::span<const LocalConnection* const> watched) {
    std::vector<pollfd> entries;
    entries.push_back({wake_fd_, POLLIN, 0});
    for (const LocalConnection* connection : watched) entries.push_back({connection->fd_, POLLRDHUP, 0});
    if (!is_exhausted_) entries.push_back({fd_, POLLIN, 0});
    const int pause = is_exhausted_ ? static_cast<int>(pause_without_descriptors.count()) : -1;
    is_exhausted_ = false;
    Happening happening;
    if (::poll(entries.data(), entries.size(), pause) <= 0) return happening;
    if (entries.front().revents != 0) {
        eventfd_t count = 0;
        ::eventfd_read(wake_fd_, &count);
    }
    for (std::size_t i = 0; i < watched.size(); ++i)
        if (entries[i + 1].revents != 0) happening.hung_up.push_back(watched[i]);
    if (entries.size() > watched.size() + 1 && entries.back().revents != 0) happening.arrived = accept();
    return happening;
}

std::unique_ptr<LocalConnection> LocalListener::accept() {
    const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd >= 0) return std::make_unique<LocalConnection>(fd, path_);
    // Whoever comes then waits in the queue.
    is_exhausted_ = errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS;
    return nullptr;
}

void LocalListener::wake() noexcept { ::eventfd_write(wake_fd_, 1); }

// --- users and groups

std::optional<std::uint32_t> group_id(const std::string& name) {
    std::uint32_t number = 0;
    const auto read = std::from_chars(name.data(), name.data() + name.size(), number);
    if (read.ec == std::errc() && read.ptr == name.data() + name.size()) return number;
    group entry{};
    group* found = nullptr;
    std::vector<char> room(1024);
    int failed = 0;
    while ((failed = ::getgrnam_r(name.c_str(), &entry, room.data(), room.size(), &found)) == ERANGE)
        room.resize(room.size() * 2);
    if (failed != 0) throw errno_error("looking for the group " + name, "", failed);
    if (found == nullptr) return std::nullopt;
    return found->gr_gid;
}

std::uint32_t owner_of(const std::string& path) {
    struct stat st {};
    if (::stat(path.c_str(), &st) != 0) throw errno_error("looking at", path);
    return st.st_uid;
}

std::uint32_t user_id() { return ::geteuid(); }

}  // namespace ese::os
