#pragma once

// How well an instance is backed up, from its own files: what the headers of its databases remember, and its logs.
// Nothing is written, no engine is started, and a program may have it open.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "backup/automatic.h"
#include "backup/instance_finder.h"
#include "os/clock.h"
#include "os/file_system.h"

namespace ese::backup {

struct LastBackup {
    std::int64_t unix_ms = 0;
    Generation high;  // the last log that is in it
};

// The last of each kind that a header remembers; none: there was none.
struct LastBackups {
    std::optional<LastBackup> full, incremental, differential, copy;

    // The newer one of full and incremental. The others may have gone through a pipe of which nobody knows the end.
    std::optional<LastBackup> of_chain() const;
};

struct DatabaseStatus {
    std::string path;
    LastBackups last;
};

struct LogSpan {
    Generation first, last;
    std::uint32_t count = 0;
    std::uint64_t bytes = 0;
};

struct InstanceStatus {
    FoundInstance found;
    std::vector<DatabaseStatus> databases;
    LastBackups last;  // of the instance: of each kind the oldest of its databases' last, none if one of them has none
    LogSpan unbacked;  // closed logs that are in no full or incremental backup
    LogSpan freeable;  // closed logs that would be deleted if a full or incremental backup ended now
    std::string kept_because;  // why none of them would be
    KindChoice next;           // what the next backup can be
};

// What a program changes while it is read is read again, after a short pause on `clock`; throws where it stays damaged.
InstanceStatus look_at_instance(os::FileSystem& files, os::Clock& clock, const InstanceRequest& request);

}  // namespace ese::backup
