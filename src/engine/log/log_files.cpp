#include "engine/log/log_files.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

#include "base/error.h"
#include "esent.h"

namespace ese::engine {
namespace {

LogDirectory scan_with_extension(const std::vector<std::string>& names, const std::string& path,
                                 format::LogNaming naming, bool legacy) {
    naming.legacy = legacy;
    LogDirectory found{path, naming, {}, false, false};
    for (const std::string& name : names) {
        const auto parsed = format::parse_log_file_name(naming.base, name);
        if (!parsed || parsed->legacy != legacy) continue;
        if (parsed->kind == format::LogFileKind::current) found.has_current = true;
        if (parsed->kind == format::LogFileKind::temporary) found.has_temporary = true;
        if (parsed->kind == format::LogFileKind::archived) found.archived.push_back(parsed->generation());
    }
    std::sort(found.archived.begin(), found.archived.end());
    return found;
}

}  // namespace

LogDirectory scan_log_directory(os::FileSystem& files, const std::string& path, const format::LogNaming& naming) {
    const auto names = files.list(path);
    const LogDirectory configured = scan_with_extension(names, path, naming, naming.legacy);
    if (!configured.empty()) return configured;
    const LogDirectory other = scan_with_extension(names, path, naming, !naming.legacy);
    return other.empty() ? configured : other;
}

format::SectorReader LogFile::sectors() const {
    return [this](std::uint16_t sector, ByteSpan into) {
        file->read_exactly_at(std::uint64_t{sector} * format::log_sector_bytes, into);
    };
}

format::SegmentScan LogFile::scan() const {
    try {
        return format::scan_segments(header, sectors());
    } catch (Error& error) {
        error.set_file(file->path());
        throw;
    }
}

LogFile open_log_file(os::FileSystem& files, const std::string& path, os::OpenMode mode, bool check_size) {
    LogFile log{files.open(path, mode), {}};
    try {
        format::LogSector page{};
        if (log.file->read_at(0, page) != page.size())
            throw Error(JET_errLogFileCorrupt, "the file is shorter than a log header");
        log.header = format::parse_log_header(page);
        if (check_size) format::check_log_file_size(log.header, log.file->size());
    } catch (Error& error) {
        error.set_file(path);
        throw;
    }
    return log;
}

namespace {

// The current log is opened first: what comes before it has its final name by then, and keeps it. What comes after it is
// not looked at.
LogsInUse look_at_logs(os::FileSystem& files, const std::string& path, const format::LogNaming& naming) {
    LogsInUse logs{scan_log_directory(files, path, naming), {}};
    std::optional<format::LogHeader> current;
    if (logs.directory.has_current) {
        current = open_log_file(files, logs.directory.current_path()).header;
        logs.directory = scan_log_directory(files, path, naming);
        std::erase_if(logs.directory.archived, [&](Generation found) { return found >= current->generation; });
    }
    for (const Generation generation : logs.directory.archived) {
        const std::string archived = logs.directory.archived_path(generation);
        logs.headers.push_back(open_log_file(files, archived).header);
        if (logs.headers.back().generation != generation)
            throw Error(ErrorKind::damage, JET_errInvalidLogSequence,
                        "the log says that it is generation " + format::to_string(logs.headers.back().generation))
                .in_file(archived);
    }
    if (current) logs.headers.push_back(*current);
    return logs;
}

}  // namespace

LogsInUse logs_in_use(os::FileSystem& files, const std::string& path, const format::LogNaming& naming) {
    constexpr int most_attempts = 20;
    for (int attempt = 1;; ++attempt) {
        try {
            LogsInUse logs = look_at_logs(files, path, naming);
            // Between two names the current log is not there for a moment.
            if (logs.directory.has_current || attempt == most_attempts) return logs;
        } catch (const Error&) {
            // With circular logging the oldest logs go.
            if (attempt == most_attempts) throw;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

}  // namespace ese::engine
