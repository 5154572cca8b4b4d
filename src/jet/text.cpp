#include "jet/text.h"

#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>

#include "base/error.h"
#include "esent.h"

namespace ese::jet {
namespace {

[[noreturn]] void malformed(const char* encoding, std::size_t at) {
    throw Error(ErrorKind::usage, JET_errUnicodeTranslationFail,
                std::string("a text is not valid ") + encoding + " from position " + std::to_string(at) + " on");
}

constexpr bool is_high_surrogate(char32_t c) { return c >= 0xD800 && c <= 0xDBFF; }
constexpr bool is_low_surrogate(char32_t c) { return c >= 0xDC00 && c <= 0xDFFF; }

// How a UTF-8 character begins: the bytes that follow, the bits of the first one, and the smallest character that needs
// this length.
struct Lead {
    std::size_t following;
    char32_t bits;
    char32_t smallest;
};

Lead lead_of(unsigned char byte, std::size_t at) {
    if (byte < 0x80) return {0, byte, 0};
    if ((byte & 0xE0) == 0xC0) return {1, byte & 0x1Fu, 0x80};
    if ((byte & 0xF0) == 0xE0) return {2, byte & 0x0Fu, 0x800};
    if ((byte & 0xF8) == 0xF0) return {3, byte & 0x07u, 0x10000};
    malformed("UTF-8", at);
}

// The character at `at`, which moves behind it.
char32_t next_character(std::string_view text, std::size_t& at) {
    const std::size_t start = at;
    const Lead lead = lead_of(static_cast<unsigned char>(text[at++]), start);
    char32_t c = lead.bits;
    for (std::size_t i = 0; i < lead.following; ++i) {
        if (at == text.size()) malformed("UTF-8", start);
        const auto byte = static_cast<unsigned char>(text[at++]);
        if ((byte & 0xC0) != 0x80) malformed("UTF-8", start);
        c = (c << 6) | (byte & 0x3Fu);
    }
    if (c < lead.smallest || c > 0x10FFFF || is_high_surrogate(c) || is_low_surrogate(c)) malformed("UTF-8", start);
    return c;
}

char32_t next_character(std::u16string_view text, std::size_t& at) {
    const char32_t first = text[at++];
    if (is_low_surrogate(first)) malformed("UTF-16", at - 1);
    if (!is_high_surrogate(first)) return first;
    if (at == text.size() || !is_low_surrogate(text[at])) malformed("UTF-16", at - 1);
    return 0x10000 + ((first - 0xD800) << 10) + (text[at++] - 0xDC00u);
}

void append(std::u16string& to, char32_t c) {
    if (c < 0x10000) {
        to += static_cast<char16_t>(c);
    } else {
        to += static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10));
        to += static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FF));
    }
}

void append(std::string& to, char32_t c) {
    const auto following = [&](unsigned shift) { to += static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
    if (c < 0x80) {
        to += static_cast<char>(c);
    } else if (c < 0x800) {
        to += static_cast<char>(0xC0 | (c >> 6));
        following(0);
    } else if (c < 0x10000) {
        to += static_cast<char>(0xE0 | (c >> 12));
        following(6);
        following(0);
    } else {
        to += static_cast<char>(0xF0 | (c >> 18));
        following(12);
        following(6);
        following(0);
    }
}

[[noreturn]] void too_small(std::size_t needed, std::uint32_t given) {
    throw Error(ErrorKind::usage, JET_errBufferTooSmall,
                "the buffer has " + std::to_string(given) + " bytes, but the result needs " + std::to_string(needed));
}

template <class Char>
void put(const std::string& text, Char* buffer, std::uint32_t bytes) {
    if (!buffer) throw Error(ErrorKind::usage, JET_errInvalidParameter, "no buffer for the text was given");
    const auto converted = to_api_text<Char>(text);
    const std::size_t needed = (converted.size() + 1) * sizeof(Char);
    if (needed > bytes) too_small(needed, bytes);
    std::memcpy(buffer, converted.c_str(), needed);
}

template <class Char>
void put(const std::vector<std::string>& texts, Char* buffer, std::uint32_t bytes, std::uint32_t* actual) {
    if (actual) *actual = 0;
    std::basic_string<Char> list;
    for (const std::string& text : texts) {
        list += to_api_text<Char>(text);
        list += Char{};
    }
    const std::size_t needed = (list.size() + 1) * sizeof(Char);
    if (needed > std::numeric_limits<std::uint32_t>::max() || (buffer && needed > bytes)) too_small(needed, bytes);
    if (buffer) std::memcpy(buffer, list.c_str(), needed);
    if (actual) *actual = static_cast<std::uint32_t>(needed);
}

}  // namespace

std::u16string utf16_from_utf8(std::string_view text) {
    std::u16string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) append(result, next_character(text, at));
    return result;
}

std::string utf8_from_utf16(std::u16string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) append(result, next_character(text, at));
    return result;
}

std::string text_from(const char* text) {
    if (!text) return {};
    const std::string_view view(text);
    for (std::size_t at = 0; at < view.size();) next_character(view, at);
    return std::string(view);
}

std::string text_from(const char16_t* text) { return text ? utf8_from_utf16(text) : std::string(); }

template <>
std::string to_api_text<char>(const std::string& text) {
    return text;
}
template <>
std::u16string to_api_text<char16_t>(const std::string& text) {
    return utf16_from_utf8(text);
}

void put_text(const std::string& text, char* buffer, std::uint32_t bytes) { put(text, buffer, bytes); }
void put_text(const std::string& text, char16_t* buffer, std::uint32_t bytes) { put(text, buffer, bytes); }

void put_list(const std::vector<std::string>& texts, char* buffer, std::uint32_t bytes, std::uint32_t* actual) {
    put(texts, buffer, bytes, actual);
}
void put_list(const std::vector<std::string>& texts, char16_t* buffer, std::uint32_t bytes, std::uint32_t* actual) {
    put(texts, buffer, bytes, actual);
}

void* allocate_api_buffer(std::size_t bytes) {
    void* const buffer = std::malloc(bytes);
    if (!buffer) throw std::bad_alloc();
    return buffer;
}

void free_api_buffer(void* buffer) { std::free(buffer); }

}  // namespace ese::jet
