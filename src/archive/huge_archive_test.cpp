#include "archive/huge_archive.h"

#include <catch2/catch.hpp>

using namespace ese;
using namespace ese::archive;
using namespace ese::archive::test;

namespace {

// A hole, and the end behind it.
class FileWithHole : public MemoryFile {
 public:
    explicit FileWithHole(HugeArchive huge) : MemoryFile(std::move(huge.end)), hole_(huge.hole) {}
    std::uint64_t size() const override { return hole_ + MemoryFile::size(); }
    std::size_t read_at(std::uint64_t offset, ByteSpan into) const override {
        if (offset >= hole_) return MemoryFile::read_at(offset - hole_, into);
        std::fill(into.begin(), into.end(), std::uint8_t{0});
        bytes_read += into.size();
        return into.size();
    }

 private:
    std::uint64_t hole_;
};

}  // namespace

TEST_CASE("An archive of 16 TiB with 2000 logs is opened by reading less than a MiB of it") {
    const FileWithHole file(huge_archive(2'000'000, 2000));
    REQUIRE(file.size() > std::uint64_t{7} << 40);
    const Archive archive(file);
    CHECK(file.bytes_read < 1 << 20);
    CHECK(archive.manifest().members.size() == 2003);
    CHECK(archive.manifest().frames_listed() > 2'000'000);
    CHECK(archive.commit().frames == archive.manifest().frames.count + 1);

    // Where there are no frames, nobody reads any.
    Keeper keeper;
    keeper.only = {"backup.json"};
    CHECK_THROWS_WITH(archive.read(keeper, {}), Catch::Contains("is not where manifest.json says"));
    CHECK(keeper.restored.empty());
}

TEST_CASE("An archive from whose middle bytes are missing does not open") {
    HugeArchive huge = huge_archive(1000, 10);
    huge.hole -= 512;
    const FileWithHole file(std::move(huge));
    CHECK_THROWS_WITH(Archive(file), Catch::Contains("the archive is not as long as manifest.json says"));
}
