#pragma once

// The logs of one directory in the order in which recovery reads them (LOG-FORMAT 5.1). All of them are looked through before
// any is replayed: what replays them finds out before it changes anything that one is missing or damaged.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/log/log_files.h"
#include "format/log/checkpoint.h"
#include "format/log/log_stream.h"

namespace ese::engine {

class LogSequence {
 public:
    // The newest log, examined already. It may have any name.
    struct Last {
        std::string path;
        format::LogHeader header;
        format::SegmentScan scan;
    };

    // From the checkpoint on, or from the oldest log where there is none. `stop`: records behind it do not count. Throws
    // JET_errMissingLogFile, JET_errInvalidLogSequence, JET_errBadLogSignature, JET_errLogSequenceChecksumMismatch,
    // JET_errLogFileCorrupt.
    LogSequence(os::FileSystem& files, LogDirectory directory, Last last, std::optional<format::Checkpoint> checkpoint,
                std::optional<format::Lgpos> stop = std::nullopt);

    const format::Lgpos& start() const { return start_; }
    const Last& last() const { return last_; }
    // The last generation that is there whole, or up to its last record.
    Generation last_complete() const;

    using Begin = std::function<void(const std::vector<format::AttachInfo>& attached, const format::Lgpos& start)>;
    using Visit = std::function<void(const format::LogRecord&)>;
    // What is attached at the start, then every record. Throws JET_errLogFileCorrupt; what `visit` throws gets the name
    // of the log.
    void for_each_record(const Begin& begin, const Visit& visit) const;

 private:
    bool is_behind_stop(const format::Lgpos& position) const { return stop_ && position > *stop_; }

    os::FileSystem& files_;
    LogDirectory directory_;
    Last last_;
    std::optional<format::Checkpoint> checkpoint_;
    std::optional<format::Lgpos> stop_;
    format::Lgpos start_;
    std::vector<format::SegmentScan> closed_;  // of the logs before the last one
};

// How far the logs of a directory can be followed from this generation on, and why no further: one is missing, damaged, or
// not the one that the next was written after. Nothing where that is the last one.
struct LogBreak {
    format::Lgpos last_good;
    Error error;
};
std::optional<LogBreak> first_break(os::FileSystem& files, const LogDirectory& directory, Generation from);

}  // namespace ese::engine
