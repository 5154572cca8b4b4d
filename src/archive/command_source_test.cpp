#include "archive/command_source.h"

#include <catch2/catch.hpp>

#include "archive/test_archive.h"
#include "base/error.h"

namespace ese::archive {

namespace {

std::string read_all(CommandSource& source) {
    std::string all;
    std::array<std::uint8_t, 100> some{};
    while (const std::size_t got = source.read(some))
        all.append(some.begin(), some.begin() + static_cast<std::ptrdiff_t>(got));
    return all;
}

std::string failure_of(const std::string& command) {
    CommandSource source(command, "name", {});
    try {
        read_all(source);
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::incomplete);
        return error.message();
    }
    return {};
}

}  // namespace

TEST_CASE("what a command prints is read to its end, for the name that it was given") {
    CommandSource source("echo {name}; printenv ESEBACKUP_NAME; cat", "far:away/edb-1.zst", {});
    CHECK(read_all(source) == "far:away/edb-1.zst\nfar:away/edb-1.zst\n");
}

TEST_CASE("a command that fails is told, however much it gave") {
    CHECK(failure_of("head -c 300 /dev/zero; exit 7") ==
          "the command ended with exit status 7, so nothing says that it gave the whole archive");
    CHECK(failure_of("false | cat") ==
          "the command ended with exit status 1, so nothing says that it gave the whole archive");
    CHECK(failure_of("kill -9 $$") ==
          "the command was ended by signal 9, so nothing says that it gave the whole archive");
}

TEST_CASE("a command that gives nothing and does not end is ended with who reads it") {
    bool asked = false;
    CommandSource source("sleep 1000", "name", [&] { return std::exchange(asked, true); });
    std::array<std::uint8_t, 10> some{};
    try {
        source.read(some);
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::interrupted);
    }
}

TEST_CASE("a command does not start before its archive is wanted, and takes no name that is more than a word") {
    const CommandSource never("touch /nowhere/at/all; exit 1", "name", {});
    for (const char* name : {"", "a b", "$(id)", "a'b", "-rf", "a\nb", "a;b", "a*"})
        CHECK_THROWS_AS(CommandSource("cat {name}", name, {}), Error);
}

}  // namespace ese::archive
