#include "backup/recover.h"

#include <algorithm>

#include "backup/instance_copy.h"
#include "backup/manifest_facts.h"
#include "backup/restore_places.h"
#include "base/error.h"
#include "esent.h"
#include "format/log/checkpoint.h"
#include "os/as_output.h"
#include "os/whole_file.h"

namespace ese::backup {

namespace {

bool is_clean(const FoundDatabase& database) {
    return database.header.state() == format::DatabaseState::clean_shutdown;
}

JET_GRBIT recovery_bits(const RecoverRequest& request) {
    JET_GRBIT bits = 0;
    if (!request.instance.databases.empty()) bits |= JET_bitReplayIgnoreMissingDB;
    if (request.accept_lost_tail) bits |= JET_bitReplayIgnoreLostLogs;
    return bits;
}

// Where recovery begins, as far as that can be seen: it does without a checkpoint that can't be read.
Generation first_needed(os::FileSystem& files, const FoundInstance& found) {
    Generation first = found.generations.front();
    if (found.checkpoint.empty()) return first;
    const auto bytes = os::read_start(files, found.checkpoint, format::Checkpoint::file_bytes);
    try {
        const auto checkpoint = format::parse_checkpoint(bytes);
        if (checkpoint.log_signature == found.log_signature) first = std::max(first, checkpoint.position.generation);
    } catch (const Error&) {
    }
    return first;
}

// In words: a log that is not there, although later ones are, or the current one.
std::optional<Error> missing_log(os::FileSystem& files, const FoundInstance& found) {
    const auto missing = [&](std::int32_t jet, const std::string& what) {
        return Error(ErrorKind::chain, jet, what)
            .in_file(found.log_directory)
            .with_hint("find it, or give up what was committed from there on with --accept-lost-tail");
    };
    Generation expected = first_needed(files, found);
    for (const Generation generation : found.generations) {
        if (generation < expected) continue;
        if (generation != expected)
            return missing(JET_errInvalidLogSequence, "log generation " + format::to_string(expected) + ", " +
                                                          found.naming.archived(expected) +
                                                          ", is missing, and later ones are there");
        expected = expected.next();
    }
    const auto is_there = [&](const std::string& name) { return std::ranges::find(found.logs, name) != found.logs.end(); };
    if (is_there(found.naming.current()) || is_there(found.naming.temporary())) return std::nullopt;
    return missing(JET_errMissingLogFile, "the current log, " + found.naming.current() + ", is missing");
}

std::uint64_t bytes_of(os::FileSystem& files, const std::string& path) {
    const auto info = files.info(path);
    return info ? info->size : 0;
}

// The instance as it lies in `places` once everything has been copied there.
FoundInstance copy_into(RestorePlaces& places, os::FileSystem& files, const FoundInstance& found, const Watch& watch) {
    places.prepare();
    std::map<std::string, std::uint64_t> sizes;
    for (std::size_t i = 0; i < found.databases.size(); ++i)
        sizes[database_member(i, found.databases[i].path)] = bytes_of(files, found.databases[i].path);
    sizes[logs_folder] = found.logs.size() * found.log_file_bytes;
    places.require_space(sizes);
    std::uint64_t total = 0;
    for (const auto& [name, bytes] : sizes) total += bytes;
    watch.expect(total);

    FoundInstance copy = found;
    copy.directory = copy.log_directory = copy.system_directory = places.work();
    copy.bystanders.clear();
    const auto copy_to = [&](const std::string& from, const std::string& to) {
        copy_file(files, from, to, [&] { watch.poll(); });
        watch.advance(to, bytes_of(files, to));
    };
    for (std::size_t i = 0; i < copy.databases.size(); ++i) {
        FoundDatabase& database = copy.databases[i];
        const std::string to = places.unrecovered(database_member(i, database.path));
        copy_to(database.path, to);
        if (database.logged_path.empty()) database.logged_path = database.path;
        database.path = to;
    }
    for (const std::string& log : found.logs) copy_to(os::join(found.log_directory, log), os::join(places.work(), log));
    if (!found.checkpoint.empty()) copy_to(found.checkpoint, os::join(places.work(), os::name_of(found.checkpoint)));
    return copy;
}

std::string without_suffix(std::string path) {
    const std::string suffix = unrecovered_suffix;
    if (path.ends_with(suffix)) path.resize(path.size() - suffix.size());
    return path;
}

}  // namespace

RecoveryForecast forecast_recovery(os::FileSystem& files, const RecoverRequest& request) {
    RecoveryForecast forecast;
    forecast.found = find_instance(files, request.instance);
    forecast.needs = require_recoverable(files, forecast.found);
    if (auto missing = forecast.needs.empty() ? std::nullopt : missing_log(files, forecast.found)) {
        if (!request.accept_lost_tail) throw std::move(*missing);
        forecast.found.notes.push_back(missing->message() + "; what was committed from there on is given up");
    }
    if (request.target.empty() && !forecast.needs.empty())
        require_usable_in_place(files, forecast.found, "--to DIR recovers a copy that it makes in DIR");
    return forecast;
}

std::vector<RecoveredDatabase> recover(os::FileSystem& files, const RecoverRequest& request,
                                       const RecoveryForecast& forecast, const Watch& watch,
                                       const EngineEvents& events) {
    const FoundInstance& found = forecast.found;
    const bool all_clean = forecast.needs.empty();
    std::vector<RecoveredDatabase> recovered;
    const EngineReports reports(events, false);
    if (request.target.empty()) {
        if (!all_clean) recover_in_place(found, recovery_bits(request), watch);
        for (const FoundDatabase& database : found.databases)
            recovered.push_back({database.path, database.path, is_clean(database)});
        return recovered;
    }
    const auto places = places_in_directory(files, request.target);
    const FoundInstance copy = copy_into(*places, files, found, watch);
    try {
        if (!all_clean) recover_in_place(copy, recovery_bits(request), watch);
    } catch (Error& error) {
        throw std::move(error).with_hint("the copies lie in " + places->target() + " under names that end with " +
                                         unrecovered_suffix + "; the same command begins anew");
    }
    for (std::size_t i = 0; i < copy.databases.size(); ++i) {
        files.open(copy.databases[i].path, os::OpenMode::read_write)->sync();
        recovered.push_back(
            {without_suffix(copy.databases[i].path), found.databases[i].path, is_clean(found.databases[i])});
    }
    os::as_output(places->target(), [&] { places->settle(); });
    return recovered;
}

}  // namespace ese::backup
