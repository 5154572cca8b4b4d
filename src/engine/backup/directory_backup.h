#pragma once

// A whole backup into a directory in one call: JetBackup (BACKUP-SEMANTICS 2.10).

#include <functional>
#include <string>

#include "engine/backup/backup.h"
#include "os/file_system.h"

namespace ese::engine {

struct DirectoryBackupRequest {
    std::string directory;
    bool incremental = false;
    bool atomic = false;
    bool make_directory = false;
    std::uint32_t page_bytes = 0;
    std::function<void(unsigned percent)> progress;  // what it throws aborts the backup
};

// `backup` has been begun, full or incremental; it is ended whatever happens. Logs are deleted when all files are
// durable under their names. What is thrown leaves no new file there, unless it comes behind that point. Throws
// JET_errInvalidPath, JET_errMakeBackupDirectoryFail, JET_errDeleteBackupFileFail, JET_errBackupDirectoryNotEmpty (also
// where another log lies there under the name of one of these), JET_errDatabaseDuplicate.
void back_up_to_directory(os::FileSystem& files, Backup& backup, const DirectoryBackupRequest& request);

// Closed logs that no recovery needs, by the checkpoint on the disk: none of them belongs to a full backup that is in
// progress.
void remove_logs_below_checkpoint(os::FileSystem& files, const LogDirectory& directory,
                                  const std::string& checkpoint_path);

}  // namespace ese::engine
