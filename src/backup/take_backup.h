#pragma once

// A full backup from its parameters to its end.

#include <functional>
#include <string>

#include "backup/instance_finder.h"
#include "backup/sequence.h"
#include "os/clock.h"
#include "os/file_system.h"

namespace ese::backup {

struct FullBackupRequest {
    InstanceRequest instance;
    std::string out;  // a file, a directory, or "-"
    int level = 3;
    unsigned threads = 1;
    bool keep_logs = false;
    bool copy = false;
    bool assume_durable = false;
    std::string offline_copy;  // empty: in place
    int output_fd = -1;        // for "-": what the archive is written to; owned from here on
    std::uint32_t process_id = 0;
    std::string tool;  // "esebackup 0.1.0"
    std::string host;
};

// What is said on the way.
struct Listener {
    std::function<void(const FoundInstance&)> found = [](const FoundInstance&) {};
    std::function<void(const std::string&)> warn = [](const std::string&) {};
};

struct FullBackupResult : BackupResult {
    std::string where;  // the archive's path, or "standard output"
    bool durable = false;
    SequencePlan plan;
};

FullBackupResult full_backup(os::FileSystem& files, os::Clock& clock, const FullBackupRequest& request,
                             const Watch& watch, const Listener& listener);

// DESIGN's table for a full backup: kind, and what becomes of the logs.
SequencePlan plan_full_backup(const FullBackupRequest& request);

// Where the archive goes: `out`, or in the directory `out` `<base>-<UTC time>-<kind>-<short id>.ese.tar.zst`. Throws
// ErrorKind::usage if it exists.
std::string archive_path(os::FileSystem& files, const std::string& out, const std::string& base,
                         std::int64_t started_unix_ms, archive::BackupKind kind, const std::string& id);
constexpr const char* archive_suffix = ".ese.tar.zst";

}  // namespace ese::backup
