// Page images that newer engines would have compressed otherwise than those of the reference data, whose images
// log_data_test.cpp and the replay of whole sets unpack.

#include "format/log/page_image.h"

#include <lz4.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "esent.h"
#include "format/database/test_data.h"

using namespace ese;
using namespace ese::format;
using format::test::Bytes;

namespace {

Bytes compressed_by_lz4(const Bytes& image) {
    Bytes stored(3 + static_cast<std::size_t>(LZ4_compressBound(static_cast<int>(image.size()))));
    const int size =
        LZ4_compress_default(reinterpret_cast<const char*>(image.data()), reinterpret_cast<char*>(stored.data() + 3),
                             static_cast<int>(image.size()), static_cast<int>(stored.size() - 3));
    REQUIRE(size > 0);
    stored.resize(3 + static_cast<std::size_t>(size));
    stored[0] = 7 << 3;
    store_u16(stored, 1, static_cast<std::uint16_t>(image.size()));
    return stored;
}

// Without the space between the nodes and the tags, which its count of free bytes does not know of.
Bytes dehydrated(const Bytes& page) {
    const PageView view(page);
    const std::size_t tags = 4 * view.tag_count();
    const std::size_t nodes_end = page_header_bytes(static_cast<std::uint32_t>(page.size())) + view.free_offset();
    const std::size_t gap = page.size() - tags - nodes_end;
    Bytes image(page.begin(), page.begin() + static_cast<std::ptrdiff_t>(nodes_end));
    image.insert(image.end(), page.end() - static_cast<std::ptrdiff_t>(tags), page.end());
    store_u16(image, 28, static_cast<std::uint16_t>(view.free_bytes() - gap));
    return image;
}

// What is left of it where nothing ever was is not kept.
Bytes without_leftovers(Bytes page) {
    const PageView view(page);
    const std::size_t nodes_end = page_header_bytes(static_cast<std::uint32_t>(page.size())) + view.free_offset();
    std::fill(page.begin() + static_cast<std::ptrdiff_t>(nodes_end),
              page.end() - static_cast<std::ptrdiff_t>(4 * view.tag_count()), std::uint8_t{0});
    return page;
}

std::int32_t error_of(const Bytes& image, std::uint32_t page_bytes) {
    try {
        (void)unpack_page_image(image, page_image_flag::compressed, page_bytes);
        return 0;
    } catch (const Error& error) {
        UNSCOPED_INFO(error.what());
        return error.jet();
    }
}

}  // namespace

TEST_CASE("Page images compressed by LZ4 become the page again, with and without their free space") {
    const char* const root = std::getenv("ESEBACKUP_TEST_DATA");
    if (root == nullptr) {
        WARN(test::no_data);
        return;
    }
    const test::Database database(std::string(root) + "/clean-4k/files/data.edb");
    const auto bytes = database.header.page_bytes();
    unsigned pages = 0;
    for (std::uint32_t number = 1; number <= database.page_count(); ++number) {
        const ByteView view = database.page(PageNumber(number));
        const PageView page(view);
        if (page.tag_count() == 0 || !check_page_structure(page).sound()) continue;
        const Bytes whole(view.begin(), view.end());
        CHECK(unpack_page_image(compressed_by_lz4(whole), page_image_flag::compressed, bytes) == whole);
        const Bytes image = compressed_by_lz4(dehydrated(whole));
        CHECK(unpack_page_image(image, page_image_flag::compressed | page_image_flag::dehydrated, bytes) ==
              without_leftovers(whole));
        ++pages;
    }
    CHECK(pages > 100);
}

TEST_CASE("Page images that are damaged, too large, or of a compression that is not known") {
    const Bytes page(4096, 1);
    const Bytes image = compressed_by_lz4(page);
    CHECK(error_of(image, 2048) == JET_errLogFileCorrupt);
    CHECK(error_of(Bytes(image.begin(), image.end() - 4), 4096) == JET_errLogFileCorrupt);
    CHECK(error_of(image, 4096) == JET_errLogFileCorrupt);  // no page
    CHECK(error_of({}, 4096) == JET_errLogFileCorrupt);
    Bytes unknown = image;
    unknown[0] = 6 << 3;
    CHECK(error_of(unknown, 4096) == JET_errFeatureNotAvailable);
    CHECK_THROWS_WITH(unpack_page_image(unknown, page_image_flag::compressed, 4096), Catch::Contains("XPRESS10"));
}
