#include "collation/sort_version.h"

#include <catch2/catch.hpp>

#include "collation/sort_key.h"

using namespace ese;
using namespace ese::collation;

namespace {

struct Stamp {
    std::string locale = "en-US";
    std::uint32_t map_flags = default_map_flags;
    std::array<std::uint8_t, 8> version{0x05, 0x03, 0x06, 0x00, 0x05, 0x03, 0x06, 0x00};
    std::array<std::uint8_t, 16> sort_id = default_sort_id;

    std::string why() const { return why_not_reproduced({locale, map_flags, version, sort_id}).value_or(""); }
};

}  // namespace

TEST_CASE("Keys of the versions in our data are reproduced, for en-US and the invariant locale") {
    Stamp stamp;
    CHECK(stamp.why() == "");
    stamp.version = {0x0F, 0x02, 0x06, 0x00, 0x0F, 0x02, 0x06, 0x00};
    CHECK(stamp.why() == "");
    stamp.locale = "";
    CHECK(stamp.why() == "");
    stamp.locale = "EN-us";
    CHECK(stamp.why() == "");
}

TEST_CASE("Other sorts are refused by name") {
    Stamp locale;
    locale.locale = "de-DE";
    CHECK(locale.why().find("de-DE") != std::string::npos);
    Stamp flags;
    flags.map_flags = 0x200;
    CHECK(flags.why().find("0x00000200") != std::string::npos);
    Stamp version;
    version.version = {0x01, 0x01, 0x06, 0x00, 0x01, 0x01, 0x06, 0x00};
    CHECK(version.why().find("0x00060101") != std::string::npos);
    version.version = {0x05, 0x03, 0x06, 0x00, 0x0F, 0x02, 0x06, 0x00};
    CHECK(version.why() != "");
    Stamp sort;
    sort.sort_id[0] = 2;
    CHECK(sort.why().find("tables") != std::string::npos);
    CHECK(why_not_reproduced({"en-US", default_map_flags, {}, default_sort_id}).value_or("").find("does not say") !=
          std::string::npos);
}
