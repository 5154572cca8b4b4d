#include "backup/stop_position.h"

#include <catch2/catch.hpp>

#include "base/error.h"

namespace ese::backup {

namespace {

std::string rejected(const std::string& text) {
    try {
        parse_stop_position(text);
    } catch (const Error& error) {
        return error.kind() == ErrorKind::usage ? "usage" : "another error";
    }
    return "accepted";
}

}  // namespace

TEST_CASE("Times are read with their offset") {
    CHECK(parse_rfc3339("1970-01-01T00:00:00Z") == 0);
    CHECK(parse_rfc3339("2024-02-29T12:34:56.789Z") == 1709210096789);
    CHECK(parse_rfc3339("2024-02-29 14:34:56.789+02:00") == 1709210096789);
    CHECK(parse_rfc3339("2024-02-29T07:04:56.789123-0530") == 1709210096789);
    for (const char* text : {"2024-02-29T12:34:56", "2023-02-29T12:34:56Z", "2024-02-29", "2024-02-29T24:00:00Z",
                             "2024-02-29T12:34:56+2", "2024-02-29T12:34:56 Z", "now", ""})
        CHECK_FALSE(parse_rfc3339(text));
}

TEST_CASE("A position to end at is a time, a generation or a place in a log") {
    CHECK(std::get<Generation>(parse_stop_position("26")) == Generation(26));
    CHECK(std::get<Generation>(parse_stop_position("0x1A")) == Generation(26));
    CHECK(std::get<format::Lgpos>(parse_stop_position("1A:10:CC7")) == format::Lgpos{Generation(26), 16, 0xCC7});
    CHECK(std::get<StopTime>(parse_stop_position("1970-01-01T00:00:01Z")).unix_ms == 1000);
    for (const char* text :
         {"", "0", "-1", "1A", "1A:10", "0:1:1", "1:10000:1", "1:1:1:1", "99999999999", "2024-05-01T12:34:56"})
        CHECK(rejected(text) == "usage");
}

}  // namespace ese::backup
