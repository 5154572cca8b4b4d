#include "archive/command_sink.h"

#include <catch2/catch.hpp>

#include "base/error.h"

namespace ese::archive {

namespace {

const std::vector<std::uint8_t> bytes(1000, 'x');

}  // namespace

TEST_CASE("a command that took the archive and ended well gives a receipt with the archive's name") {
    os::ignore_broken_pipes();
    CommandSink sink("test \"$(wc -c)\" = 2000 && test '{name}{name}' = \"$ESEBACKUP_NAME$ESEBACKUP_NAME\"",
                     "edb-1_A.zst", {});
    sink.write(bytes);
    sink.write(bytes);
    const auto receipt = sink.finish();
    REQUIRE(receipt);
    CHECK(receipt->where() == "edb-1_A.zst");
}

TEST_CASE("a command that fails at the end gives no receipt") {
    os::ignore_broken_pipes();
    CommandSink sink("cat >/dev/null; false", "name", {});
    sink.write(bytes);
    try {
        sink.finish();
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::output);
    }
}

TEST_CASE("a name that a shell could read as more than a word is refused") {
    for (const char* name : {"", "a b", "a;b", "$(id)", "a'b", "-rf", "a\nb"})
        CHECK_THROWS_AS(CommandSink("cat >/dev/null", name, {}), Error);
}

}  // namespace ese::archive
