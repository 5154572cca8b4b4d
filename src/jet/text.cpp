#include "jet/text.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/utf.h"
#include "esent.h"

namespace ese::jet {
namespace {

// The value of a conversion, or the error that the API has for text that is not well-formed.
template <class Text>
Text strict(std::optional<Text> converted) {
    if (!converted) throw Error(ErrorKind::usage, JET_errUnicodeTranslationFail, "a text is not well-formed Unicode");
    return *std::move(converted);
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

std::string text_from(const char* text) {
    if (!text) return {};
    strict(utf8_to_utf16(text));
    return text;
}

std::string text_from(const char16_t* text) { return text ? strict(utf16_to_utf8(text)) : std::string(); }

std::u16string utf16_from(const std::string& text) { return strict(utf8_to_utf16(text)); }

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

JET_ERR put_bytes(ByteView bytes, void* buffer, std::uint32_t size, std::uint32_t* actual) {
    if (actual) *actual = static_cast<std::uint32_t>(bytes.size());
    const std::size_t copied = buffer ? std::min<std::size_t>(bytes.size(), size) : 0;
    std::copy_n(bytes.begin(), copied, static_cast<std::uint8_t*>(buffer));
    return copied < bytes.size() ? JET_errBufferTooSmall : JET_errSuccess;
}

}  // namespace ese::jet
