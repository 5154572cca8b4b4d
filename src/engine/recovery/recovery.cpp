#include "engine/recovery/recovery.h"

#include <algorithm>

#include "base/error.h"
#include "engine/database/database.h"
#include "engine/recovery/rollback.h"
#include "esent.h"
#include "format/log/log_record_types.h"

namespace ese::engine {

namespace {

// From this log version on a checkpoint's attach list can be relied on (LOG-FORMAT 5.1, step 3).
constexpr format::LogVersion first_with_attach_list{8, 4000, 4, 3};

RedoSurroundings surroundings_of(const RecoveryRequest& request) {
    return {request.files,       request.clock,    request.current.signature, request.cache_bytes,
            request.place_of,    request.current.generation, request.current.created};
}

}  // namespace

Recovery::Recovery(RecoveryRequest request)
    : request_(std::move(request)), redo_(surroundings_of(request_)), start_(start()) {
    const Generation current = request_.current.generation;
    for (Generation generation = start_.generation; generation < current; generation = generation.next()) {
        if (!std::ranges::binary_search(request_.directory.archived, generation)) {
            const bool first = generation == start_.generation;
            throw Error(ErrorKind::chain, first ? JET_errMissingLogFile : JET_errInvalidLogSequence,
                        "log generation " + format::to_string(generation) + ", which recovery needs, is missing")
                .in_file(request_.directory.path);
        }
        const LogFile log = open_log_file(*request_.files, request_.directory.archived_path(generation));
        replay_log(log, log.scan(), start_);
    }
    replay_log(open_log_file(*request_.files, request_.log_path), request_.scan, start_);
    require_everything_attached();
}

format::Lgpos Recovery::start() const {
    if (request_.checkpoint) {
        const auto& checkpoint = *request_.checkpoint;
        const Generation generation = checkpoint.position.generation;
        const bool exact = checkpoint.has_attach_list() && request_.current.version >= first_with_attach_list;
        return exact ? checkpoint.position : format::Lgpos{generation, 1, 0};
    }
    const auto& archived = request_.directory.archived;
    return {archived.empty() ? request_.current.generation : archived.front(), 1, 0};
}

void Recovery::replay_log(const LogFile& log, const format::SegmentScan& scan, const format::Lgpos& from) {
    const std::string& path = log.file->path();
    try {
        scan.require_undamaged(JET_errLogFileCorrupt);
        if (previous_) format::check_successor(*previous_, log.header);
        format::LogStream stream(scan, log.sectors());
        if (!previous_) {
            const bool by_checkpoint = request_.checkpoint && request_.checkpoint->has_attach_list() &&
                                       from == request_.checkpoint->position;
            redo_.attach_listed(by_checkpoint ? request_.checkpoint->attachments : log.header.attachments, from);
            stream.seek(from);
        }
        format::LogRecord record;
        while (stream.next(record)) redo_.replay(record);
    } catch (Error& error) {
        error.set_file(path);
        throw;
    }
    previous_ = format::link_of(log.header, scan.checksum);
}

void Recovery::require_everything_attached() const {
    for (const auto& [dbid, entry] : redo_.attached()) {
        if (!entry.database)
            throw Error(ErrorKind::not_possible, JET_errAttachedDatabaseMismatch,
                        "the logs leave this database attached, and recovery can't go on with what is here: " +
                            entry.why_not)
                .in_file(entry.path);
        entry.database->require_resolved();
    }
}

std::vector<format::AttachInfo> Recovery::attached() const {
    std::vector<format::AttachInfo> list;
    for (const auto& [dbid, entry] : redo_.attached())
        list.push_back(attach_info(entry.database->header(), dbid, entry.path));
    return list;
}

void Recovery::generation_rolled(Generation generation, const format::LogTime& created) {
    redo_.set_last_generation(generation, created);
}

void Recovery::finish(LogWriter& log) {
    end_recovery(redo_, log, start_, false);
    log.flush();
}

}  // namespace ese::engine
