#include "engine/log/log_writer.h"

#include <algorithm>

#include "engine/thread_counters.h"
#include "esent.h"

namespace ese::engine {
namespace {

// Diagnostic field of the header: the engine format that own_version belongs to (LOG-FORMAT 2.1).
constexpr std::uint32_t own_engine_format = 8920;

}  // namespace

void LogWriter::require_alive() const {
    if (failure_)
        throw Error(JET_errLogWriteFail, std::string("the log can't be written any more since ") + failure_->what())
            .in_file(settings_.directory);
}

// Runs `work` with the lock held; if it fails the log is dead.
template <class Work>
auto LogWriter::kept_alive(Work work) {
    try {
        return work();
    } catch (const Error& error) {
        failure_ = error;
        dead_ = true;
        written_.notify_all();
        // A header or the checkpoint may have been what was written.
        if (error.jet() == JET_errDiskFull && os::directory_of(error.file()) == settings_.directory &&
            error.file().ends_with(".log"))
            throw Error(JET_errLogDiskFull, "no room for the log: " + error.message()).in_file(error.file());
        throw;
    }
}

// For work that may write: it waits for a thread that does.
template <class Work>
auto LogWriter::guarded(Work work) {
    std::unique_lock hold(mutex_);
    written_.wait(hold, [&] { return !is_writing_ && !is_preparing_; });
    require_alive();
    return kept_alive(work);
}

std::unique_ptr<LogWriter> LogWriter::create(LogSettings settings, const format::Signature& stream, LogHooks hooks) {
    std::unique_ptr<LogWriter> log(new LogWriter(std::move(settings), std::move(hooks)));
    format::LogHeader header = log->next_header();
    header.generation = Generation(1);
    header.signature = stream;
    log->begin_generation(std::move(header));
    return log;
}

std::unique_ptr<LogWriter> LogWriter::resume(LogSettings settings, LogFile current, const format::SegmentScan& scan,
                                             LogHooks hooks) {
    std::unique_ptr<LogWriter> log(new LogWriter(std::move(settings), std::move(hooks)));
    if (scan.last_from_shadow) {
        format::LogSector segment{};
        format::read_segment(scan, current.sectors(), scan.last_good, segment);
        current.file->write_at(std::uint64_t{scan.last_good} * format::log_sector_bytes, segment);
        current.file->sync();
    }
    log->header_ = current.header;
    log->file_ = std::move(current.file);
    log->checksum_ = scan.checksum;
    const auto next_sector = static_cast<std::uint16_t>(scan.last_good + 1);
    const bool has_room = next_sector <= log->header_.last_data_sector();
    if (has_room) log->packer_.emplace(log->header_.generation, log->header_.sectors, next_sector);
    // A stream of an older version continues in a file of ours: a version never goes back within a stream
    // (LOG-FORMAT 2.1).
    if (!has_room || log->header_.version < own_version) log->roll();
    return log;
}

std::unique_ptr<LogWriter> LogWriter::follow(LogSettings settings, const format::LogHeader& previous,
                                             std::uint64_t checksum, LogHooks hooks) {
    std::unique_ptr<LogWriter> log(new LogWriter(std::move(settings), std::move(hooks)));
    log->header_ = previous;
    log->checksum_ = checksum;
    log->begin_generation(log->next_header());
    return log;
}

// The header of the generation behind header_; for the first one header_ is empty.
format::LogHeader LogWriter::next_header() const {
    format::LogHeader next;
    next.generation = header_.generation.next();
    if (next.generation > format::last_generation)
        throw Error(JET_errLogSequenceEnd, "all log generations of this stream are used up")
            .in_file(settings_.directory);
    next.sectors = settings_.sectors;
    next.page_bytes = settings_.page_bytes;
    next.created = now();
    next.previous_created = header_.created;
    next.version = std::max(header_.version, own_version);
    next.signature = header_.signature;
    next.parameters = settings_.parameters;
    if (settings_.circular)
        next.flags = format::LogHeader::flag_circular | format::LogHeader::flag_circular_once;
    else if (header_.flags & (format::LogHeader::flag_circular | format::LogHeader::flag_circular_once))
        next.flags = format::LogHeader::flag_circular_once;
    next.checkpoint = hooks_.checkpoint();
    next.previous_checksum = checksum_;
    next.engine_format = own_engine_format;
    next.attachments = hooks_.attachments({next.generation, 0, 0});
    return next;
}

std::unique_ptr<os::File> LogWriter::prepare_temporary(const format::LogHeader& header) {
    os::FileSystem& files = *settings_.files;
    const std::string temporary = path(settings_.naming.temporary());
    auto file = files.open(temporary, files.info(temporary) ? os::OpenMode::read_write : os::OpenMode::create_new);
    // Segments of an older generation may stay in a file that is used again; whatever else lies there would be damage
    // (LOG-FORMAT 1.3, 3.4).
    format::LogSector old{};
    const bool recycled = file->size() == header.file_bytes() && file->read_at(0, old) == old.size() &&
                          format::header_checksum_ok(old) && load_u32(old, 4) != 0 &&
                          load_u32(old, 4) < header.generation.value() &&
                          format::Signature::parse(old, 44) == header.signature;
    if (!recycled && !is_prepared_) file->resize(0);
    is_prepared_ = false;
    file->resize(header.file_bytes());
    file->write_at(0, format::serialise_log_header(header));
    file->sync();
    return file;
}

// Steps 1 to 5 of LOG-FORMAT 1.3: at every moment either the old current log is there, or the temporary file is
// complete.
void LogWriter::begin_generation(format::LogHeader header) {
    os::FileSystem& files = *settings_.files;
    if (settings_.circular) recycle_oldest();
    auto file = prepare_temporary(header);
    const std::string current = path(settings_.naming.current());
    if (file_) files.rename_new(current, path(settings_.naming.archived(header_.generation)));
    files.rename_new(path(settings_.naming.temporary()), current);
    files.sync_directory(settings_.directory);

    file_ = std::move(file);
    header_ = std::move(header);
    checksum_ = 0;
    packer_.emplace(header_.generation, header_.sectors);
    durable_ = {header_.generation, 1, 0};
    hooks_.rolled(header_.generation, header_.created);
    if (settings_.circular) dispose_of_old_generations();
}

void LogWriter::prepare_next() {
    std::uint64_t bytes = 0;
    {
        const std::lock_guard hold(mutex_);
        const bool is_due = packer_ && packer_->position().sector > header_.sectors / 2;
        if (!is_due || failure_ || is_preparing_ || is_prepared_ || settings_.circular) return;
        is_preparing_ = true;
        bytes = header_.file_bytes();
    }
    bool done = false;
    try {
        const auto file = settings_.files->open(path(settings_.naming.temporary()), os::OpenMode::create_or_truncate);
        const std::vector<std::uint8_t> zeros(std::min<std::uint64_t>(bytes, std::uint64_t{1} << 20));
        for (std::uint64_t at = 0; at < bytes; at += zeros.size())
            file->write_at(at, ByteView(zeros).first(std::min<std::uint64_t>(zeros.size(), bytes - at)));
        file->sync();
        done = true;
    } catch (const Error&) {
    }
    const std::lock_guard hold(mutex_);
    is_preparing_ = false;
    is_prepared_ = done;
    written_.notify_all();
}

void LogWriter::recycle_oldest() {
    const Generation limit = hooks_.disposable_below();
    const LogDirectory there = scan_log_directory(*settings_.files, settings_.directory, settings_.naming);
    if (there.archived.empty() || there.archived.front() >= limit || there.has_temporary) return;
    settings_.files->rename_new(there.archived_path(there.archived.front()), there.temporary_path());
}

// With circular logging a few generations below the checkpoint stay, the rest goes (LOG-FORMAT 1.5).
void LogWriter::dispose_of_old_generations() {
    const Generation limit = hooks_.disposable_below();
    const LogDirectory there = scan_log_directory(*settings_.files, settings_.directory, settings_.naming);
    for (const Generation generation : there.archived)
        if (generation.value() + 2 < limit.value()) settings_.files->remove(there.archived_path(generation));
}

// The full segments, one behind the other, ready to be written at `offset`.
std::vector<std::uint8_t> LogWriter::take_segments(std::uint64_t& offset) {
    auto segments = packer_->take_full();
    std::vector<std::uint8_t> run;
    if (segments.empty()) return run;
    run.reserve(segments.size() * format::log_sector_bytes);
    offset = std::uint64_t{segments.front().sector} * format::log_sector_bytes;
    for (auto& segment : segments) {
        format::stamp_segment(segment.bytes);
        checksum_ ^= load_u64(segment.bytes, 0);
        run.insert(run.end(), segment.bytes.begin(), segment.bytes.end());
    }
    return run;
}

void LogWriter::write_full() {
    std::uint64_t offset = 0;
    const auto run = take_segments(offset);
    if (!run.empty()) file_->write_at(offset, run);
}

// The rest of the last segment is filled, so that only whole segments are written and none is ever written twice
// (LOG-FORMAT 7.1).
void LogWriter::do_flush() {
    if (!packer_->fill(now())) packer_->pad();
    write_full();
    file_->sync();
    durable_ = packer_->position();
}

// The same, but others may append while the segments are being written.
void LogWriter::write_without_lock(std::unique_lock<std::mutex>& hold) {
    if (!packer_->fill(now())) packer_->pad();
    const format::Lgpos end = packer_->position();
    std::uint64_t offset = 0;
    const auto run = take_segments(offset);
    is_writing_ = true;
    hold.unlock();
    std::optional<Error> failure;
    try {
        if (!run.empty()) file_->write_at(offset, run);
        file_->sync();
    } catch (const Error& error) {
        failure = error;
    }
    hold.lock();
    is_writing_ = false;
    if (failure) kept_alive([&] { throw *failure; });
    durable_ = end;
    written_.notify_all();
}

template <class IsDone>
void LogWriter::flush_until(std::unique_lock<std::mutex>& hold, IsDone is_done) {
    for (;;) {
        require_alive();
        if (is_done()) return;
        if (!is_writing_) break;
        written_.wait(hold);
    }
    write_without_lock(hold);
}

void LogWriter::flush_to(const format::Lgpos& position) {
    std::unique_lock hold(mutex_);
    flush_until(hold, [&] { return durable_ > position; });
}

void LogWriter::do_roll() {
    if (packer_) do_flush();
    begin_generation(next_header());
}

format::Lgpos LogWriter::do_append(ByteView record) {
    if (!packer_->fits({record.size()})) do_roll();
    ++thread_counters.log_records;
    thread_counters.log_bytes += static_cast<std::uint32_t>(record.size());
    return packer_->append(record, now());
}

format::Lgpos LogWriter::append(ByteView record) {
    std::unique_lock hold(mutex_);
    // A roll writes, so it waits for a thread that does.
    written_.wait(hold,
                  [&] { return (!is_writing_ && !is_preparing_) || (packer_ && packer_->fits({record.size()})); });
    require_alive();
    return kept_alive([&] { return do_append(record); });
}

void LogWriter::flush() {
    std::unique_lock hold(mutex_);
    require_alive();
    const format::Lgpos end = packer_->position();
    flush_until(hold, [&] { return durable_ >= end; });
}

format::Lgpos LogWriter::append_and_flush(ByteView record) {
    const format::Lgpos position = append(record);
    flush();
    return position;
}

void LogWriter::append_and_flush(ByteView record, const std::function<void(const Appended&)>& then) {
    guarded([&] {
        const format::Lgpos position = do_append(record);
        do_flush();
        then({position, packer_->position(), header_.created});
    });
}

void LogWriter::roll() {
    guarded([&] { do_roll(); });
}

void LogWriter::close() {
    guarded([&] {
        write_full();
        if (auto last = packer_->partial()) {
            format::stamp_segment(last->bytes);
            const std::uint64_t offset = std::uint64_t{last->sector} * format::log_sector_bytes;
            file_->write_at(offset, last->bytes);
            file_->write_at(offset + format::log_sector_bytes, last->bytes);
        }
        file_->sync();
        if (is_prepared_) settings_.files->remove(path(settings_.naming.temporary()));
        packer_.reset();
        file_.reset();
        failure_ = Error(0, "it was closed");
    });
}

void LogWriter::fail(const std::string& reason) {
    const std::lock_guard hold(mutex_);
    if (!failure_) {
        failure_ = Error(0, reason);
        dead_ = true;
    }
    written_.notify_all();
}

std::optional<Error> LogWriter::cause_of_death() const {
    const std::lock_guard hold(mutex_);
    return file_ ? failure_ : std::nullopt;
}

format::Lgpos LogWriter::tip() const {
    const std::lock_guard hold(mutex_);
    return packer_ ? packer_->position() : format::Lgpos{header_.generation.next(), 1, 0};
}

format::Lgpos LogWriter::durable_end() const {
    const std::lock_guard hold(mutex_);
    return durable_;
}

Generation LogWriter::generation() const {
    const std::lock_guard hold(mutex_);
    return header_.generation;
}

format::Signature LogWriter::signature() const {
    const std::lock_guard hold(mutex_);
    return header_.signature;
}

format::LogVersion LogWriter::version() const {
    const std::lock_guard hold(mutex_);
    return header_.version;
}

format::LogTime LogWriter::now() const { return format::LogTime::from_unix_ms(settings_.clock->now_unix_ms()); }

}  // namespace ese::engine
