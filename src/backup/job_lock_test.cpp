#include "backup/job_lock.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "base/error.h"
#include "unit/temp_directory.h"

namespace ese::backup {

namespace {

// Time passes only where somebody sleeps.
class SleepingClock : public os::Clock {
 public:
    std::int64_t now_unix_ms() override { return now; }
    void sleep_ms(unsigned milliseconds) override {
        now += milliseconds;
        if (now >= wake_at && on_wake) on_wake();
    }
    void random_bytes(ByteSpan) override {}
    std::int64_t now = 1000;
    std::int64_t wake_at = 0;
    std::function<void()> on_wake;
};

struct Jobs {
    TempDirectory temp;
    SleepingClock clock;
    Watch watch;
    std::vector<std::string> said;
    std::string instance = temp.path("instance"), archives = temp.path("archives");

    Jobs() {
        std::filesystem::create_directory(instance);
        std::filesystem::create_directory(archives);
    }
    std::unique_ptr<JobLocks> lock(const std::vector<std::string>& directories, std::int64_t wait_ms = 0) {
        std::vector<JobPlace> places;
        for (const std::string& directory : directories) places.push_back({directory});
        Patience patience(clock, wait_ms, watch, [this](const std::string& text) { said.push_back(text); });
        return std::make_unique<JobLocks>(os::real_file_system(), places, patience);
    }
    bool is_busy(const std::vector<std::string>& directories) {
        try {
            lock(directories);
            return false;
        } catch (const Error& error) {
            CHECK(error.kind() == ErrorKind::busy);
            CHECK(error.message().find("another job of esebackup works here: in use by process ") == 0);
            return true;
        }
    }
};

}  // namespace

TEST_CASE("two jobs do not share an instance or a directory, by whatever name they call it") {
    Jobs jobs;
    auto first = jobs.lock({jobs.instance, jobs.archives});
    CHECK(jobs.is_busy({jobs.instance}));
    CHECK(jobs.is_busy({jobs.archives}));
    std::filesystem::create_symlink(jobs.instance, jobs.temp.path("link"));
    CHECK(jobs.is_busy({jobs.temp.path("link")}));
    CHECK(jobs.is_busy({jobs.instance + "/../archives"}));
    first.reset();
    CHECK_FALSE(jobs.is_busy({jobs.instance, jobs.archives}));
    CHECK(std::filesystem::is_empty(jobs.instance));
    CHECK(std::filesystem::is_empty(jobs.archives));
}

TEST_CASE("a job that gets only one of its locks leaves that one again") {
    Jobs jobs;
    const auto pruning = jobs.lock({jobs.archives});
    CHECK(jobs.is_busy({jobs.instance, jobs.archives}));
    CHECK_FALSE(jobs.is_busy({jobs.instance}));
}

TEST_CASE("a job waits as long as it may, says so once, and goes on when the other one ends") {
    Jobs jobs;
    auto first = jobs.lock({jobs.instance});
    jobs.clock.wake_at = 4000;
    jobs.clock.on_wake = [&] { first.reset(); };
    const auto second = jobs.lock({jobs.instance}, 10'000);
    CHECK(jobs.clock.now < 5000);
    REQUIRE(jobs.said.size() == 1);
    CHECK(jobs.said.front().find(jobs.instance + ": waiting; another job") == 0);

    const std::int64_t began = jobs.clock.now;
    CHECK_THROWS_AS(jobs.lock({jobs.instance}, 2000), Error);
    CHECK(jobs.clock.now - began >= 2000);
    CHECK(jobs.clock.now - began < 2500);
}

TEST_CASE("one directory for both is locked once, and one that is not there is somebody else's error") {
    Jobs jobs;
    const auto lock = jobs.lock({jobs.instance, jobs.instance + "/.", jobs.temp.path("nowhere")});
    CHECK(jobs.is_busy({jobs.instance}));
}

TEST_CASE("waiting ends when a stop is asked for") {
    Jobs jobs;
    const auto first = jobs.lock({jobs.instance});
    jobs.watch.stop = [&] { return jobs.clock.now > 3000; };
    try {
        jobs.lock({jobs.instance}, 100'000);
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::interrupted);
    }
}

}  // namespace ese::backup
