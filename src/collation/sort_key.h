#pragma once

// Sort keys of Unicode text: bytes that compare as Windows' LCMapStringEx(LCMAP_SORTKEY) has them, for the default
// sort, which en-US and the invariant locale use (DATABASE-FORMAT 7.1).

#include <cstdint>
#include <string_view>
#include <vector>

namespace ese::collation {

// How text is mapped; the names and values are those of Windows (LCMAP_..., NORM_...).
namespace map_flag {
inline constexpr std::uint32_t ignore_case = 0x00000001;
inline constexpr std::uint32_t ignore_nonspacing = 0x00000002;
inline constexpr std::uint32_t sort_key = 0x00000400;
inline constexpr std::uint32_t ignore_kana_type = 0x00010000;
inline constexpr std::uint32_t ignore_width = 0x00020000;
}  // namespace map_flag

// What JET indexes have unless they ask for something else.
inline constexpr std::uint32_t default_map_flags =
    map_flag::sort_key | map_flag::ignore_case | map_flag::ignore_kana_type | map_flag::ignore_width;

// sort_key with any of the other flags.
bool is_known_mapping(std::uint32_t map_flags);

// The key, with its terminating 0. `map_flags` must be known. Throws JET_errUnicodeNormalizationNotSupported, with the
// character's number, for text with a character whose weights are not known here: never a key that is wrong.
std::vector<std::uint8_t> sort_key(std::u16string_view text, std::uint32_t map_flags);

}  // namespace ese::collation
