#pragma once

// Which logs a restore replays, and where that ends: known before anything is unpacked where the archives are files.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "archive/manifest.h"
#include "backup/stop_position.h"
#include "format/common.h"
#include "os/file_system.h"

namespace ese::backup {

// A log, wherever it lies.
struct ReplayLog {
    std::uint32_t generation = 0;
    std::int64_t created_unix_ms = 0;
    std::string name;                                 // for messages
    std::function<std::vector<std::uint8_t>()> read;  // the whole file
    std::int32_t corrupt = 0;                         // the JET_ERR of damage in it
};

// Those of an archive: in it, or unpacked into a directory.
std::vector<ReplayLog> logs_in_archive(const os::File& file, const archive::Manifest& manifest);
std::vector<ReplayLog> unpacked_logs(os::FileSystem& files, const std::string& directory,
                                     const archive::Manifest& manifest);

struct ReplayPlan {
    std::vector<std::string> live_logs;  // beyond the archives: names in the directory of the instance's logs
    std::optional<format::Lgpos> stop;   // where there is a position to end at: nothing behind it is replayed
    format::Lgpos last;                  // of the last record that is replayed
};

// `archived`: the logs of all archives, `full` and `last` the first and the last of these. `live`: empty, or the
// directory of the instance's logs. Throws ErrorKind::chain where the logs do not lead to the position
// (JET_errRequiredLogFilesMissing, JET_errMissingCurrentLogFiles), where the current log is not among them, which holds
// what was committed last, and JET_errEndingRestoreLogTooLow, naming the earliest position, for one before the end of
// the full backup. What lies behind the position may be damaged or missing.
ReplayPlan plan_replay(os::FileSystem& files, const std::vector<ReplayLog>& archived, const archive::Manifest& full,
                       const archive::Manifest& last, const std::string& live,
                       const std::optional<StopPosition>& until);

}  // namespace ese::backup
