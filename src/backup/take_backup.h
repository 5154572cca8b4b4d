#pragma once

// A backup from its parameters to its end.

#include <functional>
#include <string>

#include "archive/sink.h"
#include "backup/instance_finder.h"
#include "backup/sequence.h"
#include "os/clock.h"
#include "os/file_system.h"

namespace ese::backup {

struct BackupRequest {
    archive::BackupKind kind = archive::BackupKind::full;  // what was asked for; the plan may make another one of it
    InstanceRequest instance;
    std::string out;         // a file, a directory, or "-"; empty if there is a command
    std::string to_command;  // of the shell; `{name}` in it stands for the archive's name
    int level = 3;
    unsigned threads = 1;
    bool keep_logs = false;
    bool assume_durable = false;
    std::string offline_copy;  // empty: in place
    int output_fd = -1;        // for "-": what the archive is written to; owned from here on
    std::uint32_t process_id = 0;
    std::string tool;  // "esebackup 0.1.0"
    std::string host;

    bool to_standard_output() const { return out == "-"; }
};

// What is said on the way.
struct Listener {
    std::function<void(const FoundInstance&)> found = [](const FoundInstance&) {};
    std::function<void(const std::string&)> warn = [](const std::string&) {};
};

struct TakenBackup : BackupResult {
    std::string where;  // the archive's path, its name where a command took it, or "standard output"
    bool durable = false;
    SequencePlan plan;
};

TakenBackup take_backup(os::FileSystem& files, os::Clock& clock, const BackupRequest& request, const Watch& watch,
                        const Listener& listener);

// DESIGN's table: kind, and what becomes of the logs. `base_is_there`: the archive's directory holds what an
// incremental backup continues; only asked for those.
SequencePlan plan_backup(const BackupRequest& request, bool base_is_there);

bool holds_only_logs(archive::BackupKind kind);

// Of an incremental backup: whether the archives where it goes can be restored up to where it begins. True where
// nothing can be known.
bool base_is_there(os::FileSystem& files, const BackupRequest& request, const FoundInstance& found);

// What an incremental or differential backup needs, as the engine will ask for it: no circular logging, and a full
// backup of every database. Looked at before anything is written.
void require_base_for_logs(const FoundInstance& found);

// `<base>-<UTC time>-<kind>-<short id>.ese.tar.zst`, of letters, digits, '.', '-' and '_' alone.
std::string archive_name(const std::string& base, std::int64_t started_unix_ms, archive::BackupKind kind,
                         const std::string& id);
// Where the archive goes: `out`, or its name in the directory `out`. Throws ErrorKind::usage if it exists.
std::string archive_path(os::FileSystem& files, const std::string& out, const std::string& name);
constexpr const char* archive_suffix = ".ese.tar.zst";

}  // namespace ese::backup
