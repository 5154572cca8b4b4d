#include "engine/recovery/log_sequence.h"

#include <algorithm>

#include "base/error.h"
#include "esent.h"

namespace ese::engine {

namespace {

// From this log version on a checkpoint's attach list can be relied on (LOG-FORMAT 5.1, step 3).
constexpr format::LogVersion first_with_attach_list{8, 4000, 4, 3};

}  // namespace

LogSequence::LogSequence(os::FileSystem& files, LogDirectory directory, Last last,
                         std::optional<format::Checkpoint> checkpoint, std::optional<format::Lgpos> stop)
    : files_(files),
      directory_(std::move(directory)),
      last_(std::move(last)),
      checkpoint_(std::move(checkpoint)),
      stop_(stop) {
    if (checkpoint_) {
        const bool exact = checkpoint_->has_attach_list() && last_.header.version >= first_with_attach_list;
        start_ = exact ? checkpoint_->position : format::Lgpos{checkpoint_->position.generation, 1, 0};
    } else {
        const auto& archived = directory_.archived;
        start_ = {archived.empty() ? last_.header.generation : archived.front(), 1, 0};
    }
}

Generation LogSequence::last_complete() const {
    const Generation last = last_.header.generation;
    const auto end = format::last_record(last_.scan, open_log_file(files_, last_.path).sectors());
    return end && is_behind_stop(end->position) ? Generation(last.value() - 1) : last;
}

void LogSequence::require_present(Generation generation) const {
    if (std::ranges::binary_search(directory_.archived, generation)) return;
    const bool first = generation == start_.generation;
    throw Error(ErrorKind::chain, first ? JET_errMissingLogFile : JET_errInvalidLogSequence,
                "log generation " + format::to_string(generation) + ", which recovery needs, is missing")
        .in_file(directory_.path);
}

void LogSequence::for_each_record(const Begin& begin, const Visit& visit) const {
    std::optional<format::LogLink> previous;
    for (Generation generation = start_.generation; generation < last_.header.generation;
         generation = generation.next()) {
        require_present(generation);
        const LogFile log = open_log_file(files_, directory_.archived_path(generation));
        read(log, log.scan(), previous, begin, visit);
    }
    read(open_log_file(files_, last_.path), last_.scan, previous, begin, visit);
}

void LogSequence::read(const LogFile& log, const format::SegmentScan& scan, std::optional<format::LogLink>& previous,
                       const Begin& begin, const Visit& visit) const {
    try {
        // Damage behind the stop is no part of what is replayed.
        if (!stop_ || *stop_ > format::Lgpos{log.header.generation, scan.last_good, 0xFFFF})
            scan.require_undamaged(JET_errLogFileCorrupt);
        if (previous) format::check_successor(*previous, log.header);
        format::LogStream stream(scan, log.sectors());
        if (!previous) {
            const bool by_checkpoint = checkpoint_ && checkpoint_->has_attach_list() && start_ == checkpoint_->position;
            begin(by_checkpoint ? checkpoint_->attachments : log.header.attachments, start_);
            stream.seek(start_);
        }
        format::LogRecord record;
        while (stream.next(record) && !is_behind_stop(record.position)) visit(record);
    } catch (Error& error) {
        error.set_file(log.file->path());
        throw;
    }
    previous = format::link_of(log.header, scan.checksum);
}

}  // namespace ese::engine
