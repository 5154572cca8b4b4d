#pragma once

// Ending a run that was interrupted, where nothing has to be replayed: databases were attached, perhaps backed up, and
// not changed. That is what a killed backup leaves. It takes the same steps as a recovery does (LOG-FORMAT 5.5).

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/log/log_files.h"
#include "engine/log/log_writer.h"
#include "engine/recovery/attachments.h"
#include "format/database/database_header.h"
#include "os/clock.h"
#include "os/file_system.h"

namespace ese::engine {

class InterruptedRun {
 public:
    // Reads the logs from generation `from` to the current one, and the databases that they leave attached; changes
    // nothing. Where `database_directory` is not empty, the databases lie there now, whatever path the logs name.
    // Throws JET_errDatabaseDirtyShutdown, naming the record, where a change would have to be replayed, or a
    // database is not what the logs attached; JET_errMissingLogFile for a missing generation; what check_successor
    // throws.
    InterruptedRun(os::FileSystem& files, const LogDirectory& directory, const LogFile& current,
                   const format::SegmentScan& scan, Generation from, const std::string& database_directory);

    // The databases that are still attached, for the headers of logs that begin before finish() is done.
    const std::vector<format::AttachInfo>& attached() const { return attached_; }

    // Says in the log, then in the headers, then in the log again that the databases are clean.
    void finish(os::Clock& clock, LogWriter& log);

 private:
    struct Dirty {
        std::unique_ptr<os::File> file;
        format::DatabaseHeader header;
        std::optional<format::Lgpos> consistent;  // of a database that was detached; the others get that of the end
    };
    void open_attached(os::FileSystem& files, std::uint8_t dbid, const Attachments::Entry& entry,
                       const std::string& path, const format::Signature& stream);
    void open_detached(os::FileSystem& files, const Attachments::Detached& detached, const std::string& path,
                       const format::Signature& stream);

    Generation from_;
    std::vector<Dirty> databases_;
    std::vector<format::AttachInfo> attached_;
};

}  // namespace ese::engine
