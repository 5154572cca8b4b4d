#include "engine/recovery/log_set.h"

#include <algorithm>

#include "base/error.h"
#include "esent.h"

namespace ese::engine {
LogSet::LogSet(os::FileSystem& files, const std::string& backup_directory, const format::LogNaming& naming,
               Generation low, Generation high)
    : files_(files) {
    const LogDirectory directory = scan_log_directory(files, backup_directory, naming);
    naming_ = directory.naming;
    for (Generation generation = low; generation <= high; generation = generation.next()) {
        if (!std::ranges::binary_search(directory.archived, generation))
            throw Error(ErrorKind::chain, generation == low ? JET_errRequiredLogFilesMissing : JET_errFileNotFound,
                        "log generation " + format::to_string(generation) + " of the backup is missing")
                .in_file(directory.archived_path(generation));
        add(directory.archived_path(generation), false, JET_errLogCorruptDuringHardRestore);
    }
}

void LogSet::add(const std::string& path, bool in_target, std::int32_t corrupt) {
    const LogFile log = open_log_file(files_, path);
    SetLog entry{path, log.header, log.scan(), in_target};
    try {
        if (!in_target || !is_damaged_behind_stop(log.header, entry.scan, log.sectors()))
            entry.scan.require_undamaged(corrupt);
        if (!logs_.empty())
            format::check_successor(format::link_of(logs_.back().header, logs_.back().scan.checksum), entry.header);
    } catch (Error& error) {
        error.set_file(path);
        // The same broken link has its own number for logs given to a restore (BACKUP-SEMANTICS 5.3, steps 2 and 4).
        if (error.jet() == JET_errInvalidLogSequence)
            throw Error(ErrorKind::chain,
                        in_target ? JET_errExistingLogFileIsNotContiguous : JET_errGivenLogFileIsNotContiguous,
                        error.message())
                .in_file(path);
        if (error.jet() == JET_errBadLogSignature && in_target)
            throw Error(ErrorKind::chain, JET_errExistingLogFileHasBadSignature, error.message()).in_file(path);
        throw;
    }
    logs_.push_back(std::move(entry));
}

// An older log that stays in the target is not replayed, but a stream that is not the backup's must not be continued.
void LogSet::check_same_stream(const std::string& path) const {
    const format::LogHeader there = open_log_file(files_, path).header;
    if (there.signature != logs_.front().header.signature)
        throw Error(ErrorKind::chain, JET_errExistingLogFileHasBadSignature, "this log belongs to another log stream")
            .in_file(path);
    for (const SetLog& log : logs_)
        if (log.header.generation == there.generation && log.header.created != there.created)
            throw Error(ErrorKind::chain, JET_errExistingLogFileIsNotContiguous,
                        "this is another generation " + format::to_string(there.generation) + " than the backup's")
                .in_file(path);
}

bool LogSet::has_reached_stop() const { return stop_ && logs_.back().header.generation >= stop_->generation; }

// A whole record at the stop, or behind it, shows that nothing of what counts is lost.
bool LogSet::is_damaged_behind_stop(const format::LogHeader& header, const format::SegmentScan& scan,
                                    const format::SectorReader& sectors) const {
    if (!scan.damage || !stop_ || header.generation != stop_->generation) return false;
    format::LogStream stream(scan, sectors);
    format::LogRecord record;
    while (stream.next(record))
        if (record.position >= *stop_) return true;
    return false;
}

bool LogSet::add_target(const std::string& target_directory) {
    const LogDirectory directory = scan_log_directory(files_, target_directory, naming_);
    for (const Generation generation : directory.archived) {
        if (stop_ && generation > stop_->generation) break;
        if (generation <= logs_.back().header.generation) {
            check_same_stream(directory.archived_path(generation));
            continue;  // the backup has it, or does not need it
        }
        if (generation != logs_.back().header.generation.next())
            throw Error(ErrorKind::chain, JET_errMissingCurrentLogFiles,
                        "log generation " + format::to_string(logs_.back().header.generation.next()) +
                            " is missing, but later ones are there")
                .in_file(target_directory);
        add(directory.archived_path(generation), true, JET_errLogCorruptDuringHardRecovery);
    }
    if (has_reached_stop()) return false;
    if (directory.has_current) add(directory.current_path(), true, JET_errLogCorruptDuringHardRecovery);
    if (stop_ && !has_reached_stop())
        throw Error(ErrorKind::chain, JET_errRequiredLogFilesMissing,
                    "the logs end with generation " + format::to_string(logs_.back().header.generation) +
                        ", before the position " + stop_->to_string() + " at which the restore is to end")
            .in_file(target_directory);
    return directory.has_current;
}

void LogSet::stop_at(const format::Lgpos& stop) {
    if (stop.generation < logs_.front().header.generation)
        throw Error(ErrorKind::usage, JET_errEndingRestoreLogTooLow,
                    "the position " + stop.to_string() + " lies before the first log");
    std::erase_if(logs_, [&](const SetLog& log) { return log.header.generation > stop.generation; });
    stop_ = stop;
}

bool LogSet::is_whole(const SetLog& log) const {
    if (!stop_) return true;
    if (log.scan.damage) return false;
    const auto last = format::last_record(log.scan, open_log_file(files_, log.path).sectors());
    return !last || last->position <= *stop_;
}

void LogSet::replace_last(const std::string& path) {
    const LogFile log = open_log_file(files_, path);
    logs_.back() = {path, log.header, log.scan(), true};
}

void LogSet::for_each_record(const std::function<void(const SetLog&, const format::LogRecord&)>& visit) const {
    for (const SetLog& log : logs_) {
        const LogFile opened = open_log_file(files_, log.path);
        format::LogStream stream(log.scan, opened.sectors());
        stream.set_corrupt_error(log.in_target ? JET_errLogCorruptDuringHardRecovery
                                               : JET_errLogCorruptDuringHardRestore);
        format::LogRecord record;
        try {
            while (stream.next(record) && (!stop_ || record.position <= *stop_)) visit(log, record);
        } catch (Error& error) {
            error.set_file(log.path);
            throw;
        }
    }
}

}  // namespace ese::engine
