#pragma once

// Restoring what JetBackup made (BACKUP-SEMANTICS 5.7).

#include <string>

#include "engine/recovery/hard_restore.h"

namespace ese::engine {

// Looks for logs in `source`, then in its subdirectories new and old. Every database beside them is copied to the
// directory `destination` (empty: to where the logs say that it was), never over a file that is there, and restored
// with `request`, whose databases, backup logs and range are found here. Copies are removed where that fails. Throws
// JET_errInvalidPath, JET_errFileNotFound, JET_errPatchFileMissing, JET_errDatabaseDuplicate, and what
// restore_external_backup() throws.
void restore_directory_backup(os::FileSystem& files, os::Clock& clock, RestoreRequest request,
                              const std::string& source, const std::string& destination);

}  // namespace ese::engine
