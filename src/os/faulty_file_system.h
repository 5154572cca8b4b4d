#pragma once

// A file system for tests that passes every call on, and lets the n-th one fail.

#include <atomic>
#include <memory>
#include <string>

#include "os/file_system.h"

namespace ese::os {

class FaultyFileSystem : public FileSystem {
 public:
    enum class Fault {
        error,    // that one call fails with `jet`, nothing is done
        partial,  // a write stores half of its bytes and fails; any other call fails as with `error`
        death,    // that call and every later one fail, as if the process had been killed before it
    };

    explicit FaultyFileSystem(FileSystem& real) : real_(real) {}

    // The `call`-th counted call from now on fails; 0: none. Reads are counted only if asked for.
    void fail_at(std::uint64_t call, Fault fault, std::int32_t jet, bool count_reads);
    // Whether that call has been reached.
    bool has_failed() const { return failed_; }
    std::uint64_t calls() const { return calls_; }

    std::unique_ptr<File> open(const std::string& path, OpenMode mode) override;
    std::optional<FileInfo> info(const std::string& path) override;
    std::vector<std::string> list(const std::string& directory) override;
    void make_directory(const std::string& path) override;
    void rename(const std::string& from, const std::string& to) override;
    void rename_new(const std::string& from, const std::string& to) override;
    void remove(const std::string& path) override;
    void remove_directory(const std::string& path) override;
    void sync_directory(const std::string& path) override;
    bool is_writable(const std::string& path) override { return real_.is_writable(path); }
    std::uint64_t free_bytes(const std::string& directory) override { return real_.free_bytes(directory); }
    std::string absolute(const std::string& path) override { return real_.absolute(path); }
    std::unique_ptr<Lock> lock(const std::string& path, std::int32_t jet_when_held) override {
        return real_.lock(path, jet_when_held);
    }

    // Throws if this call is the one; `half_write` is set where half of a write is to be done before.
    void count(const char* what, const std::string& path, bool is_read, bool* half_write = nullptr);

 private:
    FileSystem& real_;
    std::atomic<std::uint64_t> calls_{0};
    std::uint64_t fail_at_ = 0;
    Fault fault_ = Fault::error;
    std::int32_t jet_ = 0;
    bool count_reads_ = false;
    std::atomic<bool> failed_{false};
};

}  // namespace ese::os
