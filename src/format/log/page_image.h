#pragma once

// What records about splits, merges and replaced data hold of a page or a node as it was before (LOG-FORMAT 4.5).

#include <cstdint>
#include <vector>

#include "base/bytes.h"

namespace ese::format {

namespace page_image_flag {
constexpr std::uint32_t dehydrated = 1;  // without the free space between nodes and tags
constexpr std::uint32_t compressed = 2;
}  // namespace page_image_flag

// The whole page that a record holds an image of. Its dbtime is that of the operation and its checksum is stale: both
// are the caller's to set. Throws JET_errLogFileCorrupt for an image that can't be a page, JET_errFeatureNotAvailable
// for a compression that is not known here.
std::vector<std::uint8_t> unpack_page_image(ByteView image, std::uint32_t flags, std::uint32_t page_bytes);

// ReplaceD: the new data out of the old and the differences. `wide`: three-byte heads, for pages over 8 KiB. Throws
// JET_errLogFileCorrupt where the differences do not fit the old data.
std::vector<std::uint8_t> apply_data_difference(ByteView old_data, ByteView difference, bool wide);

}  // namespace ese::format
