#pragma once

// A file system that passes every call on and adds up how long they took, and how much was read and written.

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <type_traits>

#include "os/file_system.h"

class TimedFileSystem final : public ese::os::FileSystem {
    using File = ese::os::File;
    using FileInfo = ese::os::FileInfo;
    using Lock = ese::os::Lock;
    using ByteSpan = ese::ByteSpan;
    using ByteView = ese::ByteView;

 public:
    explicit TimedFileSystem(FileSystem& real) : real_(real) {}

    double seconds() const { return std::chrono::duration<double>(took_).count(); }
    // Of all files whose names end like this.
    std::uint64_t bytes_read(const std::string& extension) const { return sum(read_, extension); }
    std::uint64_t bytes_written(const std::string& extension) const { return sum(written_, extension); }

    std::unique_ptr<File> open(const std::string& path, ese::os::OpenMode mode) override {
        return std::make_unique<TimedFile>(*this, timed([&] { return real_.open(path, mode); }));
    }
    std::optional<FileInfo> info(const std::string& path) override {
        return timed([&] { return real_.info(path); });
    }
    std::vector<std::string> list(const std::string& directory) override {
        return timed([&] { return real_.list(directory); });
    }
    void make_directory(const std::string& path) override {
        timed([&] { real_.make_directory(path); });
    }
    void rename(const std::string& from, const std::string& to) override {
        timed([&] { real_.rename(from, to); });
    }
    void rename_new(const std::string& from, const std::string& to) override {
        timed([&] { real_.rename_new(from, to); });
    }
    void remove(const std::string& path) override {
        timed([&] { real_.remove(path); });
    }
    void remove_directory(const std::string& path) override {
        timed([&] { real_.remove_directory(path); });
    }
    void sync_directory(const std::string& path) override {
        timed([&] { real_.sync_directory(path); });
    }
    bool is_writable(const std::string& path) override { return real_.is_writable(path); }
    std::uint64_t free_bytes(const std::string& directory) override { return real_.free_bytes(directory); }
    std::string absolute(const std::string& path) override { return real_.absolute(path); }
    std::unique_ptr<Lock> lock(const std::string& path, std::int32_t jet_when_held) override {
        return timed([&] { return real_.lock(path, jet_when_held); });
    }

 private:
    class TimedFile final : public File {
     public:
        TimedFile(TimedFileSystem& owner, std::unique_ptr<File> real) : owner_(owner), real_(std::move(real)) {}
        const std::string& path() const override { return real_->path(); }
        std::uint64_t size() const override { return real_->size(); }
        std::size_t read_at(std::uint64_t offset, ByteSpan into) const override {
            owner_.read_[path()] += into.size();
            return owner_.timed([&] { return real_->read_at(offset, into); });
        }
        void write_at(std::uint64_t offset, ByteView bytes) override {
            owner_.written_[path()] += bytes.size();
            owner_.timed([&] { real_->write_at(offset, bytes); });
        }
        void resize(std::uint64_t bytes) override {
            owner_.timed([&] { real_->resize(bytes); });
        }
        void sync() override {
            owner_.timed([&] { real_->sync(); });
        }
        void will_read(std::uint64_t offset, std::uint64_t bytes) const override { real_->will_read(offset, bytes); }
        void drop_cached(std::uint64_t offset, std::uint64_t bytes) const override {
            real_->drop_cached(offset, bytes);
        }
        bool try_lock(bool exclusive) override { return real_->try_lock(exclusive); }

     private:
        TimedFileSystem& owner_;
        std::unique_ptr<File> real_;
    };

    template <class Work>
    std::invoke_result_t<Work> timed(Work work) {
        struct Sum {
            TimedFileSystem& owner;
            std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
            ~Sum() { owner.took_ += std::chrono::steady_clock::now() - start; }
        } sum{*this};
        return work();
    }

    static std::uint64_t sum(const std::map<std::string, std::uint64_t>& by_path, const std::string& extension) {
        std::uint64_t bytes = 0;
        for (const auto& [path, more] : by_path)
            if (path.ends_with(extension)) bytes += more;
        return bytes;
    }

    FileSystem& real_;
    std::chrono::steady_clock::duration took_{};
    std::map<std::string, std::uint64_t> read_, written_;
};
