// Files and directories of a POSIX system.

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "base/error.h"
#include "esent.h"
#include "os/descriptor.h"
#include "os/errno_error.h"
#include "os/file_system.h"
#include "os/new_file.h"

namespace ese::os {
namespace {

template <class Call>
auto retry_interrupted(Call call) {
    for (;;) {
        const auto result = call();
        if (result >= 0 || errno != EINTR) return result;
    }
}

class PosixFile final : public File {
 public:
    PosixFile(std::string path, Descriptor fd) : path_(std::move(path)), fd_(std::move(fd)) {}

    const std::string& path() const override { return path_; }

    std::uint64_t size() const override {
        struct stat st {};
        if (::fstat(fd_.get(), &st) != 0) throw errno_error("reading the size", path_);
        return static_cast<std::uint64_t>(st.st_size);
    }

    std::size_t read_at(std::uint64_t offset, ByteSpan into) const override {
        std::size_t done = 0;
        while (done < into.size()) {
            const auto got = retry_interrupted([&] {
                return ::pread(fd_.get(), into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
            });
            if (got < 0) throw errno_error("reading at offset " + std::to_string(offset + done), path_);
            if (got == 0) break;
            done += static_cast<std::size_t>(got);
        }
        return done;
    }

    void write_at(std::uint64_t offset, ByteView bytes) override {
        std::size_t done = 0;
        while (done < bytes.size()) {
            const auto put = retry_interrupted([&] {
                return ::pwrite(fd_.get(), bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
            });
            if (put < 0) throw errno_error("writing at offset " + std::to_string(offset + done), path_);
            done += static_cast<std::size_t>(put);
        }
    }

    void resize(std::uint64_t bytes) override {
        if (retry_interrupted([&] { return ::ftruncate(fd_.get(), static_cast<off_t>(bytes)); }) != 0)
            throw errno_error("setting the size to " + std::to_string(bytes), path_);
    }

    void sync() override {
        if (retry_interrupted([&] { return ::fsync(fd_.get()); }) != 0) throw errno_error("flushing to disk", path_);
    }

    void give_to_owner_of(const std::string& other) override { os::give_to_owner_of(other, fd_.get(), path_); }

    bool try_lock(bool exclusive) override {
        if (::flock(fd_.get(), (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0) return true;
        if (errno != EWOULDBLOCK) throw errno_error("locking", path_);
        return false;
    }

    // Both are advice: a system that ignores or refuses it changes nothing. Bytes that wait to be written are not
    // dropped, Linux begins to write them.
    void will_read(std::uint64_t offset, std::uint64_t bytes) const override {
        (void)::posix_fadvise(fd_.get(), static_cast<off_t>(offset), static_cast<off_t>(bytes), POSIX_FADV_WILLNEED);
    }
    void drop_cached(std::uint64_t offset, std::uint64_t bytes) const override {
        (void)::posix_fadvise(fd_.get(), static_cast<off_t>(offset), static_cast<off_t>(bytes), POSIX_FADV_DONTNEED);
    }

 private:
    std::string path_;
    Descriptor fd_;
};

class PosixLock final : public Lock {
 public:
    PosixLock(std::string path, Descriptor fd) : path_(std::move(path)), fd_(std::move(fd)) {}
    ~PosixLock() override {
        ::unlink(path_.c_str());
    }  // still locked: whoever waits for it checks that the name is still its file

 private:
    std::string path_;
    Descriptor fd_;
};

Descriptor open_existing(const std::string& path, int flags) {
    Descriptor fd(retry_interrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC); }));
    if (fd.get() < 0) throw errno_error("opening", path);
    return fd;
}

Descriptor open_file(const std::string& path, OpenMode mode) {
    switch (mode) {
        case OpenMode::read: return open_existing(path, O_RDONLY);
        case OpenMode::read_write: return open_existing(path, O_RDWR);
        case OpenMode::create_new: return make_file(path, O_RDWR, NewOwner::directory);
        case OpenMode::create_or_truncate: return make_file(path, O_RDWR | O_TRUNC, NewOwner::directory);
        case OpenMode::create_private: return make_file(path, O_RDWR, NewOwner::process);
    }
    throw Error(JET_errInternalError, "there is no such way to open a file").in_file(path);
}

// Somebody who may write to the directory and not to this can't tell a lock that is held from one that was left behind.
Descriptor open_lock(const std::string& path, std::int32_t jet_when_held) {
    for (;;) {
        const int fd = retry_interrupted([&] { return ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW); });
        if (fd >= 0) return Descriptor(fd);
        struct stat st {};
        if (errno == EACCES && ::lstat(path.c_str(), &st) == 0)
            throw Error(
                ErrorKind::busy, jet_when_held,
                "in use, as it seems: user " + std::to_string(st.st_uid) + " has a lock here that is closed to others")
                .in_file(directory_of(path))
                .with_hint("if no process of that user works there, remove " + path);
        if (errno != ENOENT) throw errno_error("opening the lock file", path);
        try {
            return make_file(path, O_RDWR, NewOwner::directory_writers);
        } catch (const Error& error) {
            if (error.jet() != JET_errFileAlreadyExists) throw;  // else somebody was faster
        }
    }
}

std::string holder_of(int fd) {
    char text[64] = {};
    const auto got = ::pread(fd, text, sizeof text - 1, 0);
    const std::string pid(text, got > 0 ? static_cast<std::size_t>(std::strspn(text, "0123456789")) : 0);
    return pid.empty() ? "another process" : "process " + pid;
}

class PosixFileSystem final : public FileSystem {
 public:
    std::unique_ptr<File> open(const std::string& path, OpenMode mode) override {
        struct stat st {};
        if (::stat(path.c_str(), &st) == 0 && S_ISFIFO(st.st_mode))  // opening it would wait for its other end
            throw Error(JET_errFileAccessDenied, "this is a pipe, not a file").in_file(path);
        Descriptor fd = open_file(path, mode);
        if (::fstat(fd.get(), &st) == 0 && S_ISDIR(st.st_mode)) throw errno_error("opening", path, EISDIR);
        return std::make_unique<PosixFile>(path, std::move(fd));
    }

    std::optional<FileInfo> info(const std::string& path) override {
        struct stat st {};
        bool is_link = false;
        int failed = ::lstat(path.c_str(), &st);
        if (failed == 0 && S_ISLNK(st.st_mode)) {
            is_link = true;
            failed = ::stat(path.c_str(), &st);
        }
        if (failed != 0) {
            if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
            throw errno_error("looking at", path);
        }
        return FileInfo{S_ISDIR(st.st_mode),
                        S_ISREG(st.st_mode),
                        is_link,
                        static_cast<std::uint64_t>(st.st_size),
                        static_cast<std::uint64_t>(st.st_blocks) * 512,
                        std::int64_t{st.st_mtim.tv_sec} * 1000 + st.st_mtim.tv_nsec / 1'000'000,
                        st.st_dev,
                        st.st_ino};
    }

    std::vector<std::string> list(const std::string& directory) override {
        DIR* dir = ::opendir(directory.c_str());
        if (!dir) throw errno_error("reading the directory", directory);
        std::vector<std::string> names;
        int failure = 0;
        while (true) {
            errno = 0;  // the end and a failure differ in nothing else
            const dirent* entry = ::readdir(dir);
            failure = errno;
            if (!entry) break;
            const std::string name = entry->d_name;
            if (name != "." && name != "..") names.push_back(name);
        }
        ::closedir(dir);
        if (failure != 0) throw errno_error("reading the directory", directory, failure);
        std::sort(names.begin(), names.end());
        return names;
    }

    void make_directory(const std::string& path) override { make_directories(path); }

    void rename(const std::string& from, const std::string& to) override {
        if (::rename(from.c_str(), to.c_str()) != 0) throw errno_error("renaming to " + to, from);
    }

    void rename_new(const std::string& from, const std::string& to) override {
        if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return;
        if (errno != EINVAL && errno != ENOSYS) throw errno_error("renaming to " + to, from);
        // A file system without RENAME_NOREPLACE: link() refuses an existing name just as well.
        if (::link(from.c_str(), to.c_str()) != 0) throw errno_error("renaming to " + to, from);
        if (::unlink(from.c_str()) != 0) throw errno_error("removing the old name of " + to, from);
    }

    void remove(const std::string& path) override {
        if (::unlink(path.c_str()) != 0 && errno != ENOENT) throw errno_error("removing", path);
    }

    void remove_directory(const std::string& path) override {
        if (::rmdir(path.c_str()) != 0) throw errno_error("removing the directory", path);
    }

    void sync_directory(const std::string& path) override {
        Descriptor fd(retry_interrupted([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
        if (fd.get() < 0 || retry_interrupted([&] { return ::fsync(fd.get()); }) != 0)
            throw errno_error("flushing the directory", path);
    }

    bool is_writable(const std::string& path) override { return ::access(path.c_str(), W_OK) == 0; }

    std::uint64_t free_bytes(const std::string& directory) override {
        struct statvfs st {};
        if (::statvfs(directory.c_str(), &st) != 0) throw errno_error("asking for the free space", directory);
        return std::uint64_t{st.f_bavail} * st.f_frsize;
    }

    std::string absolute(const std::string& path) override {
        std::error_code failure;
        auto result = std::filesystem::absolute(path, failure).lexically_normal().string();
        if (failure) throw errno_error("resolving", path, failure.value());
        while (result.size() > 1 && result.back() == '/') result.pop_back();
        return result;
    }

    std::unique_ptr<Lock> lock(const std::string& path, std::int32_t jet_when_held) override {
        for (;;) {
            Descriptor fd = open_lock(path, jet_when_held);
            if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
                if (errno != EWOULDBLOCK) throw errno_error("locking", path);
                throw Error(ErrorKind::busy, jet_when_held, "in use by " + holder_of(fd.get()))
                    .in_file(directory_of(path));
            }
            struct stat ours {
            }, named{};
            const bool still_named = ::fstat(fd.get(), &ours) == 0 && ::stat(path.c_str(), &named) == 0 &&
                                     ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
            if (!still_named) continue;  // its last owner removed the file between our open and our lock
            const int locked = fd.get();
            auto lock = std::make_unique<PosixLock>(path, std::move(fd));
            const std::string pid = std::to_string(::getpid()) + "\n";
            if (retry_interrupted([&] { return ::ftruncate(locked, 0); }) != 0 ||
                retry_interrupted([&] { return ::pwrite(locked, pid.data(), pid.size(), 0); }) < 0)
                throw errno_error("writing the lock file", path);
            return lock;
        }
    }
};

}  // namespace

void File::read_exactly_at(std::uint64_t offset, ByteSpan into) const {
    const std::size_t got = read_at(offset, into);
    if (got < into.size()) {
        throw Error(JET_errFileIOBeyondEOF, "the file ends at offset " + std::to_string(offset + got) + ", " +
                                                std::to_string(into.size() - got) + " bytes too early")
            .in_file(path());
    }
}

FileSystem& real_file_system() {
    static PosixFileSystem instance;
    return instance;
}

void remove_tree(FileSystem& files, const std::string& directory) {
    const auto itself = files.info(directory);
    if (itself && itself->is_link)
        throw Error(ErrorKind::usage, "this is a link, not a directory of ours").in_file(directory);
    for (const std::string& name : files.list(directory)) {
        const std::string path = join(directory, name);
        const auto info = files.info(path);
        if (info && info->is_directory && !info->is_link)
            remove_tree(files, path);
        else
            files.remove(path);
    }
    files.remove_directory(directory);
}

std::string directory_of(const std::string& path) {
    const auto slash = path.find_last_of('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string name_of(const std::string& path) {
    const auto slash = path.find_last_of('/');
    return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::string join(const std::string& directory, const std::string& name) {
    if (directory.empty() || directory == ".") return name;
    return directory.back() == '/' ? directory + name : directory + "/" + name;
}

}  // namespace ese::os
