#include "engine/recovery/restored_database.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <mutex>
#include <vector>

#include "base/error.h"
#include "engine/database/database.h"
#include "esent.h"
#include "format/database/page_checksum.h"
#include "format/database/trailer.h"

namespace ese::engine {

namespace hf = format::header_field;

RestoredDatabase::RestoredDatabase(os::FileSystem& files, const std::string& original_path, const std::string& path)
    : original_path_(original_path),
      path_(path),
      file_(files.open(path, os::OpenMode::read_write)),
      header_(read_database_header(*file_, JET_errDatabaseCorrupted).header) {
    if (!file_->try_lock(true))
        throw Error(ErrorKind::busy, JET_errFileAccessDenied, "another process has the database open").in_file(path_);
    const auto refuse = [&](std::int32_t jet, const std::string& why) {
        throw Error(ErrorKind::damage, jet, why).in_file(path_);
    };
    if (!header_.is_raw_backup())
        refuse(JET_errRestoreOfNonBackupDatabase, "this database does not come from a backup, or was restored already");

    const std::uint32_t page_bytes = header_.page_bytes();
    const std::uint64_t size = file_->size();
    if (size % page_bytes != 0 || size < 4ull * page_bytes)
        refuse(JET_errBadPatchPage, "the copy of the database was cut short");
    bytes_without_trailer_ = size - page_bytes;
    std::vector<std::uint8_t> page(page_bytes);
    file_->read_exactly_at(bytes_without_trailer_, page);
    const auto trailer = format::Trailer::parse(page);
    if (!trailer)
        refuse(JET_errBadPatchPage,
               "its last page is not the trailer that a backup ends with; the copy was cut short or damaged");

    const format::BackupInfo current = header_.get(hf::full_current);
    if (trailer->database_signature != header_.get(hf::database_signature) ||
        trailer->log_signature != header_.get(hf::log_signature) || trailer->backup.mark != current.mark ||
        trailer->backup.high == Generation())
        refuse(JET_errDatabasePatchFileMismatch, "its header and its trailer come from different backups");
    low_required_ = current.low;
    high_required_ = trailer->max_required != Generation() ? trailer->max_required : trailer->backup.high;
}

std::vector<PageNumber> RestoredDatabase::bad_pages(const std::function<void()>& poll) const {
    const std::uint32_t page_bytes = header_.page_bytes();
    const std::uint64_t first_byte = 2ull * page_bytes;
    const std::size_t chunk_bytes = std::size_t{1} << 20;
    std::atomic<std::uint64_t> next{first_byte};
    std::mutex bad_mutex;
    std::vector<PageNumber> bad;
    std::exception_ptr failure;
    std::atomic<bool> failed{false};
    const auto work = [&](bool polls) {
        std::vector<std::uint8_t> chunk(chunk_bytes);
        while (!failed) {
            if (polls) poll();
            const std::uint64_t at = next.fetch_add(chunk_bytes);
            if (at >= bytes_without_trailer_) return;
            const ByteSpan bytes = ByteSpan(chunk).first(
                static_cast<std::size_t>(std::min<std::uint64_t>(chunk_bytes, bytes_without_trailer_ - at)));
            file_->read_exactly_at(at, bytes);
            for (std::size_t offset = 0; offset < bytes.size(); offset += page_bytes) {
                const PageNumber number(static_cast<std::uint32_t>((at + offset) / page_bytes - 1));
                const auto verdict = format::verify_page(bytes.subspan(offset, page_bytes), number);
                if (verdict.usable() || verdict.state == format::PageState::uninitialised) continue;
                const std::lock_guard hold(bad_mutex);
                bad.push_back(number);
            }
        }
    };
    const auto work_or_fail = [&](bool polls) {
        try {
            work(polls);
        } catch (...) {
            if (!failed.exchange(true)) failure = std::current_exception();
        }
    };
    {
        const std::jthread other([&] { work_or_fail(false); });
        work_or_fail(true);
    }
    if (failure) std::rethrow_exception(failure);
    std::ranges::sort(bad);
    return bad;
}

void RestoredDatabase::become_recoverable(os::Clock& clock) {
    header_.set(hf::full_current, {});
    header_.set(hf::state, format::DatabaseState::dirty_and_patched);
    header_.set(hf::min_required, low_required_);
    header_.set(hf::max_required, high_required_);
    // Later logs may be withheld on purpose: that is less data, and no damage (OBSERVED, Restore).
    header_.set(hf::max_committed, high_required_);
    write_database_header(*file_, clock, header_);
    file_->resize(bytes_without_trailer_);
    file_->sync();
    file_.reset();
}

}  // namespace ese::engine
