#include "backup/sequence.h"

#include <algorithm>

#include "backup/engine_backup.h"
#include "backup/manifest_facts.h"
#include "backup/stop_relay.h"
#include "backup/stream_copy.h"
#include "format/log/log_header.h"

namespace ese::backup {

namespace {

// What will be deleted, and why no more.
archive::TruncationPlan plan_truncation(const EngineApi& engine, JET_INSTANCE instance, const LogList& logs,
                                        BackupResult& result) {
    const std::vector<std::uint32_t> deletable = list_deletable(engine, instance, logs.base);
    result.to_delete = static_cast<std::uint32_t>(deletable.size());
    archive::TruncationPlan planned;
    planned.bound = "checkpoint";
    if (!deletable.empty()) {
        planned.first = deletable.front();
        planned.last = deletable.back();
    }
    const std::uint32_t first_kept = deletable.empty() ? logs.low : deletable.back() + 1;
    result.kept = kept_by_checkpoint(first_kept, logs.high, result.manifest.databases);
    if (result.kept) planned.bound = result.kept->because;
    return planned;
}

void copy_database(const EngineApi& engine, JET_INSTANCE instance, const SequencePlan& plan,
                   const archive::BeginDatabase& database, archive::Writer& writer, const Watch& watch,
                   BackupResult& result) {
    const std::uint32_t page_bytes = result.manifest.instance.page_bytes;
    const CopiedFile copied =
        copy_stream(engine, instance,
                    {database.original_path, database.member, StreamKind::database, plan.accept_bad_pages}, page_bytes,
                    writer, watch);
    result.manifest.databases.push_back(
        database_record(ByteView(copied.head).first(std::min<std::size_t>(page_bytes, copied.head.size())), copied.tail,
                        database.member, database.original_path, copied.bytes));
    result.manifest.databases.back().damage = copied.damage;
    result.damaged_pages += copied.damage.size();
    result.database_bytes += copied.bytes;
    result.pages_checked += result.manifest.databases.back().pages;
}

void copy_log(const EngineApi& engine, JET_INSTANCE instance, const std::string& path, Generation expected,
              archive::Writer& writer, const Watch& watch, std::optional<format::LogLink>& previous,
              BackupResult& result) {
    archive::LogsRecord& logs = result.manifest.logs;
    const std::string member = log_member(path);
    format::SegmentSum sum(expected);
    const CopiedFile copied = copy_stream(engine, instance, {path, member, StreamKind::log, false, &sum},
                                          result.manifest.instance.page_bytes, writer, watch);
    try {
        if (copied.head.size() < format::log_sector_bytes)
            throw Error(JET_errLogFileCorrupt, "the log has no whole header");
        const auto header = format::parse_log_header(ByteView(copied.head).first(format::log_sector_bytes));
        if (header.generation != expected) {
            throw Error(ErrorKind::chain, JET_errInvalidLogSequence,
                        "this is generation " + std::to_string(header.generation.value()) + ", not " +
                            std::to_string(expected.value()));
        }
        if (previous) format::check_successor(*previous, header);
        previous = format::link_of(header, sum.checksum());
        logs.signature = header.signature.to_string();
        logs.generations.push_back(generation_record(header, member, sum.checksum()));
    } catch (Error& error) {
        error.set_file(path);
        throw;
    }
    result.log_bytes += copied.bytes;
}

}  // namespace

BackupResult run_backup(const EngineApi& engine, JET_INSTANCE instance, const SequencePlan& plan,
                        const std::vector<archive::BeginDatabase>& databases,
                        const std::vector<PatchFile>& patch_files, archive::Manifest manifest,
                        const std::vector<std::string>& engine_warnings, archive::Writer& writer, os::Clock& clock,
                        const Watch& watch) {
    BackupResult result;
    result.manifest = std::move(manifest);

    // JetBeginExternalBackup
    BackupSession session(engine, instance, plan.reads_databases() ? 0 : JET_bitBackupIncremental);
    std::optional<StopRelay> relay(std::in_place, watch, [&] { engine.stop_backup(instance); });

    // JetGetAttachInfo, and JetOpenFile, JetReadFile, JetCloseFile for each database
    if (plan.reads_databases()) {
        const auto attached = list_attached(engine, instance);
        if (attached.size() != databases.size()) {
            throw Error(JET_errInternalError, std::to_string(databases.size()) +
                                                  " databases were to be backed up, the engine has " +
                                                  std::to_string(attached.size()));
        }
        for (const auto& database : databases) {
            if (std::find(attached.begin(), attached.end(), database.original_path) == attached.end()) {
                throw Error(JET_errDatabaseNotFound, "the engine does not list this database")
                    .in_file(database.original_path);
            }
            copy_database(engine, instance, plan, database, writer, watch, result);
        }
    }

    // JetGetLogInfo closes the current log: what was committed before this call is in the backup.
    const std::string consistent_time = archive::rfc3339(clock.now_unix_ms());
    const LogList logs = list_logs(engine, instance);
    result.manifest.logs.first = logs.low;
    result.manifest.logs.last = logs.high;
    result.manifest.consistent_through = {logs.high, consistent_time};

    // JetOpenFile, JetReadFile, JetCloseFile for each log
    std::optional<format::LogLink> previous;
    Generation generation(logs.low);
    for (const std::string& path : logs.paths) {
        copy_log(engine, instance, path, generation, writer, watch, previous, result);
        generation = generation.next();
    }
    // and for the patch file of each database that has one
    for (const PatchFile& patch : patch_files) {
        copy_stream(engine, instance, {patch.path, patch.member, StreamKind::patch_file},
                    result.manifest.instance.page_bytes, writer, watch);
    }

    // JetGetTruncateLogInfo: what will be deleted is written down before it is.
    if (plan.truncate) {
        result.manifest.truncation_planned = plan_truncation(engine, instance, logs, result);
    } else {
        result.manifest.truncation_planned = archive::TruncationPlan{0, 0, plan.kept_because};
    }

    // The archive gets its end, and is made durable. From here on a stop changes nothing any more.
    relay.reset();
    watch.poll();
    result.manifest.warnings.insert(result.manifest.warnings.end(), engine_warnings.begin(), engine_warnings.end());
    result.manifest.finished = archive::rfc3339(clock.now_unix_ms());
    result.written = writer.finish(result.manifest);

    // JetTruncateLog, JetEndExternalBackup. The archive is there by now, so what fails here is told and not thrown.
    try {
        if (plan.truncate) {
            if (!result.written.receipt)
                throw Error(JET_errInternalError, "nothing says that the archive is durable, so the logs are kept");
            truncate_logs(engine, instance, *result.written.receipt);
            result.truncated = result.to_delete;
        }
        session.end_normal(plan.truncate_done ? JET_bitBackupTruncateDone : 0);
    } catch (const Error& error) {
        result.after_archive = error;
    }
    return result;
}

}  // namespace ese::backup
