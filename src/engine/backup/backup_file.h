#pragma once

// The streams that JetReadFile delivers: a database with its trailer page, a log file as it is
// (BACKUP-SEMANTICS 2.4, 2.5).

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "engine/database/database.h"
#include "engine/events.h"
#include "format/common.h"
#include "os/clock.h"
#include "os/file_system.h"
#include "os/passing_read.h"

namespace ese::engine {

class BackupFile {
 public:
    virtual ~BackupFile() = default;
    // Least size of the first read, in pages of the database.
    virtual std::uint32_t first_read_pages() const = 0;
    // Fills `into`, whose size is a multiple of the page size, or what is left; 0 at the end.
    std::size_t read(ByteSpan into);

    const std::string& path() const { return path_; }
    std::uint64_t size() const { return size_; }
    std::uint64_t position() const { return position_; }
    bool is_complete() const { return position_ == size_; }

 protected:
    BackupFile(std::string path, std::uint64_t size) : path_(std::move(path)), size_(size) {}
    // The work of read(), which moves position_.
    virtual std::size_t fill(ByteSpan into) = 0;

    std::string path_;
    std::uint64_t size_;
    std::uint64_t position_ = 0;

 private:
    os::PassingRead passing_{path_};
};

// What reading pages needs beside the file.
struct PageReading {
    os::Clock* clock;
    const std::atomic<bool>* stop;  // polled between retries
    EventSink events;
    bool accept_bad_pages = false;  // deliver them, with an event, where reading again did not help
};

class BackupDatabaseFile final : public BackupFile {
 public:
    // `current` becomes bkinfoFullCur in the stream's header. `high_generation` is asked when the trailer is made.
    BackupDatabaseFile(Database& database, PageNumber last_page, const format::DatabaseHeader& header,
                       const format::BackupInfo& current, std::function<Generation()> high_generation,
                       PageReading reading);

    Database& database() const { return database_; }
    std::uint32_t first_read_pages() const override { return 3; }
 private:
    std::size_t fill(ByteSpan into) override;
    void read_pages(PageNumber first, ByteSpan into);
    std::optional<Error> try_read_pages(PageNumber first, ByteSpan into, bool accept_bad_pages);
    std::vector<std::uint8_t> trailer() const;

    Database& database_;
    PageNumber last_page_;
    format::DatabaseHeader header_;
    format::BackupInfo current_;
    std::function<Generation()> high_generation_;
    PageReading reading_;
};

class BackupLogFile final : public BackupFile {
 public:
    BackupLogFile(std::unique_ptr<os::File> file, Generation generation);

    Generation generation() const { return generation_; }
    std::uint32_t first_read_pages() const override { return 2; }
 private:
    std::size_t fill(ByteSpan into) override;
    void verify(std::uint64_t offset, ByteSpan bytes) const;

    std::unique_ptr<os::File> file_;
    Generation generation_;
};

// A patch file of a Windows 2000 style backup that lies beside a database: delivered as it is (BACKUP-SEMANTICS 2.4).
class BackupPatchFile final : public BackupFile {
 public:
    explicit BackupPatchFile(std::unique_ptr<os::File> file);

    std::uint32_t first_read_pages() const override { return 1; }
 private:
    std::size_t fill(ByteSpan into) override;
    std::unique_ptr<os::File> file_;
};

}  // namespace ese::engine
