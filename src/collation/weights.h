#pragma once

// What Windows' default sort says of a UTF-16 code unit.

#include <cstdint>
#include <optional>

namespace ese::collation {

// The groups of characters that are not written into a sort key like letters.
namespace script {
inline constexpr std::uint8_t ignored = 0;
inline constexpr std::uint8_t nonspacing_mark = 1;
inline constexpr std::uint8_t expansion = 2;
inline constexpr std::uint8_t extension_a = 5;  // ideographs
inline constexpr std::uint8_t punctuation = 6;  // hyphen, apostrophe, control characters
}  // namespace script

struct Weight {
    std::uint8_t script = script::ignored;
    std::uint8_t alphabetic = 0;
    std::uint8_t diacritic = 0;
    std::uint8_t letter_case = 0;
};

// Nothing for code units that are not covered. Covered are Basic Latin, Latin-1, Latin Extended-A, combining marks,
// Greek, Cyrillic, general punctuation, currency signs, CJK unified ideographs with extension A, and the surrogates of
// plane 1.
std::optional<Weight> weight_of(char16_t unit);

// The two letters as which a code unit with script::expansion sorts.
struct Expansion {
    char16_t first, second;
};
Expansion expansion_of(char16_t unit);

}  // namespace ese::collation
