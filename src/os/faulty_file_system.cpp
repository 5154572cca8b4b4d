#include "os/faulty_file_system.h"

#include "base/error.h"

namespace ese::os {
namespace {

class FaultyFile final : public File {
 public:
    FaultyFile(FaultyFileSystem& faults, std::unique_ptr<File> real) : faults_(faults), real_(std::move(real)) {}

    const std::string& path() const override { return real_->path(); }
    std::uint64_t size() const override { return real_->size(); }
    std::size_t read_at(std::uint64_t offset, ByteSpan into) const override {
        faults_.count("reading", path(), true);
        return real_->read_at(offset, into);
    }
    void write_at(std::uint64_t offset, ByteView bytes) override {
        bool half = false;
        try {
            faults_.count("writing", path(), false, &half);
        } catch (...) {
            if (half) real_->write_at(offset, bytes.first(bytes.size() / 2));
            throw;
        }
        real_->write_at(offset, bytes);
    }
    void resize(std::uint64_t bytes) override {
        faults_.count("resizing", path(), false);
        real_->resize(bytes);
    }
    void sync() override {
        faults_.count("flushing", path(), false);
        real_->sync();
    }
    void give_to_owner_of(const std::string& other) override { real_->give_to_owner_of(other); }
    void will_read(std::uint64_t offset, std::uint64_t bytes) const override { real_->will_read(offset, bytes); }
    void drop_cached(std::uint64_t offset, std::uint64_t bytes) const override { real_->drop_cached(offset, bytes); }
    bool try_lock(bool exclusive) override { return real_->try_lock(exclusive); }

 private:
    FaultyFileSystem& faults_;
    std::unique_ptr<File> real_;
};

}  // namespace

void FaultyFileSystem::fail_at(std::uint64_t call, Fault fault, std::int32_t jet, bool count_reads) {
    calls_ = 0;
    failed_ = false;
    fail_at_ = call;
    fault_ = fault;
    jet_ = jet;
    count_reads_ = count_reads;
}

void FaultyFileSystem::count(const char* what, const std::string& path, bool is_read, bool* half_write) {
    if (is_read && !count_reads_) {
        if (failed_ && fault_ == Fault::death)
            throw Error(jet_, std::string(what) + " failed: the simulated process is dead").in_file(path);
        return;
    }
    const std::uint64_t call = ++calls_;
    const bool now = fail_at_ != 0 && call == fail_at_;
    const bool dead = fault_ == Fault::death && failed_;
    if (!now && !dead) return;
    failed_ = true;
    if (half_write && now && fault_ == Fault::partial) *half_write = true;
    throw Error(jet_, std::string(what) + " failed: simulated fault in call " + std::to_string(call)).in_file(path);
}

std::unique_ptr<File> FaultyFileSystem::open(const std::string& path, OpenMode mode) {
    count("opening", path, mode == OpenMode::read);
    return std::make_unique<FaultyFile>(*this, real_.open(path, mode));
}

std::optional<FileInfo> FaultyFileSystem::info(const std::string& path) {
    count("looking at", path, true);
    return real_.info(path);
}

std::vector<std::string> FaultyFileSystem::list(const std::string& directory) {
    count("reading the directory", directory, true);
    return real_.list(directory);
}

void FaultyFileSystem::make_directory(const std::string& path) {
    count("making the directory", path, false);
    real_.make_directory(path);
}

void FaultyFileSystem::rename(const std::string& from, const std::string& to) {
    count("renaming", from, false);
    real_.rename(from, to);
}

void FaultyFileSystem::rename_new(const std::string& from, const std::string& to) {
    count("renaming", from, false);
    real_.rename_new(from, to);
}

void FaultyFileSystem::remove(const std::string& path) {
    count("removing", path, false);
    real_.remove(path);
}

void FaultyFileSystem::remove_directory(const std::string& path) {
    count("removing", path, false);
    real_.remove_directory(path);
}

void FaultyFileSystem::sync_directory(const std::string& path) {
    count("flushing", path, false);
    real_.sync_directory(path);
}

}  // namespace ese::os
