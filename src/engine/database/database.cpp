#include "engine/database/database.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/error.h"
#include "base/utf.h"
#include "engine/database/created_database.h"
#include "esent.h"
#include "format/database/page.h"
#include "format/database/page_checksum.h"
#include "format/database/space.h"

namespace ese::engine {

namespace hf = format::header_field;

namespace {

constexpr std::uint32_t first_with_last_resize = 110;  // update-major; DATABASE-FORMAT 2.2
constexpr std::uint32_t first_with_max_required_time = 150;

void set_required_range(format::DatabaseHeader& header, Generation low, Generation high,
                        const format::LogTime& high_created) {
    header.set(hf::min_required, low);
    header.set(hf::min_consistent, low);
    header.set(hf::max_required, high);
    header.set(hf::max_committed, high);
    header.set(hf::max_committed_time, high_created);
    if (header.version().update_major >= first_with_max_required_time) header.set(hf::max_required_time, high_created);
}

std::vector<std::uint8_t> read_tree_page(const os::File& file, PageNumber number, std::uint32_t page_bytes) {
    std::vector<std::uint8_t> page(page_bytes);
    file.read_exactly_at(page_offset(number, page_bytes), page);
    if (!format::verify_and_correct_page(page, number).usable())
        throw Error(JET_errReadVerifyFailure,
                    "page " + std::to_string(number.value()) + ", which the space tree needs, is damaged")
            .in_file(file.path());
    return page;
}

}  // namespace

format::Signature new_signature(os::Clock& clock) {
    format::Signature signature;
    std::array<std::uint8_t, 4> random{};
    clock.random_bytes(random);
    signature.random = load_u32(random, 0);
    signature.created = format::LogTime::from_unix_ms(clock.now_unix_ms());
    return signature;
}

void clear_backup_marks(format::DatabaseHeader& header) {
    for (const auto& field : {hf::full_previous, hf::incremental_previous, hf::copy_previous, hf::differential_previous,
                              hf::full_current, hf::snapshot_current})
        header.set(field, {});
    for (const auto& field : {hf::full_previous_type, hf::incremental_previous_type, hf::copy_previous_type,
                              hf::differential_previous_type})
        header.set(field, format::BackupType::streaming);
}

format::PickedHeader read_database_header(const os::File& file, std::int32_t jet_if_bad) {
    std::vector<std::uint8_t> start(format::header_probe_bytes);
    start.resize(file.read_at(0, start));
    auto picked = format::pick_header(start);
    if (!picked)
        throw Error(jet_if_bad,
                    "neither copy of the database header is sound; this is not a database, or a badly damaged one")
            .in_file(file.path());
    return std::move(*picked);
}

void write_database_header(os::File& file, os::Clock& clock, format::DatabaseHeader& header) {
    header.set(hf::header_flush_signature, new_signature(clock));
    header.set(hf::flush_map_signature, {});
    const ByteView page = header.stamped();
    file.write_at(0, page);
    file.sync();
    file.write_at(page.size(), page);
    file.sync();
}

void write_clean_header(os::File& file, os::Clock& clock, format::DatabaseHeader& header,
                        const format::Lgpos& consistent) {
    file.sync();
    header.set(hf::consistent_lgpos, consistent);
    header.set(hf::consistent_time, format::LogTime::from_unix_ms(clock.now_unix_ms()));
    header.become_clean();
    write_database_header(file, clock, header);
}

std::u16string path_for_log(const std::string& path) {
    auto converted = utf8_to_utf16(path);
    if (!converted)
        throw Error(JET_errUnicodeTranslationFail, "the path is not valid UTF-8, and log files hold paths as UTF-16")
            .in_file(path);
    return std::move(*converted);
}

format::AttachInfo attach_info(const format::DatabaseHeader& header, std::uint8_t dbid, const std::string& path) {
    format::AttachInfo info;
    info.dbid = dbid;
    info.dbtime = header.get(hf::dbtime_dirtied);
    info.last_object = header.get(hf::last_object);
    info.attach = header.get(hf::attach_lgpos);
    info.consistent = header.get(hf::consistent_lgpos);
    info.database = header.get(hf::database_signature);
    info.set_path(path_for_log(path));
    return info;
}

PageNumber last_owned_page(const os::File& file, std::uint32_t page_bytes) {
    constexpr PageNumber owned_extents_root{2};  // fixed place in every database (DATABASE-FORMAT 4.1)
    PageNumber number = owned_extents_root;
    for (int depth = 0; depth < 8; ++depth) {
        const auto bytes = read_tree_page(file, number, page_bytes);
        const format::PageView page(bytes);
        try {
            if (page.node_count() == 0) break;
            const std::size_t last = page.node_count() - 1;
            if (page.has(format::page_flag::leaf)) return format::ExtentNode::parse(page.node(last)).extent.last;
            number = page.child(last);
        } catch (Error& error) {
            error.set_file(file.path());
            throw;
        }
    }
    throw Error(JET_errDatabaseCorrupted, "the tree of owned extents at page 2 has no last entry").in_file(file.path());
}

bool stamp_backup(format::DatabaseHeader& header, BackupSlot slot, const format::BackupInfo& info) {
    const auto& field = slot == BackupSlot::full          ? hf::full_previous
                        : slot == BackupSlot::copy        ? hf::copy_previous
                        : slot == BackupSlot::incremental ? hf::incremental_previous
                                                          : hf::differential_previous;
    if (header.get(field).mark > info.mark) return false;
    header.set(field, info);
    const auto& type = slot == BackupSlot::full          ? hf::full_previous_type
                       : slot == BackupSlot::copy        ? hf::copy_previous_type
                       : slot == BackupSlot::incremental ? hf::incremental_previous_type
                                                         : hf::differential_previous_type;
    header.set(type, format::BackupType::streaming);
    if (slot == BackupSlot::full || slot == BackupSlot::incremental) header.set(hf::snapshot_current, {});
    // A full backup that truncates is a new base: what continued the old one is history (BACKUP-SEMANTICS 3.4).
    if (slot == BackupSlot::full) {
        header.set(hf::incremental_previous, {});
        header.set(hf::differential_previous, {});
    }
    return true;
}

Database::Database(os::FileSystem& files, os::Clock& clock, const std::string& path, std::uint8_t dbid, bool read_only,
                   std::uint32_t page_bytes)
    : clock_(clock), path_(path), dbid_(dbid), read_only_(read_only) {
    if (!files.info(path)) throw Error(JET_errDatabaseNotFound, "there is no such database").in_file(path);
    file_ = files.open(path, read_only ? os::OpenMode::read : os::OpenMode::read_write);
    if (!file_->try_lock(!read_only))
        throw Error(ErrorKind::busy, JET_errFileAccessDenied, "another process has the database attached")
            .in_file(path);
    header_ = read_database_header(*file_, JET_errDatabaseCorrupted).header;
    try {
        format::check_attachable(*header_, {page_bytes});
    } catch (Error& error) {
        error.set_file(path);
        throw;
    }
    page_bytes_ = header_->page_bytes();
    const std::uint64_t needed = page_offset(last_owned_page(*file_, page_bytes_), page_bytes_) + page_bytes_;
    if (file_->size() < needed)
        throw Error(JET_errFileIOBeyondEOF, "the file is " + std::to_string(file_->size()) +
                                                " bytes long, but its pages take " + std::to_string(needed) +
                                                "; it was cut short")
            .in_file(path);
}

Database::Database(os::Clock& clock, std::unique_ptr<os::File> file, std::uint8_t dbid, std::uint32_t page_bytes)
    : clock_(clock),
      path_(file->path()),
      dbid_(dbid),
      read_only_(false),
      file_(std::move(file)),
      header_(read_database_header(*file_, JET_errReadVerifyFailure).header),
      page_bytes_(page_bytes) {}

std::shared_ptr<Database> Database::create(os::FileSystem& files, os::Clock& clock, const std::string& path,
                                           std::uint8_t dbid, std::uint32_t page_bytes) {
    auto file = name_database_shell(files, path);
    if (!file->try_lock(true))
        throw Error(ErrorKind::busy, JET_errFileAccessDenied, "another process has the database attached").in_file(path);
    return std::shared_ptr<Database>(new Database(clock, std::move(file), dbid, page_bytes));
}

void Database::creation_finished() {
    const std::lock_guard hold(mutex_);
    format::DatabaseHeader header = *header_;
    header.set(hf::state, format::DatabaseState::dirty_shutdown);
    write_header(std::move(header));
}

format::DatabaseHeader Database::header() const {
    const std::lock_guard hold(mutex_);
    return *header_;
}

PageNumber Database::last_page_for_backup() {
    const PageNumber last(static_cast<std::uint32_t>(file_->size() / page_bytes_ - 2));
    const auto guarded = [&](PageNumber number, auto read) {
        const RangeLock::Reading hold(range_lock_, number, number);
        return read();
    };
    PageNumber owned = last;
    try {
        owned = guarded(PageNumber(2), [&] { return last_owned_page(*file_, page_bytes_); });
    } catch (const Error&) {
        // Pages of a database that is in use may never have been written yet; the logs have them.
        return last;
    }
    std::vector<std::uint8_t> page(page_bytes_);
    for (PageNumber number = owned.next(); number <= last; number = number.next()) {
        const auto verdict = guarded(number, [&] {
            file_->read_exactly_at(page_offset(number, page_bytes_), page);
            return format::verify_page(page, number);
        });
        if (!verdict.usable() && verdict.state != format::PageState::uninitialised) return owned;
    }
    return last;
}

void Database::attach(const std::optional<StreamPlace>& place) {
    const std::lock_guard hold(mutex_);
    format::DatabaseHeader& header = *header_;
    const auto now = format::LogTime::from_unix_ms(clock_.now_unix_ms());
    const bool same_stream = place && header.get(hf::log_signature) == place->stream;
    if (!same_stream) {
        header.set(hf::consistent_lgpos, {});
        header.set(hf::last_resize_lgpos, {});
        clear_backup_marks(header);
    }
    header.set(hf::full_current, {});
    header.set(hf::snapshot_current, {});
    // One that is being created with a log gets there when it is whole.
    const bool stays_unfinished = place && header.state() == format::DatabaseState::just_created;
    if (!stays_unfinished) header.set(hf::state, format::DatabaseState::dirty_shutdown);
    header.set(hf::dbid, dbid_);
    header.set(hf::attach_time, now);
    header.set(hf::detach_lgpos, {});
    header.set(hf::detach_time, {});
    header.set(hf::reattach_lgpos, {});
    header.set(hf::reattach_time, {});
    if (place) {
        header.set(hf::log_signature, place->stream);
        header.set(hf::attach_lgpos, place->position);
        if (header.version().update_major >= first_with_last_resize)
            header.set(hf::last_resize_lgpos, std::max(header.get(hf::last_resize_lgpos), place->position));
        set_required_range(header, place->position.generation, place->position.generation, place->generation_created);
    } else {
        header.set(hf::database_signature, new_signature(clock_));
        header.set(hf::log_signature, {});
        header.set(hf::attach_lgpos, {});
    }
    write_header(header);
}

void Database::become_clean(const format::Lgpos& position) {
    const std::lock_guard hold(mutex_);
    write_clean_header(*file_, clock_, *header_, position);
}

void Database::generation_rolled(Generation generation, const format::LogTime& created) {
    const std::lock_guard hold(mutex_);
    format::DatabaseHeader header = *header_;
    header.set(hf::max_required, generation);
    header.set(hf::max_committed, generation);
    header.set(hf::max_committed_time, created);
    if (header.version().update_major >= first_with_max_required_time) header.set(hf::max_required_time, created);
    write_header(std::move(header));
}

void Database::require_from(Generation generation, std::uint64_t dbtime, ObjectId last_object) {
    const std::lock_guard hold(mutex_);
    format::DatabaseHeader header = *header_;
    const Generation low = std::max(generation, header.get(hf::attach_lgpos).generation);
    if (low <= header.get(hf::min_required)) return;
    header.set(hf::min_required, low);
    header.set(hf::min_consistent, low);
    // A replay that begins there does not see the records before, which told them.
    header.set(hf::dbtime_dirtied, dbtime);
    header.set(hf::last_object, last_object);
    write_header(std::move(header));
}

void Database::set_counters(std::uint64_t dbtime, ObjectId last_object) {
    const std::lock_guard hold(mutex_);
    header_->set(hf::dbtime_dirtied, dbtime);
    header_->set(hf::last_object, last_object);
}

bool Database::stamp_backup(BackupSlot slot, const format::BackupInfo& info) {
    const std::lock_guard hold(mutex_);
    return engine::stamp_backup(*header_, slot, info);
}

void Database::flush_header() {
    const std::lock_guard hold(mutex_);
    write_header(*header_);
}

// What is in memory is what is on the disk: a header that could not be written does not count.
void Database::write_header(format::DatabaseHeader header) {
    write_database_header(*file_, clock_, header);
    header_ = std::move(header);
}

}  // namespace ese::engine
