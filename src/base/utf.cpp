#include "base/utf.h"

#include <array>
#include <cstdint>

namespace ese {
namespace {

void append_utf8(std::string& out, char32_t c) {
    const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0 | c >> 6), put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        put(0xE0 | c >> 12), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
    } else {
        put(0xF0 | c >> 18), put(0x80 | (c >> 12 & 0x3F)), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
    }
}

// One character from UTF-16 at `at`, which moves behind it; nullopt for a lone surrogate (one unit is consumed).
std::optional<char32_t> next_utf16(std::u16string_view text, std::size_t& at) {
    const char16_t unit = text[at++];
    if (unit < 0xD800 || unit > 0xDFFF) return unit;
    if (unit > 0xDBFF || at == text.size() || text[at] < 0xDC00 || text[at] > 0xDFFF) return std::nullopt;
    const char16_t low = text[at++];
    return 0x10000 + ((static_cast<char32_t>(unit) - 0xD800) << 10) + (static_cast<char32_t>(low) - 0xDC00);
}

std::optional<char32_t> next_utf8(std::string_view text, std::size_t& at) {
    const auto lead = static_cast<unsigned char>(text[at++]);
    if (lead < 0x80) return lead;
    const std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4 || text.size() - at < more) return std::nullopt;
    char32_t c = lead & (0x3Fu >> more);
    for (std::size_t i = 0; i < more; ++i) {
        const auto byte = static_cast<unsigned char>(text[at++]);
        if ((byte & 0xC0) != 0x80) return std::nullopt;
        c = c << 6 | (byte & 0x3Fu);
    }
    constexpr std::array<char32_t, 4> least{0, 0x80, 0x800, 0x10000};
    if (c < least[more] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return std::nullopt;
    return c;
}

}  // namespace

std::optional<std::u16string> utf8_to_utf16(std::string_view text) {
    std::u16string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto c = next_utf8(text, at);
        if (!c) return std::nullopt;
        if (*c < 0x10000) {
            out.push_back(static_cast<char16_t>(*c));
        } else {
            out.push_back(static_cast<char16_t>(0xD800 + ((*c - 0x10000) >> 10)));
            out.push_back(static_cast<char16_t>(0xDC00 + ((*c - 0x10000) & 0x3FF)));
        }
    }
    return out;
}

std::optional<std::string> utf16_to_utf8(std::u16string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto c = next_utf16(text, at);
        if (!c) return std::nullopt;
        append_utf8(out, *c);
    }
    return out;
}

std::string utf16_to_utf8_lossy(std::u16string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) append_utf8(out, next_utf16(text, at).value_or(0xFFFD));
    return out;
}

}  // namespace ese
