#include "os/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "os/errno_error.h"
#include "os/file_system.h"

namespace ese::os {

namespace {

using Status = struct stat;

constexpr uid_t root = 0;
constexpr mode_t group_writes = S_IRGRP | S_IWGRP, others_write = S_IROTH | S_IWOTH;
constexpr mode_t reading_and_writing = 0666, every_bit = 07777;

bool is_root() { return ::geteuid() == root; }

int open_again(int directory, const std::string& name, int flags) {
    for (;;) {
        const int fd = ::openat(directory, name.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR);
        if (fd >= 0 || errno != EINTR) return fd;
    }
}

// What is made in it is in the directory whose owner is asked for, whatever its name leads to meanwhile.
Descriptor open_directory(const std::string& directory, const std::string& path) {
    Descriptor fd(open_again(AT_FDCWD, directory, O_PATH | O_DIRECTORY));
    if (fd.get() < 0) throw errno_error("opening", path);
    return fd;
}

Status status_of(int fd, const std::string& path) {
    Status status{};
    if (::fstat(fd, &status) != 0) throw errno_error("looking at", path);
    return status;
}

void give(int fd, uid_t user, gid_t group, const Status& now, const std::string& path) {
    if (now.st_uid == user && now.st_gid == group) return;
    if (::fchown(fd, user, group) != 0) throw errno_error("giving it to user " + std::to_string(user), path);
}

void allow(int fd, mode_t mode, const Status& now, const std::string& path) {
    if ((now.st_mode & mode) == mode) return;
    if (::fchmod(fd, (now.st_mode | mode) & every_bit) != 0) throw errno_error("changing the permissions", path);
}

// Root's group of a directory that others write to as its members.
bool is_shared_by_root(const Status& directory) {
    return directory.st_uid == root && directory.st_gid != 0 && (directory.st_mode & S_IWGRP) != 0;
}

// A file system that does not take root for root (NFS) has given it somebody else, and lets nobody change that.
void give_to_owner_of_directory(int fd, const Status& directory, mode_t for_group, const std::string& path) {
    if (!is_root()) return;
    const Status now = status_of(fd, path);
    if (now.st_uid != root) return;
    give(fd, directory.st_uid, directory.st_gid, now, path);
    if (is_shared_by_root(directory)) allow(fd, for_group, now, path);
}

void allow_writers(int fd, const Status& directory, const std::string& path) {
    const Status now = status_of(fd, path);
    mode_t mode = 0;
    // Who is no member of the group can't give it to the group, and need not.
    const bool is_of_group =
        now.st_gid == directory.st_gid || ::fchown(fd, static_cast<uid_t>(-1), directory.st_gid) == 0;
    if (is_of_group && (directory.st_mode & S_IWGRP) != 0) mode |= group_writes;
    if ((directory.st_mode & S_IWOTH) != 0) mode |= group_writes | others_write;
    allow(fd, mode, now, path);
}

void settle_owner(int fd, int directory, NewOwner owner, const std::string& path) {
    if (owner == NewOwner::process) return;
    const Status place = status_of(directory, path);
    give_to_owner_of_directory(fd, place, group_writes, path);
    if (owner == NewOwner::directory_writers) allow_writers(fd, place, path);
}

void make_one_directory(const std::string& path) {
    const Descriptor above = open_directory(directory_of(path), path);
    const std::string name = name_of(path);
    if (::mkdirat(above.get(), name.c_str(), 0777) != 0) throw errno_error("making the directory", path);
    if (!is_root()) return;
    const Descriptor made(open_again(above.get(), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
    if (made.get() < 0) throw errno_error("opening", path);
    give_to_owner_of_directory(made.get(), status_of(above.get(), path), S_IRWXG, path);
}

bool is_directory(const std::string& path) {
    Status status{};
    return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace

Descriptor make_file(const std::string& path, int flags, NewOwner owner) {
    const Descriptor directory = open_directory(directory_of(path), path);
    const std::string name = name_of(path);
    Descriptor fd(open_again(directory.get(), name, flags | O_CREAT | O_EXCL));
    if (fd.get() < 0 && errno == EEXIST && (flags & O_TRUNC) != 0) {
        Descriptor old(open_again(directory.get(), name, flags));
        if (old.get() < 0) throw errno_error("opening", path);
        return old;
    }
    if (fd.get() < 0) throw errno_error("opening", path);
    try {
        settle_owner(fd.get(), directory.get(), owner, path);
    } catch (const Error&) {
        ::unlinkat(directory.get(), name.c_str(), 0);
        throw;
    }
    return fd;
}

void make_directories(const std::string& path) {
    if (path.size() > 1 && path.back() == '/') return make_directories(path.substr(0, path.size() - 1));
    if (is_directory(path)) return;
    const std::string above = directory_of(path);
    if (above != path) make_directories(above);
    try {
        make_one_directory(path);
    } catch (const Error&) {
        if (!is_directory(path)) throw;  // else somebody else was faster
    }
}

void give_to_owner_of(const std::string& other, int fd, const std::string& path) {
    Status like{};
    if (!is_root() || ::lstat(other.c_str(), &like) != 0 || !S_ISREG(like.st_mode)) return;
    give(fd, like.st_uid, like.st_gid, status_of(fd, path), path);
    if (::fchmod(fd, like.st_mode & reading_and_writing) != 0) throw errno_error("changing the permissions", path);
}

}  // namespace ese::os
