// Logs that are looked at while the instance that writes them goes on.

#include "engine/log/log_files.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>

#include "os/faulty_file_system.h"
#include "unit/temp_directory.h"

using namespace ese;
using namespace ese::engine;
namespace fs = std::filesystem;

namespace {

constexpr const char* set_with_logs = "clean-4k";

// A file system in which something happens before each look.
class ChangingFiles : public os::FaultyFileSystem {
 public:
    explicit ChangingFiles(std::function<void()> change)
        : FaultyFileSystem(os::real_file_system()), change_(std::move(change)) {}
    std::unique_ptr<os::File> open(const std::string& path, os::OpenMode mode) override {
        change_();
        return FaultyFileSystem::open(path, mode);
    }
    std::vector<std::string> list(const std::string& directory) override {
        change_();
        return FaultyFileSystem::list(directory);
    }

 private:
    std::function<void()> change_;
};

// The logs of a set come into a directory one after the other, as an instance would write them.
struct Stream {
    TempDirectory temp;
    LogDirectory all;
    std::size_t written = 0;

    explicit Stream(std::size_t first) {
        if (!temp.copy_set(set_with_logs, "set")) return;
        all = scan_log_directory(os::real_file_system(), temp.path("set"), {"edb", false, true});
        REQUIRE(all.archived.size() > first + 4);
        fs::create_directory(temp.path("logs"));
        while (written < first) roll();
    }
    void roll() {
        if (written == all.archived.size()) return;
        if (written > 0) fs::rename(current(), archived(all.archived[written - 1]));
        fs::copy(all.archived_path(all.archived[written++]), current());
    }
    std::string current() const { return temp.path("logs/") + all.naming.current(); }
    std::string archived(Generation generation) const { return temp.path("logs/") + all.naming.archived(generation); }
};

std::vector<Generation> generations_of(const LogsInUse& logs) {
    std::vector<Generation> generations;
    for (const auto& header : logs.headers) generations.push_back(header.generation);
    return generations;
}

}  // namespace

TEST_CASE("Logs that roll while they are listed are listed without a gap") {
    for (std::size_t pause = 1; pause < 12; ++pause) {
        CAPTURE(pause);
        Stream stream(3);
        if (stream.all.empty()) return;
        std::size_t looks = 0;
        ChangingFiles files([&] {
            if (++looks % pause == 0) stream.roll();
        });
        const auto found = generations_of(logs_in_use(files, stream.temp.path("logs"), stream.all.naming));
        REQUIRE(found.size() >= 3);
        for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == stream.all.archived[i]);
    }
}

TEST_CASE("A current log that is between two names is waited for, and a log that is missing is not made up") {
    Stream stream(4);
    if (stream.all.empty()) return;
    fs::rename(stream.current(), stream.temp.path("logs/waiting"));
    std::size_t looks = 0;
    ChangingFiles files([&] {
        if (++looks == 5) fs::rename(stream.temp.path("logs/waiting"), stream.current());
    });
    fs::remove(stream.archived(stream.all.archived[1]));
    const auto found = generations_of(logs_in_use(files, stream.temp.path("logs"), stream.all.naming));
    CHECK(found == std::vector{stream.all.archived[0], stream.all.archived[2], stream.all.archived[3]});
}
