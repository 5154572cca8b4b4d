#include "engine/recovery/recovering_database.h"

#include <algorithm>

#include "base/error.h"
#include "esent.h"
#include "format/log/log_record_types.h"

namespace ese::engine {

namespace hf = format::header_field;

namespace {

constexpr std::uint32_t first_with_reserved_tags = 270;  // update-major; DATABASE-FORMAT 3
constexpr std::uint32_t first_with_max_required_time = 150;
constexpr std::uint32_t first_with_last_resize = 110;

std::string page_name(PageNumber number) { return "page " + std::to_string(number.value()); }

}  // namespace

RecoveringDatabase::RecoveringDatabase(std::unique_ptr<os::File> file, std::string path, format::DatabaseHeader header,
                                       Surroundings surroundings)
    : file_(std::move(file)),
      path_(std::move(path)),
      header_(std::move(header)),
      surroundings_(std::move(surroundings)),
      initial_max_required_(header_.get(hf::max_required)),
      dbtime_(header_.get(hf::dbtime_dirtied)),
      last_object_(header_.get(hf::last_object)),
      cache_(*file_, header_.page_bytes(),
             {surroundings_.cache_bytes,
              [this](const format::Lgpos& position) {
                  surroundings_.flush_log(position);
                  prepare_to_write_pages();
              },
              [this](const CachedPage& page) { return !surroundings_.held(page.view().object()); }}) {}

unsigned RecoveringDatabase::reserved_tags() const {
    return header_.version().update_major >= first_with_reserved_tags ? 1 : 0;
}

bool RecoveringDatabase::is_behind_attach(const format::Lgpos& position) const {
    return position > header_.get(hf::attach_lgpos);
}

CachedPage* RecoveringDatabase::page_to_change(PageNumber number, std::uint64_t before, std::uint64_t after,
                                               const format::Lgpos& position) {
    note_dbtime(after);
    if (unresolved_.contains(number)) return nullptr;
    CachedPage& page = cache_.page(number);
    const bool may_be_newer = is_in_initial_range(position);
    const auto leave_unresolved = [&](Error error) -> CachedPage* {
        error.set_file(path_);
        if (!may_be_newer) throw error;
        unresolved_.emplace(number, std::move(error));
        return nullptr;
    };
    if (page.state() == CachedPage::State::absent)
        return leave_unresolved(Error(ErrorKind::damage, JET_errPageNotInitialized,
                                      page_name(number) + " was never written, but a log changes it"));
    try {
        page.require_sound();
    } catch (Error& error) {
        error.set_file(path_);
        throw;
    }
    const std::uint64_t dbtime = page.view().dbtime();
    const auto is_at = [&](const char* than) {
        return page_name(number) + " is at change " + std::to_string(dbtime) + ", " + than + " change " +
               std::to_string(before) + ", which the log continues";
    };
    if (dbtime >= after) {
        if (may_be_newer) return nullptr;
        throw Error(ErrorKind::damage, JET_errDbTimeBeyondMaxRequired, is_at("behind")).in_file(path_);
    }
    if (dbtime == before) return &page;
    if (dbtime > before) throw Error(ErrorKind::damage, JET_errDbTimeTooNew, is_at("behind")).in_file(path_);
    return leave_unresolved(Error(ErrorKind::damage, JET_errDbTimeTooOld, is_at("before")));
}

CachedPage* RecoveringDatabase::page_to_create(PageNumber number, std::uint64_t after, const format::Lgpos& position) {
    note_dbtime(after);
    unresolved_.erase(number);
    CachedPage& page = cache_.page(number);
    const bool has_it = is_in_initial_range(position) && page.is_sound() && page.view().dbtime() >= after;
    return has_it ? nullptr : &page;
}

void RecoveringDatabase::require_resolved() const {
    if (!unresolved_.empty()) throw unresolved_.begin()->second;
}

void RecoveringDatabase::note_dbtime(std::uint64_t dbtime) {
    if (dbtime < format::dbtime_lowest_sentinel) dbtime_ = std::max(dbtime_, dbtime);
}

void RecoveringDatabase::note_object(ObjectId object) { last_object_ = std::max(last_object_, object); }

void RecoveringDatabase::grow_to(PageNumber last, const format::Lgpos& position) {
    const std::uint64_t needed = page_offset(last, page_bytes()) + page_bytes();
    if (file_->size() < needed) {
        prepare_to_write_pages();
        file_->resize(needed);
    }
    if (header_.version().update_major >= first_with_last_resize)
        header_.set(hf::last_resize_lgpos, std::max(header_.get(hf::last_resize_lgpos), position));
}

void RecoveringDatabase::shrink_to(PageNumber last, const format::Lgpos& position) {
    unresolved_.erase(unresolved_.upper_bound(last), unresolved_.end());
    if (header_.get(hf::last_resize_lgpos) > position) return;
    const std::uint64_t end = page_offset(last, page_bytes()) + page_bytes();
    if (file_->size() > end) {
        prepare_to_write_pages();
        cache_.discard_from(last.next());
        file_->resize(end);
    }
    if (header_.version().update_major >= first_with_last_resize) header_.set(hf::last_resize_lgpos, position);
}

void RecoveringDatabase::forget_unresolved(PageNumber first, std::uint32_t pages) {
    std::erase_if(unresolved_, [&](const auto& entry) {
        return entry.first >= first && entry.first.value() - first.value() < pages;
    });
}

// From now on the file may hold changes of every generation up to the newest (LOG-FORMAT 5.6, 5.7).
void RecoveringDatabase::prepare_to_write_pages() {
    const auto [newest, created] = surroundings_.newest_generation();
    if (header_.get(hf::max_required) >= newest) return;
    header_.set(hf::max_required, newest);
    if (header_.version().update_major >= first_with_max_required_time) header_.set(hf::max_required_time, created);
    if (header_.get(hf::max_committed) <= newest) {
        header_.set(hf::max_committed, newest);
        header_.set(hf::max_committed_time, created);
    }
    write_header();
}

void RecoveringDatabase::write_header() { write_database_header(*file_, *surroundings_.clock, header_); }

void RecoveringDatabase::attach(const format::Lgpos& position, const format::Signature& stream, std::uint8_t dbid) {
    const auto [newest, created] = surroundings_.newest_generation();
    if (header_.get(hf::log_signature) != stream) {
        header_.set(hf::log_signature, stream);
        header_.set(hf::consistent_lgpos, {});
        header_.set(hf::last_resize_lgpos, {});
        engine::clear_backup_marks(header_);
    }
    if (header_.state() != format::DatabaseState::just_created)
        header_.set(hf::state, format::DatabaseState::dirty_shutdown);
    header_.set(hf::dbid, dbid);
    header_.set(hf::attach_lgpos, position);
    header_.set(hf::detach_lgpos, {});
    header_.set(hf::detach_time, {});
    header_.set(hf::reattach_lgpos, {});
    header_.set(hf::reattach_time, {});
    header_.set(hf::min_required, position.generation);
    header_.set(hf::min_consistent, position.generation);
    header_.set(hf::max_required, newest);
    header_.set(hf::max_committed, newest);
    header_.set(hf::max_committed_time, created);
    if (header_.version().update_major >= first_with_max_required_time) header_.set(hf::max_required_time, created);
    write_header();
}

void RecoveringDatabase::set_version(const format::DatabaseVersion& version) {
    if (header_.version() < version) header_.set_version(version);
}

void RecoveringDatabase::creation_finished() {
    if (header_.state() != format::DatabaseState::just_created) return;
    header_.set(hf::state, format::DatabaseState::dirty_shutdown);
    write_header();
}

bool RecoveringDatabase::write_back() {
    if (header_.state() == format::DatabaseState::just_created || !unresolved_.empty()) return false;
    return cache_.write_what_may_be_written();
}

// The page times that were reached go with it: a replay that begins later does not see the records that told them.
void RecoveringDatabase::require_from(Generation generation) {
    const Generation required = std::max(generation, header_.get(hf::attach_lgpos).generation);
    if (required <= header_.get(hf::min_required)) return;
    header_.set(hf::min_required, required);
    header_.set(hf::min_consistent, required);
    header_.set(hf::dbtime_dirtied, dbtime_);
    header_.set(hf::last_object, last_object_);
    write_header();
}

void RecoveringDatabase::become_clean(const format::Lgpos& position) {
    require_resolved();
    cache_.flush();
    header_.set(hf::dbtime_dirtied, dbtime_);
    header_.set(hf::last_object, last_object_);
    if (header_.version().update_major >= first_with_last_resize) header_.set(hf::last_resize_lgpos, position);
    write_clean_header(*file_, *surroundings_.clock, header_, position);
}

}  // namespace ese::engine
