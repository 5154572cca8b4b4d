#pragma once

// Making the databases of a directory clean that was copied, or left by a crash: soft recovery, on request.

#include <string>
#include <vector>

#include "backup/engine_session.h"
#include "backup/instance_finder.h"
#include "backup/watch.h"
#include "os/file_system.h"

namespace ese::backup {

struct RecoverRequest {
    InstanceRequest instance;       // databases that are given are recovered without the others that the logs name
    std::string target;             // a directory that is empty or does not exist; empty: where the instance lies
    bool accept_lost_tail = false;  // logs may be missing or damaged behind what the databases require
};

struct RecoveryForecast {
    FoundInstance found;
    std::vector<std::string> needs;  // for each database that is not clean, in words
};

struct RecoveredDatabase {
    std::string path;
    std::string original_path;
    bool was_clean = false;
};

// What there is to do. Throws what would keep the recovery from it: ErrorKind::chain where logs are missing, and so on.
// Writes nothing.
RecoveryForecast forecast_recovery(os::FileSystem& files, const RecoverRequest& request);

// With a target: on copies that it makes there, the instance stays as it is.
std::vector<RecoveredDatabase> recover(os::FileSystem& files, const RecoverRequest& request,
                                       const RecoveryForecast& forecast, const Watch& watch,
                                       const EngineEvents& events);

}  // namespace ese::backup
