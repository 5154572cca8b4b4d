// Archives that are complete and sound, and made by somebody who wants a restore to write where it should not.

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "archive/archive_forger.h"
#include "backup/restore.h"
#include "backup/test_backup.h"
#include "esent.h"
#include "unit/temp_directory.h"

namespace ese::backup {

namespace {

namespace fs = std::filesystem;
using test::Content;

std::string text_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// A directory "target" to restore into, between others that nothing may touch.
class Place {
 public:
    Place() {
        fs::create_directory(temp_.path("outside"));
        std::ofstream(temp_.path("outside/precious")) << "as it was";
        std::ofstream(temp_.path("precious")) << "as it was";
    }

    std::string target() const { return temp_.path("target"); }
    std::string outside(const std::string& name = "") const { return temp_.path("outside") + "/" + name; }

    // The error that the restore ends with; the engine never sees these archives, so there always is one.
    Error restore(const std::vector<archive::test::Bytes>& archives, bool from_pipe = false) const {
        std::vector<std::unique_ptr<archive::test::MemoryFile>> opened;
        std::vector<ArchiveInput> inputs;
        std::unique_ptr<archive::test::MemorySource> pipe;
        for (const auto& bytes : archives) {
            opened.push_back(std::make_unique<archive::test::MemoryFile>(bytes));
            if (from_pipe) pipe = std::make_unique<archive::test::MemorySource>(bytes, 100'000);
            inputs.push_back({from_pipe ? nullptr : opened.back().get(), pipe.get(), "archive"});
        }
        RestoreRequest request;
        request.target = target();
        try {
            backup::restore(os::real_file_system(), inputs, request, {}, [](auto, auto, const auto&) {});
        } catch (const Error& error) {
            check_untouched();
            return error;
        }
        FAIL("it was restored");
        return Error(ErrorKind::other, "");
    }

    void check_untouched() const {
        CHECK(text_of(temp_.path("precious")) == "as it was");
        CHECK(text_of(outside("precious")) == "as it was");
        std::size_t around = 0, outside_count = 0;
        for (const auto& entry : fs::directory_iterator(temp_.path())) around += entry.path() != target() ? 1 : 0;
        for ([[maybe_unused]] const auto& entry : fs::directory_iterator(outside())) ++outside_count;
        CHECK(around == 2);
        CHECK(outside_count == 1);
        // Nothing in the target has the name of something restored.
        if (!fs::is_directory(target())) return;
        for (const auto& entry : fs::directory_iterator(target()))
            CHECK((entry.is_symlink() || entry.path().string().ends_with(".unrecovered")));
    }

 private:
    TempDirectory temp_;
};

}  // namespace

TEST_CASE("a restore of what the engine refuses leaves everything under names that say so") {
    // The database does not stand in the logs: JetExternalRestore ends with an error behind the unpacking.
    for (const bool from_pipe : {false, true}) {
        const Place place;
        const Error error = place.restore({test::make_archive({})}, from_pipe);
        CHECK(error.jet() < 0);
        CHECK(fs::exists(place.target() + "/data.edb.unrecovered"));
    }
}

TEST_CASE("a base name that is a path is refused before the engine makes a path of it") {
    for (const std::string base : {"../", "a/b", "..", "/tm", "", "e\nb"}) {
        CAPTURE(base);
        const archive::test::Forgery forgery(test::make_archive({}));
        const Place place;
        const Error error =
            place.restore({forgery.seal_json([&](auto& json) { json["instance"]["base_name"] = base; })});
        CHECK(error.kind() == ErrorKind::damage);
        CHECK_THAT(error.message(), Catch::Contains("manifest.json.instance.base_name"));
    }
}

TEST_CASE("a full backup without a log can't be recovered, and says so") {
    Content content;
    content.logs.clear();
    content.required = {};
    const Place place;
    CHECK(place.restore({test::make_archive(content)}).kind() == ErrorKind::damage);
}

TEST_CASE("databases that are called as the restore calls its own files do not get in their way") {
    for (const std::string name : {"restore", "restore-lock", "backup-logs", "settled-names", "work"}) {
        CAPTURE(name);
        Content content;
        content.member = "databases/00/" + name;
        const Place place;
        const Error error = place.restore({test::make_archive(content)});
        CHECK(error.kind() != ErrorKind::output);
        CHECK(error.jet() != JET_errFileAlreadyExists);
    }
}

TEST_CASE("members that lie deeper than databases and logs do are not taken for them") {
    Content content;
    content.logs[0].first = "logs/a/edb00002.log";
    content.logs[1].first = "logs/b/edb00003.log";
    const Place place;
    CHECK(place.restore({test::make_archive(content)}).kind() == ErrorKind::chain);
    Content deep;
    deep.member = "databases/00/a/b.edb";
    const Place other;
    CHECK(other.restore({test::make_archive(deep)}).kind() == ErrorKind::damage);
}

TEST_CASE("a link in the target is not followed, whatever it is called") {
    const Place place;
    fs::create_directory(place.target());
    fs::create_symlink(place.outside("precious"), place.target() + "/data.edb");
    CHECK(place.restore({test::make_archive({})}).kind() == ErrorKind::usage);
}

TEST_CASE("links under the names of an interrupted restore are taken away, or refused, and not followed") {
    for (const std::string name : {"data.edb.unrecovered", "restore-lock.unrecovered", "restore.unrecovered"}) {
        for (const bool to_directory : {true, false}) {
            CAPTURE(name, to_directory);
            const Place place;
            fs::create_directory(place.target());
            fs::create_symlink(place.outside(to_directory ? "" : "precious"), place.target() + "/" + name);
            place.restore({test::make_archive({})});
        }
    }
}

TEST_CASE("an archive of logs that go on with another stream, or another branch, is refused by its name") {
    const auto choose = [](const std::vector<archive::test::Bytes>& archives) {
        std::vector<std::pair<std::string, archive::Manifest>> manifests;
        for (const auto& bytes : archives) {
            const archive::test::MemoryFile file(bytes);
            manifests.emplace_back("archive " + std::to_string(manifests.size()), archive::Archive(file).manifest());
        }
        return choose_chain(manifests, std::nullopt, false);
    };
    Content forked;
    forked.logs[1].second.created = format::LogTime::from_unix_ms(1700000009000);
    try {
        choose({test::make_archive({}), test::make_archive(forked)});
        FAIL("a fork was taken");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::chain);
        CHECK_THAT(error.message(), Catch::Contains("archive 1: generation 3 is another log here than in archive 0"));
    }
}

}  // namespace ese::backup
