#include "cli/duration.h"

#include <catch2/catch.hpp>

namespace ese::cli {

TEST_CASE("durations are a number and one unit, and nothing else") {
    CHECK(parse_duration("0s") == 0);
    CHECK(parse_duration("90s") == 90'000);
    CHECK(parse_duration("15m") == 900'000);
    CHECK(parse_duration("12h") == 43'200'000);
    CHECK(parse_duration("7d") == 604'800'000);
    CHECK(parse_duration("2w") == 1'209'600'000);
    for (const char* text : {"", "7", "d", "-1d", "+1d", " 7d", "7d ", "7 d", "7dd", "1.5h", "7D", "100001d",
                             "99999999999999999999d", "0x1d", "7y"})
        CHECK_FALSE(parse_duration(text));
}

TEST_CASE("an age is told in its greatest unit, days with their hours, and cut") {
    CHECK(age_text(-5) == "0 s");
    CHECK(age_text(999) == "0 s");
    CHECK(age_text(59'999) == "59 s");
    CHECK(age_text(3'599'000) == "59 min");
    CHECK(age_text(86'399'000) == "23 h");
    CHECK(age_text(86'400'000) == "1 d");
    CHECK(age_text(3 * 86'400'000LL + 4 * 3'600'000 + 1) == "3 d 4 h");
    CHECK(age_text(30 * 86'400'000LL) == "30 d");
}

}  // namespace ese::cli
