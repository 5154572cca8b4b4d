#pragma once

// A backup from its parameters to its end.

#include <functional>
#include <string>

#include "archive/keys.h"
#include "archive/sink.h"
#include "backup/engine_session.h"
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
    bool accept_bad_pages = false;
    std::string offline_copy;  // empty: in place
    std::vector<archive::Recipient> recipients;  // who can read the archive; none: everybody, it is not encrypted
    std::vector<archive::Identity> identities;   // for encrypted archives that lie where this one goes
    std::uint64_t reserve = 0;  // bytes that stay free where a file goes
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
    EngineEvents event = [](std::uint32_t, std::uint32_t, const std::string&) {};
};

struct TakenBackup : BackupResult {
    std::string where;  // the archive's path, its name where a command took it, or "standard output"
    bool durable = false;
    SequencePlan plan;
};

TakenBackup take_backup(os::FileSystem& files, os::Clock& clock, const BackupRequest& request, const Watch& watch,
                        const Listener& listener);

// What a backup would do, told without writing anything and without the engine.
struct BackupForecast {
    FoundInstance found;
    SequencePlan plan;
    std::string where;              // in a directory: with ID for what is not known yet
    Generation first_log, last_log;  // that would be in it; the current log is closed for it
    Generation first_deleted, last_deleted;  // none: nothing
    std::uint64_t raw_bytes = 0;    // of databases and logs
};
// Throws what the backup itself would throw before it begins.
BackupForecast forecast_backup(os::FileSystem& files, os::Clock& clock, const BackupRequest& request,
                               const Listener& listener);

// DESIGN's table: kind, and what becomes of the logs. `keep_logs_because`: why they can't be deleted although the table
// says so; empty where nothing speaks against it.
SequencePlan plan_backup(const BackupRequest& request, const std::string& keep_logs_because);

// Why logs that the databases of this backup do not need have to stay: the archives where it goes do not lead up to an
// incremental backup, or another database of the same log stream was not backed up since.
std::string reason_to_keep_logs(os::FileSystem& files, const BackupRequest& request, const FoundInstance& found);

// The second of these alone; empty where there is no such database.
std::string reason_of_bystanders(const FoundInstance& found);

// Why the archives in `directory` can't be restored up to where a backup of the logs that are there begins; empty: they
// can.
std::string reason_against_base(os::FileSystem& files, const std::string& directory, const FoundInstance& found,
                                const std::vector<archive::Identity>& identities);

// What the manifest of an archive without databases says of them: their headers, as they are now.
std::vector<archive::DatabaseRecord> records_of(os::FileSystem& files, const FoundInstance& found);

// What an incremental or differential backup needs, as the engine will ask for it: no circular logging, a full backup
// of every database, and every log since then. Looked at before anything is written.
void require_base_for_logs(const FoundInstance& found);

// `<base>-<UTC time>-<kind>-<short id>.ese.tar.zst`, of letters, digits, '.', '-' and '_' alone.
std::string archive_name(const std::string& base, std::int64_t started_unix_ms, archive::BackupKind kind,
                         const std::string& id);
// Where the archive goes: `out`, or its name in the directory `out`. Throws ErrorKind::usage if it exists.
std::string archive_path(os::FileSystem& files, const std::string& out, const std::string& name);
constexpr const char* archive_suffix = ".ese.tar.zst";
constexpr const char* encrypted_suffix = ".age";  // behind that
// Whether a file with this name in a directory of archives is one; those that are being written are none.
bool is_archive_name(const std::string& name);

}  // namespace ese::backup
