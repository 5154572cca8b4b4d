#include "engine/instance/instance.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "engine/recovery/log_cut.h"
#include "engine/recovery/stop_check.h"
#include "format/log/log_record_types.h"

namespace ese::engine {

namespace hf = format::header_field;

namespace {

// More than this does not make a replay faster; JET_paramCacheSizeMax may ask for less.
constexpr std::size_t most_recovery_cache_bytes = std::size_t{64} << 20;
constexpr std::size_t version_page_bytes = 64 * 1024;  // JET_paramMaxVerPages counts these

void add_bits(RecoveryOptions& options, JET_GRBIT grbit) {
    options.unmapped_stay |= (grbit & JET_bitReplayMissingMapEntryDB) != 0;
    options.ignore_missing |= (grbit & JET_bitReplayIgnoreMissingDB) != 0;
    options.accept_lost_logs |= (grbit & JET_bitReplayIgnoreLostLogs) != 0;
    options.without_undo |= (grbit & JET_bitRecoveryWithoutUndo) != 0;
    options.truncate_logs |= (grbit & JET_bitTruncateLogsAfterRecovery) != 0;
    options.undo_at_stop |= (grbit & JET_bitRecoveryUndoAtStop) != 0;
}

}  // namespace

format::LogNaming log_naming(const Parameters& parameters) {
    const auto bits = parameters.number(JET_paramLegacyFileNames);
    return {parameters.base_name(), (bits & JET_bitESE98FileNames) != 0, (bits & JET_bitEightDotThreeSoftCompat) != 0};
}

LogSettings log_settings(const Parameters& parameters, os::FileSystem& files, os::Clock& clock) {
    using Count = format::DbmsParam::Count;
    const auto sectors = static_cast<std::uint16_t>(parameters.log_file_bytes() / format::log_sector_bytes);
    format::DbmsParam written;
    written.set_paths(parameters.system_path() + "/", parameters.log_path() + "/");
    written.set_circular_logging(parameters.circular_logging());
    for (const auto& [count, id] : {std::pair{Count::sessions, JET_paramMaxSessions},
                                    {Count::open_tables, JET_paramMaxOpenTables},
                                    {Count::version_pages, JET_paramMaxVerPages},
                                    {Count::cursors, JET_paramMaxCursors},
                                    {Count::log_buffers, JET_paramLogBuffers}})
        written.set_count(count, static_cast<std::uint32_t>(parameters.number(static_cast<std::uint32_t>(id))));
    written.set_count(Count::log_sectors, sectors);
    written.set_count(Count::cache_pages, 0x7FFFFFFF);
    return {&files,
            &clock,
            parameters.log_path(),
            log_naming(parameters),
            sectors,
            parameters.page_bytes(),
            parameters.circular_logging(),
            written};
}

Instance::Instance(os::FileSystem& files, os::Clock& clock, std::string name, Parameters parameters,
                   InstanceHooks hooks)
    : files_(files),
      clock_(clock),
      name_(std::move(name)),
      parameters_(std::move(parameters)),
      hooks_(std::move(hooks)) {}

Instance::~Instance() = default;

void Instance::report(std::uint32_t event, Severity severity, const std::string& text) const {
    if (hooks_.events) hooks_.events(event, severity, text);
    const auto callback = reinterpret_cast<JET_PFNEVENT>(parameters_.number(JET_paramEventCallback));
    if (!callback || (severity == Severity::information && parameters_.number(JET_paramNoInformationEvent) != 0))
        return;
    callback(reinterpret_cast<JET_INSTANCE>(this), event, static_cast<std::uint32_t>(severity), text.c_str(),
             reinterpret_cast<void*>(parameters_.number(JET_paramEventCallbackContext)));
}

// --- the gate

bool Instance::is_running() const {
    const std::lock_guard hold(gate_mutex_);
    return phase_ == Phase::running;
}

// Counted first and looked at then, so that term either waits for the call or is seen by it.
void Instance::enter(bool with_dead_log) {
    ++calls_;
    try {
        require_open_for_calls(with_dead_log);
    } catch (...) {
        leave();
        throw;
    }
}

void Instance::require_open_for_calls(bool with_dead_log) const {
    if (service_stopped_)
        throw Error(JET_errClientRequestToStopJetService, "JetStopService was called for this instance");
    const Phase phase = phase_;
    if (phase == Phase::terminating || phase == Phase::terminated)
        throw Error(JET_errTermInProgress, "the instance is being terminated");
    if (phase != Phase::running) throw Error(JET_errNotInitialized, "the instance is not initialised");
    if (with_dead_log || !log_ || !log_->is_dead()) return;
    if (const auto cause = log_->cause_of_death()) {
        const bool is_full = cause->jet() == JET_errDiskFull;
        throw Error(is_full ? JET_errInstanceUnavailableDueToFatalLogDiskFull : JET_errInstanceUnavailable,
                    std::string("the instance has to be terminated, as its log can't be written any more since ") +
                        cause->what());
    }
}

void Instance::leave() {
    if (--calls_ != 0 || phase_ != Phase::terminating) return;
    const std::lock_guard hold(gate_mutex_);
    gate_changed_.notify_all();
}

// --- init and term

void Instance::init(JET_GRBIT grbit, RecoveryOptions recovery) {
    add_bits(recovery, grbit);
    if (recovery.map)
        for (auto& moved : *recovery.map) moved.to = files_.absolute(moved.to);
    const std::lock_guard structure(structure_mutex_);
    {
        const std::lock_guard hold(gate_mutex_);
        if (phase_ != Phase::created) throw Error(JET_errAlreadyInitialized, "the instance is initialised already");
        phase_ = Phase::initialising;
    }
    try {
        for (const auto id : {JET_paramSystemPath, JET_paramLogFilePath}) {
            const std::string path = files_.absolute(parameters_.text(static_cast<std::uint32_t>(id)));
            parameters_.set_text(static_cast<std::uint32_t>(id), path, false);
            if (parameters_.number(JET_paramCreatePathIfNotExist) != 0) files_.make_directory(path);
            const auto info = files_.info(path);
            // Without a log there is nothing to be kept there.
            if (parameters_.recovery_on() && (!info || !info->is_directory))
                throw Error(JET_errInvalidPath, "there is no such directory").in_file(path);
        }
        checkpoint_path_ = os::join(parameters_.system_path(), log_naming(parameters_).checkpoint());
        if (parameters_.recovery_on()) open_or_create_log((grbit & JET_bitLogStreamMustExist) != 0, recovery);
        start_core();
    } catch (...) {
        release_everything();
        const std::lock_guard hold(gate_mutex_);
        phase_ = Phase::created;
        throw;
    }
    const std::lock_guard hold(gate_mutex_);
    phase_ = Phase::running;
}

void Instance::start_core() {
    core_ = std::make_unique<EngineCore>(
        log_.get(), parameters_.number(JET_paramMaxVerPages) * version_page_bytes,
        static_cast<std::uint32_t>(parameters_.number(JET_paramDbExtensionSize)));
    upkeep_ = std::make_unique<Upkeep>([this] { return keep_up(); },
                                       [this](const Error& error) {
                                           report(JET_eventUpkeepFailed, Severity::error,
                                                  std::string("work in the background failed: ") + error.what());
                                       });
}

void Instance::open_or_create_log(bool must_exist, const RecoveryOptions& options) {
    const std::string lock_name = parameters_.base_name() + ".lock";
    log_lock_ = files_.lock(os::join(parameters_.log_path(), lock_name), JET_errLogFilePathInUse);
    if (parameters_.system_path() != parameters_.log_path())
        system_lock_ = files_.lock(os::join(parameters_.system_path(), lock_name), JET_errSystemPathInUse);
    if (hooks_.serve) server_ = hooks_.serve(*this);

    LogSettings settings = log_settings(parameters_, files_, clock_);
    const LogDirectory directory = scan_log_directory(files_, settings.directory, settings.naming);
    settings.naming = directory.naming;
    checkpoint_path_ = os::join(parameters_.system_path(), settings.naming.checkpoint());
    const format::DbmsParam written = settings.parameters;
    checkpoint_ = {};
    checkpoint_.parameters = written;
    if (directory.empty()) {
        if (must_exist)
            throw Error(JET_errFileNotFound, "there are no logs, and JET_bitLogStreamMustExist was given")
                .in_file(directory.path);
        // A checkpoint that was left behind belongs to a stream that is gone (LOG-FORMAT 1.3).
        files_.remove(checkpoint_path_);
        stream_ = checkpoint_.log_signature = new_signature(clock_);
        log_ = LogWriter::create(std::move(settings), stream_, log_hooks());
    } else {
        continue_log(directory, std::move(settings), options);
    }
    init_position_ = log_->append_and_flush(format::InitRecord{written, log_->now()}.serialise());
    save_checkpoint(init_position_);
    if (options.truncate_logs) remove_logs_below_checkpoint();
    backup_ = std::make_unique<Backup>(BackupHost{
        &files_, &clock_, log_.get(), checkpoint_path_, parameters_.circular_logging(), parameters_.page_bytes(),
        [this] { return logged_databases(); },
        [this](std::uint32_t event, Severity severity, const std::string& text) { report(event, severity, text); },
        [this] { return parameters_.number(JET_paramAcceptBadPages) != 0; }, [this] { advance_checkpoint(); }});
}

void Instance::remove_logs_below_checkpoint() {
    const LogSettings& settings = log_->settings();
    const LogDirectory directory = scan_log_directory(files_, settings.directory, settings.naming);
    for (const Generation generation : directory.archived)
        if (generation < checkpoint_.position.generation) files_.remove(directory.archived_path(generation));
    files_.sync_directory(settings.directory);
}

void Instance::continue_log(LogDirectory directory, LogSettings settings, const RecoveryOptions& options) {
    if (options.stop && options.undo_at_stop) {
        end_logs_at_stop(directory, *options.stop, options);
        directory = scan_log_directory(files_, directory.path, directory.naming);
    } else if (options.stop) {
        return stop_without_undo(directory, options);
    }
    if (options.accept_lost_logs && !options.stop) {
        if (const auto lost = find_break(files_, directory, checkpoint_path_))
            return continue_up_to(*lost, directory, std::move(settings), options);
    }
    StreamEnd end = examine_stream_end(files_, directory, checkpoint_path_, parameters_);
    if (end.checkpoint) checkpoint_ = *end.checkpoint;
    checkpoint_.parameters = settings.parameters;
    stream_ = end.current.header.signature;
    if (end.is_clean && options.without_undo)
        throw Error(ErrorKind::not_possible, JET_errRecoveredWithoutUndoDatabasesConsistent,
                    "the last run was terminated properly, so there is nothing to recover")
            .in_file(directory.path);
    if (!end.is_clean) {
        report_begin(end);
        recover({files_, directory, {end.current.file->path(), end.current.header, end.scan}, end.checkpoint},
                options);
        if (options.without_undo) end_without_undo(directory.path);
    }
    if (!directory.has_current) {
        files_.rename_new(directory.temporary_path(), directory.current_path());
        files_.sync_directory(directory.path);
    }
    log_ = LogWriter::resume(std::move(settings),
                             {files_.open(directory.current_path(), os::OpenMode::read_write), end.current.header},
                             end.scan, log_hooks());
    if (!recovery_) return;
    recovery_->finish(*log_);
    recovery_.reset();
    report(JET_eventRecoveryEnd, Severity::information, directory.path + ": the databases are clean again");
}

// Where a database holds anything from behind the break, the break is what is told.
void Instance::continue_up_to(const LogBreak& lost, const LogDirectory& directory, LogSettings settings,
                              RecoveryOptions options) {
    options.stop = lost.last_good;
    options.undo_at_stop = true;
    try {
        continue_log(directory, std::move(settings), options);
    } catch (const Error& error) {
        if (error.jet() != JET_errRequiredLogFilesMissing) throw;
        throw Error(lost.error.kind(), lost.error.jet(),
                    lost.error.message() + "; this can't be passed over: " + error.what())
            .in_file(lost.error.file());
    }
}

// What lies behind an empty sector is lost, if there was anything; only the one who wrote it knows (LOG-FORMAT 3.4).
void Instance::report_begin(const StreamEnd& end) const {
    const auto last = format::last_record(end.scan, end.current.sectors());
    const bool is_open = end.scan.end == format::LogEnd::zero || end.scan.end == format::LogEnd::stale;
    report(JET_eventRecoveryBegin, is_open ? Severity::warning : Severity::information,
           end.current.file->path() + ": the last run was not terminated properly; its logs are replayed, up to " +
               (last ? last->position : format::Lgpos{end.current.header.generation, 1, 0}).to_string());
}

// Then what follows is an ordinary recovery of logs that end there.
void Instance::end_logs_at_stop(const LogDirectory& directory, const format::Lgpos& stop,
                                const RecoveryOptions& options) {
    const std::string path = log_with(files_, directory, stop);
    const LogFile log = open_log_file(files_, path);
    auto checkpoint = usable_checkpoint(files_, checkpoint_path_, log.header.signature);
    const bool is_behind = checkpoint && checkpoint->position > stop;
    if (is_behind) checkpoint.reset();
    require_reachable(files_, {files_, directory, {path, log.header, log.scan()}, checkpoint, stop}, stop,
                    places(options));
    if (is_behind) {
        files_.remove(checkpoint_path_);
        files_.sync_directory(parameters_.system_path());
    }
    if (end_logs_at(files_, directory, stop))
        report(JET_eventLogsSetAside, Severity::warning,
               directory.path + ": what was logged behind " + stop.to_string() + " is set aside in " +
                   set_aside_folder(directory, stop));
}

void Instance::stop_without_undo(const LogDirectory& directory, const RecoveryOptions& options) {
    const std::string path = log_with(files_, directory, *options.stop);
    const LogFile log = open_log_file(files_, path);
    const auto checkpoint = usable_checkpoint(files_, checkpoint_path_, log.header.signature);
    if (checkpoint && checkpoint->position > *options.stop) end_without_undo(directory.path);
    recover({files_, directory, {path, log.header, log.scan()}, checkpoint, options.stop}, options);
    end_without_undo(directory.path);
}

void Instance::end_without_undo(const std::string& directory) {
    if (recovery_) recovery_->stop_without_undo();
    throw Error(ErrorKind::not_possible, JET_errRecoveredWithoutUndo,
                "recovery ended before open transactions were rolled back, as asked; the databases are not clean")
        .in_file(directory);
}

DatabasePlaces Instance::places(const RecoveryOptions& options) const {
    const std::string moved_to = parameters_.text(JET_paramAlternateDatabaseRecoveryPath);
    return places_by_map(files_, options, [moved_to](const std::string& logged_path, const format::Signature&) {
        // Of a path of this system or of Windows.
        const std::string name = logged_path.substr(logged_path.find_last_of("/\\") + 1);
        return moved_to.empty() ? logged_path : os::join(moved_to, name);
    });
}

void Instance::recover(const LogSequence& logs, const RecoveryOptions& options) {
    const std::uint32_t page_bytes = parameters_.page_bytes();
    const std::size_t cache_pages =
        std::min<std::uint64_t>(parameters_.number(JET_paramCacheSizeMax), most_recovery_cache_bytes / page_bytes);
    RecoveryOptions decided = options;
    if (options.stop) decided.accept_lost_logs = true;
    const auto poll = [this] {
        if (service_stopped_)
            throw Error(ErrorKind::interrupted, JET_errClientRequestToStopJetService, "recovery was stopped on request");
    };
    recovery_ = std::make_unique<Recovery>(
        RecoveryRequest{&files_, &clock_, logs, cache_pages * page_bytes, places(options), decided, poll,
                        [this](const format::Lgpos& position) { save_recovery_checkpoint(position); },
                        parameters_.number(JET_paramCheckpointDepthMax)});
}

void Instance::term(JET_GRBIT grbit) {
    const bool stops_backup = (grbit & (JET_bitTermStopBackup | JET_bitTermAbrupt)) != 0;
    {
        std::unique_lock hold(gate_mutex_);
        if (phase_ == Phase::terminating || phase_ == Phase::terminated)
            throw Error(JET_errTermInProgress, "the instance is being terminated");
        if (phase_ == Phase::initialising) throw Error(JET_errInitInProgress, "the instance is being initialised");
        if (backup_ && backup_->in_progress() && !stops_backup)
            throw Error(ErrorKind::busy, JET_errBackupInProgress,
                        "a backup is in progress; JET_bitTermStopBackup would end it");
        const bool never_ran = phase_ == Phase::created;
        phase_ = Phase::terminating;
        if (backup_) backup_->stop();
        gate_changed_.wait(hold, [&] { return calls_ == 0; });
        if (never_ran) {
            phase_ = Phase::terminated;
            return;
        }
    }
    const std::lock_guard structure(structure_mutex_);
    upkeep_.reset();
    try {
        if (backup_) backup_->end_for_term();
        if (!(grbit & JET_bitTermDirty)) end_clean();
    } catch (...) {
        release_everything();
        const std::lock_guard hold(gate_mutex_);
        phase_ = Phase::terminated;
        throw;
    }
    release_everything();
    const std::lock_guard hold(gate_mutex_);
    phase_ = Phase::terminated;
    if (grbit & JET_bitTermDirty)
        throw Error(JET_errDirtyShutdown, "the instance was terminated dirty, as asked; its databases need recovery");
}

// Everything is on disk, the headers say so, and only then the log and the checkpoint do (LOG-FORMAT 4.3, 5.6, 6).
void Instance::end_clean() {
    end_transactions();
    for (const auto& live : live_databases()) write_everything(*live);
    if (!log_) {
        for (const auto& live : live_databases())
            if (!live->is_read_only()) live->file().become_clean({});
        return;
    }
    const format::Lgpos mark = log_->append_and_flush(format::shut_down_mark_record());
    for (Database* database : logged_databases()) database->become_clean(mark);
    release_tables();
    {
        const std::lock_guard hold(databases_mutex_);
        live_.clear();
        databases_.clear();
    }
    format::RunEndRecord record;
    record.back = init_position_;
    record.time = log_->now();
    const format::Lgpos end = log_->append(record.serialise());
    log_->close();
    save_checkpoint(end);
}

// With a table the program's callback may be called: without the lock.
void Instance::release_tables() {
    decltype(live_tables_) tables;
    const std::lock_guard hold(databases_mutex_);
    tables.swap(live_tables_);
}

void Instance::release_everything() {
    server_.reset();
    upkeep_.reset();
    defragmentations_.clear();
    sessions_.end_all();
    release_tables();
    {
        const std::lock_guard hold(databases_mutex_);
        live_.clear();
        databases_.clear();
    }
    backup_.reset();
    recovery_.reset();
    core_.reset();
    log_.reset();
    log_lock_.reset();
    system_lock_.reset();
}

// --- what the log asks and tells

LogHooks Instance::log_hooks() {
    LogHooks hooks;
    hooks.attachments = [this](const format::Lgpos& position) { return attach_list(position); };
    hooks.checkpoint = [this] { return checkpoint_position(); };
    hooks.rolled = [this](Generation generation, const format::LogTime& created) {
        generation_rolled(generation, created);
    };
    hooks.disposable_below = [this] {
        const Generation checkpoint = checkpoint_position().generation;
        if (!backup_ || !backup_->in_progress()) return checkpoint;
        return std::min(checkpoint, backup_->copy_low());
    };
    return hooks;
}

// Databases attached before the position. The consistent point only counts where it belongs to this stream's past
// (LOG-FORMAT 2.3).
std::vector<format::AttachInfo> Instance::attach_list(const format::Lgpos& position) const {
    if (recovery_) return recovery_->attached();
    std::vector<format::AttachInfo> list;
    for (const Database* database : logged_databases()) {
        const format::DatabaseHeader header = database->header();
        if (header.get(hf::attach_lgpos) >= position) continue;
        list.push_back(attach_info(header, database->dbid(), database->path()));
        if (list.back().consistent >= position) list.back().consistent = {};
    }
    return list;
}

// The headers come to name the new generation before any page can depend on it. The checkpoint follows when the pages
// that hold it back are on the disk.
void Instance::generation_rolled(Generation generation, const format::LogTime& created) {
    // The checkpoint stays where it is until the last run's databases are clean.
    if (recovery_) return recovery_->generation_rolled(generation, created);
    for (Database* database : logged_databases()) database->generation_rolled(generation, created);
    if (upkeep_) upkeep_->wake();
}

void Instance::begin_backup(JET_GRBIT grbit) {
    {
        const std::lock_guard hold(gate_mutex_);
        if (phase_ == Phase::initialising)
            throw Error(ErrorKind::busy, JET_errBackupNotAllowedYet, "the instance is still being initialised");
    }
    const Use use(*this, true);
    const std::lock_guard structure(structure_mutex_);
    if (!backup_)
        throw Error(ErrorKind::not_possible, JET_errLoggingDisabled,
                    "the instance runs without a log (JET_paramRecovery is off), so it can't be backed up");
    if (const auto cause = log_->cause_of_death())
        throw Error(JET_errLogWriteFail,
                    std::string("the log of the instance can't be written any more since ") + cause->what())
            .in_file(log_->settings().directory);
    backup_->begin(grbit);
}

void Instance::stop_backup() {
    if (backup_) backup_->stop();
}

Backup& Instance::backup() {
    if (!backup_) throw Error(JET_errNoBackup, "no backup is in progress: the instance runs without a log");
    return *backup_;
}

}  // namespace ese::engine
