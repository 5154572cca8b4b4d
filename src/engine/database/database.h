#pragma once

// One attached database: its file, its header in memory and on disk, and the lock that keeps a backup's reads whole.

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "engine/database/range_lock.h"
#include "format/database/database_header.h"
#include "format/log/log_header.h"
#include "os/clock.h"
#include "os/file_system.h"

namespace ese::engine {

// The log stream that a database is attached to, at one moment.
struct StreamPlace {
    format::Signature stream;
    format::Lgpos position;
    format::LogTime generation_created;
};

enum class BackupSlot { full, copy, incremental, differential };
// Stamps a slot of the header; false if the slot holds a later mark already (BACKUP-SEMANTICS 3.4).
bool stamp_backup(format::DatabaseHeader& header, BackupSlot slot, const format::BackupInfo& info);

// Any thread may call any method.
class Database {
 public:
    // Opens the file and reads its header. Throws JET_errDatabaseNotFound, JET_errDatabaseCorrupted (no sound header),
    // JET_errFileAccessDenied (another process has it), and what format::check_attachable throws: nothing has been
    // written then.
    Database(os::FileSystem& files, os::Clock& clock, const std::string& path, std::uint8_t dbid, bool read_only,
             std::uint32_t page_bytes);

    // Of an empty shell, which gets its name (database/created_database.h). With a stream it stays JustCreated when it is
    // attached, until creation_finished() says that it is a database.
    static std::shared_ptr<Database> create(os::FileSystem& files, os::Clock& clock, const std::string& path,
                                            std::uint8_t dbid, std::uint32_t page_bytes);
    void creation_finished();

    const std::string& path() const { return path_; }
    std::uint8_t dbid() const { return dbid_; }
    bool is_read_only() const { return read_only_; }
    std::uint32_t page_bytes() const { return page_bytes_; }
    const os::File& file() const { return *file_; }
    os::File& file() { return *file_; }  // for the pages; the header is written here
    RangeLock& range_lock() { return range_lock_; }
    format::DatabaseHeader header() const;

    // The last page that belongs to the database, for a backup: all of the file, as the original does, unless its tail
    // holds pages that no tree owns and that do not verify (DATABASE-FORMAT 4.1): then the last owned page.
    PageNumber last_page_for_backup();

    // The header goes to dirty, with the required range that begins here (LOG-FORMAT 5.6), and is durable when the call
    // returns. Without a stream (logging is off) the database gets a new signature, since no log fits it any more
    // (BACKUP-SEMANTICS 3.1).
    void attach(const std::optional<StreamPlace>& place);
    // The header goes to clean. `position` is that of the record that says so.
    void become_clean(const format::Lgpos& position);
    // A new generation is current: pages may come to need it.
    void generation_rolled(Generation generation, const format::LogTime& created);
    // All pages as of the start of this generation are on stable storage: the logs before it are not required any more.
    void require_from(Generation generation, std::uint64_t dbtime, ObjectId last_object);
    // In memory; the header holds them when it is written next.
    void set_counters(std::uint64_t dbtime, ObjectId last_object);

    // In memory, see below; flush_header() makes it durable.
    bool stamp_backup(BackupSlot slot, const format::BackupInfo& info);
    void flush_header();

 private:
    Database(os::Clock& clock, std::unique_ptr<os::File> file, std::uint8_t dbid, std::uint32_t page_bytes);
    void write_header(format::DatabaseHeader header);

    os::Clock& clock_;
    std::string path_;
    std::uint8_t dbid_;
    bool read_only_;
    std::unique_ptr<os::File> file_;
    RangeLock range_lock_;
    mutable std::mutex mutex_;
    std::optional<format::DatabaseHeader> header_;
    std::uint32_t page_bytes_ = 0;
};

// The header of a database file that is sound enough to have one. Throws `jet_if_bad` if both copies are bad.
format::PickedHeader read_database_header(const os::File& file, std::int32_t jet_if_bad);
// Writes both copies, one after the other, each durable before the next (DATABASE-FORMAT 2.4). The flush map that may
// lie beside the database is cut off from it: this engine does not maintain it (DATABASE-FORMAT 9).
void write_database_header(os::File& file, os::Clock& clock, format::DatabaseHeader& header);

// The greatest page number that any extent of the database's own space tree ends with. Throws for damaged space trees.
PageNumber last_owned_page(const os::File& file, std::uint32_t page_bytes);

// The header goes to clean, behind everything that was written to the file before it (DATABASE-FORMAT 2.4).
void write_clean_header(os::File& file, os::Clock& clock, format::DatabaseHeader& header,
                        const format::Lgpos& consistent);

// No backup of the database counts any more: the next one has to be a full one (BACKUP-SEMANTICS 3.5).
void clear_backup_marks(format::DatabaseHeader& header);

// A path as log records and attach lists hold it. Throws JET_errUnicodeTranslationFail.
std::u16string path_for_log(const std::string& path);

// What the attach list of a log or a checkpoint says of a database (LOG-FORMAT 2.3), from its header.
format::AttachInfo attach_info(const format::DatabaseHeader& header, std::uint8_t dbid, const std::string& path);

// A signature nobody else has.
format::Signature new_signature(os::Clock& clock);

}  // namespace ese::engine
