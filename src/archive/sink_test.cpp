#include "archive/sink.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "base/error.h"
#include "os/faulty_file_system.h"
#include "unit/temp_directory.h"

namespace ese::archive {

namespace {

// Of which there is less with each byte that is written.
class FillingDisk : public os::FaultyFileSystem {
 public:
    explicit FillingDisk(std::string directory)
        : FaultyFileSystem(os::real_file_system()), directory_(std::move(directory)) {}
    std::uint64_t free_bytes(const std::string&) override {
        std::uint64_t used = 0;
        for (const auto& entry : std::filesystem::directory_iterator(directory_)) used += entry.file_size();
        return size - std::min(size, used);
    }

    std::uint64_t size = std::uint64_t{200} << 20;

 private:
    std::string directory_;
};

}  // namespace

TEST_CASE("a file that would take what is to stay free ends, and leaves nothing behind") {
    const TempDirectory directory;
    FillingDisk disk(directory.path());
    const std::vector<std::uint8_t> megabytes(std::size_t{8} << 20);
    const std::uint64_t reserve = std::uint64_t{150} << 20;
    {
        FileSink sink(disk, directory.path("a.ese.tar.zst"), 1, reserve);
        const auto write_much = [&] {
            for (int i = 0; i < 20; ++i) sink.write(megabytes);
        };
        CHECK_THROWS_WITH(write_much(), Catch::Contains("are to stay free"));
    }
    CHECK(std::filesystem::is_empty(directory.path()));
    disk.size = reserve - 1;
    CHECK_THROWS_WITH(FileSink(disk, directory.path("a.ese.tar.zst"), 1, reserve), Catch::Contains("are to stay free"));
    CHECK(std::filesystem::is_empty(directory.path()));
    disk.size = reserve;
    FileSink sink(disk, directory.path("a.ese.tar.zst"), 1, reserve);
    sink.write(megabytes);
    CHECK(sink.finish());
}

}  // namespace ese::archive
