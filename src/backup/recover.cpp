#include "backup/recover.h"

#include <algorithm>

#include "backup/manifest_facts.h"
#include "backup/restore_places.h"
#include "base/error.h"
#include "esent.h"
#include "os/as_output.h"

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
