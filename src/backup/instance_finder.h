#pragma once

// What lies in the directories of an instance: base name, naming style, page size, log size and databases, found in the
// files themselves. Nothing is written here.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "archive/manifest.h"
#include "base/ids.h"
#include "format/common.h"
#include "format/database/database_header.h"
#include "format/log/log_file_name.h"
#include "os/file_system.h"

namespace ese::remote {
class Client;
}

namespace ese::backup {

// What to do where a process has the instance and does not serve it.
constexpr const char* way_out_when_held =
    "try again when it has ended, or let it serve backups (JET_paramBackupSocket in esent.h)";

struct InstanceRequest {
    std::string directory;
    std::string log_directory;     // empty: `directory`
    std::string system_directory;  // empty: `directory`
    std::string base;              // empty: found
    std::vector<std::string>
        databases;  // empty: found. A bare name that is not in the current directory is one in `directory`
    std::vector<std::pair<std::string, std::string>> moved;  // a path that the logs name, and where that database lies
};

struct FoundDatabase {
    std::string path;  // absolute
    format::DatabaseHeader header;
    std::string why;          // "named by edb.log", "given", …
    std::string logged_path;  // as the logs name it, of whatever system; empty where they were not asked
    // Of one that a running program serves, which is asked instead of its files:
    std::uint64_t bytes = 0;
    bool has_patch_file = false;
};

// What a running program that serves the instance told of it, beside the rest.
struct ServedInstance {
    std::shared_ptr<remote::Client> server;
    bool delivers_bad_pages = false;
    archive::LogsRecord logs;  // that are there
};

struct FoundInstance {
    std::string directory, log_directory, system_directory;  // absolute
    format::LogNaming naming;
    std::uint32_t page_bytes = 0;
    std::uint64_t log_file_bytes = 0;  // 0: no log
    bool circular_logging = false;
    std::optional<format::Signature> log_signature;
    std::string newest_log;  // path; empty: no log
    std::vector<std::string>
        logs;  // names in log_directory: numbered ones in ascending order, the current one, the temporary one
    std::vector<Generation> generations;  // of the numbered ones and, if it can be read, the current one
    std::string checkpoint;               // path; empty: none
    std::vector<FoundDatabase> databases;
    // Databases of the same log stream that lie here and are not to be backed up: they may need logs that the others
    // do not.
    std::vector<FoundDatabase> bystanders;
    bool newest_log_is_whole = true;  // else a note says how far it can be read
    std::vector<std::string> notes;   // what was left out, and why
    std::optional<ServedInstance> served;

    bool has_logs() const { return !newest_log.empty(); }
};

// Throws where a choice has to be made that is the operator's (two base names, two databases with the same signature),
// where a database that the logs name is not there, or where one cannot be read.
FoundInstance find_instance(os::FileSystem& files, const InstanceRequest& request);

// Databases that were not shut down cleanly, in words: the engine replays their logs when it starts. Throws for one
// that it can't recover: another process has it attached (ErrorKind::busy), a generation that it requires is missing
// (ErrorKind::chain), or it is a raw copy out of a backup.
std::vector<std::string> require_recoverable(os::FileSystem& files, const FoundInstance& found);

// The first generation that is not there, although a later one is.
std::optional<Generation> first_gap(const std::vector<Generation>& generations);

// The engine writes to the databases and the log directory, so both must be writable and a log stream must be there.
// `way_out`: what the hint says otherwise.
void require_usable_in_place(os::FileSystem& files, const FoundInstance& found, const std::string& way_out);

}  // namespace ese::backup
