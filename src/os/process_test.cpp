#include "os/process.h"

#include <catch2/catch.hpp>
#include <chrono>

#include "base/error.h"
#include "os/file_system.h"

namespace ese::os {

namespace {

std::vector<std::uint8_t> bytes_of(std::size_t count) { return std::vector<std::uint8_t>(count, 'x'); }

// What the error says, or "" if there is none.
template <class Action>
std::string failure_of(Action action) {
    try {
        action();
    } catch (const Error& error) {
        return std::string(error.kind() == ErrorKind::output        ? "output: "
                           : error.kind() == ErrorKind::interrupted ? "interrupted: "
                                                                    : "other: ") +
               error.message();
    }
    return {};
}

}  // namespace

TEST_CASE("a command gets every byte and the variables, and its success is told only when it has ended") {
    ignore_broken_pipes();
    ShellCommand command("test \"$(wc -c)\" = 300000 && test \"$NAME\" = \"a b'c\"", {{"NAME", "a b'c"}}, {});
    command.write(bytes_of(300000));
    CHECK(failure_of([&] { command.finish(); }).empty());
}

TEST_CASE("a command that fails, is killed, or fails in the middle of a pipeline is no success") {
    ignore_broken_pipes();
    for (const auto& [text, told] : {std::pair{"cat >/dev/null; exit 3", "exit status 3"},
                                     {"cat >/dev/null; kill -9 $$", "signal 9"},
                                     {"false | cat >/dev/null", "exit status 1"},
                                     {"no-such-program-anywhere 2>/dev/null", "exit status 127"}}) {
        ShellCommand command(text, {}, {});
        const std::string failure = failure_of([&] { command.finish(); });
        CAPTURE(text, failure);
        CHECK(failure.starts_with("output: "));
        CHECK(failure.find(told) != std::string::npos);
    }
}

TEST_CASE("a command that ends early is told as what it is, not as a broken pipe") {
    ignore_broken_pipes();
    ShellCommand command("exit 5", {}, {});
    const std::string failure = failure_of([&] {
        for (int i = 0; i < 100; ++i) command.write(bytes_of(100000));
    });
    CHECK(failure == "output: the command ended with exit status 5 before it had the whole archive");
}

TEST_CASE("what a command leaves in the pipe is not in its hands, whatever its exit status") {
    ignore_broken_pipes();
    const auto failure_with = [](const char* text, std::size_t first, std::size_t second) {
        ShellCommand command(text, {}, {});
        return failure_of([&] {
            command.write(bytes_of(first));
            command.write(bytes_of(second));
            command.finish();
        });
    };
    const char* told = "output: the command ended with exit status 0 before it had the whole archive";
    CHECK(failure_with("sleep 1; test -e /no/such/vault && cat >/dev/null || true", 1000, 0) == told);
    CHECK(failure_with("true", 1, 0) == told);
    CHECK(failure_with("head -c 300000 >/dev/null; true", 300000, 1) == told);
    CHECK(failure_with("exec <&-; sleep 1", 1000, 0).ends_with("before it had the whole archive"));
    // The one that still reads is not waited for by the command, which says nothing of it.
    CHECK(failure_with("exec 3<&0; (sleep 2; cat <&3 >/dev/null) & exit 0", 1000, 0) == told);
    CHECK(failure_with("sleep 1; cat >/dev/null", 1000, 60000).empty());
}

TEST_CASE("a command that never ends is left when a stop is asked for, and killed with all that it started") {
    ignore_broken_pipes();
    const auto start = std::chrono::steady_clock::now();
    {
        ShellCommand command("trap '' TERM; sleep 600 | sleep 600", {}, [] { return true; });
        CHECK(failure_of([&] { command.finish(); }).starts_with("interrupted: "));
    }
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(3));
}

}  // namespace ese::os
