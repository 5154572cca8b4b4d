#pragma once

// Restoring an external backup: databases already placed, logs in a directory of their own (BACKUP-SEMANTICS 5).

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/events.h"
#include "format/common.h"
#include "format/log/log_file_name.h"
#include "os/clock.h"
#include "os/file_system.h"

namespace ese::engine {

struct RestoreRequest {
    struct Placed {
        std::string original_path;  // as the logs name it; only told in messages, the signature decides
        std::string path;           // where the file lies now
    };

    std::string checkpoint_directory;
    std::string log_directory;  // gets the log that the restored databases continue with; logs there are replayed
                                // behind the backup's
    std::string backup_log_directory;  // read only
    format::LogNaming naming;
    Generation low;
    Generation high;
    std::vector<Placed> databases;
    std::optional<format::Lgpos> stop;  // of the last record that is replayed
    bool accept_bad_pages = false;  // told as events, no errors
    bool skip_others = false;       // what the logs name beside these databases is left out
    EventSink events;
    std::function<void(unsigned percent)> progress;  // what it throws ends the restore where it is
};

// Checks everything first and changes nothing until all of it is right. Then the logs are replayed, what was not
// committed is taken back, the databases become clean, and a new current log and a checkpoint lie in their directories.
// What it throws: restored_database.h, log_set.h, redo.h, JET_errRequiredLogFilesMissing (the logs do not cover what the
// databases require), JET_errAttachedDatabaseMismatch (a database that the logs name was not given),
// JET_errDatabaseSignInUse, JET_errEndingRestoreLogTooLow (the stop lies in what a database requires).
void restore_external_backup(os::FileSystem& files, os::Clock& clock, const RestoreRequest& request);

}  // namespace ese::engine
