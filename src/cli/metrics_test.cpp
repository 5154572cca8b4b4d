#include "cli/metrics.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>
#include <vector>

#include "base/error.h"
#include "os/file_system.h"
#include "unit/temp_directory.h"

namespace ese::cli {

namespace {

using archive::BackupKind;

RunMetrics run(const std::string& instance, BackupKind kind, std::int64_t ended_unix_ms) {
    RunMetrics run;
    run.instance = instance;
    run.wanted = kind;
    run.ended_unix_ms = ended_unix_ms;
    run.duration_ms = 1234;
    run.success = {kind, "2024-05-01T12:34:56.789Z", 5000, 1000, 17, 2};
    return run;
}

bool says(const std::string& text, const std::string& line) { return text.find(line + "\n") != std::string::npos; }

}  // namespace

TEST_CASE("a run replaces what earlier ones said of its instance and kind, and leaves the rest") {
    std::string text = updated_metrics("", run("/srv/a", BackupKind::full, 1'700'000'000'007));
    text = updated_metrics(text, run("/srv/a", BackupKind::incremental, 1'700'000'100'000));
    text = updated_metrics(text, run("/srv/b", BackupKind::full, 1'700'000'200'000));
    RunMetrics failed = run("/srv/a", BackupKind::full, 1'700'000'300'000);
    failed.success.reset();
    failed.exit_status = 8;
    text = updated_metrics(text, failed);

    const std::string full_of_a = "{directory=\"/srv/a\",kind=\"full\"} ";
    CHECK(says(text, "esebackup_last_run_timestamp_seconds" + full_of_a + "1700000300.000"));
    CHECK(says(text, "esebackup_last_run_exit_status" + full_of_a + "8"));
    CHECK(says(text, "esebackup_last_success_timestamp_seconds" + full_of_a + "1700000000.007"));
    CHECK(says(text, "esebackup_last_success_consistent_through_timestamp_seconds" + full_of_a + "1714566896.789"));
    CHECK(says(text, "esebackup_last_success_archive_bytes" + full_of_a + "1000"));
    CHECK(says(text,
               "esebackup_last_success_timestamp_seconds{directory=\"/srv/a\",kind=\"incremental\"} 1700000100.000"));
    CHECK(says(text, "esebackup_last_success_timestamp_seconds{directory=\"/srv/b\",kind=\"full\"} 1700000200.000"));
    // Each family is told once, and all of its samples stand together.
    CHECK(text.find("# TYPE esebackup_last_run_exit_status gauge") ==
          text.rfind("# TYPE esebackup_last_run_exit_status gauge"));
    CHECK(updated_metrics(text, failed) == text);
}

TEST_CASE("a directory may be called anything, and comes through its label") {
    const std::string odd = "/srv/a \"b\"} 1\\\n/c";
    const std::string text = updated_metrics("", run(odd, BackupKind::full, 1'700'000'000'000));
    CHECK(says(text, "esebackup_last_run_exit_status{directory=\"/srv/a \\\"b\\\"} 1\\\\\\n/c\",kind=\"full\"} 0"));
    CHECK(updated_metrics(text, run(odd, BackupKind::full, 1'700'000'000'000)) == text);
}

TEST_CASE("a file that --metrics did not write is not replaced") {
    for (const std::string text : {"root:x:0:0:root:/root:/bin/bash\n", "esebackup_other{directory=\"/a\"} 1\n",
                                   "esebackup_last_run_exit_status{directory=\"/a\"} none\n",
                                   "esebackup_last_run_exit_status 1\n", "# a comment\n"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(updated_metrics(text, run("/srv/a", BackupKind::full, 0)), Error);
    }
}

TEST_CASE("jobs that share a file lose nothing of each other, and others may read it") {
    const TempDirectory directory;
    const std::string path = directory.path("esebackup.prom");
    {
        std::vector<std::jthread> jobs;
        for (int i = 0; i < 8; ++i)
            jobs.emplace_back([&, i] {
                MetricsFile(path).update(run("/srv/" + std::to_string(i), BackupKind::full, 1'700'000'000'000));
            });
    }
    std::string text(std::filesystem::file_size(path), '\0');
    os::real_file_system()
        .open(path, os::OpenMode::read)
        ->read_exactly_at(0, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    for (int i = 0; i < 8; ++i)
        CHECK(
            says(text, "esebackup_last_run_exit_status{directory=\"/srv/" + std::to_string(i) + "\",kind=\"full\"} 0"));
    using std::filesystem::perms;
    CHECK((std::filesystem::status(path).permissions() & perms::others_read) == perms::others_read);
    // Nothing else is left in the directory.
    CHECK(os::real_file_system().list(directory.path()) == std::vector<std::string>{"esebackup.prom"});
}

}  // namespace ese::cli
