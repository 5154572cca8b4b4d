#include "backup/truncation.h"

#include <algorithm>

#include "archive/buffer.h"
#include "backup/engine_backup.h"
#include "backup/engine_session.h"
#include "backup/manifest_facts.h"
#include "backup/served_instance.h"
#include "backup/stop_relay.h"
#include "base/error.h"
#include "esent.h"
#include "remote/client.h"

namespace ese::backup {

namespace {

using archive::BackupKind;

constexpr std::size_t read_bytes = std::size_t{1} << 20;

// What the archive knows of one log.
const archive::MemberRecord* member_of(const archive::Manifest& manifest, std::uint32_t generation) {
    const auto& logs = manifest.logs.generations;
    const auto record = std::ranges::find(logs, generation, &archive::GenerationRecord::generation);
    if (record == logs.end()) return nullptr;
    const auto member = manifest.find(record->member);
    return member ? &manifest.members[*member] : nullptr;
}

// Reads a log to its end, because the engine truncates only after that. True if the archive has it, too; throws if that
// is another one.
bool compare_log(const EngineApi& engine, JET_INSTANCE instance, const std::string& path, std::uint32_t generation,
                 const ArrivedArchive& arrived, const Watch& watch) {
    const archive::MemberRecord* member = member_of(arrived.manifest, generation);
    archive::Digest digest(member ? member->digest_kind : archive::DigestKind::xxh3_128);
    archive::Buffer buffer;
    EngineFile file(engine, instance, path);
    for (std::uint64_t done = 0; done < file.size();) {
        watch.poll();
        const ByteSpan room = buffer.first(read_bytes);
        const std::size_t got = file.read(room, done, watch);
        digest.update(room.first(got));
        done += got;
        watch.advance(path, got);
    }
    const std::uint64_t bytes = file.size();
    file.close();
    if (!member) return false;
    if (bytes == member->size && digest.hex() == member->digest) return true;
    throw Error(ErrorKind::chain, JET_errGivenLogFileIsNotContiguous,
                "generation " + std::to_string(generation) + " is another log here than in " + arrived.name +
                    ": the archive is of another instance, or the instance was restored or copied since; no log was "
                    "deleted")
        .in_file(path);
}

// A full backup has what older logs did in its databases, if it has all of them.
bool holds_all(const archive::Manifest& manifest, const std::vector<archive::DatabaseRecord>& databases) {
    return holds_databases(manifest.kind) &&
           std::ranges::all_of(databases, [&](const archive::DatabaseRecord& database) {
               return std::ranges::find(manifest.databases, database.signature, &archive::DatabaseRecord::signature) !=
                      manifest.databases.end();
           });
}

Error refusal(ErrorKind kind, const ArrivedArchive& arrived, const std::string& why) {
    return Error(kind, "no log was deleted: " + why).in_file(arrived.name);
}

// Up to where the headers say that backups reach which the next incremental one continues.
void require_chain_goes_on(const ArrivedArchive& arrived, const std::vector<archive::DatabaseRecord>& databases,
                           std::uint32_t last_deleted) {
    for (const archive::DatabaseRecord& database : databases) {
        const auto reach = [](const std::optional<archive::BackupMark>& mark) { return mark ? mark->gen_high : 0; };
        const std::uint32_t covered = std::max(reach(database.marks.full_prev), reach(database.marks.inc_prev));
        if (covered >= last_deleted) continue;
        throw refusal(ErrorKind::not_possible, arrived,
                      "the header of " + database.original_path + " knows of no full or incremental backup beyond " +
                          (covered == 0 ? "its beginning" : "generation " + std::to_string(covered)) +
                          ", so the next incremental one would lack logs up to generation " +
                          std::to_string(last_deleted))
            .with_hint("what goes through a pipe counts as a backup with --assume-durable");
    }
}

void require_part_of_chain(const ArrivedArchive& arrived) {
    const archive::Manifest& manifest = arrived.manifest;
    if (manifest.kind != BackupKind::full && manifest.kind != BackupKind::incremental)
        throw refusal(
            ErrorKind::not_possible, arrived,
            "this is a " + archive::to_string(manifest.kind) +
                " backup, which leaves the chain of backups as it is, and the next incremental one needs the logs")
            .with_hint("take the backup with --assume-durable");
    if (manifest.logs.generations.empty()) throw refusal(ErrorKind::damage, arrived, "the archive holds none");
}

void require_same_stream(const ArrivedArchive& arrived, const FoundInstance& found) {
    const std::string& theirs = arrived.manifest.logs.signature;
    if (!found.log_signature || found.log_signature->to_string() == theirs) return;
    throw refusal(ErrorKind::chain, arrived,
                  "the archive is of another instance, with the log signature " + theirs + "; here it is " +
                      found.log_signature->to_string());
}

// One whose logs went before, and are followed by those that are there, has nothing more to say. Behind a gap nobody
// knows whether it is the archive that was meant.
void require_common_logs(const ArrivedArchive& arrived, std::uint32_t oldest_here, std::uint32_t compared) {
    const std::uint32_t last = arrived.manifest.logs.last;
    if (compared > 0 || oldest_here <= last + 1) return;
    throw refusal(ErrorKind::chain, arrived,
                  "the archive has no log in common with the instance: it ends with generation " +
                      std::to_string(last) + ", and the oldest here is " + std::to_string(oldest_here))
        .with_hint("name the archive of a later backup");
}

// Those of the engine's list that the archive stands for.
std::vector<std::uint32_t> choose_logs(const std::vector<std::uint32_t>& deletable, const ArrivedArchive& arrived,
                                       const std::vector<archive::DatabaseRecord>& databases, std::uint32_t compared) {
    const archive::LogsRecord& held = arrived.manifest.logs;
    std::vector<std::uint32_t> chosen;
    for (const std::uint32_t generation : deletable) {
        if (generation > held.last) break;
        if (generation < held.first && (compared == 0 || !holds_all(arrived.manifest, databases)))
            throw refusal(ErrorKind::chain, arrived,
                          "generation " + std::to_string(generation) + " would go, too, and the archive " +
                              (compared == 0 ? "has no log in common with the instance"
                                             : "begins behind it, at " + std::to_string(held.first)))
                .with_hint("take another backup");
        chosen.push_back(generation);
    }
    return chosen;
}

}  // namespace

TruncationResult run_truncation(const EngineApi& engine, JET_INSTANCE instance, const ArrivedArchive& arrived,
                                const std::vector<archive::DatabaseRecord>& databases, const Watch& watch) {
    require_part_of_chain(arrived);
    TruncationResult result;

    // JetBeginExternalBackup, JetGetLogInfo
    BackupSession session(engine, instance, JET_bitBackupIncremental);
    std::optional<StopRelay> relay(std::in_place, watch, [&] { engine.stop_backup(instance); });
    const LogList logs = list_logs(engine, instance);

    // JetOpenFile, JetReadFile, JetCloseFile for each log
    std::uint32_t generation = logs.low;
    for (const std::string& path : logs.paths) {
        if (compare_log(engine, instance, path, generation, arrived, watch)) ++result.compared;
        ++generation;
    }

    // JetGetTruncateLogInfo
    const std::vector<std::uint32_t> deletable = list_deletable(engine, instance, logs.base);
    if (!deletable.empty()) require_common_logs(arrived, deletable.front(), result.compared);
    const std::vector<std::uint32_t> chosen = choose_logs(deletable, arrived, databases, result.compared);
    const std::uint32_t first_kept = chosen.empty() ? logs.low : chosen.back() + 1;
    const std::uint32_t first_needed = deletable.empty() ? logs.low : deletable.back() + 1;
    if (first_kept < first_needed)
        result.kept.push_back(
            {first_kept, first_needed - 1,
             "not in the archive, which ends with generation " + std::to_string(arrived.manifest.logs.last)});
    if (const auto kept = kept_by_checkpoint(std::max(first_kept, first_needed), logs.high, databases))
        result.kept.push_back(*kept);

    // JetTruncateLog, up to where the archive reaches, and JetEndExternalBackup
    relay.reset();
    watch.poll();
    if (!chosen.empty()) {
        require_chain_goes_on(arrived, databases, chosen.back());
        truncate_logs(engine, instance, arrived.receipt, chosen.back());
        result.first_deleted = chosen.front();
        result.last_deleted = chosen.back();
        result.deleted = static_cast<std::uint32_t>(chosen.size());
        result.freed_bytes = chosen.size() * arrived.manifest.instance.log_file_bytes;
    }
    session.end_aborted();
    return result;
}

TruncationResult truncate_after(os::FileSystem& files, const InstanceRequest& request, const std::string& client,
                                const ArrivedArchive& arrived, const Watch& watch, const Listener& listener) {
    require_part_of_chain(arrived);
    const FoundInstance found = find_usable_instance(files, request, client);
    listener.found(found);
    require_same_stream(arrived, found);
    if (found.served) {
        require_attached_databases(request, found);
        found.served->server->listen(listener.event);
    } else {
        for (const std::string& note : require_recoverable(files, found)) listener.warn(note);
        require_usable_in_place(files, found, "nothing can be deleted there");
    }
    require_base_for_logs(found);
    const std::string others = reason_of_bystanders(found);
    if (!others.empty()) throw refusal(ErrorKind::not_possible, arrived, others);

    const EngineReports reports(listener.event, false);
    EngineSession session(found, watch);
    TruncationResult result =
        run_truncation(session.api(), session.instance(), arrived, records_of(files, found), watch);
    session.close();
    return result;
}

}  // namespace ese::backup
