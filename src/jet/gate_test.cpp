#include "jet/gate.h"

#include <array>
#include <catch2/catch.hpp>
#include <filesystem>
#include <new>
#include <string>
#include <thread>

#include "base/error.h"

using namespace ese::jet;
using ese::Error;

namespace {

template <class Exception>
JET_ERR result_of_throwing(const Exception& exception) {
    return api_call([&] { throw exception; });
}

std::string detail(std::uint32_t bytes = 4096) {
    std::string text(bytes, '?');
    EsentGetErrorDetail(text.data(), bytes);
    return text.substr(0, text.find('\0'));
}

}  // namespace

TEST_CASE("An error becomes its JET_ERR, and its text the thread's error detail") {
    const Error error = Error(JET_errFileNotFound, "no such log").in_file("/srv/edb.log").with_hint("put it back");
    CHECK(result_of_throwing(error) == JET_errFileNotFound);
    CHECK(detail() == "/srv/edb.log: no such log; put it back");
}

TEST_CASE("Exceptions that carry no JET_ERR are internal errors, and want of memory is JET_errOutOfMemory") {
    CHECK(result_of_throwing(Error(ese::ErrorKind::damage, "something is damaged")) == JET_errInternalError);
    CHECK(detail() == "something is damaged");
    CHECK(result_of_throwing(std::bad_alloc()) == JET_errOutOfMemory);
    CHECK(result_of_throwing(std::filesystem::filesystem_error("cannot", std::error_code())) == JET_errInternalError);
    CHECK(detail().find("cannot") != std::string::npos);
    CHECK(result_of_throwing(42) == JET_errInternalError);
}

TEST_CASE("A call that succeeds, also with a warning, leaves the detail as it is") {
    result_of_throwing(Error(JET_errDiskIO, "the disk is dying"));
    CHECK(api_call([] {}) == JET_errSuccess);
    CHECK(api_call([]() -> JET_ERR { return JET_wrnDatabaseAttached; }) == JET_wrnDatabaseAttached);
    CHECK(detail() == "the disk is dying");
}

TEST_CASE("Each thread has its own error detail") {
    result_of_throwing(Error(JET_errDiskIO, "here"));
    std::string there;
    std::thread([&] { there = detail(); }).join();
    CHECK(there.empty());
    CHECK(detail() == "here");
}

TEST_CASE("A detail that is too long for the buffer is cut between characters, with a warning") {
    result_of_throwing(Error(JET_errDiskIO, "ab\xC3\xBC"));  // "abü"
    std::array<char, 8> text{};
    CHECK(EsentGetErrorDetail(text.data(), 5) == JET_errSuccess);
    CHECK(std::string(text.data()) == "ab\xC3\xBC");
    CHECK(EsentGetErrorDetail(text.data(), 4) == JET_wrnBufferTruncated);
    CHECK(std::string(text.data()) == "ab");
    CHECK(EsentGetErrorDetail(text.data(), 1) == JET_wrnBufferTruncated);
    CHECK(text[0] == '\0');
    CHECK(EsentGetErrorDetail(text.data(), 0) == JET_errInvalidParameter);
    CHECK(EsentGetErrorDetail(nullptr, 8) == JET_errInvalidParameter);
}

TEST_CASE("A function that is not available says so under its full name") {
    CHECK(JetOSSnapshotFreezeW(0, nullptr, nullptr, 0) == JET_errFeatureNotAvailable);
    CHECK(detail().starts_with("JetOSSnapshotFreezeW "));
    CHECK(JetOSSnapshotPrepare(nullptr, 0) == JET_errFeatureNotAvailable);
    CHECK(detail().starts_with("JetOSSnapshotPrepare "));
}

TEST_CASE("Malformed text is an error of the call, whatever the call does with it") {
    constexpr const char* narrow = "/srv/\xFF.edb";
    constexpr char16_t wide[] = {'/', 0xD800, 0};
    char result[8];
    CHECK(JetGetLogFileInfoA(narrow, result, sizeof result, JET_LogInfoMisc) == JET_errUnicodeTranslationFail);
    CHECK(JetGetLogFileInfoW(wide, result, sizeof result, JET_LogInfoMisc) == JET_errUnicodeTranslationFail);
    CHECK(JetGetDatabaseFileInfoA(narrow, result, sizeof result, JET_DbInfoMisc) == JET_errUnicodeTranslationFail);
    CHECK(JetAttachDatabaseA(0, narrow, 0) < 0);
    CHECK(JetAttachDatabaseW(0, wide, 0) < 0);
    CHECK(JetDetachDatabaseA(0, narrow) < 0);
    CHECK(JetOpenDatabaseW(0, wide, nullptr, nullptr, 0) < 0);
}
