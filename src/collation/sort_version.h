#pragma once

// Which sort tables of Windows the keys of an index were made with: indexes over Unicode text are stamped with a
// locale, flags, a version and the id of a sort (DATABASE-FORMAT 5, 7.1).

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace ese::collation {

// The version with which indexes are stamped here: Windows 10 2004 and later, and Windows 11.
inline constexpr std::uint32_t sort_version = 0x00060305;

// {00000001-57EE-1E5C-00B4-D0000BB1E11E}, the sort of en-US and of the invariant locale, as the catalog stores it.
inline constexpr std::array<std::uint8_t, 16> default_sort_id{0x01, 0x00, 0x00, 0x00, 0xEE, 0x57, 0x5C, 0x1E,
                                                              0x00, 0xB4, 0xD0, 0x00, 0x0B, 0xB1, 0xE1, 0x1E};

struct SortStamp {
    std::string_view locale;  // empty: invariant
    std::uint32_t map_flags = 0;
    ByteView version;  // two times four bytes, the version and the version that defines which characters there are
    ByteView sort_id;
};

// Nothing if keys with this stamp are reproduced here; else what about it is not known, to be put behind "because".
std::optional<std::string> why_not_reproduced(const SortStamp& stamp);

}  // namespace ese::collation
