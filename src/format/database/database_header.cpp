#include "format/database/database_header.h"

#include <algorithm>
#include <cassert>
#include <cstdio>

#include "base/error.h"
#include "esent.h"

namespace ese::format {

namespace {

constexpr std::uint32_t page_sizes[] = {2048, 4096, 8192, 16384, 32768};
constexpr std::uint32_t first_update_major_for_large_pages = 0x11;
constexpr std::uint32_t first_update_major_with_last_resize = 110;

std::string hex(std::uint32_t value) {
    char text[16];
    std::snprintf(text, sizeof text, "0x%X", value);
    return text;
}

}  // namespace

std::string_view to_string(DatabaseState state) {
    switch (state) {
        case DatabaseState::none: return "none";
        case DatabaseState::just_created: return "just created";
        case DatabaseState::dirty_shutdown: return "dirty shutdown";
        case DatabaseState::clean_shutdown: return "clean shutdown";
        case DatabaseState::being_converted: return "being converted";
        case DatabaseState::force_detach: return "force detach";
        case DatabaseState::incremental_reseed: return "incremental reseed in progress";
        case DatabaseState::dirty_and_patched: return "dirty and patched shutdown";
        case DatabaseState::revert_in_progress: return "revert in progress";
    }
    return "unknown";
}

std::string DatabaseVersion::to_string() const {
    return hex(major) + "," + std::to_string(update_major) + "," + std::to_string(update_minor);
}

DatabaseHeader::DatabaseHeader(std::uint32_t page_bytes) : page_(page_bytes) {
    assert(is_page_size(page_bytes));
    set(header_field::magic, header_magic);
    set_version(baseline_version);
    set(header_field::created_version, baseline_version.major);
    set(header_field::created_update, baseline_version.update_major);
    set(header_field::page_bytes, page_bytes);
    set(header_field::file_type, FileType::database);
    set(header_field::sort_version, ~std::uint64_t{0});
}

std::optional<DatabaseHeader> DatabaseHeader::parse(ByteView page) {
    if (page.size() > page_sizes[4] || !is_page_size(static_cast<std::uint32_t>(page.size()))) return std::nullopt;
    if (load_u32(page, header_field::magic.offset) != header_magic || !header_checksum_ok(page)) return std::nullopt;
    // The rest of a header page is zero, so its checksum fits every length: only the size that the header states
    // counts.
    const std::uint32_t stated = load_u32(page, header_field::page_bytes.offset);
    if ((stated == 0 ? 4096 : stated) != page.size()) return std::nullopt;
    return DatabaseHeader(page);
}

DatabaseVersion DatabaseHeader::version() const {
    return {get(header_field::version_major), get(header_field::update_major), get(header_field::update_minor)};
}

void DatabaseHeader::set_version(DatabaseVersion version) {
    set(header_field::version_major, version.major);
    set(header_field::update_major, version.update_major);
    set(header_field::update_minor, version.update_minor);
}

void DatabaseHeader::become_clean() {
    set(header_field::state, DatabaseState::clean_shutdown);
    for (const auto& field :
         {header_field::min_required, header_field::max_required, header_field::max_committed,
          header_field::min_consistent, header_field::pre_redo_min_consistent, header_field::pre_redo_min_required}) {
        set(field, Generation());
    }
    set(header_field::max_committed_time, LogTime());
    set(header_field::max_required_time, LogTime());
    const Lgpos consistent = get(header_field::consistent_lgpos);
    set(header_field::detach_lgpos, consistent);
    set(header_field::detach_time, get(header_field::consistent_time));
    if (get(header_field::update_major) >= first_update_major_with_last_resize) {
        set(header_field::last_resize_lgpos, consistent);
    }
}

ByteView DatabaseHeader::stamped() {
    stamp_header_checksum(page_);
    return page_;
}

std::optional<PickedHeader> pick_header(ByteView file_start) {
    for (const std::uint32_t size : page_sizes) {
        if (file_start.size() < size) break;
        auto first = DatabaseHeader::parse(file_start.first(size));
        if (!first) continue;
        const bool second_is_same = file_start.size() >= 2 * std::size_t{size} &&
                                    std::ranges::equal(file_start.subspan(size, size), file_start.first(size));
        return PickedHeader{std::move(*first), 0, !second_is_same};
    }
    for (const std::uint32_t size : page_sizes) {
        if (file_start.size() < 2 * std::size_t{size}) break;
        if (auto second = DatabaseHeader::parse(file_start.subspan(size, size))) {
            return PickedHeader{std::move(*second), 1, true};
        }
    }
    return std::nullopt;
}

namespace {

void check_format(const DatabaseHeader& header, const AttachLimits& limits) {
    using namespace header_field;
    const auto type = header.get(file_type);
    if (type != FileType::unknown && type != FileType::database && type != FileType::temporary_database) {
        throw Error(JET_errFileInvalidType, "the file is not a database: its header says file type " +
                                                std::to_string(static_cast<std::uint32_t>(type)));
    }
    const DatabaseVersion found = header.version();
    const bool too_old = found.major < DatabaseHeader::baseline_version.major ||
                         (header.page_bytes() > 8192 && found.update_major < first_update_major_for_large_pages);
    if (too_old || found.major > DatabaseHeader::baseline_version.major ||
        found.update_major > limits.newest_update_major) {
        throw Error(JET_errInvalidDatabaseVersion,
                    "the database has format version " + found.to_string() + ", which is too " +
                        (too_old ? "old" : "new") + "; versions up to " + hex(DatabaseHeader::baseline_version.major) +
                        "," + std::to_string(limits.newest_update_major) + " can be attached");
    }
    if (limits.page_bytes != 0 && header.page_bytes() != limits.page_bytes) {
        throw Error(JET_errPageSizeMismatch, "the database has pages of " + std::to_string(header.page_bytes()) +
                                                 " bytes, the instance has pages of " +
                                                 std::to_string(limits.page_bytes));
    }
}

}  // namespace

void check_attachable(const DatabaseHeader& header, const AttachLimits& limits) {
    using namespace header_field;
    check_format(header, limits);
    if (header.is_raw_backup() && header.state() != DatabaseState::clean_shutdown) {
        throw Error(JET_errSoftRecoveryOnBackupDatabase,
                    "the database is a copy made by a backup and has to be restored before it can be attached");
    }
    if (header.state() == DatabaseState::incremental_reseed) {
        throw Error(JET_errDatabaseIncompleteIncrementalReseed,
                    "an incremental reseed of the database was not finished");
    }
    if (header.state() != DatabaseState::clean_shutdown) {
        throw Error(JET_errDatabaseDirtyShutdown,
                    "the database was not shut down cleanly (" + std::string(to_string(header.state())) +
                        "); it requires log generations " + std::to_string(header.get(min_required).value()) + " to " +
                        std::to_string(header.get(max_required).value()));
    }
    if (header.get(attributes) != 0 || header.get(last_object) == ObjectId() ||
        header.get(database_signature).is_zero()) {
        throw Error(JET_errDatabaseCorrupted, "the database header is damaged: attributes " +
                                                  hex(header.get(attributes)) + ", last object " +
                                                  std::to_string(header.get(last_object).value()) + ", signature " +
                                                  header.get(database_signature).to_string());
    }
}

}  // namespace ese::format
