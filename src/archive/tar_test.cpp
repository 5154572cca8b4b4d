#include <catch2/catch.hpp>

#include <string>

#include "archive/tar.h"
#include "base/error.h"

using namespace ese;
using namespace ese::archive;

namespace {

struct Seen : TarParser::Handler {
    void member(const std::string& path, std::uint64_t size) override {
        paths.push_back(path);
        sizes.push_back(size);
    }
    void data(std::uint64_t, ByteView part) override { bytes += std::string(part.begin(), part.end()); }
    void member_end() override { ++ends; }
    std::vector<std::string> paths;
    std::vector<std::uint64_t> sizes;
    std::string bytes;
    int ends = 0;
};

std::vector<std::uint8_t> tar_of(const std::string& path, const std::string& data) {
    std::vector<std::uint8_t> tar = tar_header(path, data.size(), 1714566896);
    tar.insert(tar.end(), data.begin(), data.end());
    tar.resize(tar.size() + tar_padding(data.size()) + tar_end_bytes);
    return tar;
}

void stamp_checksum(std::vector<std::uint8_t>& header) {
    unsigned sum = 8 * ' ';
    for (std::size_t i = 0; i < tar_block; ++i) sum += i >= 148 && i < 156 ? 0u : header[i];
    std::snprintf(reinterpret_cast<char*>(header.data()) + 148, 8, "%06o", sum);
}

}  // namespace

TEST_CASE("A tar is parsed however its bytes arrive") {
    const auto tar = tar_of("databases/00/app.edb", std::string(700, 'a'));
    for (const std::size_t step : {std::size_t{1}, std::size_t{511}, std::size_t{512}, tar.size()}) {
        Seen seen;
        TarParser parser(seen);
        for (std::size_t at = 0; at < tar.size(); at += step) {
            CHECK_FALSE(parser.at_end());
            parser.push(ByteView(tar).subspan(at, std::min(step, tar.size() - at)));
        }
        CHECK(parser.at_end());
        CHECK(seen.paths == std::vector<std::string>{"databases/00/app.edb"});
        CHECK(seen.bytes == std::string(700, 'a'));
        CHECK(seen.ends == 1);
    }
}

TEST_CASE("Sizes over 8 GiB and long or non-ASCII names come through a pax header") {
    const std::string long_name = "databases/00/" + std::string(150, 'n') + "\xC3\xA4.edb";
    for (const std::string& path : {std::string("databases/00/app.edb"), long_name}) {
        for (const std::uint64_t size :
             {std::uint64_t{077777777777}, std::uint64_t{0100000000000}, std::uint64_t{1} << 44}) {
            const auto header = tar_header(path, size, 0);
            CHECK(header.size() % tar_block == 0);
            CHECK((header.size() == tar_block) == (path != long_name && size <= 077777777777));
            Seen seen;
            TarParser parser(seen);
            parser.push(header);
            CHECK(seen.paths == std::vector<std::string>{path});
            CHECK(seen.sizes == std::vector<std::uint64_t>{size});
        }
    }
}

TEST_CASE("Names that could leave the directory or confuse a terminal are not safe") {
    for (const char* good : {"a", "a/b", "databases/00/\xC3\xA4 b.edb", "..a", "a/...", ".hidden"})
        CHECK(is_safe_member_path(good));
    for (const std::string bad : {"", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", "a\\b", "a\nb",
                                  "\x1B[2J", "\xFF", "\xC0\xAF"}) {
        CHECK_FALSE(is_safe_member_path(bad));
        CHECK_THROWS_AS(tar_header(bad, 1, 0), Error);
    }
    CHECK_FALSE(is_safe_member_path(std::string("a\0b", 3)));
    CHECK_FALSE(is_safe_member_path(std::string(256, 'a')));
    std::string deep = "a";
    while (deep.size() < 2000) deep += "/a";
    CHECK_FALSE(is_safe_member_path(deep));
}

TEST_CASE("Links, devices, unsafe names and wrong checksums in a tar are refused") {
    const auto good = tar_of("databases/00/app.edb", "data");
    const auto refused = [](const std::vector<std::uint8_t>& tar) {
        Seen seen;
        TarParser parser(seen);
        try {
            parser.push(tar);
            return false;
        } catch (const Error& error) {
            return error.kind() == ErrorKind::damage && seen.bytes.empty();
        }
    };
    CHECK_FALSE(refused(good));
    for (std::size_t i = 0; i < tar_block; ++i) {
        auto changed = good;
        changed[i] ^= 0x01;
        CHECK(refused(changed));
    }
    for (const char type : {'1', '2', '3', '4', '5', '6', '7', 'g', 'L', 'S', 'V'}) {
        auto changed = good;
        changed[156] = static_cast<std::uint8_t>(type);
        stamp_checksum(changed);
        CHECK(refused(changed));
    }
    for (const char* name : {"../../etc/passwd", "/etc/passwd", "a/../b", ""}) {
        auto changed = good;
        std::fill_n(changed.begin(), 100, std::uint8_t{0});
        std::copy_n(name, std::string(name).size(), changed.begin());
        stamp_checksum(changed);
        CHECK(refused(changed));
    }
}

TEST_CASE("Padding that is not zero, one zero block only and bytes behind the end are refused") {
    Seen seen;
    auto padding = tar_of("a", "x");
    padding[tar_block + 1] = 1;
    CHECK_THROWS_AS(TarParser(seen).push(padding), Error);
    auto one_block = tar_of("a", "x");
    one_block.back() = 1;
    CHECK_THROWS_AS(TarParser(seen).push(one_block), Error);
    auto longer = tar_of("a", "x");
    longer.push_back(0);
    CHECK_THROWS_AS(TarParser(seen).push(longer), Error);
}
