#pragma once

// The logs that a restore replays: those of the backup, then those that the target directory still has.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/log/log_files.h"
#include "format/log/log_stream.h"
#include "os/file_system.h"

namespace ese::engine {

struct SetLog {
    std::string path;
    format::LogHeader header;
    format::SegmentScan scan;
    bool in_target = false;  // not of the backup, but found in the target's log directory
};

class LogSet {
 public:
    // Opens and checks generations low..high in `backup_directory`: headers, segments, one stream without a gap. Throws
    // JET_errRequiredLogFilesMissing (the lowest), JET_errFileNotFound (another one), JET_errBadLogSignature,
    // JET_errGivenLogFileIsNotContiguous, JET_errLogSequenceChecksumMismatch, JET_errLogCorruptDuringHardRestore,
    // JET_errLogFileCorrupt (header).
    LogSet(os::FileSystem& files, const std::string& backup_directory, const format::LogNaming& naming, Generation low,
           Generation high);

    // Records behind this position do not count: logs behind it leave the set, and what add_target() finds there may be
    // damaged or missing. Throws JET_errEndingRestoreLogTooLow for a position below the first log.
    void stop_at(const format::Lgpos& stop);
    // Adds what continues the set in `target_directory`. Throws JET_errExistingLogFileHasBadSignature,
    // JET_errExistingLogFileIsNotContiguous, JET_errMissingCurrentLogFiles (a hole),
    // JET_errLogCorruptDuringHardRecovery, JET_errRequiredLogFilesMissing (all logs end before the stop's generation).
    // True if the last one is a current log, which can be continued.
    bool add_target(const std::string& target_directory);
    // Whether nothing behind the stop is in this log; the last one may hold more.
    bool is_whole(const SetLog& log) const;
    // The last log lies at another place now, and may be shorter.
    void replace_last(const std::string& path);

    const std::vector<SetLog>& logs() const { return logs_; }
    const format::LogNaming& naming() const { return naming_; }

    // Every record of all logs up to the stop, in order.
    void for_each_record(const std::function<void(const SetLog&, const format::LogRecord&)>& visit) const;

 private:
    void check_same_stream(const std::string& path) const;
    bool has_reached_stop() const;
    bool is_damaged_behind_stop(const format::LogHeader& header, const format::SegmentScan& scan,
                                const format::SectorReader& sectors) const;
    void add(const std::string& path, bool in_target, std::int32_t corrupt);

    os::FileSystem& files_;
    format::LogNaming naming_;
    std::vector<SetLog> logs_;
    std::optional<format::Lgpos> stop_;
};

}  // namespace ese::engine
