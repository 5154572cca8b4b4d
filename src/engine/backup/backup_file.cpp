#include "engine/backup/backup_file.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "esent.h"
#include "format/database/page_checksum.h"
#include "format/database/trailer.h"
#include "format/log/log_segment.h"

namespace ese::engine {

namespace hf = format::header_field;

namespace {

// A failing range is read again this often, after 100 ms, 200 ms and so on: 13.6 s in all (BACKUP-SEMANTICS 2.5, step
// 5).
constexpr unsigned read_retries = 16;
constexpr unsigned retry_step_ms = 100;

std::string hex(std::uint64_t value) {
    char text[24];
    std::snprintf(text, sizeof text, "0x%016llx", static_cast<unsigned long long>(value));
    return text;
}

Error bad_page(const std::string& path, PageNumber number, const format::PageVerdict& verdict) {
    const std::string where = "page " + std::to_string(number.value());
    if (verdict.state == format::PageState::wrong_page_number)
        return Error(ErrorKind::source_damaged, JET_errReadVerifyFailure,
                     where + " holds page " + std::to_string(verdict.found_page.value()) + " of some other place")
            .in_file(path);
    return Error(ErrorKind::source_damaged, JET_errReadVerifyFailure,
                 where + " is damaged: its checksum is " + hex(verdict.found) + ", its bytes give " +
                     hex(verdict.expected))
        .in_file(path);
}

}  // namespace

// A database is streamed from its beginning, each page from where it lies in the file.
std::size_t BackupFile::read(ByteSpan into) {
    const std::uint64_t begin = position_;
    passing_.begin(begin, into.size());
    const std::size_t got = fill(into);
    passing_.end(begin, got);
    return got;
}

BackupDatabaseFile::BackupDatabaseFile(Database& database, PageNumber last_page, const format::DatabaseHeader& header,
                                       const format::BackupInfo& current, std::function<Generation()> high_generation,
                                       PageReading reading)
    // Two header pages in front, one trailer page behind.
    : BackupFile(database.path(), page_offset(last_page, database.page_bytes()) + 2ull * database.page_bytes()),
      database_(database),
      last_page_(last_page),
      header_(header),
      current_(current),
      high_generation_(std::move(high_generation)),
      reading_(std::move(reading)) {
    header_.set(hf::full_current, current);
    header_.stamped();
}

std::size_t BackupDatabaseFile::fill(ByteSpan into) {
    const std::uint32_t page_bytes = database_.page_bytes();
    const std::size_t total = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size_ - position_));
    std::size_t done = 0;
    while (done < total) {
        const std::uint64_t at = position_ + done;
        const ByteSpan rest = into.subspan(done, total - done);
        std::size_t taken = page_bytes;
        if (at < 2ull * page_bytes) {
            std::ranges::copy(header_.bytes(), rest.begin());
        } else if (at + page_bytes == size_) {
            std::ranges::copy(trailer(), rest.begin());
        } else {
            taken = static_cast<std::size_t>(std::min<std::uint64_t>(rest.size(), size_ - page_bytes - at));
            read_pages(PageNumber(static_cast<std::uint32_t>(at / page_bytes - 1)), rest.first(taken));
        }
        done += taken;
    }
    position_ += done;
    return done;
}

void BackupDatabaseFile::read_pages(PageNumber first, ByteSpan into) {
    std::optional<Error> failure;
    for (unsigned attempt = 0; attempt <= read_retries; ++attempt) {
        if (attempt > 0) {
            for (unsigned waited = 0; waited < attempt * retry_step_ms; waited += retry_step_ms) {
                if (*reading_.stop)
                    throw Error(ErrorKind::interrupted, JET_errBackupAbortByServer,
                                "the backup was stopped while a read was repeated")
                        .in_file(path_);
                reading_.clock->sleep_ms(retry_step_ms);
            }
        }
        const auto problem = try_read_pages(first, into, false);
        if (!problem) {
            if (failure)
                reading_.events(JET_eventReadRetried, Severity::warning,
                                path_ + ": read after " + std::to_string(attempt) +
                                    " failed attempts; the first said: " + failure->message());
            return;
        }
        if (!failure) failure = problem;
    }
    if (reading_.accept_bad_pages && failure->jet() == JET_errReadVerifyFailure) {
        failure = try_read_pages(first, into, true);
        if (!failure) return;
    }
    reading_.events(JET_eventBackupDatabaseFailed, Severity::error, std::string(failure->what()));
    throw *failure;
}

std::optional<Error> BackupDatabaseFile::try_read_pages(PageNumber first, ByteSpan into, bool accept_bad_pages) {
    const std::uint32_t page_bytes = database_.page_bytes();
    const PageNumber last(first.value() + static_cast<std::uint32_t>(into.size() / page_bytes) - 1);
    const RangeLock::Reading hold(database_.range_lock(), first, last);
    try {
        database_.file().read_exactly_at(page_offset(first, page_bytes), into);
    } catch (const Error& error) {
        return error;
    }
    PageNumber number = first;
    for (std::size_t at = 0; at < into.size(); at += page_bytes, number = number.next()) {
        const auto verdict = format::verify_and_correct_page(into.subspan(at, page_bytes), number);
        if (verdict.state == format::PageState::correctable)
            reading_.events(JET_eventPageCorrected, Severity::warning,
                            path_ + ": page " + std::to_string(number.value()) + ": a flipped bit was corrected");
        if (verdict.usable() || verdict.state == format::PageState::uninitialised) continue;
        Error error = bad_page(path_, number, verdict);
        if (!accept_bad_pages) return error;
        reading_.events(JET_eventBadPageAccepted, Severity::error, error.what());
    }
    return std::nullopt;
}

// Made when it is reached: pages read until now may hold changes of any generation up to the one that is current now
// (BACKUP-SEMANTICS 3.7).
std::vector<std::uint8_t> BackupDatabaseFile::trailer() const {
    const format::DatabaseHeader live = database_.header();
    format::Trailer trailer;
    trailer.backup = current_;
    trailer.backup.high = std::max(high_generation_(), live.get(hf::max_committed));
    trailer.database_signature = live.get(hf::database_signature);
    trailer.log_signature = live.get(hf::log_signature);
    if (live.version().update_major >= 150) {
        trailer.min_required = live.get(hf::min_required);
        trailer.max_required = live.get(hf::max_required);
        trailer.max_committed = live.get(hf::max_committed);
        trailer.max_required_time = live.get(hf::max_required_time);
        trailer.max_committed_time = live.get(hf::max_committed_time);
    }
    return trailer.to_page(database_.page_bytes());
}

BackupLogFile::BackupLogFile(std::unique_ptr<os::File> file, Generation generation)
    : BackupFile(file->path(), file->size()), file_(std::move(file)), generation_(generation) {}

std::size_t BackupLogFile::fill(ByteSpan into) {
    const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size_ - position_));
    file_->read_exactly_at(position_, into.first(wanted));
    verify(position_, into.first(wanted));
    position_ += wanted;
    return wanted;
}

// Every sector that the bytes touch, whole: with 2 KiB pages a read may end inside one, which is then read for itself.
void BackupLogFile::verify(std::uint64_t offset, ByteSpan bytes) const {
    constexpr std::uint64_t sector_bytes = format::log_sector_bytes;
    format::LogSector copy{};
    for (std::uint64_t sector = offset / sector_bytes; sector * sector_bytes < offset + bytes.size(); ++sector) {
        const std::uint64_t start = sector * sector_bytes;
        const bool inside = start >= offset && start + sector_bytes <= offset + bytes.size();
        ByteSpan content = copy;
        if (inside)
            content = bytes.subspan(static_cast<std::size_t>(start - offset), sector_bytes);
        else
            file_->read_exactly_at(start, copy);

        const auto number = static_cast<std::uint16_t>(sector);
        const bool good =
            sector == 0
                ? format::header_checksum_ok(content)
                : is_all_zero(content) || format::check_segment(content, number).good ||
                      (sector > 1 && format::check_segment(content, static_cast<std::uint16_t>(number - 1)).good);
        if (!good)
            throw Error(ErrorKind::source_damaged, JET_errLogReadVerifyFailure,
                        (sector == 0 ? std::string("the header") : "segment " + std::to_string(sector)) +
                            " of the log is damaged")
                .in_file(path_);
    }
}

BackupPatchFile::BackupPatchFile(std::unique_ptr<os::File> file)
    : BackupFile(file->path(), file->size()), file_(std::move(file)) {}

std::size_t BackupPatchFile::fill(ByteSpan into) {
    const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size_ - position_));
    file_->read_exactly_at(position_, into.first(wanted));
    position_ += wanted;
    return wanted;
}

}  // namespace ese::engine
