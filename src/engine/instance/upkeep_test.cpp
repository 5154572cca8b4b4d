#include "engine/instance/upkeep.h"

#include <catch2/catch.hpp>
#include <future>

#include "esent.h"

namespace ese::engine {

namespace {

// One round of work after the other, each of which fails as it says, or does not.
std::vector<std::string> told_after(const std::vector<std::string>& failures) {
    std::vector<std::string> told;
    std::size_t round = 0;
    std::promise<void> done;
    Upkeep upkeep(
        [&] {
            const std::size_t now = round++;
            if (now == failures.size()) done.set_value();
            if (now < failures.size() && !failures[now].empty()) throw Error(JET_errDiskFull, failures[now]);
            return false;
        },
        [&](const Error& error) { told.push_back(error.message()); });
    auto all = done.get_future();
    while (all.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) upkeep.wake();
    return told;
}

}  // namespace

TEST_CASE("A failure in the background is told once, and again when it came back or is another one") {
    using Texts = std::vector<std::string>;
    CHECK(told_after({}).empty());
    CHECK(told_after({"full", "full", "full"}) == Texts{"full"});
    CHECK(told_after({"full", "", "full"}) == Texts{"full", "full"});
    CHECK(told_after({"full", "damaged", "full"}) == Texts{"full", "damaged", "full"});
}

}  // namespace ese::engine
