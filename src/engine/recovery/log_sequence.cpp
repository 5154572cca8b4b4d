#include "engine/recovery/log_sequence.h"

#include <algorithm>

#include "base/error.h"
#include "esent.h"

namespace ese::engine {

namespace {

// From this log version on a checkpoint's attach list can be relied on (LOG-FORMAT 5.1, step 3).
constexpr format::LogVersion first_with_attach_list{8, 4000, 4, 3};

Error missing(const LogDirectory& directory, Generation generation, bool is_first) {
    return Error(ErrorKind::chain, is_first ? JET_errMissingLogFile : JET_errInvalidLogSequence,
                 "log generation " + format::to_string(generation) + ", which recovery needs, is missing")
        .in_file(directory.path);
}

// Goes from log to log, as long as each continues the one before.
class LogWalk {
 public:
    LogWalk(os::FileSystem& files, const LogDirectory& directory, Generation from,
            std::optional<format::Lgpos> stop = std::nullopt)
        : files_(files), directory_(directory), first_(from), next_(from), stop_(stop) {}

    void through_closed_logs(Generation end) {
        for (; next_ < end; next_ = next_.next()) {
            if (!std::ranges::binary_search(directory_.archived, next_))
                throw missing(directory_, next_, next_ == first_);
            const LogFile log = open_log_file(files_, directory_.archived_path(next_));
            scans_.push_back(log.scan());
            follow(log.file->path(), log.header, scans_.back());
        }
    }
    void follow(const std::string& path, const format::LogHeader& header, const format::SegmentScan& scan) {
        try {
            if (previous_) format::check_successor(*previous_, header);
            last_good_ = format::Lgpos{header.generation, scan.last_good, 0xFFFF};
            // Damage behind the stop is no part of what is replayed.
            if (!stop_ || *stop_ > *last_good_) scan.require_undamaged(JET_errLogFileCorrupt);
        } catch (Error& error) {
            error.set_file(path);
            throw;
        }
        previous_ = format::link_of(header, scan.checksum);
    }

    const std::optional<format::Lgpos>& last_good() const { return last_good_; }
    std::vector<format::SegmentScan> take_scans() { return std::move(scans_); }

 private:
    os::FileSystem& files_;
    const LogDirectory& directory_;
    Generation first_, next_;
    std::optional<format::Lgpos> stop_, last_good_;
    std::optional<format::LogLink> previous_;
    std::vector<format::SegmentScan> scans_;
};

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
    LogWalk walk(files_, directory_, start_.generation, stop_);
    walk.through_closed_logs(last_.header.generation);
    walk.follow(last_.path, last_.header, last_.scan);
    closed_ = walk.take_scans();
}

Generation LogSequence::last_complete() const {
    const Generation last = last_.header.generation;
    const auto end = format::last_record(last_.scan, open_log_file(files_, last_.path).sectors());
    return end && is_behind_stop(end->position) ? Generation(last.value() - 1) : last;
}

void LogSequence::for_each_record(const Begin& begin, const Visit& visit) const {
    for (std::size_t i = 0; i <= closed_.size(); ++i) {
        const bool is_last = i == closed_.size();
        const Generation generation(start_.generation.value() + static_cast<std::uint32_t>(i));
        const LogFile log = open_log_file(files_, is_last ? last_.path : directory_.archived_path(generation));
        try {
            format::LogStream stream(is_last ? last_.scan : closed_[i], log.sectors());
            if (i == 0) {
                const bool by_checkpoint =
                    checkpoint_ && checkpoint_->has_attach_list() && start_ == checkpoint_->position;
                begin(by_checkpoint ? checkpoint_->attachments : log.header.attachments, start_);
                stream.seek(start_);
            }
            format::LogRecord record;
            while (stream.next(record) && !is_behind_stop(record.position)) visit(record);
        } catch (Error& error) {
            error.set_file(log.file->path());
            throw;
        }
    }
}

std::optional<LogBreak> first_break(os::FileSystem& files, const LogDirectory& directory, Generation from) {
    LogWalk walk(files, directory, from);
    try {
        if (!directory.archived.empty()) walk.through_closed_logs(directory.archived.back().next());
        if (directory.has_current) {
            const LogFile current = open_log_file(files, directory.current_path());
            walk.follow(current.file->path(), current.header, current.scan());
        }
        return std::nullopt;
    } catch (const Error& error) {
        const bool ends_there = error.jet() == JET_errLogFileCorrupt || error.jet() == JET_errInvalidLogSequence ||
                                error.jet() == JET_errLogSequenceChecksumMismatch;
        if (!ends_there || !walk.last_good()) throw;
        return LogBreak{*walk.last_good(), error};
    }
}

}  // namespace ese::engine
