#pragma once

// The log files of one stream as they lie in a directory.

#include <memory>
#include <string>
#include <vector>

#include "format/log/log_file_name.h"
#include "format/log/log_header.h"
#include "format/log/log_segment.h"
#include "os/file_system.h"

namespace ese::engine {

struct LogDirectory {
    std::string path;
    format::LogNaming naming;          // with the extension that the files there have
    std::vector<Generation> archived;  // ascending
    bool has_current = false;
    bool has_temporary = false;

    bool empty() const { return archived.empty() && !has_current; }
    std::string current_path() const { return os::join(path, naming.current()); }
    std::string temporary_path() const { return os::join(path, naming.temporary()); }
    std::string archived_path(Generation generation) const { return os::join(path, naming.archived(generation)); }
};

// Looks for both sets of extensions, the configured one first, and keeps to the one found (LOG-FORMAT 1.1).
LogDirectory scan_log_directory(os::FileSystem& files, const std::string& path, const format::LogNaming& naming);

// One log file, opened and its header checked. Errors name the file.
struct LogFile {
    std::unique_ptr<os::File> file;
    format::LogHeader header;

    // Where the log ends in it, by the rules of LOG-FORMAT 3.4.
    format::SegmentScan scan() const;
    format::SectorReader sectors() const;
};

// `check_size`: also refuse a file that has not the length its header says (JET_errLogFileSizeMismatch).
LogFile open_log_file(os::FileSystem& files, const std::string& path, os::OpenMode mode = os::OpenMode::read,
                      bool check_size = true);

// All logs of an instance that may be writing them: a log may get its final name, and another one come after it, at any
// moment. Their headers ascend without a gap, unless a log is missing.
struct LogsInUse {
    LogDirectory directory;
    std::vector<format::LogHeader> headers;
};
LogsInUse logs_in_use(os::FileSystem& files, const std::string& path, const format::LogNaming& naming);

}  // namespace ese::engine
