#include "format/log/segment_sum.h"

#include <algorithm>

#include "format/log/log_segment.h"

namespace ese::format {

void SegmentSum::add(ByteView bytes) {
    while (!bytes.empty()) {
        if (begun_bytes_ == 0 && bytes.size() >= log_sector_bytes) {
            sector(bytes.first(log_sector_bytes));
            bytes = bytes.subspan(log_sector_bytes);
            continue;
        }
        const std::size_t more = std::min(bytes.size(), begun_.size() - begun_bytes_);
        std::ranges::copy(bytes.first(more), begun_.begin() + static_cast<std::ptrdiff_t>(begun_bytes_));
        begun_bytes_ += more;
        bytes = bytes.subspan(more);
        if (begun_bytes_ < begun_.size()) return;
        sector(begun_);
        begun_bytes_ = 0;
    }
}

void SegmentSum::sector(ByteView bytes) {
    const std::uint64_t number = sectors_++;
    if (number == 0) return;
    const SegmentHeader segment = parse_segment_header(bytes);
    if (number == segment.position.sector && segment.position.generation == generation_) checksum_ ^= segment.checksum;
}

}  // namespace ese::format
