#include "os/faulty_calls.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <string>

namespace ese::os {

namespace {

constexpr std::size_t kernel_page_bytes = 4096;

CallFault armed;
CallRecord* recorded = nullptr;
thread_local DIR* just_opened = nullptr;

std::string name_of_open(int fd) {
    char name[sizeof CallRecord::path] = {};
    const ssize_t size = ::readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), name, sizeof name);
    return {name, static_cast<std::size_t>(std::max<ssize_t>(0, size))};
}

std::string path_in(int directory, const char* path) {
    return directory == AT_FDCWD ? path : name_of_open(directory) + "/" + path;
}

void name_file(CallRecord& record, const char* path, int fd) {
    std::snprintf(record.path, sizeof record.path, "%s", path != nullptr ? path : name_of_open(fd).c_str());
}

// Whether this call is one that the fault is meant for. One that dies does not return where nothing is to be done
// before.
bool is_met(unsigned kind, const char* doing, const char* path, int fd) {
    if (recorded == nullptr || (armed.which & kind) == 0) return false;
    const std::uint64_t number = ++recorded->counted;
    if (armed.number == 0 || number < armed.number) return false;
    if (number > armed.number) {
        if (!armed.lasting) return false;
        // A call that is interrupted for ever would be one that nobody can end.
        if (armed.error == EINTR && (number - armed.number) % 2 != 0) return false;
    }
    if (!recorded->met.exchange(true)) {
        std::snprintf(recorded->doing, sizeof recorded->doing, "%s", doing);
        name_file(*recorded, path, fd);
    }
    if (armed.what == CallFault::What::death && kind != calls::write) ::_exit(death_status);
    return true;
}

// For calls that either happen or not.
bool fails(unsigned kind, const char* doing, const char* path, int fd = -1) {
    if (!is_met(kind, doing, path, fd) || armed.what != CallFault::What::error) return false;
    errno = armed.error;
    return true;
}

// Reads and writes may be short, and a process may die in the middle of a write.
template <class Transfer>
ssize_t transfer(unsigned kind, const char* doing, int fd, std::size_t bytes, Transfer real) {
    if (!is_met(kind, doing, nullptr, fd)) return real(bytes);
    switch (armed.what) {
        case CallFault::What::short_transfer:
            return real(std::max<std::size_t>(bytes / 2, std::min<std::size_t>(bytes, 1)));
        case CallFault::What::death:
            // Linux looks for a signal that kills after each page that it has copied.
            static_cast<void>(real(bytes / 2 / kernel_page_bytes * kernel_page_bytes));
            ::_exit(death_status);
        case CallFault::What::error: break;
    }
    errno = armed.error;
    return -1;
}

}  // namespace

void arm(const CallFault& fault, CallRecord& record) {
    armed = fault;
    recorded = &record;
}

}  // namespace ese::os

using namespace ese::os;

// NOLINTBEGIN: the names are the linker's (ld, --wrap).
extern "C" {

int __real_open64(const char*, int, ...);
int __real_openat64(int, const char*, int, ...);
ssize_t __real_read(int, void*, std::size_t);
ssize_t __real_write(int, const void*, std::size_t);
ssize_t __real_pread64(int, void*, std::size_t, off_t);
ssize_t __real_pwrite64(int, const void*, std::size_t, off_t);
int __real_fsync(int);
int __real_ftruncate64(int, off_t);
int __real_rename(const char*, const char*);
int __real_renameat2(int, const char*, int, const char*, unsigned);
int __real_link(const char*, const char*);
int __real_unlink(const char*);
int __real_rmdir(const char*);
int __real_mkdirat(int, const char*, mode_t);
DIR* __real_opendir(const char*);
dirent* __real_readdir64(DIR*);
int __real_stat64(const char*, struct stat*);
int __real_lstat64(const char*, struct stat*);
int __real_fstat64(int, struct stat*);
int __real_statvfs64(const char*, struct statvfs*);
int __real_flock(int, int);
int __real_nanosleep(const timespec*, timespec*);

int __wrap_open64(const char* path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
    va_end(more);
    if (fails((flags & O_CREAT) != 0 ? calls::create : calls::open, "open", path)) return -1;
    return __real_open64(path, flags, mode);
}

int __wrap_openat64(int directory, const char* path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
    va_end(more);
    const std::string whole = path_in(directory, path);
    if (fails((flags & O_CREAT) != 0 ? calls::create : calls::open, "open", whole.c_str())) return -1;
    return __real_openat64(directory, path, flags, mode);
}

ssize_t __wrap_read(int fd, void* into, std::size_t bytes) {
    return transfer(calls::read, "read", fd, bytes, [&](std::size_t some) { return __real_read(fd, into, some); });
}

ssize_t __wrap_write(int fd, const void* from, std::size_t bytes) {
    return transfer(calls::write, "write", fd, bytes, [&](std::size_t some) { return __real_write(fd, from, some); });
}

ssize_t __wrap_pread64(int fd, void* into, std::size_t bytes, off_t offset) {
    return transfer(calls::read, "pread", fd, bytes,
                    [&](std::size_t some) { return __real_pread64(fd, into, some, offset); });
}

ssize_t __wrap_pwrite64(int fd, const void* from, std::size_t bytes, off_t offset) {
    return transfer(calls::write, "pwrite", fd, bytes,
                    [&](std::size_t some) { return __real_pwrite64(fd, from, some, offset); });
}

int __wrap_fsync(int fd) {
    if (fails(calls::sync, "fsync", nullptr, fd)) return -1;
    return recorded != nullptr ? 0 : __real_fsync(fd);
}

int __wrap_ftruncate64(int fd, off_t bytes) {
    return fails(calls::resize, "ftruncate", nullptr, fd) ? -1 : __real_ftruncate64(fd, bytes);
}

int __wrap_rename(const char* from, const char* to) {
    return fails(calls::rename, "rename", from) ? -1 : __real_rename(from, to);
}

int __wrap_renameat2(int from_directory, const char* from, int to_directory, const char* to, unsigned flags) {
    if (fails(calls::rename, "renameat2", from)) return -1;
    return __real_renameat2(from_directory, from, to_directory, to, flags);
}

int __wrap_link(const char* from, const char* to) {
    return fails(calls::rename, "link", from) ? -1 : __real_link(from, to);
}

int __wrap_unlink(const char* path) { return fails(calls::remove, "unlink", path) ? -1 : __real_unlink(path); }

int __wrap_rmdir(const char* path) { return fails(calls::remove, "rmdir", path) ? -1 : __real_rmdir(path); }

int __wrap_mkdirat(int directory, const char* path, mode_t mode) {
    if (fails(calls::make_directory, "mkdir", path_in(directory, path).c_str())) return -1;
    return __real_mkdirat(directory, path, mode);
}

DIR* __wrap_opendir(const char* path) {
    if (fails(calls::list, "opendir", path)) return nullptr;
    DIR* const directory = __real_opendir(path);
    just_opened = directory;
    return directory;
}

// Counted once in each directory: every entry would only be more of the same.
dirent* __wrap_readdir64(DIR* directory) {
    const bool first = just_opened == directory;
    just_opened = nullptr;
    return first && fails(calls::list, "readdir", nullptr, ::dirfd(directory)) ? nullptr : __real_readdir64(directory);
}

int __wrap_stat64(const char* path, struct stat* into) {
    return fails(calls::look, "stat", path) ? -1 : __real_stat64(path, into);
}

int __wrap_lstat64(const char* path, struct stat* into) {
    return fails(calls::look, "lstat", path) ? -1 : __real_lstat64(path, into);
}

int __wrap_fstat64(int fd, struct stat* into) {
    return fails(calls::look, "fstat", nullptr, fd) ? -1 : __real_fstat64(fd, into);
}

int __wrap_statvfs64(const char* path, struct statvfs* into) {
    return fails(calls::look, "statvfs", path) ? -1 : __real_statvfs64(path, into);
}

int __wrap_flock(int fd, int operation) {
    return fails(calls::lock, "flock", nullptr, fd) ? -1 : __real_flock(fd, operation);
}

int __wrap_nanosleep(const timespec* time, timespec* rest) {
    return recorded != nullptr ? 0 : __real_nanosleep(time, rest);
}

}  // extern "C"
// NOLINTEND
