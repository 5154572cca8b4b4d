#include "engine/recovery/hard_restore.h"

#include <algorithm>
#include <map>
#include <memory>

#include "base/error.h"
#include "base/utf.h"
#include "engine/database/database.h"
#include "engine/log/checkpoint_file.h"
#include "engine/log/log_writer.h"
#include "engine/recovery/log_set.h"
#include "engine/recovery/restored_database.h"
#include "esent.h"
#include "format/log/log_record_types.h"

namespace ese::engine {

namespace hf = format::header_field;

namespace {

// Follows through the logs which database is attached under which number, and stops at the first change that would have
// to be replayed.
class Replay {
 public:
    explicit Replay(std::vector<RestoredDatabase>& databases) : databases_(databases) {}

    void start(const format::LogHeader& first) {
        for (const format::AttachInfo& entry : first.attachments)
            attached_[entry.dbid] = {entry.database, utf16_to_utf8_lossy(entry.path())};
    }

    void record(const SetLog& log, const format::LogRecord& record) {
        using format::LogRecordType;
        switch (record.type) {
            case LogRecordType::attach_db: {
                const auto attach = format::AttachDbRecord::parse(record.bytes);
                attached_[attach.dbid] = {attach.database, utf16_to_utf8_lossy(attach.path)};
                return;
            }
            case LogRecordType::create_db: {
                const auto create = format::CreateDbRecord::parse(record.bytes);
                attached_[create.dbid] = {create.database, utf16_to_utf8_lossy(create.path)};
                break;
            }
            case LogRecordType::detach_db: attached_.erase(format::DetachDbRecord::parse(record.bytes).dbid); return;
            // A run that ended cleanly detached everything.
            case LogRecordType::term:
            case LogRecordType::term2:
            case LogRecordType::recovery_quit:
            case LogRecordType::recovery_quit2: attached_.clear(); return;
            case LogRecordType::set_db_version:
            case LogRecordType::signal_attach_db:
            case LogRecordType::re_attach:
            case LogRecordType::backup2: return;
            default: break;
        }
        refuse_change(log, record);
    }

    // At the end of the logs every database that is still attached must be one of ours (OBSERVED, Restore).
    void finish() const {
        for (const auto& [dbid, entry] : attached_)
            if (!find(entry.signature))
                throw Error(ErrorKind::usage, JET_errAttachedDatabaseMismatch,
                            "the logs name this database, but it is not among those to be restored")
                    .in_file(entry.path);
    }

    struct Entry {
        format::Signature signature;
        std::string path;
    };
    const std::map<std::uint8_t, Entry>& attached() const { return attached_; }

    const RestoredDatabase* find(const format::Signature& signature) const {
        for (const RestoredDatabase& database : databases_)
            if (database.header().get(hf::database_signature) == signature) return &database;
        return nullptr;
    }

 private:
    void refuse_change(const SetLog& log, const format::LogRecord& record) const {
        const format::LogRecordEffect effect = format::effect_of(record.type);
        if (effect != format::LogRecordEffect::pages && effect != format::LogRecordEffect::size &&
            effect != format::LogRecordEffect::database)
            return;
        const auto dbid = format::dbid_of(record.bytes);
        const auto entry = dbid ? attached_.find(*dbid) : attached_.end();
        if (entry == attached_.end()) return;
        const RestoredDatabase* database = find(entry->second.signature);
        if (!database || record.position <= database->header().get(hf::attach_lgpos)) return;
        throw Error(ErrorKind::not_possible, JET_errFeatureNotAvailable,
                    "the log holds a change of " + os::name_of(database->path()) + " (" +
                        std::string(format::record_name(record.type)) + " at " + record.position.to_string() +
                        "), and this version can't replay changes")
            .in_file(log.path);
    }

    std::vector<RestoredDatabase>& databases_;
    std::map<std::uint8_t, Entry> attached_;
};

std::vector<RestoredDatabase> open_databases(os::FileSystem& files, const RestoreRequest& request) {
    std::vector<RestoredDatabase> databases;
    for (const auto& placed : request.databases) {
        databases.emplace_back(files, placed.original_path, files.absolute(placed.path));
        const RestoredDatabase& added = databases.back();
        for (const RestoredDatabase& other : databases)
            if (&other != &added &&
                other.header().get(hf::database_signature) == added.header().get(hf::database_signature))
                throw Error(ErrorKind::usage, JET_errDatabaseSignInUse, "this is the same database as " + other.path())
                    .in_file(added.path());
    }
    return databases;
}

void check_coverage(const std::vector<RestoredDatabase>& databases, const LogSet& set) {
    const Generation low = set.logs().front().header.generation;
    const Generation high = set.logs().back().header.generation;
    for (const RestoredDatabase& database : databases) {
        if (database.header().get(hf::log_signature) != set.logs().front().header.signature)
            throw Error(ErrorKind::chain, JET_errBadLogSignature,
                        "the logs belong to another instance than the database")
                .in_file(database.path());
        if (low <= database.low_required() && database.high_required() <= high) continue;
        throw Error(ErrorKind::chain, JET_errRequiredLogFilesMissing,
                    "the database requires log generations " + format::to_string(database.low_required()) + " to " +
                        format::to_string(database.high_required()) + ", but only " + format::to_string(low) + " to " +
                        format::to_string(high) + " are there")
            .in_file(database.path());
    }
}

// The log that the restored databases go on with, and its last word: they are clean.
class ClosingLog {
 public:
    ClosingLog(os::FileSystem& files, os::Clock& clock, const RestoreRequest& request, const LogSet& set,
               bool target_has_current, const Replay& replay)
        : files_(files), request_(request), low_(set.logs().front().header.generation), naming_(set.naming()) {
        const SetLog& last = set.logs().back();
        LogSettings settings{&files,
                             &clock,
                             request.log_directory,
                             naming_,
                             last.header.sectors,
                             last.header.page_bytes,
                             (last.header.flags & format::LogHeader::flag_circular) != 0,
                             last.header.parameters};
        settings.parameters.set_paths(request.checkpoint_directory + "/", request.log_directory + "/");
        parameters_ = settings.parameters;
        LogHooks hooks;
        hooks.attachments = [list = attach_list(replay)](const format::Lgpos&) { return list; };
        hooks.checkpoint = [this] { return format::Lgpos{low_, 1, 0}; };
        hooks.rolled = [](Generation, const format::LogTime&) {};
        hooks.disposable_below = [] { return Generation(); };
        log_ = target_has_current
                   ? LogWriter::resume(std::move(settings), open_log_file(files, last.path, os::OpenMode::read_write),
                                       last.scan, std::move(hooks))
                   : LogWriter::follow(std::move(settings), last.header, last.scan.checksum, std::move(hooks));
    }

    // The position that the databases are consistent at.
    format::Lgpos begin() {
        back_ = log_->append(format::RecoveryUndoRecord{log_->now()}.serialise());
        return log_->append_and_flush(format::shut_down_mark_record());
    }

    void end() {
        format::RunEndRecord record;
        record.type = format::LogRecordType::recovery_quit2;
        record.back = back_;
        record.redo_from = {low_, 1, 0};
        record.hard = true;
        record.time = log_->now();
        const format::Lgpos position = log_->append(record.serialise());
        log_->close();
        format::Checkpoint checkpoint;
        checkpoint.position = checkpoint.consistency = position;
        checkpoint.log_signature = log_->signature();
        checkpoint.parameters = parameters_;
        const std::string path = os::join(request_.checkpoint_directory, naming_.checkpoint());
        files_.remove(path);
        write_checkpoint(files_, path, checkpoint);
        files_.sync_directory(request_.checkpoint_directory);
    }

 private:
    static std::vector<format::AttachInfo> attach_list(const Replay& replay) {
        std::vector<format::AttachInfo> list;
        for (const auto& [dbid, attached] : replay.attached()) {
            const RestoredDatabase* database = replay.find(attached.signature);
            format::AttachInfo entry;
            entry.dbid = dbid;
            entry.dbtime = database->header().get(hf::dbtime_dirtied);
            entry.last_object = database->header().get(hf::last_object);
            entry.attach = database->header().get(hf::attach_lgpos);
            entry.consistent = database->header().get(hf::consistent_lgpos);
            entry.database = attached.signature;
            if (const auto path = utf8_to_utf16(database->path())) entry.set_path(*path);
            list.push_back(std::move(entry));
        }
        return list;
    }

    os::FileSystem& files_;
    const RestoreRequest& request_;
    Generation low_;
    format::LogNaming naming_;
    format::DbmsParam parameters_;
    std::unique_ptr<LogWriter> log_;
    format::Lgpos back_;
};

}  // namespace

void restore_external_backup(os::FileSystem& files, os::Clock& clock, const RestoreRequest& request) {
    request.events(JET_eventRestoreBegin, Severity::information,
                   "restoring with the logs in " + request.backup_log_directory + " to " + request.log_directory);
    request.progress(0);
    // As JetInit does: nobody may write the logs and the checkpoint meanwhile.
    const std::string lock_name = request.naming.base + ".lock";
    const auto log_lock = files.lock(os::join(request.log_directory, lock_name), JET_errLogFilePathInUse);
    std::unique_ptr<os::Lock> system_lock;
    if (request.checkpoint_directory != request.log_directory)
        system_lock = files.lock(os::join(request.checkpoint_directory, lock_name), JET_errSystemPathInUse);
    LogSet set(files, request.backup_log_directory, request.naming, request.low, request.high);
    const bool target_has_current = set.add_target(request.log_directory);
    std::vector<RestoredDatabase> databases = open_databases(files, request);
    check_coverage(databases, set);

    Replay replay(databases);
    replay.start(set.logs().front().header);
    set.for_each_record([&](const SetLog& log, const format::LogRecord& record) { replay.record(log, record); });
    replay.finish();
    for (const RestoredDatabase& database : databases) database.check_pages();
    request.progress(90);

    // From here on files change. Each step leaves what a second run accepts.
    ClosingLog closing(files, clock, request, set, target_has_current, replay);
    const format::Lgpos consistent = closing.begin();
    for (RestoredDatabase& database : databases) database.become_clean(clock, consistent);
    closing.end();
    request.progress(100);
    request.events(JET_eventRestoreEnd, Severity::information,
                   "the restore ended; the next backup has to be a full one");
}

}  // namespace ese::engine
