#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ese {

// Strict conversions: nullopt for anything that is not well-formed (overlong forms, lone surrogates, cut sequences).
std::optional<std::u16string> utf8_to_utf16(std::string_view text);
std::optional<std::string> utf16_to_utf8(std::u16string_view text);

// For display: what is not well-formed becomes U+FFFD.
std::string utf16_to_utf8_lossy(std::u16string_view text);

}  // namespace ese
