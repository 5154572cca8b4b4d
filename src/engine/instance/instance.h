#pragma once

// One instance of the engine: a log stream, the databases attached to it, its sessions and its backup.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/backup/backup.h"
#include "engine/database/database.h"
#include "engine/events.h"
#include "engine/instance/parameters.h"
#include "engine/instance/sessions.h"
#include "engine/instance/upkeep.h"
#include "engine/log/checkpoint_file.h"
#include "engine/log/log_writer.h"
#include "engine/recovery/recovery.h"
#include "engine/table/defragmentation.h"
#include "engine/table/live_tables.h"
#include "engine/txn/engine_core.h"
#include "engine/txn/live_database.h"
#include "os/clock.h"
#include "os/file_system.h"

namespace ese::engine {

// Parameters as the log and its files need them.
format::LogNaming log_naming(const Parameters& parameters);
LogSettings log_settings(const Parameters& parameters, os::FileSystem& files, os::Clock& clock);

// How the logs in a directory end.
struct StreamEnd {
    LogFile current;           // the log that can be continued; it may have its temporary name still
    format::SegmentScan scan;  // of it
    std::optional<format::Checkpoint> checkpoint;
    bool is_clean = false;  // the last run was terminated properly: nothing has to be replayed
};
// Throws what stands in the way of continuing them (JET_errLogFileCorrupt, JET_errMissingLogFile, …); reads only.
// `directory` is not empty.
StreamEnd examine_stream_end(os::FileSystem& files, const LogDirectory& directory, const std::string& checkpoint_path,
                             const Parameters& parameters);
// Where the logs can't be followed up to the newest one, although it should be there; where they begin is found as above.
std::optional<LogBreak> find_break(os::FileSystem& files, const LogDirectory& directory,
                                   const std::string& checkpoint_path);
// The checkpoint, if it is sound and belongs to this stream; recovery does without it otherwise.
std::optional<format::Checkpoint> usable_checkpoint(os::FileSystem& files, const std::string& path,
                                                    const format::Signature& stream);

class Instance;

// What goes on beside an instance without being part of it.
struct InstanceHooks {
    // Called by init when the directories are locked and before anything is recovered: what it returns, if anything,
    // serves other processes until the instance is ended, and is destroyed while the locks are still held. It may call
    // the API for the instance at any time.
    std::function<std::shared_ptr<void>(Instance&)> serve;
    // Hears all that is reported, on the thread where it happens, before JET_paramEventCallback does.
    EventSink events;
};

// Any thread may call any method; attach, detach, init and term wait for each other.
class Instance {
 public:
    Instance(os::FileSystem& files, os::Clock& clock, std::string name, Parameters parameters,
             InstanceHooks hooks = {});
    ~Instance();

    const std::string& name() const { return name_; }
    Parameters& parameters() { return parameters_; }
    const Parameters& parameters() const { return parameters_; }
    bool is_running() const;
    // To JET_paramEventCallback.
    void report(std::uint32_t event, Severity severity, const std::string& text) const;

    // The gate of the API: every call on a running instance holds one while it works, and term() waits for them.
    class Use {
     public:
        explicit Use(Instance& instance, bool with_dead_log = false) : instance_(instance) {
            instance_.enter(with_dead_log);
        }
        ~Use() { instance_.leave(); }
        Use(const Use&) = delete;
        Use& operator=(const Use&) = delete;

     private:
        Instance& instance_;
    };

    // `recovery`: what no grbit says.
    void init(JET_GRBIT grbit, RecoveryOptions recovery = {});
    void term(JET_GRBIT grbit);
    void stop_service() { service_stopped_ = true; }
    // Until resume: no defragmentation in the background (JET_bitStopServiceBackgroundUserTasks), and pages are written
    // as soon as the log file of their changes is full (JET_bitStopServiceQuiesceCaches).
    void quiet(JET_GRBIT tasks);
    void resume(JET_GRBIT tasks);
    // Ends what serves other processes, if anything does. For a process that ends without term.
    void stop_serving() { server_.reset(); }

    void begin_session(JET_SESID session);
    // What it has not committed is rolled back.
    void end_session(JET_SESID session);
    Sessions& sessions() { return sessions_; }

    void begin_transaction(JET_SESID session, bool read_only);
    // `durable`: of an outermost transaction, it is on stable storage when the call returns; else soon after. Returns where
    // the log has the commit of an outermost transaction that has changed anything.
    std::optional<format::Lgpos> commit_transaction(JET_SESID session, bool durable);
    // Until what was committed before is on stable storage.
    void wait_for_commits(JET_SESID session, bool of_all_sessions);
    void roll_back(JET_SESID session, bool all_levels);
    // Joins pages of a database in the background, until it is through or is stopped.
    // False: it is under way already.
    bool start_defragmentation(JET_SESID session, JET_DBID dbid, DefragmentationRequest request);
    // False: it was not under way.
    bool stop_defragmentation(JET_SESID session, JET_DBID dbid);
    // What nobody can see any more goes now. False if there was nothing.
    bool clean_up_versions();
    JET_COMMIT_ID commit_id(const format::Lgpos& position) const;
    // Of its logs; nothing where it has none.
    std::optional<format::Signature> log_signature() const;
    // Ends the current log file.
    void begin_new_log();

    // `most_pages`: that it may have; 0: no limit. False: the database was attached already (JET_wrnDatabaseAttached).
    bool attach(const std::string& path, bool read_only, std::uint32_t most_pages = 0);
    // A new database, which the session has open then. `most_pages`: that it may have; 0: no limit. If it fails there is
    // no such file. JET_errDatabaseDuplicate unless `overwrite`.
    JET_DBID create(JET_SESID session, const std::string& path, bool overwrite, std::uint32_t most_pages);
    // Copies an attached database into a new one, without free space. `copied` is told how many of all tables are done.
    void compact(JET_SESID session, const std::string& source, const std::string& copy,
                 const std::function<void(std::uint32_t done, std::uint32_t all)>& copied);
    void detach(const std::string& path);
    void detach_all();
    // Opens an attached database for a session; each open has to be closed. JET_errOneDatabasePerSession.
    JET_DBID open(JET_SESID session, const std::string& path);
    void close(JET_SESID session, JET_DBID dbid);
    std::shared_ptr<const Database> database(JET_DBID dbid) const;
    // A database that the session has open, to be read and changed.
    std::shared_ptr<LiveDatabase> live_database(JET_SESID session, JET_DBID dbid) const;
    // The same, for cursors over its tables.
    std::shared_ptr<LiveTables> live_tables(JET_SESID session, JET_DBID dbid) const;
    // Paths of the attached, logged databases by dbid: what a backup of the instance holds.
    std::vector<std::string> attached_paths() const;

    // Throws JET_errNoBackup if the instance has no log: then there is none, and can be none.
    Backup& backup();
    bool backup_in_progress() const { return backup_ && backup_->in_progress(); }
    // A stop means nothing where no backup is in progress.
    void stop_backup();
    // A call of its own, not inside a Use: it has its own answers to an instance that is just being initialised
    // (JET_errBackupNotAllowedYet), has no log (JET_errLoggingDisabled) or can't write it (JET_errLogWriteFail). Waits
    // for an attach or detach under way: the databases of a backup stay what they are until it ends.
    void begin_backup(JET_GRBIT grbit);

 private:
    enum class Phase { created, initialising, running, terminating, terminated };

    void enter(bool with_dead_log = false);
    void leave();
    void require_open_for_calls(bool with_dead_log) const;
    void start_core();
    void open_or_create_log(bool must_exist, const RecoveryOptions& options);
    void continue_log(LogDirectory directory, LogSettings settings, const RecoveryOptions& options);
    void end_logs_at_stop(const LogDirectory& directory, const format::Lgpos& stop, const RecoveryOptions& options);
    void stop_without_undo(const LogDirectory& directory, const RecoveryOptions& options);
    [[noreturn]] void end_without_undo(const std::string& directory);
    void continue_up_to(const LogBreak& lost, const LogDirectory& directory, LogSettings settings,
                        RecoveryOptions options);
    void report_begin(const StreamEnd& end) const;
    void save_recovery_checkpoint(const format::Lgpos& position);
    void remove_logs_below_checkpoint();
    void recover(const LogSequence& logs, const RecoveryOptions& options);
    DatabasePlaces places(const RecoveryOptions& options) const;
    LogHooks log_hooks();
    std::vector<format::AttachInfo> attach_list(const format::Lgpos& position) const;
    void generation_rolled(Generation generation, const format::LogTime& created);
    void save_checkpoint(const format::Lgpos& position);
    format::Lgpos checkpoint_position() const;
    struct Counters {
        std::shared_ptr<LiveDatabase> live;
        std::uint64_t dbtime;
        ObjectId last_object;
    };
    format::Lgpos oldest_needed(std::vector<Counters>& counters) const;
    void advance_checkpoint();
    bool keep_up();
    bool defragment_some();
    void make_lazy_commits_durable();
    void tell_what_is_durable();
    void end_transactions();
    std::vector<std::shared_ptr<LiveDatabase>> live_databases() const;
    void share_cache();
    static void write_everything(LiveDatabase& live);
    void log_attach(const std::shared_ptr<Database>& database);
    // Of a database that is to be attached; nothing if it is attached already. JET_errTooManyAttachedDatabases.
    std::optional<std::uint8_t> free_number_for(const std::string& full_path) const;
    void make_room_for_file(const std::string& path, bool overwrite);
    void enter_created(std::uint8_t dbid, const std::string& path, const format::Signature& signature);
    void fill_created(std::uint8_t dbid, Transaction& transaction, std::uint32_t most_pages);
    void abandon_created(std::uint8_t dbid, const std::string& path);
    void require_room_in_attach_list(std::uint8_t dbid, const std::string& path) const;
    void enter_database(std::shared_ptr<Database> database);
    void limit_pages(std::uint8_t dbid, std::uint32_t most_pages);
    void drop_database(std::uint8_t dbid);
    void detach_one(std::uint8_t dbid);
    void end_clean();
    void release_tables();
    void release_everything();
    std::vector<Database*> logged_databases() const;

    os::FileSystem& files_;
    os::Clock& clock_;
    std::string name_;
    Parameters parameters_;
    std::string checkpoint_path_;

    mutable std::mutex gate_mutex_;
    std::condition_variable gate_changed_;
    std::atomic<Phase> phase_{Phase::created};  // changed with the gate's mutex
    std::atomic<int> calls_{0};
    std::atomic<bool> service_stopped_{false};
    std::atomic<JET_GRBIT> quieted_{0};  // JET_bitStopService...

    std::mutex structure_mutex_;  // init, term, attach, detach, begin of a backup: one at a time
    std::unique_ptr<os::Lock> system_lock_, log_lock_;
    format::Signature stream_;
    std::mutex advance_mutex_;  // one thread at a time moves the checkpoint
    mutable std::mutex checkpoint_mutex_;
    format::Checkpoint checkpoint_;
    std::unique_ptr<Recovery> recovery_;  // while the last run is being ended
    std::unique_ptr<LogWriter> log_;
    std::unique_ptr<EngineCore> core_;
    std::unique_ptr<Backup> backup_;
    format::Lgpos init_position_;  // of this run's Init2

    mutable std::mutex databases_mutex_;
    std::map<std::uint8_t, std::shared_ptr<Database>> databases_;
    std::map<std::uint8_t, std::shared_ptr<LiveDatabase>> live_;  // the same ones, as they are read and changed
    std::map<std::uint8_t, std::shared_ptr<LiveTables>> live_tables_;
    Sessions sessions_;
    std::mutex told_mutex_;
    format::Lgpos told_durable_;      // by the callback of JET_paramDurableCommitCallback
    std::mutex defragmentation_mutex_;
    std::map<std::uint8_t, Defragmentation> defragmentations_;  // under way, by dbid
    std::unique_ptr<Upkeep> upkeep_;  // while the instance runs

    InstanceHooks hooks_;
    std::shared_ptr<void> server_;  // the first to go: it uses the rest
};

}  // namespace ese::engine
