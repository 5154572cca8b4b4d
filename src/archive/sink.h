#pragma once

// Where an archive goes, and the proof that it got there.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "os/file_system.h"
#include "os/pipe.h"

namespace ese::archive {

// Says that an archive is complete and on stable storage. Only a sink that has been finished makes one, and reading an
// archive whole and finding it good (reader.h); whoever truncates logs asks for it.
class DurableReceipt {
 public:
    const std::string& where() const { return where_; }

 private:
    friend class ByteSink;
    friend struct VerifyReport;
    explicit DurableReceipt(std::string where) : where_(std::move(where)) {}
    std::string where_;
};

// Takes the archive's bytes in order. Every failure is ErrorKind::output. A sink that is destroyed before it is
// finished leaves nothing behind that could be taken for an archive. write() may be called on another thread than
// finish(), never at the same time.
class ByteSink {
 public:
    virtual ~ByteSink() = default;
    virtual void write(ByteView bytes) = 0;
    // All bytes have been written. Called by Writer::finish(), nobody else. No receipt: the bytes left this
    // process, and that is all that is known.
    virtual std::optional<DurableReceipt> finish() = 0;

 protected:
    static DurableReceipt receipt(std::string where) { return DurableReceipt(std::move(where)); }
};

constexpr const char* partial_infix = ".partial-";

// A file that has its name only when it is complete: written as `.NAME.partial-PID` in the same directory; then
// fsync, rename that never replaces, fsync of the directory. An unfinished one is removed. It is locked as long as it is
// written, so that one whose process has died can be told from others.
class FileSink : public ByteSink {
 public:
    // `reserve`: so many bytes stay free on its file system; where there are fewer, it does not begin, or ends.
    FileSink(os::FileSystem& files, std::string path, std::uint32_t process_id, std::uint64_t reserve = 0);
    ~FileSink() override;
    // Throws where it would not even begin.
    static void require_place(os::FileSystem& files, const std::string& path, std::uint64_t reserve);
    void write(ByteView bytes) override;
    std::optional<DurableReceipt> finish() override;

 private:
    os::FileSystem& files_;
    std::string path_;
    std::string partial_path_;
    const std::uint64_t reserve_;
    std::unique_ptr<os::File> file_;
    std::uint64_t written_ = 0;
};

// A pipe or standard output; finish() closes it and gives no receipt.
class PipeSink : public ByteSink {
 public:
    explicit PipeSink(os::FdStream& stream) : stream_(stream) {}
    void write(ByteView bytes) override;
    std::optional<DurableReceipt> finish() override;

 private:
    os::FdStream& stream_;
};

// For tests.
class MemorySink : public ByteSink {
 public:
    void write(ByteView bytes) override { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
    std::optional<DurableReceipt> finish() override { return receipt("memory"); }
    const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
    std::vector<std::uint8_t> bytes_;
};

}  // namespace ese::archive
