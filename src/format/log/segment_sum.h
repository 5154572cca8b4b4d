#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "format/common.h"
#include "format/log/log_header.h"

namespace ese::format {

// The accumulated checksum of a closed log, from its bytes as they come. They must be known to be sound: a segment is not
// checked here, only asked which log and sector it says that it belongs to, as shadows and what is left of an older log
// in a recycled file do not count (LOG-FORMAT 2.1).
class SegmentSum {
 public:
    explicit SegmentSum(Generation generation) : generation_(generation) {}

    // The next bytes of the file, its header first.
    void add(ByteView bytes);
    // For the header of the next generation (LogHeader::previous_checksum).
    std::uint64_t checksum() const { return checksum_; }

 private:
    void sector(ByteView bytes);

    const Generation generation_;
    std::uint64_t sectors_ = 0;  // seen, the header's too
    LogSector begun_{};          // a sector whose end is still to come
    std::size_t begun_bytes_ = 0;
    std::uint64_t checksum_ = 0;
};

}  // namespace ese::format
