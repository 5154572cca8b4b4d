#include "engine/recovery/recovery.h"

#include <algorithm>

#include "base/error.h"
#include "engine/database/database.h"
#include "engine/recovery/rollback.h"
#include "esent.h"

namespace ese::engine {

namespace hf = format::header_field;

namespace {

constexpr unsigned records_between_polls = 64;  // each may read pages from a slow disk
constexpr unsigned records_between_progress = 1024;

RedoSurroundings surroundings_of(const RecoveryRequest& request) {
    const format::LogHeader& last = request.logs.last().header;
    RedoSurroundings surroundings{request.files,    request.clock,   last.signature, request.cache_bytes,
                                  request.place_of, last.generation, last.created};
    surroundings.accept_lost_logs = request.options.accept_lost_logs;
    surroundings.page_bytes = last.page_bytes;
    surroundings.may_be_overwritten = [&request](const std::string& path) {
        return request.options.may_be_overwritten(path);
    };
    return surroundings;
}

const RecoveryOptions::Moved* moved_to(const RecoveryOptions& options, const std::string& path) {
    if (!options.map) return nullptr;
    const auto found = std::ranges::find(*options.map, path, &RecoveryOptions::Moved::to);
    return found == options.map->end() ? nullptr : &*found;
}

// Nothing where the file is not there, or where a damaged one is as good as none.
std::optional<format::Signature> signature_of(os::FileSystem& files, const RecoveryOptions::Moved& moved) {
    const auto info = files.info(moved.to);
    if (!info || !info->is_regular) return std::nullopt;
    try {
        const auto file = files.open(moved.to, os::OpenMode::read);
        return read_database_header(*file, JET_errReadVerifyFailure).header.get(hf::database_signature);
    } catch (const Error& error) {
        if (error.jet() != JET_errReadVerifyFailure || !moved.may_be_missing) throw;
        return std::nullopt;
    }
}

}  // namespace

bool RecoveryOptions::may_be_missing(const std::string& path) const {
    const Moved* moved = moved_to(*this, path);
    if (!moved) return ignore_missing;
    return !moved->must_be_there && (moved->may_be_missing || ignore_missing);
}

bool RecoveryOptions::may_be_overwritten(const std::string& path) const {
    const Moved* moved = moved_to(*this, path);
    return moved && moved->may_be_overwritten;
}

DatabasePlaces places_by_map(os::FileSystem& files, const RecoveryOptions& options, DatabasePlaces unmapped) {
    struct Place {
        std::string from, to;
        std::optional<format::Signature> signature;
    };
    std::vector<Place> places;
    for (const auto& moved : options.map.value_or(std::vector<RecoveryOptions::Moved>{})) {
        Place place{moved.from, moved.to, signature_of(files, moved)};
        for (const Place& other : places)
            if (other.signature && other.signature == place.signature)
                throw Error(ErrorKind::usage, JET_errDatabaseSignInUse, "this is the same database as " + other.to)
                    .in_file(place.to);
        places.push_back(std::move(place));
    }
    const bool unmapped_stay = !options.map || options.unmapped_stay;
    return [places, unmapped, unmapped_stay](const std::string& path, const format::Signature& signature) {
        for (const Place& place : places)
            if (place.signature == signature) return place.to;
        for (const Place& place : places)
            if (place.from == path) return place.to;
        return unmapped_stay ? unmapped(path, signature) : std::string();
    };
}

Recovery::Recovery(RecoveryRequest request)
    : request_(std::move(request)),
      redo_(surroundings_of(request_)),
      begun_(request_.logs.start().generation),
      checkpoint_(begun_) {
    unsigned records = 0;
    request_.logs.for_each_record([&](const std::vector<format::AttachInfo>& attached,
                                      const format::Lgpos& start) { redo_.attach_listed(attached, start); },
                                  [&](const format::LogRecord& record) {
                                      if (records++ % records_between_polls == 0) request_.poll();
                                      if (records % records_between_progress == 1) tell_progress(record.position);
                                      if (record.position.generation != begun_)
                                          begin_generation(record.position.generation);
                                      redo_.replay(record);
                                  });
    const RecoveryOptions& options = request_.options;
    const bool goes_on_later = options.without_undo || (options.stop && !options.undo_at_stop);
    if (!goes_on_later) redo_.drop_unfinished_creations();
    require_everything_attached();
}

void Recovery::tell_progress(const format::Lgpos& position) const {
    if (!request_.options.progress) return;
    const std::uint64_t segments = request_.logs.last().header.sectors;
    const auto place = [segments](const format::Lgpos& at) { return at.generation.value() * segments + at.sector; };
    const std::uint64_t start = place(request_.logs.start());
    const std::uint64_t all = place({request_.logs.last().header.generation.next(), 0, 0}) - start;
    request_.options.progress(
        static_cast<unsigned>(std::min<std::uint64_t>(99, (place(position) - start) * 100 / all)));
}

// Databases first, then their headers, then the checkpoint: so each is true at every moment (LOG-FORMAT 5.6, 6).
void Recovery::begin_generation(Generation generation) {
    begun_ = generation;
    const std::uint64_t behind =
        std::uint64_t{generation.value() - checkpoint_.value()} * request_.logs.last().header.file_bytes();
    if (behind < request_.checkpoint_depth_bytes) return;
    const auto from = redo_.write_back(generation);
    if (!from || *from <= checkpoint_) return;
    checkpoint_ = *from;
    request_.save_checkpoint({checkpoint_, 1, 0});
}

void Recovery::require_everything_attached() const {
    for (const auto& [dbid, entry] : redo_.attached()) {
        if (entry.database) {
            entry.database->require_resolved();
        } else if (!request_.options.may_be_missing(entry.path)) {
            throw Error(
                ErrorKind::not_possible, JET_errAttachedDatabaseMismatch,
                "the logs leave this database attached, and recovery can't go on with what is here: " + entry.why_not)
                .in_file(entry.path.empty() ? entry.logged_path : entry.path);
        }
    }
}

std::vector<format::AttachInfo> Recovery::attached() const {
    std::vector<format::AttachInfo> list;
    for (const auto& [dbid, entry] : redo_.attached())
        if (entry.database) list.push_back(attach_info(entry.database->header(), dbid, entry.path));
    return list;
}

void Recovery::generation_rolled(Generation generation, const format::LogTime& created) {
    redo_.set_last_generation(generation, created);
}

void Recovery::finish(LogWriter& log) {
    end_recovery(redo_, log, request_.logs.start(), false);
    log.flush();
}

void Recovery::stop_without_undo() {
    for (auto& [dbid, entry] : redo_.attached())
        if (entry.database) entry.database->cache().write_what_may_be_written();
}

}  // namespace ese::engine
