#pragma once

// How a backup lies in a directory: JetBackup makes it, JetRestore reads it (BACKUP-SEMANTICS 2.10).

#include <string>

namespace ese::engine {

// Where a backup with JET_bitBackupAtomic lies in its directory: while it is taken, when it is complete, and the one
// before it, or the one that incremental backups go to.
constexpr const char* atomic_temporary = "temp";
constexpr const char* atomic_new = "new";
constexpr const char* atomic_old = "old";

// What a file is called until it is complete and durable.
constexpr const char* partial_suffix = ".partial";

// The empty file beside a database of a backup: "data.pat" beside "data.edb". Both without their directory.
inline std::string patch_file_name(const std::string& database_name) {
    return database_name.substr(0, database_name.rfind('.')) + ".pat";
}

}  // namespace ese::engine
