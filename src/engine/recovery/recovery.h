#pragma once

// Making the databases of an instance consistent that was not terminated properly: replaying its logs, and taking back
// what was not committed (LOG-FORMAT 5).

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/log/log_files.h"
#include "engine/log/log_writer.h"
#include "engine/recovery/log_sequence.h"
#include "engine/recovery/redo.h"
#include "os/clock.h"
#include "os/file_system.h"

namespace ese::engine {

// What the caller of JetInit2, JetInit3 and JetInit4 decides.
struct RecoveryOptions {
    struct Moved {
        std::string from;  // as the logs name it
        std::string to;
        // Beside ignore_missing, and before it; `must_be_there` is the stronger one.
        bool may_be_missing = false, must_be_there = false;
        bool may_be_overwritten = false;  // where a log creates the database and the file is another one
    };
    std::optional<std::vector<Moved>> map;
    bool unmapped_stay = false;  // with a map: a database that it does not have is where the logs say
    bool ignore_missing = false;
    bool accept_lost_logs = false;
    bool without_undo = false;
    bool truncate_logs = false;
    std::optional<format::Lgpos> stop;  // of the last record that counts
    bool undo_at_stop = false;
    std::function<void(unsigned percent)> progress;

    bool may_be_missing(const std::string& path) const;
    bool may_be_overwritten(const std::string& path) const;
};

// Where a database lies now that the logs name like this; empty: nowhere.
using DatabasePlaces = std::function<std::string(const std::string& logged_path, const format::Signature& database)>;

// A map's entries, whose new places are absolute, by the signatures of their files, then by the old paths. What is in no entry is looked for as
// `unmapped` says. Throws what reading their headers throws.
DatabasePlaces places_by_map(os::FileSystem& files, const RecoveryOptions& options, DatabasePlaces unmapped);

struct RecoveryRequest {
    os::FileSystem* files;
    os::Clock* clock;
    LogSequence logs;
    std::size_t cache_bytes;
    DatabasePlaces place_of;
    RecoveryOptions options;
    std::function<void()> poll;  // called now and then; what it throws ends the recovery where it is
    // A restart would not have to begin before this position any more. It is asked for behind this many bytes of log.
    std::function<void(const format::Lgpos&)> save_checkpoint;
    std::uint64_t checkpoint_depth_bytes = 0;
};

class Recovery {
 public:
    // Replays the logs. Databases change. Throws what LogSequence and Redo throw, and JET_errAttachedDatabaseMismatch
    // (a database that the logs leave attached is not there).
    explicit Recovery(RecoveryRequest request);

    // For the headers of logs that begin before finish() is done.
    std::vector<format::AttachInfo> attached() const;
    void generation_rolled(Generation generation, const format::LogTime& created);

    // Takes back what is open, says in the log that it is done, in the headers that the databases are clean, and in the
    // log again that recovery is over. `log` continues the current one.
    void finish(LogWriter& log);
    // Writes what can be written; the databases stay dirty, and the logs as they are.
    void stop_without_undo();

 private:
    void tell_progress(const format::Lgpos& position) const;
    void begin_generation(Generation generation);
    void require_everything_attached() const;

    RecoveryRequest request_;
    Redo redo_;
    Generation begun_;       // whose records are replayed
    Generation checkpoint_;  // where a restart would begin
};

}  // namespace ese::engine
