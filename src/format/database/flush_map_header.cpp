#include "format/database/flush_map_header.h"

namespace ese::format {

std::optional<FlushMapHeader> FlushMapHeader::parse(ByteView page) {
    constexpr std::size_t file_type_at = 667;
    if (page.size() != page_bytes || !header_checksum_ok(page)) return std::nullopt;
    if (load_u32(page, file_type_at) != static_cast<std::uint32_t>(FileType::flush_map)) return std::nullopt;
    FlushMapHeader header;
    header.version_major = load_u32(page, 4);
    header.update_major = load_u32(page, 8);
    header.update_minor = load_u32(page, 12);
    header.flags = load_u32(page, 36);
    header.create_time = LogTime::parse(page, 40);
    header.attach_time = LogTime::parse(page, 48);
    header.detach_time = LogTime::parse(page, 56);
    header.min_required = Generation(load_u32(page, 64));
    header.min_required_target = Generation(load_u32(page, 68));
    header.database_header_flush = Signature::parse(page, 88);
    header.flush_map_header_flush = Signature::parse(page, 116);
    return header;
}

bool FlushMapHeader::matches(const Signature& header_flush, const Signature& flush_map) const {
    return (!database_header_flush.is_zero() && database_header_flush == header_flush) ||
           (!flush_map_header_flush.is_zero() && flush_map_header_flush == flush_map);
}

}  // namespace ese::format
