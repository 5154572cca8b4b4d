#pragma once

// The external backup of one instance: which call is legal when, what it delivers and what it leaves behind in headers
// and log (BACKUP-SEMANTICS 1 to 4, corrected by OBSERVED.md).

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/backup/backup_file.h"
#include "engine/database/database.h"
#include "engine/events.h"
#include "engine/log/log_writer.h"
#include "esent.h"
#include "format/log/log_record_types.h"
#include "os/clock.h"
#include "os/file_system.h"

namespace ese::engine {

// What a backup needs of the instance it belongs to.
struct BackupHost {
    os::FileSystem* files;
    os::Clock* clock;
    LogWriter* log;
    std::string checkpoint_path;
    bool circular_logging;
    std::uint32_t page_bytes;
    // Attached databases that are logged, by dbid. They stay attached while a backup is in progress.
    std::function<std::vector<Database*>()> databases;
    EventSink events;
    std::function<bool()> accept_bad_pages;
    // Moves the checkpoint on, as far as what is on the disk allows.
    std::function<void()> advance_checkpoint;
};

struct BackupLogList {
    std::vector<std::string> paths;
    Generation low;
    Generation high;
};

// Calls may come from any thread, one after the other; stop() may come during another call. Every method throws
// ese::Error with the JET_ERR of the API call it stands for.
class Backup {
 public:
    explicit Backup(BackupHost host) : host_(std::move(host)) {}

    bool in_progress() const { return state_.load() != State::none; }
    // The oldest generation that the backup in progress still needs, for circular logging; none if there is no backup.
    Generation copy_low() const { return Generation(copy_low_.load()); }

    void begin(JET_GRBIT grbit);
    std::vector<std::string> attached_paths();
    struct Opened {
        JET_HANDLE handle;
        std::uint64_t stream_bytes;
    };
    Opened open_file(const std::string& path);
    std::size_t read_file(JET_HANDLE handle, void* buffer, std::uint32_t bytes);
    void close_file(JET_HANDLE handle);
    BackupLogList log_list();
    std::vector<std::string> truncation_list();
    // Deletes what truncation_list() lists, up to `last` if there is one.
    void truncate(std::optional<Generation> last = std::nullopt);
    void end(JET_GRBIT grbit);
    // Later calls fail with JET_errBackupAbortByServer until the backup is ended. Has no effect on a backup that begins
    // later.
    void stop();
    // The instance goes down: ends the backup, if there is one, as stopped by the server.
    void end_for_term();

 private:
    enum class State { none, databases, logs };
    enum class Outcome { normal, aborted_by_caller, aborted_by_server, failed };

    void require_session() const;
    void require_no_open_file(const char* call) const;
    [[noreturn]] void fail_session(const Error& error);
    void check_can_begin(JET_GRBIT grbit) const;
    void check_incremental_base(const std::vector<Database*>& databases) const;
    void prepare_logs();
    void check_no_gap(const LogDirectory& directory) const;
    Generation truncation_bound() const;
    Opened open_database(Database& database);
    Opened open_log(const std::string& path);
    bool is_patch_file(const std::string& path) const;
    void stamp_headers(JET_GRBIT grbit);
    format::Lgpos log_phase(format::BackupPhase phase, const format::BackupInfo& info);
    void finish(Outcome outcome, JET_GRBIT grbit);
    void report(std::uint32_t event, Severity severity, const std::string& text) const;
    format::LogTime now() const { return format::LogTime::from_unix_ms(host_.clock->now_unix_ms()); }

    BackupHost host_;
    std::recursive_mutex mutex_;
    std::atomic<State> state_{State::none};
    std::atomic<bool> stop_{false};
    std::atomic<std::uint32_t> copy_low_{0};

    // Of the session in progress.
    bool full_ = false;
    bool logs_prepared_ = false;
    bool truncated_ = false;
    format::BackupInfo begin_mark_;    // full: position and time at begin
    format::BackupInfo prepare_mark_;  // position and time of the PrepareLogs record
    Generation copy_end_;              // logs copy_low_ .. copy_end_ - 1 belong to the backup
    Generation delete_low_, delete_end_;
    std::set<std::uint8_t> complete_databases_;  // read to their last byte, by dbid
    std::set<std::uint32_t> complete_logs_;
    std::unique_ptr<BackupFile> file_;  // the one that is open
};

}  // namespace ese::engine
