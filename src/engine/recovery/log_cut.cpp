#include "engine/recovery/log_cut.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "base/error.h"
#include "esent.h"
#include "format/log/log_stream.h"

namespace ese::engine {

namespace {

// Behind the last record up to `stop`; `has_more`: there are others behind it.
struct CutPlace {
    format::Lgpos end;
    bool has_more = false;
};

CutPlace cut_place(const LogFile& log, const format::SegmentScan& scan, const format::Lgpos& stop) {
    CutPlace place{{log.header.generation, 1, 0}, false};
    format::LogStream stream(scan, log.sectors());
    format::LogRecord record;
    while (stream.next(record)) {
        if (record.position > stop) {
            place.has_more = true;
            break;
        }
        place.end = record.end;
    }
    return place;
}

// A copy of the log that ends at `end`, under the name of a log that is being prepared.
void write_cut_copy(os::FileSystem& files, const std::string& to, const LogFile& log, const format::SegmentScan& scan,
                    const format::Lgpos& end) {
    auto copy = files.open(to, files.info(to) ? os::OpenMode::read_write : os::OpenMode::create_new);
    copy->resize(0);
    copy->resize(log.header.file_bytes());
    format::LogSector sector{};
    for (std::uint16_t number = 1; number <= end.sector && number <= scan.last_good; ++number) {
        const bool is_last = number == end.sector;
        if (is_last && end.offset == 0) break;
        format::read_segment(scan, log.sectors(), number, sector);
        if (is_last) {
            std::ranges::fill(ByteSpan(sector).subspan(end.offset), std::uint8_t{0});
            format::stamp_segment(sector);
        }
        copy->write_at(std::uint64_t{number} * format::log_sector_bytes, sector);
    }
    // The header last: without it the file is no log.
    log.file->read_exactly_at(0, sector);
    copy->sync();
    copy->write_at(0, sector);
    copy->sync();
}

// Empty where there is none.
std::string find_log_with(os::FileSystem& files, const LogDirectory& directory, const format::Lgpos& position) {
    if (std::ranges::binary_search(directory.archived, position.generation))
        return directory.archived_path(position.generation);
    for (const bool temporary : {false, true}) {
        if (!(temporary ? directory.has_temporary : directory.has_current)) continue;
        const std::string path = temporary ? directory.temporary_path() : directory.current_path();
        try {
            const Generation generation = open_log_file(files, path).header.generation;
            if (generation == position.generation || (!temporary && generation < position.generation)) return path;
        } catch (const Error&) {
            if (!temporary) throw;  // one that is being prepared need not be a log yet
        }
    }
    return {};
}

}  // namespace

std::string log_with(os::FileSystem& files, const LogDirectory& directory, const format::Lgpos& position) {
    if (auto path = find_log_with(files, directory, position); !path.empty()) return path;
    throw Error(ErrorKind::chain, JET_errMissingLogFile,
                "log generation " + format::to_string(position.generation) + " is missing")
        .in_file(directory.path);
}

std::string set_aside_folder(const LogDirectory& directory, const format::Lgpos& stop) {
    std::array<char, 32> name{};
    std::snprintf(name.data(), name.size(), "-behind-%X-%X-%X", static_cast<unsigned>(stop.generation.value()),
                  static_cast<unsigned>(stop.sector), static_cast<unsigned>(stop.offset));
    return os::join(directory.path, directory.naming.base + name.data());
}

bool end_logs_at(os::FileSystem& files, const LogDirectory& directory, const format::Lgpos& stop) {
    const std::string path = find_log_with(files, directory, stop);
    const std::string current = directory.current_path(), temporary = directory.temporary_path();
    if (!path.empty() && path != temporary) {
        const LogFile log = open_log_file(files, path);
        const auto scan = log.scan();
        const CutPlace place = cut_place(log, scan, stop);
        if (path == current && !place.has_more && !scan.damage) return false;
        write_cut_copy(files, temporary, log, scan, place.end);
    }
    const std::string folder = set_aside_folder(directory, stop);
    files.make_directory(folder);
    // The newest first, so that no gap is left in the middle, and the one with the position at the very end.
    std::vector<std::string> behind;
    for (const Generation generation : directory.archived)
        if (generation >= stop.generation) behind.push_back(directory.archived_path(generation));
    if (directory.has_current) behind.push_back(current);
    for (auto it = behind.rbegin(); it != behind.rend(); ++it)
        files.rename_new(*it, os::join(folder, os::name_of(*it)));
    files.sync_directory(folder);
    files.sync_directory(directory.path);
    if (path.empty()) return true;
    files.rename_new(temporary, current);
    files.sync_directory(directory.path);
    return true;
}

}  // namespace ese::engine
