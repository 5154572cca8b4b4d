#include "collation/sort_version.h"

#include <algorithm>
#include <cstdio>

#include "collation/sort_key.h"

namespace ese::collation {

namespace {

// Indexes of real files bear 6.2.F (Windows 10 1809 and Server 2019), and 6.3.5 those of the sets that Wine's tables
// made. The engine takes 6.2.D, 6.2.E and 6.2.F for the same.
constexpr std::array<std::uint32_t, 4> reproduced_versions{0x0006020D, 0x0006020E, 0x0006020F, sort_version};

constexpr std::size_t version_bytes = 8;

bool is_english_or_invariant(std::string_view locale) {
    constexpr std::string_view english = "en-us";
    return locale.empty() || std::ranges::equal(locale, english, [](char a, char b) {
               return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
           });
}

std::string hex(std::uint32_t value) {
    std::array<char, 11> text{};
    std::snprintf(text.data(), text.size(), "0x%08x", value);
    return text.data();
}

}  // namespace

std::optional<std::string> why_not_reproduced(const SortStamp& stamp) {
    if (!is_english_or_invariant(stamp.locale))
        return "its text sorts as in " + std::string(stamp.locale) +
               ", and only en-US and the invariant locale are known";
    if (!is_known_mapping(stamp.map_flags))
        return "its text is mapped with the flags " + hex(stamp.map_flags) + ", which are not known";
    if (stamp.version.size() != version_bytes || stamp.sort_id.size() != default_sort_id.size())
        return "it does not say which version of Windows' sort tables made its keys";
    if (!std::ranges::equal(stamp.sort_id, default_sort_id)) return "its text is sorted by tables that are not known";
    const std::uint32_t version = load_u32(stamp.version, 0), defining_version = load_u32(stamp.version, 4);
    if (version != defining_version || !std::ranges::count(reproduced_versions, version))
        return "its keys were made by version " + hex(version) + " of Windows' sort tables, which is not known";
    return std::nullopt;
}

}  // namespace ese::collation
