#pragma once

// Deleting logs later: an archive that went through a pipe has arrived, and only now its logs may go.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "archive/manifest.h"
#include "archive/sink.h"
#include "backup/engine_api.h"
#include "backup/instance_finder.h"
#include "backup/kept_logs.h"
#include "backup/take_backup.h"
#include "backup/watch.h"

namespace ese::backup {

// An archive that was read whole and found good.
struct ArrivedArchive {
    std::string name;  // for messages
    archive::Manifest manifest;
    archive::DurableReceipt receipt;
};

struct TruncationResult {
    std::uint32_t compared = 0;                         // logs that are byte for byte those in the archive
    std::uint32_t first_deleted = 0, last_deleted = 0;  // 0: none
    std::uint32_t deleted = 0;
    std::uint64_t freed_bytes = 0;
    std::vector<KeptLogs> kept;  // by what keeps them
};

// The calls of an incremental backup that stores nothing: begin, list and read the logs, truncate, end as aborted, so
// that no header tells of a backup that nobody has. `databases` are those that are attached, as their headers are now.
// Nothing is deleted, and the error says why, where one of the logs that would go is not in the archive, is another one
// than there, or would be missed by the next incremental backup.
TruncationResult run_truncation(const EngineApi& engine, JET_INSTANCE instance, const ArrivedArchive& arrived,
                                const std::vector<archive::DatabaseRecord>& databases, const Watch& watch);

// The same with the running program that serves the instance, or else with the engine started over what lies there.
// `client`: who we are, as such a program is told.
TruncationResult truncate_after(os::FileSystem& files, const InstanceRequest& request, const std::string& client,
                                const ArrivedArchive& arrived, const Watch& watch, const Listener& listener);

}  // namespace ese::backup
