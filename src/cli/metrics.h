#pragma once

// --metrics: what came of the backups of an instance, in Prometheus' text format, for the textfile collector of its
// node_exporter. What is said of other instances, and of the last success of other kinds, stays in the file.

#include <cstdint>
#include <optional>
#include <string>

#include "archive/manifest.h"

namespace ese::cli {

struct RunMetrics {
    std::string instance;  // its directory
    archive::BackupKind wanted = archive::BackupKind::full;
    std::int64_t ended_unix_ms = 0;
    std::int64_t duration_ms = 0;
    int exit_status = 0;

    struct Success {
        archive::BackupKind kind = archive::BackupKind::full;  // what it became
        std::string consistent_through;                        // RFC 3339
        std::uint64_t raw_bytes = 0;
        std::uint64_t archive_bytes = 0;
        std::uint64_t pages_checked = 0;
        std::uint64_t logs_deleted = 0;
    };
    std::optional<Success> success;  // only of a run that ended with 0
};

// `old_text` with what the run says in place of what earlier ones said. Throws ErrorKind::usage for a text that is not
// such a file: it would be lost.
std::string updated_metrics(const std::string& old_text, const RunMetrics& run);

class MetricsFile {
 public:
    // Throws ErrorKind::usage where the file cannot be had or holds something else: before the backup, not after it.
    explicit MetricsFile(std::string path);
    // Throws ErrorKind::output.
    void update(const RunMetrics& run) const;

 private:
    std::string read() const;

    std::string path_;
};

}  // namespace ese::cli
