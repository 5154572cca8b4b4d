#include "backup/take_backup.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "archive/command_sink.h"
#include "archive/encryption.h"
#include "archive/reader.h"
#include "backup/chain.h"
#include "backup/engine_session.h"
#include "backup/file_beside.h"
#include "backup/instance_copy.h"
#include "backup/manifest_facts.h"
#include "backup/served_instance.h"
#include "base/error.h"
#include "esent.h"
#include "format/log/log_file_name.h"
#include "os/as_output.h"
#include "os/pipe.h"
#include "remote/client.h"

namespace ese::backup {

namespace {

using archive::BackupKind;

constexpr const char* standard_output_name = "standard output";

archive::BackupIdentity identify(const BackupRequest& request, const FoundInstance& found, BackupKind kind,
                                 std::int64_t started, os::Clock& clock) {
    std::array<std::uint8_t, 10> random{};
    clock.random_bytes(random);
    archive::BackupIdentity identity;
    identity.id = archive::make_backup_id(started, random);
    identity.kind = kind;
    identity.tool = request.tool;
    identity.host = request.host;
    identity.instance = {found.directory,
                         found.log_directory,
                         found.system_directory,
                         found.naming.base,
                         found.page_bytes,
                         found.log_file_bytes,
                         found.log_signature ? found.log_signature->to_string() : std::string()};
    if (found.served)
        identity.instance.served_by = {found.served->server->server_process(), found.served->server->socket()};
    identity.started = archive::rfc3339(started);
    return identity;
}

std::uint64_t file_bytes(os::FileSystem& files, const FoundInstance& found, const FoundDatabase& database) {
    if (found.served) return database.bytes;
    const auto info = files.info(database.path);
    return info ? info->size : 0;
}

archive::BeginRecord begin_record(const archive::BackupIdentity& identity, os::FileSystem& files,
                                  const FoundInstance& found, bool with_databases) {
    archive::BeginRecord record;
    static_cast<archive::BackupIdentity&>(record) = identity;
    for (std::size_t i = 0; i < found.databases.size(); ++i) {
        const std::string& path = found.databases[i].path;
        if (with_databases) {
            const std::uint64_t bytes = file_bytes(files, found, found.databases[i]);
            record.databases.push_back({database_member(i, path), path, bytes == 0 ? 0 : bytes + found.page_bytes});
        } else {
            record.databases.push_back({"", path, 0});
        }
    }
    return record;
}

// Standard output, a command, or a file, which has its name only once it is complete.
struct Output {
    std::unique_ptr<os::FdStream> stream;
    std::unique_ptr<archive::ByteSink> sink;
    std::string where;
};

Output open_output(os::FileSystem& files, os::Clock& clock, const BackupRequest& request, const std::string& name,
                   const Watch& watch) {
    Output output;
    if (!request.to_command.empty()) {
        output.where = name;
        output.sink = std::make_unique<archive::CommandSink>(request.to_command, name, watch.stop);
    } else if (request.to_standard_output()) {
        output.where = standard_output_name;
        output.stream = std::make_unique<os::FdStream>(request.output_fd, output.where, watch.stop);
        output.sink = std::make_unique<archive::PipeSink>(*output.stream);
    } else {
        output.where = archive_path(files, request.out, name);
        output.sink = std::make_unique<archive::FileSink>(files, output.where, request.process_id, request.reserve);
    }
    if (!request.recipients.empty())
        output.sink = std::make_unique<archive::EncryptingSink>(std::move(output.sink), request.recipients, clock);
    return output;
}

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
}

// What the kind that was asked for became, where nothing is known of the archive's end.
void warn_of_lesser_kind(const BackupRequest& request, const SequencePlan& plan, const Listener& listener) {
    if (plan.kind == request.kind || !request.offline_copy.empty()) return;
    const std::string unknown = "what becomes of standard output is not known here, so this is a ";
    listener.warn(request.kind == BackupKind::full
                      ? unknown +
                            "copy backup: no log is deleted, and an incremental backup cannot follow it "
                            "(--assume-durable makes it a full backup that keeps the logs)"
                      : unknown +
                            "differential backup: no log is deleted (--assume-durable makes it an incremental backup "
                            "that keeps the logs)");
}

// What the running program has decided can't be asked for.
void require_fit_for_server(const BackupRequest& request, const FoundInstance& found) {
    const auto refuse = [&](const std::string& why) {
        return Error(ErrorKind::usage, why + ": the instance is served by " + served_by(found))
            .in_file(found.directory);
    };
    if (!request.offline_copy.empty())
        throw refuse("--offline-copy is for an instance that no program has open");
    if (request.accept_bad_pages != found.served->delivers_bad_pages)
        throw refuse(request.accept_bad_pages
                         ? "only the program itself can accept damaged pages (JET_paramAcceptBadPages)"
                         : "the program delivers damaged pages as they are, which only --accept-bad-pages takes");
    require_attached_databases(request.instance, found);
}

// What lies there, if this kind of backup can be taken from it. Writes nothing.
FoundInstance examine_instance(os::FileSystem& files, const BackupRequest& request, const Listener& listener) {
    FoundInstance found = find_usable_instance(files, request.instance, request.tool);
    listener.found(found);
    if (found.served) {
        require_fit_for_server(request, found);
        if (!holds_databases(request.kind)) require_base_for_logs(found);
        return found;
    }
    for (const std::string& note : require_recoverable(files, found)) listener.warn(note);
    if (!holds_databases(request.kind)) require_base_for_logs(found);
    if (request.offline_copy.empty())
        require_usable_in_place(files, found, "--offline-copy DIR takes the backup from a copy that it makes in DIR");
    return found;
}

std::string name_for(const BackupRequest& request, const FoundInstance& found, std::int64_t started, BackupKind kind,
                     const std::string& id) {
    return archive_name(found.naming.base, started, kind, id) + (request.recipients.empty() ? "" : encrypted_suffix);
}

// Where the archive of that name goes, in words. Throws what would stop a backup that has not written anything yet.
std::string require_places(os::FileSystem& files, const BackupRequest& request, const FoundInstance& found,
                           const std::string& name) {
    if (!request.offline_copy.empty()) require_room_for_copy(files, found, request.offline_copy, request.reserve);
    if (!request.to_command.empty()) return name;
    if (request.to_standard_output()) return standard_output_name;
    const std::string path = archive_path(files, request.out, name);
    archive::FileSink::require_place(files, path, request.reserve);
    return path;
}

// An instance that can be attached: as it was found, or the copy that was asked for.
FoundInstance prepare_instance(os::FileSystem& files, const BackupRequest& request, const Watch& watch,
                               const Listener& listener) {
    FoundInstance found = examine_instance(files, request, listener);
    if (request.offline_copy.empty()) return found;
    require_places(files, request, found, name_for(request, found, 0, BackupKind::copy, "ID"));
    return copy_instance(files, found, request.offline_copy, [&watch] { watch.poll(); });
}

}  // namespace

std::vector<archive::DatabaseRecord> records_of(os::FileSystem& files, const FoundInstance& found) {
    std::vector<archive::DatabaseRecord> records;
    for (const FoundDatabase& database : found.databases) {
        if (found.served) {
            records.push_back(logs_only_record(database.header, database.path, database.bytes));
            continue;
        }
        const auto file = files.open(database.path, os::OpenMode::read);
        std::vector<std::uint8_t> start(format::header_probe_bytes);
        start.resize(file->read_at(0, start));
        const auto picked = format::pick_header(start);
        if (!picked) {
            throw Error(ErrorKind::source_damaged, JET_errDatabaseCorrupted,
                        "neither copy of the database's header can be read")
                .in_file(database.path);
        }
        records.push_back(logs_only_record(picked->header, database.path, file->size()));
    }
    return records;
}

SequencePlan plan_backup(const BackupRequest& request, const std::string& keep_logs_because) {
    const char* unknown = "nothing is known of what becomes of standard output";
    const auto copy = [&](const char* why) {
        return SequencePlan{BackupKind::copy, request.accept_bad_pages, false, false, why};
    };
    if (!request.offline_copy.empty()) return copy("the backup was taken from a copy of the instance");
    // The logs and an older backup may be what repairs the pages.
    if (request.accept_bad_pages) return copy("a backup that may hold damaged pages keeps the logs");
    if (request.kind == BackupKind::copy) return copy("a copy backup keeps the logs");
    if (request.kind == BackupKind::differential)
        return {BackupKind::differential, false, false, false, "a differential backup keeps the logs"};
    if (request.to_standard_output()) {
        if (request.assume_durable) return {request.kind, false, false, true, unknown};
        const bool full = request.kind == BackupKind::full;
        return {full ? BackupKind::copy : BackupKind::differential, false, false, false, unknown};
    }
    if (request.keep_logs) return {request.kind, false, false, true, "kept on request"};
    if (!keep_logs_because.empty()) return {request.kind, false, false, true, keep_logs_because};
    return {request.kind, false, true, false, ""};
}

namespace {

// From the first log that is there to the current one, and from the last backup on. Of a database that has to be
// recovered the logs may know of a later backup than its header.
void require_logs_without_gap(const FoundInstance& found) {
    namespace field = format::header_field;
    const auto missing = [&](Generation generation) {
        return Error(ErrorKind::chain, JET_errMissingFileToBackup,
                     "log generation " + format::to_string(generation) +
                         " is missing; without it the backup could not be restored")
            .in_file(os::join(found.log_directory, found.naming.archived(generation)))
            .with_hint("run \"esebackup full\"");
    };
    if (const auto gap = first_gap(found.generations)) throw missing(*gap);
    for (const FoundDatabase& database : found.databases) {
        const Generation covered = std::max(database.header.get(field::full_previous).high,
                                            database.header.get(field::incremental_previous).high);
        const bool knows = database.header.state() == format::DatabaseState::clean_shutdown;
        if (knows && !found.generations.empty() && found.generations.front() > covered.next())
            throw missing(covered.next());
    }
}

}  // namespace

void require_base_for_logs(const FoundInstance& found) {
    if (found.circular_logging) {
        throw Error(ErrorKind::not_possible, JET_errInvalidBackup,
                    "the instance runs with circular logging, which keeps no logs for an incremental or differential "
                    "backup")
            .in_file(found.log_directory)
            .with_hint("run \"esebackup full\"");
    }
    for (const FoundDatabase& database : found.databases) {
        const bool has_base =
            database.header.get(format::header_field::full_previous).low != Generation() &&
            database.header.get(format::header_field::full_previous_type) == format::BackupType::streaming;
        if (has_base) continue;
        throw Error(ErrorKind::not_possible, JET_errMissingFullBackup,
                    "an incremental or differential backup needs a full backup first, and its header names none")
            .in_file(database.path)
            .with_hint("run \"esebackup full\"");
    }
    require_logs_without_gap(found);
}

namespace {

// The manifest that a backup of all logs that are there now would have.
archive::Manifest manifest_of_logs(os::FileSystem& files, const FoundInstance& found) {
    archive::Manifest manifest;
    manifest.kind = BackupKind::incremental;
    manifest.databases = records_of(files, found);
    if (found.served) manifest.logs = found.served->logs;
    for (const std::string& name : found.logs) {
        const auto parsed = format::parse_log_file_name(found.naming.base, name);
        if (!parsed || parsed->kind == format::LogFileKind::temporary) continue;
        const std::string path = os::join(found.log_directory, name);
        std::vector<std::uint8_t> page(format::log_sector_bytes);
        try {
            files.open(path, os::OpenMode::read)->read_exactly_at(0, page);
            const auto header = format::parse_log_header(page);
            manifest.logs.signature = header.signature.to_string();
            manifest.logs.generations.push_back(generation_record(header, log_member(path)));
        } catch (Error& error) {
            error.set_file(path);
            throw;
        }
    }
    return manifest;
}

}  // namespace

std::string reason_against_base(os::FileSystem& files, const std::string& directory, const FoundInstance& found,
                                const std::vector<archive::Identity>& identities) {
    std::vector<std::pair<std::string, archive::Manifest>> manifests;
    bool any_is_closed = false;
    for (const std::string& name : os::as_output(directory, [&] { return files.list(directory); })) {
        if (!is_archive_name(name)) continue;
        try {
            const auto file = archive::open_decrypted(files, os::join(directory, name), identities);
            manifests.emplace_back(name, archive::Archive(*file).manifest());
        } catch (const Error& error) {
            // One that cannot be read is no base.
            any_is_closed = any_is_closed || error.kind() == ErrorKind::not_possible;
        }
    }
    manifests.emplace_back("", manifest_of_logs(files, found));
    std::vector<ChainArchive> archives;
    for (const auto& [name, manifest] : manifests) archives.push_back({name, &manifest});
    if (!find_chains(archives).places.back().broken()) return {};
    return "what an incremental backup continues is not in " + directory +
           (!any_is_closed       ? ""
            : identities.empty() ? ", or is encrypted, and no key was given with --identity"
                                 : ", or is encrypted for another key than those of --identity");
}

std::string archive_name(const std::string& base, std::int64_t started_unix_ms, BackupKind kind,
                         const std::string& id) {
    std::string plain = base;
    std::replace_if(
        plain.begin(), plain.end(), [](char c) { return !is_plain(c); }, '_');
    std::string time;  // 2024-05-01T12:34:56.789Z becomes 20240501T123456Z
    for (const char c : archive::rfc3339(started_unix_ms).substr(0, 19)) {
        if (c != '-' && c != ':') time += c;
    }
    // The end of the id is random; its beginning is the time once more.
    const std::string short_id = id.size() > 8 ? id.substr(id.size() - 8) : id;
    return plain + "-" + time + "Z-" + archive::to_string(kind) + "-" + short_id + archive_suffix;
}

bool is_archive_name(const std::string& name) {
    return !name.starts_with(".") &&
           (name.ends_with(archive_suffix) || name.ends_with(std::string(archive_suffix) + encrypted_suffix));
}

std::string archive_path(os::FileSystem& files, const std::string& out, const std::string& name) {
    std::string path = out;
    const auto info = os::as_output(out, [&] { return files.info(out); });
    if (info && info->is_directory) {
        path = os::join(out, name);
    } else if (!out.empty() && out.back() == '/') {
        throw Error(ErrorKind::usage, "there is no such directory").in_file(out);
    }
    if (os::as_output(path, [&] { return files.info(path); })) {
        throw Error(ErrorKind::usage, "this exists already, and a backup never overwrites anything")
            .in_file(path)
            .with_hint("give another name, or a directory: then the archive gets a name of its own");
    }
    return path;
}

std::string reason_of_bystanders(const FoundInstance& found) {
    namespace field = format::header_field;
    // The original engine does not know of databases that are not attached, and would delete what they need
    // (BACKUP-SEMANTICS 4, consequences).
    for (const FoundDatabase& other : found.bystanders) {
        const Generation last = other.header.get(field::full_previous).high;
        if (last == Generation())
            return other.path + " has the same logs, is not in this backup, and was never backed up";
        if (found.generations.empty() || last < found.generations.back())
            return other.path + " has the same logs, is not in this backup, and was last backed up up to generation " +
                   format::to_string(last);
    }
    return {};
}

std::string reason_to_keep_logs(os::FileSystem& files, const BackupRequest& request, const FoundInstance& found) {
    if (request.kind == BackupKind::incremental && request.to_command.empty()) {
        const auto info = os::as_output(request.out, [&] { return files.info(request.out); });
        const std::string reason = info && info->is_directory
                                       ? reason_against_base(files, request.out, found, request.identities)
                                       : std::string();
        if (!reason.empty()) return reason;
    }
    return reason_of_bystanders(found);
}

namespace {

std::vector<PatchFile> patch_files(os::FileSystem& files, const FoundInstance& found) {
    std::vector<PatchFile> list;
    for (std::size_t i = 0; i < found.databases.size(); ++i) {
        const FoundDatabase& database = found.databases[i];
        const std::string path = file_beside(database.path, ".pat");
        const auto info = found.served ? std::nullopt : files.info(path);
        if (database.has_patch_file || (info && info->is_regular))
            list.push_back({path, file_beside(database_member(i, database.path), ".pat")});
    }
    return list;
}

// The logs that the backup would have if it began now; the last one is closed for it.
std::pair<Generation, Generation> log_range(const FoundInstance& found, const SequencePlan& plan) {
    if (found.generations.empty()) return {};
    return {plan.reads_databases() ? found.generations.back() : found.generations.front(), found.generations.back()};
}

std::uint64_t raw_bytes(os::FileSystem& files, const FoundInstance& found, const SequencePlan& plan) {
    std::uint64_t bytes = 0;
    if (plan.reads_databases()) {
        for (const FoundDatabase& database : found.databases)
            bytes += file_bytes(files, found, database) + found.page_bytes;
    }
    const Generation first = log_range(found, plan).first;
    for (const Generation generation : found.generations)
        if (generation >= first) bytes += found.log_file_bytes;
    return bytes;
}

}  // namespace

BackupForecast forecast_backup(os::FileSystem& files, os::Clock& clock, const BackupRequest& request,
                               const Listener& listener) {
    warn_of_lesser_kind(request, plan_backup(request, ""), listener);
    BackupForecast forecast;
    forecast.found = examine_instance(files, request, listener);
    const FoundInstance& found = forecast.found;
    forecast.plan = plan_backup(request, reason_to_keep_logs(files, request, found));
    const std::string name = name_for(request, found, clock.now_unix_ms(), forecast.plan.kind, "ID");
    forecast.where = require_places(files, request, found, name);
    std::tie(forecast.first_log, forecast.last_log) = log_range(found, forecast.plan);
    if (forecast.plan.truncate && !found.generations.empty()) {
        forecast.first_deleted = found.generations.front();
        forecast.last_deleted = forecast.last_log;
    }
    forecast.raw_bytes = raw_bytes(files, found, forecast.plan);
    return forecast;
}

TakenBackup take_backup(os::FileSystem& files, os::Clock& clock, const BackupRequest& request, const Watch& watch,
                        const Listener& listener) {
    const std::int64_t started = clock.now_unix_ms();
    warn_of_lesser_kind(request, plan_backup(request, ""), listener);
    const FoundInstance found = prepare_instance(files, request, watch, listener);
    const SequencePlan plan = plan_backup(request, reason_to_keep_logs(files, request, found));
    const archive::BackupIdentity identity = identify(request, found, plan.kind, started, clock);
    const archive::BeginRecord begin = begin_record(identity, files, found, plan.reads_databases());
    archive::Manifest manifest;
    static_cast<archive::BackupIdentity&>(manifest) = identity;
    watch.expect(raw_bytes(files, found, plan));
    // Before the engine is started: an output that cannot be had leaves the instance untouched.
    Output output =
        open_output(files, clock, request, name_for(request, found, started, plan.kind, identity.id), watch);

    constexpr std::uint32_t warning = 1;
    std::vector<std::string> engine_warnings;
    const EngineEvents events = [&](std::uint32_t event, std::uint32_t severity, const std::string& text) {
        if (severity == warning) {
            engine_warnings.push_back(text);
            listener.warn(text);
        }
        listener.event(event, severity, text);
    };
    const EngineReports reports(events, request.accept_bad_pages);
    EngineSession session(found, watch);
    if (found.served) found.served->server->listen(events);
    // Not before: an interrupted run, which the engine ends now, may have left a mark in the logs alone.
    if (!plan.reads_databases()) manifest.databases = records_of(files, found);
    TakenBackup result;
    {
        archive::WriterOptions options;
        options.level = request.level;
        options.threads = request.threads;
        options.stop = watch.stop;
        options.mtime_unix_seconds = started / 1000;
        archive::Writer writer(*output.sink, begin, options);
        static_cast<BackupResult&>(result) =
            run_backup(session.api(), session.instance(), plan, begin.databases,
                       plan.reads_databases() ? patch_files(files, found) : std::vector<PatchFile>(),
                       std::move(manifest), engine_warnings, writer, clock, watch);
    }
    result.plan = plan;
    result.where = output.where;
    result.durable = result.written.receipt.has_value();
    try {
        if (!result.after_archive) session.close();
    } catch (const Error& error) {
        result.after_archive = error;
    }
    return result;
}

}  // namespace ese::backup
