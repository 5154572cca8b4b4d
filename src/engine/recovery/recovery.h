#pragma once

// Making the databases of an instance consistent that was not terminated properly: replaying its logs, and taking back
// what was not committed (LOG-FORMAT 5).

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/log/log_files.h"
#include "engine/log/log_writer.h"
#include "engine/recovery/redo.h"
#include "format/log/checkpoint.h"
#include "os/clock.h"
#include "os/file_system.h"

namespace ese::engine {

struct RecoveryRequest {
    os::FileSystem* files;
    os::Clock* clock;
    LogDirectory directory;
    std::string log_path;  // of the current log, whatever it is called
    format::LogHeader current;
    format::SegmentScan scan;  // of it
    std::optional<format::Checkpoint> checkpoint;
    std::size_t cache_bytes;
    std::function<std::string(const std::string& logged_path, const format::Signature& database)> place_of;
};

class Recovery {
 public:
    // Replays every log from the checkpoint on, or from the oldest one where there is no checkpoint. Databases change.
    // Throws JET_errMissingLogFile, JET_errInvalidLogSequence, JET_errLogFileCorrupt, JET_errAttachedDatabaseMismatch
    // (a database that the logs leave attached is not there), and what Redo throws.
    explicit Recovery(RecoveryRequest request);

    // For the headers of logs that begin before finish() is done.
    std::vector<format::AttachInfo> attached() const;
    void generation_rolled(Generation generation, const format::LogTime& created);

    // Takes back what is open, says in the log that it is done, in the headers that the databases are clean, and in the
    // log again that recovery is over. `log` continues the current one.
    void finish(LogWriter& log);

 private:
    format::Lgpos start() const;
    void replay_log(const LogFile& log, const format::SegmentScan& scan, const format::Lgpos& from);
    void require_everything_attached() const;

    RecoveryRequest request_;
    Redo redo_;
    format::Lgpos start_;
    std::optional<format::LogLink> previous_;
};

}  // namespace ese::engine
