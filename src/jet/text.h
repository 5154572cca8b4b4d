#pragma once

// Text between the API and the engine: narrow strings are UTF-8, wide ones UTF-16; inside, everything is UTF-8.
// Conversion is strict: what is malformed (also overlong forms and lone surrogates) throws
// JET_errUnicodeTranslationFail.

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "base/bytes.h"
#include "esent.h"

namespace ese::jet {

// A string argument; nullptr is the empty string.
std::string text_from(const char* text);
std::string text_from(const char16_t* text);

std::u16string utf16_from(const std::string& text);

// UTF-8 as the characters of one flavour: to_api_text<char>, to_api_text<char16_t>.
template <class Char>
std::basic_string<Char> to_api_text(const std::string& text) {
    if constexpr (std::is_same_v<Char, char>)
        return text;
    else
        return utf16_from(text);
}

// Copies `text` with its NUL into a buffer of `bytes`. Throws JET_errInvalidParameter where there is no buffer and
// JET_errBufferTooSmall where it is too small; then the buffer is untouched.
void put_text(const std::string& text, char* buffer, std::uint32_t bytes);
void put_text(const std::string& text, char16_t* buffer, std::uint32_t bytes);

// Copies a list, each text with its NUL and one NUL more at the end, and sets *actual (where given) to the bytes
// needed. A missing buffer only asks for the size. A buffer that is too small throws JET_errBufferTooSmall, and *actual
// is 0 (OBSERVED, "Order").
void put_list(const std::vector<std::string>& texts, char* buffer, std::uint32_t bytes, std::uint32_t* actual);
void put_list(const std::vector<std::string>& texts, char16_t* buffer, std::uint32_t bytes, std::uint32_t* actual);

// Memory that the program gives back with JetFreeBuffer. Throws std::bad_alloc.
void* allocate_api_buffer(std::size_t bytes);
void free_api_buffer(void* buffer);

// Copies what fits of a bookmark or key, and says how long it is. A missing buffer only asks for that. JET_errBufferTooSmall.
JET_ERR put_bytes(ByteView bytes, void* buffer, std::uint32_t size, std::uint32_t* actual);

}  // namespace ese::jet
