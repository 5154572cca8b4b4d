#pragma once

// Files and directories behind an interface, so that tests can make the n-th call fail. No other folder calls the operating system.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace ese::os {

enum class OpenMode {
    read,               // must exist
    read_write,         // must exist
    create_new,          // must not exist; read and write, mode 0600. Root's belongs to whom its directory belongs to
    create_or_truncate,  // read and write; as create_new, where it does not exist
    create_private       // as create_new, and belongs to whoever runs the process
};

// One open file. Reads and writes at different places may run on different threads at once. Every failure is an ese::Error with the
// path, the errno in words, and the JET_ERR that fits (JET_errFileNotFound, JET_errFileAccessDenied, JET_errDiskFull, JET_errDiskIO, …).
class File {
 public:
    virtual ~File() = default;
    virtual const std::string& path() const = 0;
    virtual std::uint64_t size() const = 0;
    // Reads until `into` is full or the file ends; returns the number of bytes read.
    virtual std::size_t read_at(std::uint64_t offset, ByteSpan into) const = 0;
    virtual void write_at(std::uint64_t offset, ByteView bytes) = 0;
    virtual void resize(std::uint64_t bytes) = 0;
    virtual void sync() = 0;  // data and size are on stable storage when it returns
    // Where root runs this: owner, group and permissions become those of the file `other`, if there is one. What is no
    // file of the system has no owner.
    virtual void give_to_owner_of(const std::string& other) { static_cast<void>(other); }
    // Tells the system that these bytes will be read soon in order / will not be needed again.
    virtual void will_read(std::uint64_t offset, std::uint64_t bytes) const = 0;
    virtual void drop_cached(std::uint64_t offset, std::uint64_t bytes) const = 0;
    // Keeps other processes that ask in the same way off the file until it is closed: all of them, or those that want it exclusively. False: held.
    virtual bool try_lock(bool exclusive) = 0;
    // Reads exactly; the file ending early is an error (JET_errFileIOBeyondEOF).
    void read_exactly_at(std::uint64_t offset, ByteSpan into) const;
};

// An advisory lock on a file that the kernel drops when its owner dies.
class Lock {
 public:
    virtual ~Lock() = default;
};

struct FileInfo {
    bool is_directory = false;
    bool is_regular = false;
    bool is_link = false;  // a symbolic link, and the rest is what it leads to
    std::uint64_t size = 0;
    std::uint64_t allocated_bytes = 0;
    std::int64_t modified_unix_ms = 0;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
};

class FileSystem {
 public:
    virtual ~FileSystem() = default;
    virtual std::unique_ptr<File> open(const std::string& path, OpenMode mode) = 0;
    virtual std::optional<FileInfo> info(const std::string& path) = 0;       // nullopt: nothing there; follows links
    virtual std::vector<std::string> list(const std::string& directory) = 0;  // names without path, sorted, without . and ..
    // And its parents; fine if it exists. Root's belongs to whom the directory above belongs to.
    virtual void make_directory(const std::string& path) = 0;
    virtual void rename(const std::string& from, const std::string& to) = 0;  // replaces `to`
    virtual void rename_new(const std::string& from, const std::string& to) = 0;  // fails if `to` exists
    virtual void remove(const std::string& path) = 0;                        // a file; fine if it is not there
    virtual void remove_directory(const std::string& path) = 0;              // an empty one
    virtual void sync_directory(const std::string& path) = 0;                // makes renames and removals in it durable
    virtual bool is_writable(const std::string& path) = 0;
    virtual std::uint64_t free_bytes(const std::string& directory) = 0;      // what an unprivileged writer may still use
    virtual std::string absolute(const std::string& path) = 0;               // symbolic links kept, "." and ".." resolved by name
    // Takes the lock file `path`, creating it and writing our pid into it, or throws ErrorKind::busy with `jet_when_held` and the holder's pid.
    // The file is removed when the lock is released. Whoever may write to its directory may have it.
    virtual std::unique_ptr<Lock> lock(const std::string& path, std::int32_t jet_when_held) = 0;
};

FileSystem& real_file_system();

// A directory with all that is in it; links are removed, not followed. Throws ErrorKind::usage where it is a link itself.
void remove_tree(FileSystem& files, const std::string& directory);

// Directory and last part of a path; "." for a bare name.
std::string directory_of(const std::string& path);
std::string name_of(const std::string& path);
std::string join(const std::string& directory, const std::string& name);

}  // namespace ese::os
