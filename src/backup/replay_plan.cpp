#include "backup/replay_plan.h"

#include <algorithm>
#include <map>

#include "archive/reader.h"
#include "backup/restore_places.h"
#include "base/error.h"
#include "esent.h"
#include "format/log/log_file_name.h"
#include "format/log/log_header.h"
#include "format/log/log_stream.h"
#include "os/whole_file.h"

namespace ese::backup {

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint16_t last_of_all = 0xFFFF;  // sector or offset behind every real one
constexpr std::uint64_t largest_log = std::uint64_t{0x10000} * format::log_sector_bytes;

Bytes read_log(os::FileSystem& files, const std::string& path) {
    const auto file = files.open(path, os::OpenMode::read);
    Bytes bytes(static_cast<std::size_t>(std::min(file->size(), largest_log)));
    file->read_exactly_at(0, bytes);
    return bytes;
}

// One member, into memory.
class MemberReader : public archive::Consumer {
 public:
    explicit MemberReader(std::string member) : member_(std::move(member)) {}

    bool wish(const archive::MemberInfo& member) override {
        if (member.path != member_) return false;
        if (member.size > largest_log) throw Error(ErrorKind::damage, "this is larger than any log").in_file(member_);
        bytes_.resize(static_cast<std::size_t>(member.size));
        return true;
    }
    void chunk(const archive::MemberInfo&, std::uint64_t offset, ByteView bytes) override {
        std::ranges::copy(bytes, bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
    }
    void finished(const archive::MemberInfo& member, bool intact) override {
        if (member.path == member_) intact_ = intact;
    }

    Bytes take() {
        if (!intact_) throw Error(ErrorKind::damage, "the archive is damaged at " + member_);
        return std::move(bytes_);
    }

 private:
    std::string member_;
    Bytes bytes_;
    bool intact_ = false;
};

std::vector<ReplayLog> logs_of(const archive::Manifest& manifest,
                               const std::function<std::function<Bytes()>(const std::string& member)>& reader) {
    std::vector<ReplayLog> logs;
    for (const auto& record : manifest.logs.generations)
        logs.push_back({record.generation, parse_rfc3339(record.created).value_or(0), record.member,
                        reader(record.member), JET_errLogCorruptDuringHardRestore});
    return logs;
}

std::string generation_text(std::uint32_t generation) { return "generation " + std::to_string(generation); }

// A log's header and segments, with the file's name in what they throw.
struct OpenedLog {
    explicit OpenedLog(const ReplayLog& log) : bytes(log.read()), corrupt(log.corrupt) {
        if (bytes.size() < format::log_sector_bytes)
            throw Error(ErrorKind::damage, JET_errLogFileCorrupt, "the file ends within its header");
        header = format::parse_log_header(ByteView(bytes).first(format::log_sector_bytes));
        format::check_log_file_size(header, bytes.size());
        scan = format::scan_segments(header, format::sectors_of(bytes));
    }

    // The end of the last segment that was begun by then; nothing where none was.
    std::optional<format::Lgpos> begun_by(std::int64_t unix_ms) const {
        std::optional<format::Lgpos> last;
        for (std::uint16_t sector = 1; sector <= scan.last_good; ++sector) {
            format::LogSector segment{};
            format::read_segment(scan, format::sectors_of(bytes), sector, segment);
            const format::LogTime started = format::parse_segment_header(segment).started;
            if (!started.is_zero() && started.to_unix_ms() > unix_ms) break;
            last = {header.generation, sector, last_of_all};
        }
        return last;
    }

    // The last whole record up to `stop`; nothing where there is none. Throws for damage before the stop.
    std::optional<format::Lgpos> last_record(const format::Lgpos& stop) const {
        std::optional<format::Lgpos> last;
        format::LogStream stream(scan, format::sectors_of(bytes));
        stream.set_corrupt_error(corrupt);
        format::LogRecord record;
        bool reached = false;
        while (!reached && stream.next(record)) {
            reached = record.position >= stop;
            if (record.position <= stop) last = record.position;
        }
        if (!reached) scan.require_undamaged(corrupt);
        return last;
    }

    Bytes bytes;
    std::int32_t corrupt;
    format::LogHeader header;
    format::SegmentScan scan;
};

class Planner {
 public:
    Planner(os::FileSystem& files, const archive::Manifest& full, const archive::Manifest& last,
            const std::string& live, const std::optional<StopPosition>& until)
        : files_(files), full_(full), last_(last), live_(live), until_(until) {}

    ReplayPlan plan(const std::vector<ReplayLog>& archived) {
        std::map<std::uint32_t, const ReplayLog*> in_order;
        for (const ReplayLog& log : archived)
            if (log.generation <= last_.logs.last) in_order.emplace(log.generation, &log);
        if (const auto end = in_order.find(full_.logs.last); end != in_order.end()) end_of_full_ = *end->second;
        for (const auto& [generation, log] : in_order) {
            if (lies_behind(*log)) break;
            take(*log);
        }
        if (!live_.empty()) look_at_live_logs();
        require_reached();
        find_stop();
        require_behind_full();
        find_last_record();
        return std::move(plan_);
    }

 private:
    std::optional<std::uint32_t> last_wanted() const {
        if (!until_) return std::nullopt;
        if (const auto* generation = std::get_if<Generation>(&*until_)) return generation->value();
        if (const auto* position = std::get_if<format::Lgpos>(&*until_)) return position->generation.value();
        return std::nullopt;
    }
    std::optional<std::int64_t> last_time() const {
        const auto* time = until_ ? std::get_if<StopTime>(&*until_) : nullptr;
        return time ? std::optional(time->unix_ms) : std::nullopt;
    }

    bool is_behind(std::int64_t created_unix_ms) const { return last_time() && created_unix_ms > *last_time(); }
    bool lies_behind(const ReplayLog& log) {
        const auto wanted = last_wanted();
        if ((wanted && log.generation > *wanted) || is_behind(log.created_unix_ms)) ended_ = true;
        return ended_;
    }
    void take(const ReplayLog& log) {
        taken_.push_back(log);
        if (last_wanted() == log.generation) ended_ = true;
    }
    std::uint32_t next_generation() const {
        return taken_.empty() ? last_.logs.last + 1 : taken_.back().generation + 1;
    }

    // What restores have moved aside there: for messages.
    std::string kept_aside() const {
        std::string list;
        for (const std::string& name : files_.list(live_))
            if (name.starts_with(aside_prefix)) list += (list.empty() ? "" : ", ") + os::join(live_, name);
        return list.empty() ? "" : "; what restores moved aside lies in " + list;
    }

    void look_at_live_logs() {
        const auto info = files_.info(live_);
        if (!info || !info->is_directory) throw Error(ErrorKind::usage, "there is no such directory").in_file(live_);
        std::map<std::uint32_t, std::string> closed;
        std::string current;
        for (const std::string& name : files_.list(live_)) {
            const auto parsed = format::parse_log_file_name(last_.instance.base_name, name);
            if (!parsed) continue;
            if (parsed->kind == format::LogFileKind::archived) closed.emplace(parsed->number, name);
            if (parsed->kind == format::LogFileKind::current) current = name;
        }
        if (closed.empty() && current.empty())
            throw Error(ErrorKind::chain, JET_errMissingLogFile,
                        "there is no log of the instance " + last_.instance.base_name + " here" + kept_aside())
                .in_file(live_);
        if (ended_ || (until_ && reaches(last_, *until_))) return;
        if (files_.info(os::join(live_, moves_name)))
            throw Error(ErrorKind::chain, JET_errMissingCurrentLogFiles,
                        "a restore in place was interrupted here while it moved the logs" + kept_aside())
                .in_file(live_)
                .with_hint("the same restore --in-place, run again, puts them back first");
        for (auto log = closed.upper_bound(last_.logs.last); log != closed.end() && !ended_; ++log)
            take_live(log->first, log->second);
        if (!ended_) take_current(current);
    }

    ReplayLog live_log(std::uint32_t generation, std::int64_t created_unix_ms, const std::string& path) {
        return {generation, created_unix_ms, path, [this, path] { return read_log(files_, path); },
                JET_errLogCorruptDuringHardRecovery};
    }

    // What lies behind the position is not looked at: it may be damaged.
    void take_live(std::uint32_t generation, const std::string& name) {
        const std::string path = os::join(live_, name);
        ReplayLog log = live_log(generation, 0, path);
        std::int64_t previous_created = 0;
        if (last_time()) {
            const format::LogHeader header = header_of(path);
            log.created_unix_ms = header.created.to_unix_ms();
            previous_created = header.previous_created.to_unix_ms();
        }
        require_next(generation, previous_created);
        if (ended_ || lies_behind(log)) return;
        take(log);
        plan_.live_logs.push_back(name);
    }

    void take_current(const std::string& name) {
        if (name.empty()) {
            if (last_wanted()) return;  // what there is ends before it, which is what to say
            throw Error(ErrorKind::chain, JET_errMissingCurrentLogFiles,
                        "the current log " + last_.instance.base_name +
                            ".log is not here, so what was committed last may be missing" + kept_aside())
                .in_file(live_)
                .with_hint("find it, or say with --until up to which generation to restore; the newest here is " +
                           std::to_string(next_generation() - 1));
        }
        const std::string path = os::join(live_, name);
        const format::LogHeader header = header_of(path);
        const ReplayLog log = live_log(header.generation.value(), header.created.to_unix_ms(), path);
        if (log.generation < next_generation())
            throw Error(ErrorKind::chain, JET_errExistingLogFileIsNotContiguous,
                        "the current log is " + generation_text(log.generation) + ", which lies behind already")
                .in_file(path)
                .with_hint("logs of an older copy of the instance add nothing to these archives");
        require_next(log.generation, header.previous_created.to_unix_ms());
        if (ended_ || lies_behind(log)) return;
        take(log);
        ended_ = true;
        plan_.live_logs.push_back(name);
    }

    // In a gap a time is found only where the log behind it tells that the missing one was begun later.
    void require_next(std::uint32_t generation, std::int64_t previous_created_unix_ms) {
        const std::uint32_t next = next_generation();
        if (generation == next) return;
        if (generation == next + 1 && is_behind(previous_created_unix_ms)) {
            ended_ = true;
            return;
        }
        throw Error(ErrorKind::chain, JET_errMissingCurrentLogFiles,
                    "log " + generation_text(next) + " is missing, but later ones are there" + kept_aside())
            .in_file(live_);
    }

    format::LogHeader header_of(const std::string& path) const {
        try {
            const Bytes bytes = os::read_start(files_, path, format::log_sector_bytes);
            if (bytes.size() < format::log_sector_bytes)
                throw Error(ErrorKind::damage, JET_errLogFileCorrupt, "the file ends within its header");
            return format::parse_log_header(bytes);
        } catch (Error& error) {
            error.set_file(path);
            throw;
        }
    }

    void require_reached() const {
        const auto wanted = last_wanted();
        if (taken_.empty()) throw too_low();
        if (!wanted || taken_.back().generation >= *wanted) return;
        throw Error(
            ErrorKind::chain, JET_errRequiredLogFilesMissing,
            "the logs end with " + generation_text(taken_.back().generation) + ", before the position that is wanted")
            .in_file(live_.empty() ? taken_.back().name : live_);
    }

    // A time stands for the last segment that was begun by then; a log was begun a little before its first one.
    void find_stop() {
        if (!until_) return;
        if (const auto* position = std::get_if<format::Lgpos>(&*until_)) plan_.stop = *position;
        if (const auto* generation = std::get_if<Generation>(&*until_))
            plan_.stop = {*generation, last_of_all, last_of_all};
        while (!plan_.stop) {
            if (taken_.empty()) throw too_low();
            plan_.stop = with(taken_.back(), [&](const OpenedLog& log) { return log.begun_by(*last_time()); });
            if (plan_.stop) break;
            taken_.pop_back();
            if (!plan_.live_logs.empty()) plan_.live_logs.pop_back();
        }
    }

    void find_last_record() {
        const format::Lgpos end = plan_.stop.value_or(format::Lgpos{Generation(UINT32_MAX), last_of_all, last_of_all});
        for (auto log = taken_.rbegin(); log != taken_.rend(); ++log) {
            const auto last = with(*log, [&](const OpenedLog& opened) { return opened.last_record(end); });
            if (!last) continue;
            plan_.last = *last;
            return;
        }
    }

    void require_behind_full() const {
        if (plan_.stop && (plan_.stop->generation.value() < full_.logs.last ||
                           (plan_.stop->generation.value() == full_.logs.last && *plan_.stop < earliest())))
            throw too_low();
    }
    format::Lgpos earliest() const {
        const format::Lgpos end{Generation(full_.logs.last), last_of_all, last_of_all};
        if (!end_of_full_) return end;
        return with(*end_of_full_, [&](const OpenedLog& log) { return log.last_record(end); }).value_or(end);
    }
    Error too_low() const {
        return Error(ErrorKind::chain, JET_errEndingRestoreLogTooLow,
                     "the position that is wanted lies before the end of the full backup; the earliest is " +
                         earliest().to_string() + " (" + full_.consistent_through.time + ")");
    }

    static std::optional<format::Lgpos> with(
        const ReplayLog& log, const std::function<std::optional<format::Lgpos>(const OpenedLog&)>& look) {
        try {
            return look(OpenedLog(log));
        } catch (Error& error) {
            error.set_file(log.name);
            throw;
        }
    }

    os::FileSystem& files_;
    const archive::Manifest& full_;
    const archive::Manifest& last_;
    const std::string& live_;
    const std::optional<StopPosition>& until_;
    std::optional<ReplayLog> end_of_full_;
    std::vector<ReplayLog> taken_;
    bool ended_ = false;  // the position is reached
    ReplayPlan plan_;
};

}  // namespace

std::vector<ReplayLog> logs_in_archive(const os::File& file, const archive::Manifest& manifest) {
    return logs_of(manifest, [&file](const std::string& member) {
        return [&file, member] {
            MemberReader reader(member);
            archive::ReadOptions options;
            options.only_wished = true;
            archive::Archive(file).read(reader, options);
            return reader.take();
        };
    });
}

std::vector<ReplayLog> unpacked_logs(os::FileSystem& files, const std::string& directory,
                                     const archive::Manifest& manifest) {
    return logs_of(manifest, [&](const std::string& member) {
        return [&files, path = os::join(directory, os::name_of(member))] { return read_log(files, path); };
    });
}

ReplayPlan plan_replay(os::FileSystem& files, const std::vector<ReplayLog>& archived, const archive::Manifest& full,
                       const archive::Manifest& last, const std::string& live,
                       const std::optional<StopPosition>& until) {
    return Planner(files, full, last, live, until).plan(archived);
}

}  // namespace ese::backup
