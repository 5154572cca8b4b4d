#include "backup/full_backup.h"

#include <array>

#include "archive/sink.h"
#include "backup/engine_session.h"
#include "backup/manifest_facts.h"
#include "os/pipe.h"

namespace ese::backup {

namespace {

constexpr const char* standard_output_name = "standard output";

archive::BackupIdentity identify(const FullBackupRequest& request, const FoundInstance& found, archive::BackupKind kind,
                                 std::int64_t started, os::Clock& clock) {
    std::array<std::uint8_t, 10> random{};
    clock.random_bytes(random);
    archive::BackupIdentity identity;
    identity.id = archive::make_backup_id(started, random);
    identity.kind = kind;
    identity.tool = request.tool;
    identity.host = request.host;
    identity.instance = {found.directory, found.naming.base, found.page_bytes, found.log_file_bytes,
                         found.log_signature ? found.log_signature->to_string() : std::string()};
    identity.started = archive::rfc3339(started);
    return identity;
}

archive::BeginRecord begin_record(const archive::BackupIdentity& identity, os::FileSystem& files,
                                  const FoundInstance& found) {
    archive::BeginRecord record;
    static_cast<archive::BackupIdentity&>(record) = identity;
    for (std::size_t i = 0; i < found.databases.size(); ++i) {
        const std::string& path = found.databases[i].path;
        const auto info = files.info(path);
        record.databases.push_back({database_member(i, path), path, info ? info->size + found.page_bytes : 0});
    }
    return record;
}

// Standard output or a file; a file has its name only once it is complete.
struct Output {
    std::unique_ptr<os::FdStream> stream;
    std::unique_ptr<archive::ByteSink> sink;
    std::string where;
};

Output open_output(os::FileSystem& files, const FullBackupRequest& request, const archive::BackupIdentity& identity,
                   std::int64_t started, const Watch& watch) {
    Output output;
    if (request.out == "-") {
        output.where = standard_output_name;
        output.stream = std::make_unique<os::FdStream>(request.output_fd, output.where, watch.stop);
        output.sink = std::make_unique<archive::PipeSink>(*output.stream);
    } else {
        output.where =
            archive_path(files, request.out, identity.instance.base_name, started, identity.kind, identity.id);
        output.sink = std::make_unique<archive::FileSink>(files, output.where, request.process_id);
    }
    return output;
}

FoundInstance prepare_instance(os::FileSystem& files, const FullBackupRequest& request, const Watch& watch,
                               const Listener& listener) {
    FoundInstance found = find_instance(files, request.instance);
    listener.found(found);
    require_clean(files, found, request.offline_copy.empty());
    if (request.offline_copy.empty()) {
        require_usable_in_place(files, found);
        return found;
    }
    return copy_instance(files, found, request.offline_copy, [&watch] { watch.poll(); });
}

}  // namespace

SequencePlan plan_full_backup(const FullBackupRequest& request) {
    using archive::BackupKind;
    if (!request.offline_copy.empty())
        return {BackupKind::copy, false, false, "the backup was taken from a copy of the instance"};
    if (request.copy) return {BackupKind::copy, false, false, "a copy backup keeps the logs"};
    if (request.out == "-") {
        if (request.assume_durable)
            return {BackupKind::full, false, true, "nothing is known of what becomes of standard output"};
        return {BackupKind::copy, false, false, "nothing is known of what becomes of standard output"};
    }
    if (request.keep_logs) return {BackupKind::full, false, true, "kept on request"};
    return {BackupKind::full, true, false, ""};
}

std::string archive_path(os::FileSystem& files, const std::string& out, const std::string& base,
                         std::int64_t started_unix_ms, archive::BackupKind kind, const std::string& id) {
    std::string path = out;
    const auto info = files.info(out);
    if (info && info->is_directory) {
        std::string time;  // 2024-05-01T12:34:56.789Z becomes 20240501T123456Z
        for (const char c : archive::rfc3339(started_unix_ms).substr(0, 19)) {
            if (c != '-' && c != ':') time += c;
        }
        // The end of the id is random; its beginning is the time once more.
        const std::string short_id = id.size() > 8 ? id.substr(id.size() - 8) : id;
        path = os::join(out, base + "-" + time + "Z-" + archive::to_string(kind) + "-" + short_id + archive_suffix);
    } else if (!out.empty() && out.back() == '/') {
        throw Error(ErrorKind::usage, "there is no such directory").in_file(out);
    }
    if (files.info(path)) {
        throw Error(ErrorKind::usage, "this exists already, and a backup never overwrites anything")
            .in_file(path)
            .with_hint("give another name, or a directory: then the archive gets a name of its own");
    }
    return path;
}

FullBackupResult full_backup(os::FileSystem& files, os::Clock& clock, const FullBackupRequest& request,
                             const Watch& watch, const Listener& listener) {
    const SequencePlan plan = plan_full_backup(request);
    if (request.out == "-" && plan.kind == archive::BackupKind::copy && !request.copy && request.offline_copy.empty()) {
        listener.warn(
            "what becomes of standard output is not known here, so this is a copy backup: no log is deleted, and an "
            "incremental backup "
            "cannot follow it (--assume-durable makes it a full backup that keeps the logs)");
    }
    const std::int64_t started = clock.now_unix_ms();
    const FoundInstance found = prepare_instance(files, request, watch, listener);
    const archive::BackupIdentity identity = identify(request, found, plan.kind, started, clock);
    const archive::BeginRecord begin = begin_record(identity, files, found);
    // Before the engine is started: an output that cannot be had leaves the instance untouched.
    Output output = open_output(files, request, identity, started, watch);

    EngineSession session(found);
    FullBackupResult result;
    {
        archive::WriterOptions options;
        options.level = request.level;
        options.threads = request.threads;
        options.mtime_unix_seconds = started / 1000;
        archive::Writer writer(*output.sink, begin, options);
        archive::Manifest manifest;
        static_cast<archive::BackupIdentity&>(manifest) = identity;
        static_cast<BackupResult&>(result) =
            run_backup(esent(), session.instance(), plan, begin.databases, std::move(manifest), writer, clock, watch);
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
