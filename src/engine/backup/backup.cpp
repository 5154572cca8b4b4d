#include "engine/backup/backup.h"

#include <algorithm>

#include "base/error.h"
#include "engine/database/backup_directory.h"
#include "engine/log/checkpoint_file.h"

namespace ese::engine {

namespace hf = format::header_field;

namespace {

constexpr JET_HANDLE only_handle = 0;  // one file at a time (OBSERVED, Order)
constexpr std::uintptr_t buffer_alignment = 4096;
constexpr JET_GRBIT known_begin_bits = JET_bitBackupIncremental | JET_bitBackupSurrogate | JET_bitInternalCopy;

std::string range_text(Generation low, Generation end) {
    return format::to_string(low) + " to " + format::to_string(end.previous());
}

Error out_of_order(const std::string& what) { return {JET_errInvalidBackupSequence, what}; }

}  // namespace

void Backup::report(std::uint32_t event, Severity severity, const std::string& text) const {
    host_.events(event, severity, text);
}

void Backup::require_session() const {
    if (!in_progress()) throw Error(JET_errNoBackup, "no backup is in progress");
    if (stop_) throw Error(ErrorKind::interrupted, JET_errBackupAbortByServer, "the backup was stopped");
}

void Backup::require_no_open_file(const char* call) const {
    if (file_) throw out_of_order(std::string(call) + " while " + file_->path() + " is still open");
}

// Some failures end the whole backup, as in the original (OBSERVED, Order).
void Backup::fail_session(const Error& error) {
    report(JET_eventBackupFailed, Severity::error, error.what());
    finish(Outcome::failed, 0);
    throw error;
}

void Backup::check_can_begin(JET_GRBIT grbit) const {
    const bool incremental = (grbit & JET_bitBackupIncremental) != 0;
    if (grbit & ~known_begin_bits)
        throw Error(ErrorKind::usage, JET_errInvalidGrbit,
                    "JetBeginExternalBackup knows JET_bitBackupIncremental only");
    if (incremental && host_.circular_logging)
        throw Error(ErrorKind::not_possible, JET_errInvalidBackup,
                    "an incremental backup is impossible with circular logging: logs are not kept");
    if ((grbit & (JET_bitInternalCopy | JET_bitBackupSurrogate)) && grbit != JET_bitInternalCopy &&
        grbit != JET_bitBackupSurrogate)
        throw Error(ErrorKind::usage, JET_errInvalidGrbit,
                    "JET_bitInternalCopy and JET_bitBackupSurrogate go with no other bit");
    if (grbit == JET_bitBackupSurrogate) throw Error(JET_errFeatureNotAvailable, "surrogate backups are not available");
    if (in_progress())
        throw Error(ErrorKind::busy, JET_errBackupInProgress, "another backup of this instance is in progress");
}

void Backup::check_incremental_base(const std::vector<Database*>& databases) const {
    for (const Database* database : databases) {
        const auto header = database->header();
        if (header.get(hf::full_previous).low != Generation() &&
            header.get(hf::full_previous_type) == format::BackupType::streaming)
            continue;
        report(JET_eventBackupMissingFull, Severity::error,
               database->path() + ": there is no full backup that an incremental one could continue");
        throw Error(ErrorKind::not_possible, JET_errMissingFullBackup,
                    "an incremental backup needs a full backup first")
            .in_file(database->path());
    }
}

void Backup::begin(JET_GRBIT grbit) {
    const std::lock_guard hold(mutex_);
    check_can_begin(grbit);
    const bool full = (grbit & JET_bitBackupIncremental) == 0;
    if (!full) check_incremental_base(host_.databases());
    const Generation low =
        full ? read_checkpoint(*host_.files, host_.checkpoint_path).position.generation : Generation();

    full_ = full;
    stop_ = logs_prepared_ = truncated_ = false;
    begin_mark_ = {host_.log->tip(), now(), {}, {}};
    prepare_mark_ = {};
    copy_end_ = delete_low_ = delete_end_ = Generation();
    complete_databases_.clear();
    complete_logs_.clear();
    copy_low_ = low.value();
    log_phase(format::BackupPhase::begin, {{}, begin_mark_.time, {}, {}});
    state_ = full ? State::databases : State::logs;
    report(full ? JET_eventBackupFullBegin : JET_eventBackupIncrementalBegin, Severity::information,
           full ? "a full backup starts" : "an incremental backup starts");
}

std::vector<std::string> Backup::attached_paths() {
    const std::lock_guard hold(mutex_);
    require_session();
    if (!full_) throw out_of_order("JetGetAttachInfo in an incremental backup, which has no databases");
    std::vector<std::string> paths;
    for (const Database* database : host_.databases()) paths.push_back(database->path());
    return paths;
}

Backup::Opened Backup::open_file(const std::string& path) {
    const std::lock_guard hold(mutex_);
    require_session();
    if (path.empty()) throw Error(ErrorKind::usage, JET_errInvalidParameter, "JetOpenFile without a file name");
    if (file_)
        throw Error(JET_errOutOfMemory, "JetOpenFile while " + file_->path() + " is open: there is one handle")
            .in_file(path);
    const std::string full_path = host_.files->absolute(path);
    for (Database* database : host_.databases()) {
        if (database->path() != full_path) continue;
        if (state_ == State::logs)
            fail_session(out_of_order("JetOpenFile of a database when only logs are left to read").in_file(path));
        return open_database(*database);
    }
    if (state_ == State::databases) {
        report(JET_eventBackupDatabaseFailed, Severity::error, path + ": not an attached database");
        throw Error(JET_errDatabaseNotFound, "JetOpenFile: not an attached database").in_file(path);
    }
    return open_log(full_path);
}

Backup::Opened Backup::open_database(Database& database) {
    // The header first: its required range must cover every page that the size below lets through
    // (BACKUP-SEMANTICS 2.4).
    const format::DatabaseHeader header = database.header();
    format::BackupInfo current = begin_mark_;
    current.low = copy_low();
    file_ = std::make_unique<BackupDatabaseFile>(
        database, database.last_page_for_backup(), header, current, [log = host_.log] { return log->generation(); },
        PageReading{host_.clock, &stop_, host_.events, host_.accept_bad_pages()});
    report(JET_eventBackupDatabaseBegin, Severity::information,
           file_->path() + ": reading " + std::to_string(file_->size()) + " bytes");
    return {only_handle, file_->size()};
}

// data.pat beside the attached data.edb.
bool Backup::is_patch_file(const std::string& path) const {
    return std::ranges::any_of(host_.databases(), [&](const Database* database) {
        const std::string& beside = database->path();
        return path == os::join(os::directory_of(beside), patch_file_name(os::name_of(beside)));
    });
}

// Only what JetGetLogInfo listed, and patch files: a path that does not belong to the backup would hand out any file of the machine
// (BACKUP-SEMANTICS 2.4).
Backup::Opened Backup::open_log(const std::string& path) {
    const LogSettings& log = host_.log->settings();
    const auto name = format::parse_log_file_name(log.naming.base, os::name_of(path));
    if (is_patch_file(path) && host_.files->info(path)) {
        try {
            file_ = std::make_unique<BackupPatchFile>(host_.files->open(path, os::OpenMode::read));
        } catch (const Error& error) {
            fail_session(error);
        }
        return {only_handle, file_->size()};
    }
    const bool in_place = os::directory_of(path) == host_.files->absolute(log.directory);
    if (!in_place || !name || name->kind != format::LogFileKind::archived)
        fail_session(Error(ErrorKind::usage, JET_errInvalidParameter, "JetOpenFile: not a closed log of this instance")
                         .in_file(path));
    if (!host_.files->info(path)) {
        report(JET_eventBackupFileMissing, Severity::error, path + ": the log is missing");
        fail_session(Error(ErrorKind::chain, JET_errMissingFileToBackup, "the log is missing").in_file(path));
    }
    try {
        file_ = std::make_unique<BackupLogFile>(host_.files->open(path, os::OpenMode::read), name->generation());
    } catch (const Error& error) {
        fail_session(error);
    }
    return {only_handle, file_->size()};
}

std::size_t Backup::read_file(JET_HANDLE handle, void* buffer, std::uint32_t bytes) {
    const std::lock_guard hold(mutex_);
    require_session();
    if (!file_ || handle != only_handle)
        throw Error(ErrorKind::usage, JET_errInvalidParameter, "JetReadFile: this handle is not open");
    const auto address = reinterpret_cast<std::uintptr_t>(buffer);
    if (!buffer || address % buffer_alignment != 0)
        throw Error(ErrorKind::usage, JET_errInvalidParameter, "JetReadFile: the buffer must be aligned to 4096 bytes");
    if (bytes == 0 || bytes % host_.page_bytes != 0)
        throw Error(ErrorKind::usage, JET_errInvalidParameter,
                    "JetReadFile: the size must be a multiple of the page size");
    if (file_->position() == 0 && bytes / host_.page_bytes < file_->first_read_pages())
        throw Error(
            ErrorKind::usage, JET_errInvalidParameter,
            "JetReadFile: the first read takes at least " + std::to_string(file_->first_read_pages()) + " pages");
    try {
        return file_->read({static_cast<std::uint8_t*>(buffer), bytes});
    } catch (const Error& error) {
        const bool is_log = dynamic_cast<BackupDatabaseFile*>(file_.get()) == nullptr;
        file_.reset();
        if (!is_log) throw;  // the database is lost to this backup, the backup itself goes on
        report(JET_eventBackupLogReadFailed, Severity::error, error.what());
        fail_session(error);
    }
}

void Backup::close_file(JET_HANDLE handle) {
    const std::lock_guard hold(mutex_);
    if (!in_progress()) throw Error(JET_errNoBackup, "no backup is in progress");
    if (!file_ || handle != only_handle)
        throw Error(ErrorKind::usage, JET_errInvalidParameter, "JetCloseFile: this handle is not open");
    const auto file = std::move(file_);
    if (const auto* database = dynamic_cast<const BackupDatabaseFile*>(file.get())) {
        if (file->is_complete()) complete_databases_.insert(database->database().dbid());
        report(file->is_complete() ? JET_eventBackupDatabaseEnd : JET_eventBackupDatabaseIncomplete,
               Severity::information,
               file->path() + ": " + std::to_string(file->position()) + " of " + std::to_string(file->size()) +
                   " bytes were read");
    } else if (const auto* log = dynamic_cast<const BackupLogFile*>(file.get()); log && file->is_complete()) {
        complete_logs_.insert(log->generation().value());
    }
}

// Done once in a session: closes the current log, so that everything committed until now lies in numbered files, and
// fixes what is copied and what may be deleted (BACKUP-SEMANTICS 2.7).
void Backup::prepare_logs() {
    if (logs_prepared_) return;
    host_.log->roll();
    prepare_mark_.time = now();
    prepare_mark_.mark = log_phase(format::BackupPhase::prepare_logs, {{}, prepare_mark_.time, {}, {}});
    host_.log->flush();
    host_.advance_checkpoint();
    copy_end_ = prepare_mark_.mark.generation;

    const LogSettings& log = host_.log->settings();
    const LogDirectory directory = scan_log_directory(*host_.files, log.directory, log.naming);
    if (directory.archived.empty()) throw Error(JET_errFileNotFound, "there is no closed log").in_file(log.directory);
    if (!full_) copy_low_ = directory.archived.front().value();
    check_no_gap(directory);
    delete_low_ = directory.archived.front();
    delete_end_ = std::max(delete_low_, truncation_bound());
    logs_prepared_ = true;
    report(JET_eventBackupLogRange, Severity::information,
           "logs " + range_text(copy_low(), copy_end_) + " belong to the backup");
}

void Backup::check_no_gap(const LogDirectory& directory) const {
    const auto missing = [&](Generation generation) {
        report(JET_eventBackupFileMissing, Severity::error,
               directory.archived_path(generation) + ": the log is missing");
        return Error(ErrorKind::chain, JET_errMissingFileToBackup,
                     "log generation " + format::to_string(generation) +
                         " is missing; without it the backup could not be restored")
            .in_file(directory.archived_path(generation));
    };
    for (Generation generation = copy_low(); generation < copy_end_; generation = generation.next())
        if (!std::ranges::binary_search(directory.archived, generation)) throw missing(generation);
    if (full_) return;
    for (const Database* database : host_.databases()) {
        const auto header = database->header();
        const Generation covered =
            std::max(header.get(hf::full_previous).high, header.get(hf::incremental_previous).high);
        if (directory.archived.front() > covered.next()) throw missing(covered.next());
    }
}

// The first generation that must stay (BACKUP-SEMANTICS 4).
Generation Backup::truncation_bound() const {
    Generation bound = std::min(copy_end_, read_checkpoint(*host_.files, host_.checkpoint_path).position.generation);
    if (!full_) return bound;
    for (const Database* database : host_.databases())
        if (!complete_databases_.contains(database->dbid()))
            bound = std::min(bound, database->header().get(hf::full_previous).high);
    return bound;
}

BackupLogList Backup::log_list() {
    const std::lock_guard hold(mutex_);
    require_session();
    require_no_open_file("JetGetLogInfo");
    prepare_logs();
    state_ = State::logs;
    BackupLogList list{{}, copy_low(), copy_end_.previous()};
    const LogSettings& log = host_.log->settings();
    for (Generation generation = copy_low(); generation < copy_end_; generation = generation.next())
        list.paths.push_back(os::join(host_.files->absolute(log.directory), log.naming.archived(generation)));
    return list;
}

std::vector<std::string> Backup::truncation_list() {
    const std::lock_guard hold(mutex_);
    require_session();
    require_no_open_file("JetGetTruncateLogInfo");
    prepare_logs();
    state_ = State::logs;
    std::vector<std::string> paths;
    const LogSettings& log = host_.log->settings();
    for (Generation generation = delete_low_; generation < delete_end_; generation = generation.next()) {
        const std::string path = os::join(host_.files->absolute(log.directory), log.naming.archived(generation));
        if (host_.files->info(path)) paths.push_back(path);
    }
    return paths;
}

void Backup::truncate(std::optional<Generation> last) {
    const std::lock_guard hold(mutex_);
    require_session();
    require_no_open_file("JetTruncateLog");
    if (!logs_prepared_) throw out_of_order("JetTruncateLog before JetGetLogInfo");
    for (Generation generation = copy_low(); generation < copy_end_; generation = generation.next()) {
        if (complete_logs_.contains(generation.value())) continue;
        const std::string text =
            "log generation " + format::to_string(generation) + " was not read to its end, so no log is deleted";
        report(JET_eventTruncateNotAllCopied, Severity::warning, text);
        throw Error(JET_errLogFileNotCopied, text);
    }
    const Generation end =
        last && *last < delete_end_ ? std::max(delete_low_, last->next()) : delete_end_;  // the first that stays
    if (delete_low_ == end)
        report(JET_eventNoLogsTruncated, Severity::information, "no log can be deleted: all of them are still needed");
    else
        report(JET_eventLogsTruncated, Severity::information, "logs " + range_text(delete_low_, end) + " are deleted");
    log_phase(format::BackupPhase::truncate, {{}, {}, delete_low_, end});
    host_.log->flush();

    const LogSettings& log = host_.log->settings();
    unsigned missing = 0;
    for (Generation generation = delete_low_; generation < end; generation = generation.next()) {
        const std::string path = os::join(log.directory, log.naming.archived(generation));
        if (!host_.files->info(path)) ++missing;
        host_.files->remove(path);  // ascending, so that what remains is without a gap wherever this ends
        truncated_ = true;
    }
    truncated_ = true;
    host_.files->sync_directory(log.directory);
    if (missing > 0)
        report(JET_eventTruncatedLogsMissing, Severity::warning,
               std::to_string(missing) + " of these logs were already missing");
}

void Backup::end(JET_GRBIT grbit) {
    const std::lock_guard hold(mutex_);
    const bool normal = (grbit & JET_bitBackupEndNormal) != 0;
    const bool abort = (grbit & JET_bitBackupEndAbort) != 0;
    if (normal == abort)
        throw Error(ErrorKind::usage, JET_errInvalidParameter,
                    "JetEndExternalBackup takes one of JET_bitBackupEndNormal and JET_bitBackupEndAbort");
    if (!in_progress()) throw Error(JET_errNoBackup, "no backup is in progress");
    // Success even where a normal end becomes an abort: kept as in the original, the event tells (BACKUP-SEMANTICS 8,
    // oddity 1).
    if (stop_)
        finish(Outcome::aborted_by_server, grbit);
    else if (abort || !logs_prepared_)
        finish(Outcome::aborted_by_caller, grbit);
    else
        finish(Outcome::normal, grbit);
}

void Backup::finish(Outcome outcome, JET_GRBIT grbit) {
    file_.reset();
    try {
        if (outcome == Outcome::normal && !(grbit & JET_bitBackupNoDbHeaderUpdate)) stamp_headers(grbit);
        if (outcome != Outcome::normal) log_phase(format::BackupPhase::abort, {{}, now(), {}, {}});
        log_phase(format::BackupPhase::stop, {{}, now(), {}, {}});
        host_.log->flush();
    } catch (const Error& error) {
        // What the original does too: the backup is over, the missing stamp is told.
        report(JET_eventBackupHeaderStampFailed, Severity::warning, error.what());
    }
    copy_low_ = 0;
    state_ = State::none;
    switch (outcome) {
        case Outcome::normal: report(JET_eventBackupEnd, Severity::information, "the backup ended normally"); break;
        case Outcome::aborted_by_caller:
            report(JET_eventBackupAbortedByClient, Severity::error,
                   "the backup was aborted by its caller, or ended before the logs were listed");
            break;
        case Outcome::aborted_by_server:
            report(JET_eventBackupStopped, Severity::error,
                   "the backup was stopped by the program that owns the instance");
            break;
        case Outcome::failed: break;
    }
}

// Which slot of the header: BACKUP-SEMANTICS 3.4 and the table in OBSERVED. The log record first, so that recovery can
// repeat the stamp.
void Backup::stamp_headers(JET_GRBIT grbit) {
    using Slot = BackupSlot;
    const bool truncating = truncated_ || (grbit & JET_bitBackupTruncateDone) != 0;
    const Slot slot =
        full_ ? (truncating ? Slot::full : Slot::copy) : (truncating ? Slot::incremental : Slot::differential);
    constexpr format::BackupScope scopes[] = {format::BackupScope::full, format::BackupScope::copy,
                                              format::BackupScope::incremental, format::BackupScope::differential};
    format::BackupInfo info = full_ ? begin_mark_ : prepare_mark_;
    info.low = copy_low();
    info.high = copy_end_.previous();
    std::vector<Database*> stamped;
    for (Database* database : host_.databases()) {
        if (full_ && !complete_databases_.contains(database->dbid())) continue;
        format::BackupRecord record{
            format::BackupPhase::update_header, 0, scopes[static_cast<int>(slot)], database->dbid(), info, {}};
        host_.log->append(record.serialise());
        if (database->stamp_backup(slot, info)) stamped.push_back(database);
    }
    host_.log->flush();
    for (Database* database : stamped) database->flush_header();
}

format::Lgpos Backup::log_phase(format::BackupPhase phase, const format::BackupInfo& info) {
    const auto scope = full_ ? format::BackupScope::full : format::BackupScope::incremental;
    return host_.log->append(format::BackupRecord{phase, 0, scope, 0, info, {}}.serialise());
}

void Backup::stop() { stop_ = true; }

void Backup::end_for_term() {
    stop_ = true;
    const std::lock_guard hold(mutex_);
    if (in_progress()) finish(Outcome::aborted_by_server, 0);
}

}  // namespace ese::engine
