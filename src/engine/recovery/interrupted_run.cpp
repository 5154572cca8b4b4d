#include "engine/recovery/interrupted_run.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "engine/database/database.h"
#include "engine/recovery/attachments.h"
#include "esent.h"
#include "format/log/log_record_types.h"

namespace ese::engine {

namespace hf = format::header_field;

namespace {

Error needs_replay(const std::string& file, const std::string& why) {
    return Error(ErrorKind::not_possible, JET_errDatabaseDirtyShutdown, why).in_file(file);
}

// Of a path of this system or of Windows.
std::string last_part(const std::string& path) { return path.substr(path.find_last_of("/\\") + 1); }

bool was_left_by(const format::DatabaseHeader& header, const Attachments::Entry& entry,
                 const format::Signature& stream) {
    return header.state() == format::DatabaseState::dirty_shutdown && !header.is_raw_backup() &&
           header.get(hf::log_signature) == stream && header.get(hf::attach_lgpos) == entry.position;
}

// The first change of each database since it was attached, as far as the logs have been read.
struct FirstChanges {
    struct Change {
        format::Lgpos attached;
        std::string text;
        std::string log;
    };
    std::map<std::string, Change> by_path;

    void note(const Attachments::Entry& entry, const std::string& log, const format::LogRecord& record) {
        Change& change = by_path[entry.path];
        if (change.attached == entry.position && !change.text.empty()) return;
        change = {entry.position, describe(record), log};
    }
};

}  // namespace

InterruptedRun::InterruptedRun(os::FileSystem& files, const LogDirectory& directory, const LogFile& current,
                               const format::SegmentScan& scan, Generation from, const std::string& database_directory)
    : from_(from) {
    FirstChanges changes;
    const auto note = [&](const Attachments::Entry& entry, const std::string& log, const format::LogRecord& record) {
        changes.note(entry, log, record);
    };
    std::optional<Attachments> attachments;
    std::optional<format::LogLink> previous;
    const auto read = [&](const LogFile& log, const format::SegmentScan& segments) {
        const std::string& path = log.file->path();
        try {
            segments.require_undamaged(JET_errLogFileCorrupt);
            if (previous) format::check_successor(*previous, log.header);
            if (!attachments) attachments.emplace(log.header.attachments, note);
            format::LogStream stream(segments, log.sectors());
            format::LogRecord record;
            while (stream.next(record)) attachments->record(path, record);
        } catch (Error& error) {
            error.set_file(path);
            throw;
        }
        previous = format::link_of(log.header, segments.checksum);
    };
    for (Generation generation = from; generation < current.header.generation; generation = generation.next()) {
        if (!std::ranges::binary_search(directory.archived, generation))
            throw Error(ErrorKind::chain, JET_errMissingLogFile,
                        "log generation " + format::to_string(generation) + ", which recovery needs, is missing")
                .in_file(directory.path);
        const LogFile log = open_log_file(files, directory.archived_path(generation));
        read(log, log.scan());
    }
    read(current, scan);

    const auto require_unchanged = [&](const Attachments::Entry& entry) {
        const auto change = changes.by_path.find(entry.path);
        if (change == changes.by_path.end() || change->second.attached != entry.position) return;
        throw needs_replay(change->second.log, "it holds changes of " + entry.path + " that have to be replayed (" +
                                                   change->second.text + "), and this version can't replay logs");
    };
    const auto place_of = [&](const Attachments::Entry& entry) {
        return database_directory.empty() ? entry.path : os::join(database_directory, last_part(entry.path));
    };
    for (const auto& [dbid, entry] : attachments->by_dbid()) {
        require_unchanged(entry);
        open_attached(files, dbid, entry, place_of(entry), current.header.signature);
    }
    for (const auto& detached : attachments->detached()) {
        const std::size_t before = databases_.size();
        open_detached(files, detached, place_of(detached.entry), current.header.signature);
        if (databases_.size() > before) require_unchanged(detached.entry);
    }
}

void InterruptedRun::open_attached(os::FileSystem& files, std::uint8_t dbid, const Attachments::Entry& entry,
                                   const std::string& path, const format::Signature& stream) {
    const auto info = files.info(path);
    if (!info || !info->is_regular)
        throw needs_replay(path, "the logs have this database attached, and it is not there");
    auto file = files.open(path, os::OpenMode::read_write);
    if (!file->try_lock(true))
        throw Error(ErrorKind::busy, JET_errFileAccessDenied, "another process has the database attached")
            .in_file(path);
    format::DatabaseHeader header = read_database_header(*file, JET_errReadVerifyFailure).header;
    if (header.get(hf::database_signature) != entry.signature)
        throw needs_replay(path, "this is not the database that the logs have attached");
    attached_.push_back(attach_info(header, dbid, path));
    attached_.back().attach = entry.position;  // the header may not have been reached any more

    // Interrupted between the record and the header, or between the header's end and the log's: it is clean as it is.
    if (header.state() == format::DatabaseState::clean_shutdown) return;
    if (!was_left_by(header, entry, stream))
        throw needs_replay(path, "the database is in another state than its logs say");
    databases_.push_back({std::move(file), std::move(header), std::nullopt});
}

// A database that has been removed or has gone on elsewhere since is no concern of these logs any more.
void InterruptedRun::open_detached(os::FileSystem& files, const Attachments::Detached& detached,
                                   const std::string& path, const format::Signature& stream) {
    const auto info = files.info(path);
    if (!info || !info->is_regular) return;
    auto file = files.open(path, os::OpenMode::read_write);
    if (!file->try_lock(true)) return;
    format::DatabaseHeader header = read_database_header(*file, JET_errReadVerifyFailure).header;
    if (header.get(hf::database_signature) == detached.entry.signature && was_left_by(header, detached.entry, stream))
        databases_.push_back({std::move(file), std::move(header), detached.position});
}

void InterruptedRun::finish(os::Clock& clock, LogWriter& log) {
    format::RunEndRecord quit;
    quit.type = format::LogRecordType::recovery_quit2;
    quit.back = log.append(format::RecoveryUndoRecord{log.now()}.serialise());
    const format::Lgpos consistent = log.append_and_flush(format::shut_down_mark_record());
    for (Dirty& database : databases_)
        write_clean_header(*database.file, clock, database.header, database.consistent.value_or(consistent));
    quit.redo_from = {from_, 1, 0};
    quit.time = log.now();
    log.append_and_flush(quit.serialise());
    databases_.clear();
}

}  // namespace ese::engine
