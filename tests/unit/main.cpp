// Runs every unit test and ends with the line that tests/run adds up.

#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
#include <cstdio>

namespace {

struct ClosingLine : Catch::TestEventListenerBase {
    using TestEventListenerBase::TestEventListenerBase;
    void testRunEnded(const Catch::TestRunStats& stats) override {
        const auto& cases = stats.totals.testCases;
        std::printf("%zu passed, %zu failed\n", static_cast<std::size_t>(cases.passed), static_cast<std::size_t>(cases.failed));
        std::fflush(stdout);
    }
};
CATCH_REGISTER_LISTENER(ClosingLine)

}  // namespace

int main(int argc, char* argv[]) { return Catch::Session().run(argc, argv); }
