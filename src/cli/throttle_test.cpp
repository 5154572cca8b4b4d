#include "cli/throttle.h"

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

namespace ese::cli {

namespace {

using namespace std::chrono_literals;

std::chrono::steady_clock::duration time_of(const std::function<void()>& work) {
    const auto began = std::chrono::steady_clock::now();
    work();
    return std::chrono::steady_clock::now() - began;
}

}  // namespace

TEST_CASE("so many bytes take so long, on however many threads they are done") {
    const auto go_on = [] { return false; };
    Throttle alone(1'000'000);
    CHECK(time_of([&] {
              for (int i = 0; i < 5; ++i) alone.spend(40'000, go_on);
          }) >= 200ms);
    Throttle shared(1'000'000);
    CHECK(time_of([&] {
              std::vector<std::jthread> threads;
              for (int i = 0; i < 4; ++i) threads.emplace_back([&] { shared.spend(50'000, go_on); });
          }) >= 200ms);
}

TEST_CASE("a pause is not made up for by going faster afterwards") {
    Throttle throttle(1'000'000);
    std::this_thread::sleep_for(150ms);
    CHECK(time_of([&] { throttle.spend(100'000, [] { return false; }); }) >= 100ms);
}

TEST_CASE("waiting ends at once when the command is stopped") {
    Throttle throttle(1);
    CHECK(time_of([&] { throttle.spend(1'000'000, [] { return true; }); }) < 1s);
}

}  // namespace ese::cli
