#pragma once

// The documented external backup sequence, as one function (sequence.cpp).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "archive/manifest.h"
#include "archive/writer.h"
#include "backup/engine_api.h"
#include "backup/kept_logs.h"
#include "backup/manifest_facts.h"
#include "backup/watch.h"
#include "base/error.h"
#include "os/clock.h"

namespace ese::backup {

// What kind of backup, and what becomes of the logs: DESIGN's table, for one row of it.
struct SequencePlan {
    archive::BackupKind kind = archive::BackupKind::full;
    bool accept_bad_pages = false;  // the engine was told to deliver them; they are recorded
    bool truncate = false;       // JetTruncateLog, once the archive is durable
    bool truncate_done = false;  // kept, but the headers count it as a truncating backup (JET_bitBackupTruncateDone)
    std::string kept_because;    // for the manifest, where logs are kept

    bool reads_databases() const { return holds_databases(kind); }
};

// What goes with the databases that the archive's begin record announced.
struct PatchFile {
    std::string path;
    std::string member;
};

struct BackupResult {
    archive::Manifest manifest;  // without the lists that the writer fills in
    archive::WriteResult written;
    std::uint64_t database_bytes = 0;  // as streamed
    std::uint64_t log_bytes = 0;
    std::uint64_t pages_checked = 0;
    std::uint64_t damaged_pages = 0;  // accepted
    std::uint32_t to_delete = 0;      // logs that JetTruncateLog will delete
    std::uint32_t truncated = 0;      // those, and it succeeded
    std::optional<KeptLogs> kept;     // closed ones that it leaves
    std::optional<Error> after_archive;  // the archive is complete; a later step failed
};

// `databases` are those that the archive's begin record announced, by their path as the engine names it; `manifest` has
// the identity, and gets the rest here; `engine_warnings` grow while the engine works. Everything that fails before the
// archive is finished is thrown, with the engine's backup ended as aborted.
BackupResult run_backup(const EngineApi& engine, JET_INSTANCE instance, const SequencePlan& plan,
                        const std::vector<archive::BeginDatabase>& databases,
                        const std::vector<PatchFile>& patch_files, archive::Manifest manifest,
                        const std::vector<std::string>& engine_warnings, archive::Writer& writer, os::Clock& clock,
                        const Watch& watch);

}  // namespace ese::backup
