#include "backup/sequence.h"

#include <algorithm>

#include "backup/jet_error.h"
#include "backup/manifest_facts.h"
#include "backup/stop_relay.h"
#include "backup/stream_copy.h"
#include "format/log/log_file_name.h"
#include "format/log/log_header.h"

namespace ese::backup {

namespace {

// The engine's side of a backup. Whatever leaves it without end_normal() ends it as aborted: no header is stamped.
class BackupSession {
 public:
    BackupSession(const EngineApi& engine, JET_INSTANCE instance, JET_GRBIT grbit)
        : engine_(engine), instance_(instance) {
        check(engine_.begin_external_backup(instance_, grbit), "beginning the backup");
    }
    ~BackupSession() {
        if (!ended_) engine_.end_external_backup(instance_, JET_bitBackupEndAbort);
    }
    BackupSession(const BackupSession&) = delete;
    BackupSession& operator=(const BackupSession&) = delete;

    void end_normal(JET_GRBIT more) {
        check(engine_.end_external_backup(instance_, JET_bitBackupEndNormal | more), "ending the backup");
        ended_ = true;
    }

 private:
    const EngineApi& engine_;
    JET_INSTANCE instance_;
    bool ended_ = false;
};

// Strings, each with its terminator, and one terminator more. Asked for the size first: with a buffer, the log list's
// actual size cannot tell a list that was cut from one that fits (BACKUP-SEMANTICS 2.1).
template <class Call>
std::vector<std::string> fetch_list(const char* doing, Call call) {
    std::uint32_t size = 0;
    check(call(nullptr, std::uint32_t{0}, &size), doing);
    std::vector<char> text(size, '\0');
    if (size == 0) return {};
    check(call(text.data(), size, &size), doing);
    std::vector<std::string> list;
    for (auto at = text.begin(); at != text.end() && *at != '\0';) {
        const auto end = std::find(at, text.end(), '\0');
        list.emplace_back(at, end);
        at = end == text.end() ? end : end + 1;
    }
    return list;
}

struct LogList {
    std::vector<std::string> paths;
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::string base;
};

LogList get_log_info(const EngineApi& engine, JET_INSTANCE instance) {
    JET_LOGINFO_A info{};
    info.cbSize = sizeof info;
    LogList list;
    try {
        list.paths = fetch_list("listing the logs", [&](char* buffer, std::uint32_t size, std::uint32_t* actual) {
            return engine.get_log_info(instance, buffer, size, actual, &info);
        });
    } catch (const Error& error) {
        // Also where a backup was interrupted after its logs were deleted, and before the header said so.
        if (error.jet() != JET_errMissingFileToBackup) throw;
        throw Error(error).with_hint("run \"esebackup full\", which begins a new chain");
    }
    list.low = info.ulGenLow;
    list.high = info.ulGenHigh;
    list.base = info.szBaseName;
    return list;
}

// `count` becomes the number of logs that are there.
archive::TruncationPlan plan_truncation(const EngineApi& engine, JET_INSTANCE instance, const std::string& base,
                                        std::uint32_t& count) {
    const auto paths = fetch_list("listing the logs that are no longer needed",
                                  [&](char* buffer, std::uint32_t size, std::uint32_t* actual) {
                                      return engine.get_truncate_log_info(instance, buffer, size, actual);
                                  });
    archive::TruncationPlan planned;
    planned.bound = "checkpoint";
    for (const std::string& path : paths) {
        const auto slash = path.find_last_of("/\\");
        const auto name = format::parse_log_file_name(base, slash == std::string::npos ? path : path.substr(slash + 1));
        if (!name || name->kind != format::LogFileKind::archived) continue;
        planned.first = planned.first == 0 ? name->number : std::min(planned.first, name->number);
        planned.last = std::max(planned.last, name->number);
        ++count;
    }
    return planned;
}

// The only place where logs are deleted: the receipt says that the archive is complete and on stable storage.
void truncate_logs(const EngineApi& engine, JET_INSTANCE instance, const archive::DurableReceipt&) {
    check(engine.truncate_log(instance), "deleting logs that are no longer needed");
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
        const auto attached =
            fetch_list("listing the databases", [&](char* buffer, std::uint32_t size, std::uint32_t* actual) {
                return engine.get_attach_info(instance, buffer, size, actual);
            });
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
    const LogList logs = get_log_info(engine, instance);
    if (logs.paths.empty() || logs.high < logs.low || logs.paths.size() != std::uint64_t{logs.high} - logs.low + 1) {
        throw Error(ErrorKind::chain, JET_errMissingLogFile, "the engine's list of logs has gaps");
    }
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
    std::uint32_t to_delete = 0;
    if (plan.truncate) {
        result.manifest.truncation_planned = plan_truncation(engine, instance, logs.base, to_delete);
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
            result.truncated = to_delete;
        }
        session.end_normal(plan.truncate_done ? JET_bitBackupTruncateDone : 0);
    } catch (const Error& error) {
        result.after_archive = error;
    }
    return result;
}

}  // namespace ese::backup
