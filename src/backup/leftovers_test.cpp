#include "backup/leftovers.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>

#include "archive/sink.h"
#include "unit/temp_directory.h"

namespace ese::backup {

namespace {

namespace fs = std::filesystem;

struct Directory {
    TempDirectory temp;

    std::string put(const std::string& name, std::chrono::minutes age) const {
        if (!fs::exists(temp.path(name))) std::ofstream(temp.path(name)) << "unfinished";
        fs::last_write_time(temp.path(name), fs::file_time_type::clock::now() - age);
        return temp.path(name);
    }
    std::vector<std::string> clean() const {
        return remove_unfinished_archives(os::real_file_system(), os::real_clock(), temp.path());
    }
};

constexpr std::chrono::minutes two_hours{120}, half_an_hour{30};

}  // namespace

TEST_CASE("an archive that nobody will finish goes, and nothing else does") {
    const Directory directory;
    const std::string old = directory.put(".edb-20261126T010000Z-full-ABCDEFGH.ese.tar.zst.partial-4711", two_hours);
    const std::string encrypted = directory.put(".app.ese.tar.zst.age.partial-1", two_hours);
    const std::set<std::string> others{
        directory.put(".young.ese.tar.zst.partial-12", half_an_hour),
        directory.put("visible.ese.tar.zst.partial-12", two_hours),
        directory.put(".notes.partial-12", two_hours),
        directory.put(".no-number.ese.tar.zst.partial-", two_hours),
        directory.put(".no-number.ese.tar.zst.partial-12~", two_hours),
        directory.put("whole.ese.tar.zst", two_hours),
    };
    fs::create_directory(directory.temp.path(".directory.ese.tar.zst.partial-12"));
    directory.put(".directory.ese.tar.zst.partial-12", two_hours);
    fs::create_symlink(directory.temp.path("whole.ese.tar.zst"), directory.temp.path(".link.ese.tar.zst.partial-12"));

    CHECK(directory.clean() == std::vector<std::string>{encrypted, old});
    CHECK_FALSE(fs::exists(old));
    for (const std::string& other : others) CHECK(fs::exists(other));
    CHECK(fs::exists(directory.temp.path(".directory.ese.tar.zst.partial-12")));
    CHECK(fs::is_symlink(directory.temp.path(".link.ese.tar.zst.partial-12")));
    CHECK(directory.clean().empty());
}

TEST_CASE("an archive that stands still while it is written stays, however long") {
    const Directory directory;
    auto sink = std::make_unique<archive::FileSink>(os::real_file_system(), directory.temp.path("slow.ese.tar.zst"), 1);
    const std::string partial = directory.put(".slow.ese.tar.zst.partial-1", two_hours);
    CHECK(directory.clean().empty());
    sink->finish();
    CHECK(fs::exists(directory.temp.path("slow.ese.tar.zst")));
    CHECK_FALSE(fs::exists(partial));
}

}  // namespace ese::backup
