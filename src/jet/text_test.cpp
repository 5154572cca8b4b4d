#include "jet/text.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <string>
#include <vector>

#include "base/error.h"
#include "esent.h"

using namespace ese::jet;

namespace {

template <class Work>
std::int32_t error_of(Work work) {
    try {
        work();
        return JET_errSuccess;
    } catch (const ese::Error& error) {
        return error.jet();
    }
}

const std::vector<std::string> two_paths = {"/a/data.edb", "/\xC3\xBC.edb"};

}  // namespace

TEST_CASE("Text of every length of UTF-8 goes to UTF-16 and back") {
    const std::u16string wide = u"a\u00e9\u07ff\u0800\u4e2d\uffff\U00010000\U0001F4BE\U0010FFFF";
    const std::string narrow = text_from(wide.c_str());
    CHECK(narrow == "a\xC3\xA9\xDF\xBF\xE0\xA0\x80\xE4\xB8\xAD\xEF\xBF\xBF"
                    "\xF0\x90\x80\x80\xF0\x9F\x92\xBE\xF4\x8F\xBF\xBF");
    CHECK(to_api_text<char16_t>(narrow) == wide);
    CHECK(to_api_text<char>(narrow) == narrow);
    CHECK(text_from(narrow.c_str()) == narrow);
    CHECK(text_from("").empty());
}

TEST_CASE("Malformed UTF-8 is refused") {
    const char* const bad = GENERATE("\x80", "a\xC3", "\xC3(", "\xC0\xAF", "\xE0\x80\xAF", "\xF0\x80\x80\xAF",
                                     "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xFF", "\xE4\xB8",
                                     "\xF0\x9F\x92");
    CHECK(error_of([&] { to_api_text<char16_t>(bad); }) == JET_errUnicodeTranslationFail);
    CHECK(error_of([&] { text_from(bad); }) == JET_errUnicodeTranslationFail);
}

TEST_CASE("Lone surrogates are refused") {
    const std::u16string bad =
        GENERATE(as<std::u16string>(), std::u16string{0xD800}, std::u16string{0xDC00}, std::u16string{0xD800, 'a'},
                 std::u16string{0xDC00, 0xD800}, std::u16string{'a', 0xDBFF, 0xDBFF});
    CHECK(error_of([&] { text_from(bad.c_str()); }) == JET_errUnicodeTranslationFail);
}

TEST_CASE("A missing string argument is the empty string") {
    CHECK(text_from(static_cast<const char*>(nullptr)).empty());
    CHECK(text_from(static_cast<const char16_t*>(nullptr)).empty());
}

TEST_CASE("A text is copied with its NUL, and only where it fits") {
    char narrow[8];
    std::memset(narrow, '?', sizeof narrow);
    put_text("\xC3\xBC", narrow, 3);
    CHECK(std::string(narrow) == "\xC3\xBC");
    CHECK(error_of([&] { put_text("abc", narrow, 3); }) == JET_errBufferTooSmall);
    CHECK(std::string(narrow) == "\xC3\xBC");
    char16_t wide[8];
    put_text("\xC3\xBC", wide, 4);
    CHECK(std::u16string(wide) == u"\u00fc");
    CHECK(error_of([&] { put_text("\xC3\xBC", wide, 3); }) == JET_errBufferTooSmall);
    CHECK(error_of([&] { put_text("a", static_cast<char*>(nullptr), 10); }) == JET_errInvalidParameter);
}

TEST_CASE("A list ends with one NUL more, and its size counts bytes in both flavours") {
    std::uint32_t actual = 0;
    char narrow[64];
    put_list(two_paths, narrow, sizeof narrow, &actual);
    CHECK(std::string(narrow, actual) == std::string("/a/data.edb\0/\xC3\xBC.edb\0\0", 21));
    char16_t wide[64];
    put_list(two_paths, wide, sizeof wide, &actual);
    CHECK(actual == 40);
    CHECK(std::u16string(wide, actual / 2) == std::u16string(u"/a/data.edb\0/\u00fc.edb\0\0", 20));
    put_list({}, wide, sizeof wide, &actual);
    CHECK(actual == 2);
    put_list({}, narrow, 1, nullptr);
    CHECK(narrow[0] == '\0');
}

TEST_CASE("Without a buffer a list only tells its size; a buffer that is too small gets nothing and size 0") {
    std::uint32_t actual = 77;
    put_list(two_paths, static_cast<char*>(nullptr), 0, &actual);
    CHECK(actual == 21);
    put_list(two_paths, static_cast<char16_t*>(nullptr), 0, &actual);
    CHECK(actual == 40);
    char narrow[64] = "untouched";
    CHECK(error_of([&] { put_list(two_paths, narrow, 20, &actual); }) == JET_errBufferTooSmall);
    CHECK(actual == 0);
    CHECK(std::string(narrow) == "untouched");
}
