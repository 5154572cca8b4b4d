#include "engine/recovery/hard_restore.h"

#include <algorithm>
#include <memory>

#include "base/error.h"
#include "engine/database/database.h"
#include "engine/log/checkpoint_file.h"
#include "engine/log/log_writer.h"
#include "engine/recovery/attachments.h"
#include "engine/recovery/log_cut.h"
#include "engine/recovery/log_set.h"
#include "engine/recovery/redo.h"
#include "engine/recovery/restored_database.h"
#include "engine/recovery/rollback.h"
#include "esent.h"
#include "format/log/log_record_types.h"

namespace ese::engine {

namespace hf = format::header_field;

namespace {

constexpr std::size_t cache_bytes = std::size_t{64} << 20;
constexpr unsigned records_between_polls = 64;  // each may read pages from a slow disk

const RestoredDatabase* find(const std::vector<RestoredDatabase>& databases, const format::Signature& signature) {
    for (const RestoredDatabase& database : databases)
        if (database.header().get(hf::database_signature) == signature) return &database;
    return nullptr;
}

// Every database that the logs leave attached must be one of ours (OBSERVED, Restore).
void check_map(const LogSet& set, const std::vector<RestoredDatabase>& databases) {
    Attachments attachments(set.logs().front().header.attachments);
    set.for_each_record([&](const SetLog&, const format::LogRecord& record) { attachments.record(record); });
    for (const auto& [dbid, entry] : attachments.by_dbid())
        if (!find(databases, entry.signature))
            throw Error(ErrorKind::usage, JET_errAttachedDatabaseMismatch,
                        "the logs name this database, but it is not among those to be restored")
                .in_file(entry.path);
}

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

// Pages of the copy may hold whatever was logged while it was taken, so nothing before the end of that is a state.
void check_stop(const std::vector<RestoredDatabase>& databases, const LogSet& set) {
    const SetLog& last = set.logs().back();
    for (const RestoredDatabase& database : databases)
        if (database.high_required() > last.header.generation ||
            (database.high_required() == last.header.generation && !set.is_whole(last)))
            throw Error(ErrorKind::usage, JET_errEndingRestoreLogTooLow,
                        "the database was read while logs up to generation " +
                            format::to_string(database.high_required()) +
                            " were written, so the end of that is the earliest state that it can be taken to")
                .in_file(database.path());
}

// Logs behind the stop that lie where the restored databases go on would be replayed by the next start. True if the last
// log of the set has become the current one there.
bool set_aside_behind_stop(os::FileSystem& files, const RestoreRequest& request, LogSet& set, bool has_current) {
    const LogDirectory directory = scan_log_directory(files, request.log_directory, set.naming());
    const SetLog& last = set.logs().back();
    const Generation generation = last.header.generation;
    const bool lies_there = os::directory_of(last.path) == request.log_directory;
    const bool has_newer = !directory.archived.empty() && directory.archived.back() > generation;
    const bool current_is_newer = directory.has_current && last.path != directory.current_path();
    if (!has_newer && !current_is_newer && !(lies_there && !set.is_whole(last))) return has_current;
    end_logs_at(files, directory, *request.stop);
    request.events(JET_eventLogsSetAside, Severity::warning,
                   request.log_directory + ": what was logged behind " + request.stop->to_string() +
                       " is set aside in " + set_aside_folder(directory, *request.stop));
    if (lies_there) set.replace_last(directory.current_path());
    return lies_there;
}

void check_pages(const RestoredDatabase& database, const RestoreRequest& request) {
    for (const PageNumber page : database.bad_pages([&] { request.progress(0); })) {
        const Error error = Error(ErrorKind::damage, JET_errReadVerifyFailure,
                                  "page " + std::to_string(page.value()) + " is damaged")
                                .in_file(database.path());
        if (!request.accept_bad_pages) throw error;
        request.events(JET_eventBadPageAccepted, Severity::error, error.what());
    }
}

void require_all_replayed(const Redo& redo, const std::vector<RestoredDatabase>& databases) {
    for (const auto& [dbid, attached] : redo.attached())
        if (attached.database) attached.database->require_resolved();
    for (const RestoredDatabase& database : databases) {
        const format::Signature signature = database.header().get(hf::database_signature);
        if (redo.has_replayed(signature)) continue;
        std::string why;
        for (const auto& [dbid, attached] : redo.attached())
            if (attached.signature == signature) why = ": " + attached.why_not;
        throw Error(ErrorKind::chain, JET_errAttachedDatabaseMismatch, "the logs do not attach this database" + why)
            .in_file(database.path());
    }
}

std::vector<format::AttachInfo> attach_list(const Redo& redo) {
    std::vector<format::AttachInfo> list;
    for (const auto& [dbid, attached] : redo.attached())
        if (attached.database) list.push_back(attach_info(attached.database->header(), dbid, attached.path));
    return list;
}

RedoSurroundings surroundings_of(os::FileSystem& files, os::Clock& clock, const LogSet& set,
                                 const std::vector<RestoredDatabase>& databases) {
    const format::LogHeader& last = set.logs().back().header;
    const auto place_of = [&databases](const std::string&, const format::Signature& signature) {
        const RestoredDatabase* database = find(databases, signature);
        return database ? database->path() : std::string();
    };
    return {&files, &clock, last.signature, cache_bytes, place_of, last.generation, last.created, true};
}

// The log that the restored databases go on with, and its last word: they are clean.
class ClosingLog {
 public:
    ClosingLog(os::FileSystem& files, os::Clock& clock, const RestoreRequest& request, const LogSet& set,
               bool target_has_current, Redo& redo)
        : files_(files),
          request_(request),
          redo_(redo),
          low_(set.logs().front().header.generation),
          naming_(set.naming()) {
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
        hooks.attachments = [&redo](const format::Lgpos&) { return attach_list(redo); };
        hooks.checkpoint = [this] { return format::Lgpos{low_, 1, 0}; };
        hooks.rolled = [&redo](Generation generation, const format::LogTime& created) {
            redo.set_last_generation(generation, created);
        };
        hooks.disposable_below = [] { return Generation(); };
        log_ = target_has_current
                   ? LogWriter::resume(std::move(settings), open_log_file(files, last.path, os::OpenMode::read_write),
                                       last.scan, std::move(hooks))
                   : LogWriter::follow(std::move(settings), last.header, last.scan.checksum, std::move(hooks));
    }

    void end() {
        const format::Lgpos position = end_recovery(redo_, *log_, {low_, 1, 0}, true);
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
    os::FileSystem& files_;
    const RestoreRequest& request_;
    Redo& redo_;
    Generation low_;
    format::LogNaming naming_;
    format::DbmsParam parameters_;
    std::unique_ptr<LogWriter> log_;
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
    if (request.stop) set.stop_at(*request.stop);
    bool target_has_current = set.add_target(request.log_directory);
    std::vector<RestoredDatabase> databases = open_databases(files, request);
    if (request.stop) check_stop(databases, set);
    check_coverage(databases, set);
    if (!request.skip_others) check_map(set, databases);
    for (const RestoredDatabase& database : databases) check_pages(database, request);
    request.progress(30);

    // From here on files change; the headers, which say that it is done, come behind the log.
    if (request.stop) target_has_current = set_aside_behind_stop(files, request, set, target_has_current);
    for (RestoredDatabase& database : databases) database.become_recoverable(clock);
    Redo redo(surroundings_of(files, clock, set, databases));
    redo.attach_listed(set.logs().front().header.attachments, {set.logs().front().header.generation, 1, 0});
    unsigned records = 0;
    set.for_each_record([&](const SetLog&, const format::LogRecord& record) {
        if (records++ % records_between_polls == 0) request.progress(30);
        redo.replay(record);
    });
    require_all_replayed(redo, databases);
    request.progress(90);
    ClosingLog(files, clock, request, set, target_has_current, redo).end();
    request.progress(100);
    request.events(JET_eventRestoreEnd, Severity::information,
                   "the restore ended; the next backup has to be a full one");
}

}  // namespace ese::engine
