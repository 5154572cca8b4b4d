#pragma once

// Replaying the records of a log stream over its databases (LOG-FORMAT 4, 5.2, 5.3).

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/recovery/recovering_database.h"
#include "engine/txn/replayed_sessions.h"
#include "format/log/log_header.h"
#include "format/log/log_stream.h"

namespace ese::engine {

struct RedoSurroundings {
    os::FileSystem* files;
    os::Clock* clock;
    format::Signature stream;
    std::size_t cache_bytes;
    // Where a database lies now that the log calls by this path; empty: nowhere.
    std::function<std::string(const std::string& logged_path, const format::Signature& database)> place_of;
    // The last generation that is there, and when it was begun.
    Generation last_generation;
    format::LogTime last_generation_created;
    // The databases come from a backup: when they are clean they have none (BACKUP-SEMANTICS 3.5).
    bool is_restore = false;
    // Transactions may have been committed behind the last generation; they are gone then.
    bool accept_lost_logs = false;
    std::uint32_t page_bytes = 0;  // of databases that are made anew
    // Whether one that the logs create may take the place of another one there.
    std::function<bool(const std::string& path)> may_be_overwritten = [](const std::string&) { return false; };
};

class Redo {
 public:
    explicit Redo(RedoSurroundings surroundings) : surroundings_(std::move(surroundings)) {}

    // What is attached before the first record, which is at `start` or behind it.
    void attach_listed(const std::vector<format::AttachInfo>& list, const format::Lgpos& start);
    // The next record. Errors say which record it is and where.
    void replay(const format::LogRecord& record);

    // A database that the logs have attached at this point.
    struct Attached {
        std::string logged_path;
        std::string path;  // where it lies now
        format::Signature signature;
        format::Lgpos position;
        // Null where the file is not there, or where a later part of the log is what it goes on with.
        std::unique_ptr<RecoveringDatabase> database;
        std::string why_not;
        std::optional<format::Lgpos> consistent_later;  // it was made clean there
    };
    std::map<std::uint8_t, Attached>& attached() { return attached_; }
    const std::map<std::uint8_t, Attached>& attached() const { return attached_; }
    ReplayedSessions& sessions() { return sessions_; }

    // Whether the logs have attached this database at any time, and been replayed over it.
    bool has_replayed(const format::Signature& database) const;

    // Writes what can be written, and says in which generation a replay would have to begin that went on from here,
    // before the first record of `next`; nothing where it would have to begin where this one did. The headers require
    // the logs from there on.
    std::optional<Generation> write_back(Generation next);

    // Databases whose creation the logs begin and do not end: their files go.
    void drop_unfinished_creations();
    bool drop_if_unfinished(const Attached& entry);
    void free_number(std::uint8_t dbid);

    // Every database that is attached becomes clean at this position, and is attached no more.
    void become_clean(const format::Lgpos& position);

    // For what is logged when everything has been replayed: pages may depend on a newer generation, and on records that
    // are not on the disk yet.
    void set_last_generation(Generation generation, const format::LogTime& created);
    void set_flush_log(std::function<void(const format::Lgpos&)> flush_log) { flush_log_ = std::move(flush_log); }

 private:
    void dispatch(const format::LogRecord& record);
    void replay_transaction_record(const format::LogRecord& record);
    void replay_database_record(const format::LogRecord& record);
    void replay_page_record(const format::LogRecord& record);
    void replay_removal(const format::LogRecord& record);
    void commit_macro(const format::MacroRecord& macro, const format::Lgpos& position);

    void attach(std::uint8_t dbid, Attached entry, const format::Lgpos& consistent,
                const std::optional<format::Signature>& logged_stream, const format::Lgpos& now);
    void create_database(const format::CreateDbRecord& record, const format::Lgpos& position);
    void create_file(const format::CreateDbRecord& record, Attached entry);
    void detach(std::uint8_t dbid, const format::Lgpos& position);
    void end_run(bool keep_attached);
    void stamp_backup(const format::BackupRecord& record, const format::Lgpos& position);
    // The database, if it is attached and the record concerns it.
    RecoveringDatabase* database(std::uint8_t dbid, const format::Lgpos& position);
    std::unique_ptr<RecoveringDatabase> open(std::uint8_t dbid, const std::string& path, std::unique_ptr<os::File> file,
                                             format::DatabaseHeader header);

    RedoSurroundings surroundings_;
    std::function<void(const format::Lgpos&)> flush_log_ = [](const format::Lgpos&) {};
    std::map<std::uint8_t, Attached> attached_;
    ReplayedSessions sessions_;
    std::vector<format::Signature> replayed_;
    format::Lgpos last_shut_down_mark_;
};

}  // namespace ese::engine
