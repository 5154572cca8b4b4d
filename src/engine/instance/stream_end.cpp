// Whether the logs of an instance were closed properly, so that they can be continued (LOG-FORMAT 5.1).

#include <algorithm>

#include "base/error.h"
#include "engine/instance/instance.h"
#include "format/log/log_stream.h"

namespace ese::engine {
namespace {

// The log to continue. Between the two renames of a roll there is no current log, but the next one is complete under
// the temporary name (LOG-FORMAT 1.3): then it is that one.
LogFile find_current(os::FileSystem& files, const LogDirectory& directory) {
    if (directory.has_current) return open_log_file(files, directory.current_path());
    if (directory.has_temporary) {
        try {
            LogFile next = open_log_file(files, directory.temporary_path());
            if (next.header.generation == directory.archived.back().next()) return next;
        } catch (const Error& error) {
            // Prepared for a roll that did not begin: no log of this stream.
            if (error.jet() != JET_errLogFileCorrupt) throw;
        }
    }
    // The numbers are those that the original gives (OBSERVED, Soft recovery of damaged sets).
    throw Error(ErrorKind::chain, directory.has_temporary ? JET_errRequiredLogFilesMissing : JET_errMissingLogFile,
                directory.naming.current() + " is missing: there are only the closed logs up to generation " +
                    format::to_string(directory.archived.back()))
        .in_file(directory.path);
}

void check_sizes(const LogFile& current, const Parameters& parameters, bool clean) {
    const std::string& path = current.file->path();
    if (current.header.file_bytes() != parameters.log_file_bytes())
        throw Error(clean ? JET_errLogFileSizeMismatchDatabasesConsistent : JET_errLogFileSizeMismatch,
                    "the logs are " + std::to_string(current.header.file_bytes() / 1024) +
                        " KiB long, JET_paramLogFileSize says " + std::to_string(parameters.log_file_bytes() / 1024))
            .in_file(path);
    try {
        format::check_log_page_size(current.header, parameters.page_bytes());
    } catch (Error& error) {
        error.set_file(path);
        throw;
    }
}

}  // namespace

std::optional<format::Checkpoint> usable_checkpoint(os::FileSystem& files, const std::string& path,
                                                    const format::Signature& stream) {
    try {
        format::Checkpoint checkpoint = read_checkpoint(files, path);
        if (checkpoint.log_signature == stream) return checkpoint;
    } catch (const Error& error) {
        if (error.jet() != JET_errCheckpointFileNotFound && error.jet() != JET_errCheckpointCorrupt &&
            error.jet() != JET_errFileInvalidType)
            throw;
    }
    return std::nullopt;
}

std::optional<LogBreak> find_break(os::FileSystem& files, const LogDirectory& directory,
                                   const std::string& checkpoint_path) {
    Generation from = directory.archived.empty() ? Generation() : directory.archived.front();
    try {
        const std::string newest =
            directory.archived.empty() ? directory.current_path() : directory.archived_path(directory.archived.back());
        const auto checkpoint = usable_checkpoint(files, checkpoint_path, open_log_file(files, newest).header.signature);
        if (checkpoint) from = std::max(from, checkpoint->position.generation);
    } catch (const Error& error) {
        if (error.jet() != JET_errLogFileCorrupt) throw;  // which is found again below
    }
    if (auto broken = first_break(files, directory, from)) return broken;
    if (directory.has_current) return std::nullopt;
    try {
        find_current(files, directory);
        return std::nullopt;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::chain) throw;
        const Generation last = directory.archived.back();
        const LogFile log = open_log_file(files, directory.archived_path(last));
        return LogBreak{{last, log.scan().last_good, 0xFFFF}, error};
    }
}

StreamEnd examine_stream_end(os::FileSystem& files, const LogDirectory& directory, const std::string& checkpoint_path,
                             const Parameters& parameters) {
    StreamEnd end{find_current(files, directory), {}, {}, false};
    end.scan = end.current.scan();
    try {
        end.scan.require_undamaged(JET_errLogFileCorrupt);
    } catch (Error& error) {
        error.set_file(end.current.file->path());
        throw;
    }
    const Generation current = end.current.header.generation;
    if (!directory.archived.empty() && directory.archived.back().next() != current)
        throw Error(ErrorKind::chain, JET_errInvalidLogSequence,
                    "the newest closed log is generation " + format::to_string(directory.archived.back()) +
                        ", the current one is " + format::to_string(current))
            .in_file(directory.path);

    const auto last = format::last_record(end.scan, end.current.sectors());
    end.checkpoint = usable_checkpoint(files, checkpoint_path, end.current.header.signature);
    const auto& checkpoint = end.checkpoint;
    end.is_clean = last && format::is_run_end(last->type) && checkpoint &&
                   (checkpoint->position == last->position || checkpoint->position == last->written_at);
    check_sizes(end.current, parameters, end.is_clean);
    return end;
}

}  // namespace ese::engine
