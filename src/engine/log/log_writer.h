#pragma once

// The writing end of a log stream: appends records, makes them durable, and goes from generation to generation in an
// order that a crash at any point cannot break (LOG-FORMAT 1.3, 7.1).

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/log/log_files.h"
#include "format/log/segment_packer.h"
#include "os/clock.h"
#include "os/file_system.h"

namespace ese::engine {

struct LogSettings {
    os::FileSystem* files;
    os::Clock* clock;
    std::string directory;
    format::LogNaming naming;
    std::uint16_t sectors;     // of every file
    std::uint32_t page_bytes;  // of the databases
    bool circular;
    format::DbmsParam parameters;  // for headers and Init2
};

// What a roll needs to know from above, and what it tells. The functions are called with the writer's lock held: they
// must not call it.
struct LogHooks {
    // The attach list as of a position (LOG-FORMAT 2.3).
    std::function<std::vector<format::AttachInfo>(const format::Lgpos& position)> attachments;
    std::function<format::Lgpos()> checkpoint;
    // A generation has become the current one; nothing of it is written yet. Headers of databases are brought up to
    // date here, before any page may depend on the new generation (LOG-FORMAT 1.3, step 6).
    std::function<void(Generation generation, const format::LogTime& created)> rolled;
    // Circular logging: generations below this one may be used again or deleted; none: nothing may.
    std::function<Generation()> disposable_below;
};

// Every method may be called on any thread. After the first failed write nothing more is written: every call throws
// JET_errLogWriteFail.
class LogWriter {
 public:
    // The version that this engine writes: readable from Windows 10 on (LOG-FORMAT 7.5). An existing stream of a later
    // version keeps it.
    static constexpr format::LogVersion own_version{8, 4000, 5, 16};

    // Starts a stream with generation 1.
    static std::unique_ptr<LogWriter> create(LogSettings settings, const format::Signature& stream, LogHooks hooks);
    // Continues the current log behind its last good segment. `current` was opened for reading and writing.
    static std::unique_ptr<LogWriter> resume(LogSettings settings, LogFile current, const format::SegmentScan& scan,
                                             LogHooks hooks);
    // Starts the generation after `previous`, whose data segments add up to `checksum`, where no current log exists.
    static std::unique_ptr<LogWriter> follow(LogSettings settings, const format::LogHeader& previous,
                                             std::uint64_t checksum, LogHooks hooks);

    // Copies the record into the log buffer and returns its position. Rolls when it does not fit any more.
    format::Lgpos append(ByteView record);
    // Everything appended so far is on stable storage when it returns.
    void flush();
    // The record at `position`, which was appended before, is on stable storage when it returns. Whoever comes while
    // another thread writes waits for it, and the next one writes for all that came meanwhile (group commit,
    // LOG-FORMAT 7.2). Others may append meanwhile.
    void flush_to(const format::Lgpos& position);
    format::Lgpos append_and_flush(ByteView record);
    // For a record that changes what is attached: `then` runs before anything else can be appended, and so before a
    // generation can begin that would name the wrong databases. It must not call the writer; if it throws, the log is
    // dead, because the record is in it and what it says is not true.
    struct Appended {
        format::Lgpos position;
        format::Lgpos end;  // of the next record
        format::LogTime generation_created;
    };
    void append_and_flush(ByteView record, const std::function<void(const Appended&)>& then);
    // Ends the current generation and begins the next one.
    void roll();
    // When the current generation is half full: makes the file of the next one, on the disk and full of zero bytes, so that
    // commits into it have no blocks to allocate. A failure means nothing: the roll makes the file then.
    void prepare_next();
    // Ends a run: like flush, but the last segment is left as it is, with its shadow behind it. Nothing may be appended
    // afterwards.
    void close();

    // Nothing more is logged: what was logged last could not be done, and a replay would do it.
    void fail(const std::string& reason);
    // The write that failed, if one has, so that nothing more can be logged.
    std::optional<Error> cause_of_death() const;
    bool is_dead() const { return dead_; }

    // The position of the next record.
    format::Lgpos tip() const;
    // Everything before it is on stable storage.
    format::Lgpos durable_end() const;
    Generation generation() const;
    format::Signature signature() const;
    format::LogVersion version() const;
    // The present time as log files store it.
    format::LogTime now() const;
    const LogSettings& settings() const { return settings_; }

 private:
    LogWriter(LogSettings settings, LogHooks hooks) : settings_(std::move(settings)), hooks_(std::move(hooks)) {}

    template <class Work>
    auto guarded(Work work);
    template <class Work>
    auto kept_alive(Work work);
    void require_alive() const;
    void write_without_lock(std::unique_lock<std::mutex>& hold);
    template <class IsDone>
    void flush_until(std::unique_lock<std::mutex>& hold, IsDone is_done);
    std::string path(const std::string& name) const { return os::join(settings_.directory, name); }
    format::LogHeader next_header() const;
    void begin_generation(format::LogHeader header);
    std::unique_ptr<os::File> prepare_temporary(const format::LogHeader& header);
    void dispose_of_old_generations();
    void recycle_oldest();
    std::vector<std::uint8_t> take_segments(std::uint64_t& offset);
    void write_full();
    format::Lgpos do_append(ByteView record);
    void do_flush();
    void do_roll();

    LogSettings settings_;
    LogHooks hooks_;
    mutable std::mutex mutex_;
    std::condition_variable written_;
    bool is_writing_ = false;  // a thread writes segments without the lock
    bool is_preparing_ = false, is_prepared_ = false;  // the temporary file
    format::Lgpos durable_;    // everything before it is on stable storage
    std::unique_ptr<os::File> file_;
    format::LogHeader header_;
    std::optional<format::SegmentPacker> packer_;
    std::uint64_t checksum_ = 0;  // accumulated over the segments of this generation that are on disk
    std::optional<Error> failure_;   // if there is one, nothing more is written
    std::atomic<bool> dead_{false};  // because a write has failed
};

}  // namespace ese::engine
