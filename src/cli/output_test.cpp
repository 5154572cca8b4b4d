#include "cli/output.h"

#include <catch2/catch.hpp>

namespace ese::cli {

TEST_CASE("what could move a terminal's cursor or forge a line of output is escaped, and other text is not") {
    CHECK(printable("/srv/app \xC3\xA4/\xE6\x97\xA5.edb") == "/srv/app \xC3\xA4/\xE6\x97\xA5.edb");
    CHECK(printable("a\nb") == "a\\x0Ab");
    CHECK(printable("\x1B[2J\x7F") == "\\x1B[2J\\x7F");
    CHECK(printable("\xC2\x9B"
                    "2J") == "\\xC2\\x9B2J");
    CHECK(printable("\xE2\x80\xAE"
                    "bde") == "\\xE2\\x80\\xAEbde");
    CHECK(printable("caf\xE9") == "caf\\xE9");
}

}  // namespace ese::cli
