#pragma once

// The logs of one directory in the order in which recovery reads them (LOG-FORMAT 5.1).

#include <functional>
#include <optional>
#include <string>
#include <vector>

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

    // From the checkpoint on, or from the oldest log where there is none. `stop`: records behind it do not count.
    LogSequence(os::FileSystem& files, LogDirectory directory, Last last, std::optional<format::Checkpoint> checkpoint,
                std::optional<format::Lgpos> stop = std::nullopt);

    const format::Lgpos& start() const { return start_; }
    const Last& last() const { return last_; }
    // The last generation that is there whole, or up to its last record.
    Generation last_complete() const;

    using Begin = std::function<void(const std::vector<format::AttachInfo>& attached, const format::Lgpos& start)>;
    using Visit = std::function<void(const format::LogRecord&)>;
    // What is attached at the start, then every record. Throws JET_errMissingLogFile, JET_errInvalidLogSequence,
    // JET_errBadLogSignature, JET_errLogSequenceChecksumMismatch, JET_errLogFileCorrupt; what `visit` throws gets the
    // name of the log.
    void for_each_record(const Begin& begin, const Visit& visit) const;

 private:
    bool is_behind_stop(const format::Lgpos& position) const { return stop_ && position > *stop_; }
    void read(const LogFile& log, const format::SegmentScan& scan, std::optional<format::LogLink>& previous,
              const Begin& begin, const Visit& visit) const;
    void require_present(Generation generation) const;

    os::FileSystem& files_;
    LogDirectory directory_;
    Last last_;
    std::optional<format::Checkpoint> checkpoint_;
    std::optional<format::Lgpos> stop_;
    format::Lgpos start_;
};

}  // namespace ese::engine
