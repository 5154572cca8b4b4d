#include "format/database/trailer.h"

#include <cassert>

namespace ese::format {

namespace {

constexpr std::size_t backup_at = 40;
constexpr std::size_t database_signature_at = 64;
constexpr std::size_t log_signature_at = 92;
constexpr std::size_t min_required_at = 120;
constexpr std::size_t max_required_at = 124;
constexpr std::size_t max_committed_at = 128;
constexpr std::size_t max_required_time_at = 132;
constexpr std::size_t max_committed_time_at = 140;

}  // namespace

std::optional<Trailer> Trailer::parse(ByteView page) {
    if (page.size() > 32768 || !is_page_size(static_cast<std::uint32_t>(page.size()))) return std::nullopt;
    if (!header_checksum_ok(page)) return std::nullopt;
    Trailer trailer;
    trailer.backup = BackupInfo::parse(page, backup_at);
    trailer.database_signature = Signature::parse(page, database_signature_at);
    trailer.log_signature = Signature::parse(page, log_signature_at);
    trailer.min_required = Generation(load_u32(page, min_required_at));
    trailer.max_required = Generation(load_u32(page, max_required_at));
    trailer.max_committed = Generation(load_u32(page, max_committed_at));
    trailer.max_required_time = LogTime::parse(page, max_required_time_at);
    trailer.max_committed_time = LogTime::parse(page, max_committed_time_at);
    return trailer;
}

std::vector<std::uint8_t> Trailer::to_page(std::uint32_t page_bytes) const {
    assert(is_page_size(page_bytes));
    std::vector<std::uint8_t> page(page_bytes);
    backup.write(page, backup_at);
    database_signature.write(page, database_signature_at);
    log_signature.write(page, log_signature_at);
    store_u32(page, min_required_at, min_required.value());
    store_u32(page, max_required_at, max_required.value());
    store_u32(page, max_committed_at, max_committed.value());
    max_required_time.write(page, max_required_time_at);
    max_committed_time.write(page, max_committed_time_at);
    stamp_header_checksum(page);
    return page;
}

}  // namespace ese::format
