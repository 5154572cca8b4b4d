#include "backup/instance_status.h"

#include <algorithm>

#include "backup/take_backup.h"
#include "base/error.h"
#include "format/log/checkpoint.h"
#include "os/whole_file.h"

namespace ese::backup {

namespace {

namespace field = format::header_field;

std::optional<LastBackup> last_of(const format::BackupInfo& info) {
    if (info.is_zero()) return std::nullopt;
    return LastBackup{info.time.to_unix_ms(), info.high};
}

LastBackups read_marks(const format::DatabaseHeader& header) {
    return {last_of(header.get(field::full_previous)), last_of(header.get(field::incremental_previous)),
            last_of(header.get(field::differential_previous)), last_of(header.get(field::copy_previous))};
}

bool is_newer(const std::optional<LastBackup>& a, const std::optional<LastBackup>& b) {
    return a && (!b || a->unix_ms > b->unix_ms);
}

// An instance is as well off as its worst database.
void take_older(std::optional<LastBackup>& into, const std::optional<LastBackup>& of_database) {
    if (is_newer(into, of_database)) into = of_database;
}

LogSpan closed_logs(const FoundInstance& found, Generation from, Generation end) {
    LogSpan span;
    for (const std::string& name : found.logs) {
        const auto parsed = format::parse_log_file_name(found.naming.base, name);
        if (!parsed || parsed->kind != format::LogFileKind::archived) continue;
        const Generation generation = parsed->generation();
        if (generation < from || generation >= end) continue;
        if (span.count == 0) span.first = generation;
        span.last = generation;
        ++span.count;
        span.bytes += found.log_file_bytes;
    }
    return span;
}

// A running program writes its log while it is read, closes it under another name and begins the next one: for a moment
// a log looks damaged, or is missing. What stays so is so.
template <class Look, class Accept>
auto look_until(os::Clock& clock, Look look, Accept accept) {
    constexpr unsigned attempts = 10;
    constexpr unsigned pause_ms = 20;
    for (unsigned attempt = 1;; ++attempt) {
        try {
            auto seen = look();
            if (attempt == attempts || accept(seen)) return seen;
        } catch (const Error& error) {
            if (attempt == attempts || error.kind() == ErrorKind::usage) throw;
        }
        clock.sleep_ms(pause_ms);
    }
}

// A log that was closed after the list was made seems to be missing behind it.
bool is_whole(const FoundInstance& found) {
    return found.newest_log_is_whole && !first_gap(found.generations);
}

Generation checkpoint_generation(os::FileSystem& files, const std::string& path) {
    return format::parse_checkpoint(os::read_start(files, path, format::Checkpoint::file_bytes)).position.generation;
}

void look_at_truncation(os::FileSystem& files, os::Clock& clock, InstanceStatus& status) {
    status.kept_because = reason_of_bystanders(status.found);
    if (!status.kept_because.empty()) return;
    if (status.found.checkpoint.empty()) {
        status.kept_because = "there is no checkpoint file";
        return;
    }
    try {
        const Generation end = look_until(
            clock, [&] { return checkpoint_generation(files, status.found.checkpoint); },
            [](Generation) { return true; });
        status.freeable = closed_logs(status.found, Generation(), end);
        if (status.freeable.count == 0)
            status.kept_because =
                "no closed log lies below the checkpoint, which stands in generation " + format::to_string(end);
    } catch (const Error& error) {
        status.kept_because = status.found.checkpoint + ": " + error.message();
    }
}

}  // namespace

std::optional<LastBackup> LastBackups::of_chain() const { return is_newer(incremental, full) ? incremental : full; }

InstanceStatus look_at_instance(os::FileSystem& files, os::Clock& clock, const InstanceRequest& request) {
    InstanceStatus status;
    status.found = look_until(
        clock, [&] { return find_instance(files, request); }, is_whole);
    Generation covered = format::last_generation_in_undo;
    for (const FoundDatabase& database : status.found.databases) {
        const LastBackups last = read_marks(database.header);
        if (status.databases.empty()) status.last = last;
        take_older(status.last.full, last.full);
        take_older(status.last.incremental, last.incremental);
        take_older(status.last.differential, last.differential);
        take_older(status.last.copy, last.copy);
        const auto chain = last.of_chain();
        covered = std::min(covered, chain ? chain->high : Generation());
        status.databases.push_back({database.path, last});
    }
    status.unbacked = closed_logs(status.found, covered.next(), format::last_generation_in_undo);
    look_at_truncation(files, clock, status);
    status.next = choose_kind(files, status.found, "", {}, std::nullopt, clock.now_unix_ms());
    return status;
}

}  // namespace ese::backup
