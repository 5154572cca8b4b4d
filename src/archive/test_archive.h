#pragma once

// For tests: small archives in memory, and a reader that keeps what it gets.

#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "archive/reader.h"
#include "archive/seek_table.h"
#include "archive/writer.h"

namespace ese::archive::test {

using Bytes = std::vector<std::uint8_t>;

inline ByteView bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

class MemoryFile : public os::File {
 public:
    explicit MemoryFile(Bytes bytes) : bytes_(std::move(bytes)) {}
    const std::string& path() const override { return path_; }
    std::uint64_t size() const override { return bytes_.size(); }
    std::size_t read_at(std::uint64_t offset, ByteSpan into) const override {
        bytes_read += into.size();
        if (offset >= bytes_.size()) return 0;
        const std::size_t size = std::min(into.size(), bytes_.size() - static_cast<std::size_t>(offset));
        std::copy_n(bytes_.data() + offset, size, into.data());
        return size;
    }
    void write_at(std::uint64_t, ByteView) override {}
    void resize(std::uint64_t) override {}
    bool try_lock(bool) override { return true; }
    void sync() override {}
    void will_read(std::uint64_t, std::uint64_t) const override {}
    void drop_cached(std::uint64_t, std::uint64_t) const override {}

    mutable std::atomic<std::uint64_t> bytes_read = 0;

 private:
    std::string path_ = "memory";
    Bytes bytes_;
};

// Hands out a few bytes at a time, as a pipe may.
class MemorySource : public ByteSource {
 public:
    explicit MemorySource(ByteView bytes, std::size_t at_once = 777) : bytes_(bytes), at_once_(at_once) {}
    std::size_t read(ByteSpan into) override {
        const std::size_t size = std::min({into.size(), bytes_.size(), at_once_});
        std::copy_n(bytes_.begin(), size, into.begin());
        bytes_ = bytes_.subspan(size);
        return size;
    }

 private:
    ByteView bytes_;
    std::size_t at_once_;
};

// Keeps every member; what was found intact goes to `restored`.
class Keeper : public Consumer {
 public:
    bool wish(const MemberInfo& member) override {
        if (!only.empty() && !only.contains(member.path)) return false;
        parts_[member.path].resize(static_cast<std::size_t>(member.size));
        return true;
    }
    void chunk(const MemberInfo& member, std::uint64_t offset, ByteView bytes) override {
        const std::lock_guard lock(mutex_);
        Bytes& part = parts_.at(member.path);
        if (offset != arrived_[member.path]) out_of_order = true;
        if (member.path.ends_with(".edb") && (offset % 65536 != 0)) unaligned = true;
        if (member.path.ends_with(".log") && member.size <= 65536 && bytes.size() != member.size) log_in_pieces = true;
        arrived_[member.path] += bytes.size();
        std::copy(bytes.begin(), bytes.end(), part.begin() + static_cast<std::ptrdiff_t>(offset));
    }
    void finished(const MemberInfo& member, bool intact) override {
        ++finished_members;
        if (intact && parts_.contains(member.path)) restored[member.path] = parts_[member.path];
    }

    std::set<std::string> only;
    std::map<std::string, Bytes> restored;
    std::size_t finished_members = 0;
    bool out_of_order = false;
    bool unaligned = false;
    bool log_in_pieces = false;

 private:
    std::mutex mutex_;
    std::map<std::string, Bytes> parts_;
    std::map<std::string, std::uint64_t> arrived_;
};

struct Content {
    std::string path;
    Bytes bytes;
    Writer::FrameUse use = Writer::shares_frame;
};

// Bytes that compress somewhat, the same for the same seed.
inline Bytes some_bytes(std::size_t size, std::uint32_t seed) {
    Bytes bytes(size);
    std::uint32_t state = seed * 2654435761u + 1;
    for (std::size_t i = 0; i < size; ++i) {
        state = state * 1664525u + 1013904223u;
        bytes[i] = (i / 16) % 3 == 0 ? static_cast<std::uint8_t>(state >> 24) : static_cast<std::uint8_t>(i / 512);
    }
    return bytes;
}

inline BeginRecord sample_begin(std::uint8_t seed = 1) {
    BeginRecord begin;
    const std::uint8_t random[10] = {seed, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    begin.id = make_backup_id(1714566896789, random);
    begin.tool = "esebackup 0.1.0";
    begin.host = "host";
    begin.instance = {"/srv/app", "/srv/app", "/srv/app", "edb", 4096, 65536, "7ca0c95a-2022-03-23T14:17:57.566Z"};
    begin.started = rfc3339(1714566896789);
    begin.databases = {{"databases/00/app.edb", "C:\\data\\app.edb", 1 << 20}};
    return begin;
}

inline Manifest sample_manifest(const BeginRecord& begin) {
    Manifest manifest;
    static_cast<BackupIdentity&>(manifest) = begin;
    manifest.finished = rfc3339(1714566899789);
    manifest.consistent_through = {3, "2024-05-01T12:34:58Z"};
    return manifest;
}

inline Bytes write_archive(const std::vector<Content>& contents, const WriterOptions& options, std::uint8_t seed = 1) {
    MemorySink sink;
    const BeginRecord begin = sample_begin(seed);
    Writer writer(sink, begin, options);
    for (const Content& content : contents) {
        writer.begin_member(content.path, content.bytes.size(), content.use);
        writer.write(content.bytes);
        writer.end_member();
    }
    writer.finish(sample_manifest(begin));
    return sink.bytes();
}

inline WriterOptions small_frames(unsigned threads = 1) {
    WriterOptions options;
    options.threads = threads;
    options.frame_bytes = 65536;
    options.mtime_unix_seconds = 1714566896;
    return options;
}

}  // namespace ese::archive::test
