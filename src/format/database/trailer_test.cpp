#include "format/database/trailer.h"

#include <catch2/catch.hpp>

#include "format/database/database_header.h"
#include "format/database/test_data.h"

using namespace ese;
using namespace ese::format;
namespace field = ese::format::header_field;

TEST_CASE("a trailer is read as it was written, and a damaged one is none") {
    Trailer trailer;
    trailer.backup = {{Generation(3), 4, 5}, LogTime::from_unix_ms(1690000000500), Generation(2), Generation(6)};
    trailer.database_signature = {1, LogTime::from_unix_ms(1680000000000), {}};
    trailer.log_signature = {2, LogTime::from_unix_ms(1670000000000), {}};
    trailer.min_required = Generation(2);
    trailer.max_required = Generation(5);
    trailer.max_committed = Generation(6);
    trailer.max_required_time = LogTime::from_unix_ms(1690000000100);
    trailer.max_committed_time = LogTime::from_unix_ms(1690000000400);
    auto page = trailer.to_page(8192);
    CHECK(Trailer::parse(page) == trailer);
    page[150] = 1;
    CHECK_FALSE(Trailer::parse(page));
    CHECK_FALSE(Trailer::parse(std::vector<std::uint8_t>(4096)));
    CHECK_FALSE(Trailer::parse(ByteView(page).first(1000)));
}

TEST_CASE("the last page of every real backup stream is a trailer that fits the header") {
    std::size_t seen = 0;
    for (const auto& path : test::databases()) {
        const test::Bytes file = test::read_file(path);
        const auto picked = pick_header(file);
        REQUIRE(picked);
        const DatabaseHeader& header = picked->header;
        if (!header.is_raw_backup()) continue;
        INFO(path);
        ++seen;
        const ByteView page = ByteView(file).last(header.page_bytes());
        const auto trailer = Trailer::parse(page);
        REQUIRE(trailer);
        const BackupInfo current = header.get(field::full_current);
        CHECK(trailer->backup.mark == current.mark);
        CHECK(trailer->backup.time == current.time);
        CHECK(trailer->backup.low == current.low);
        CHECK(current.high == Generation());
        CHECK(trailer->backup.high >= trailer->backup.low);
        CHECK(trailer->database_signature == header.get(field::database_signature));
        CHECK(trailer->log_signature == header.get(field::log_signature));
        CHECK(trailer->max_required == Generation());  // these are of update-major 20
        CHECK(std::ranges::equal(trailer->to_page(header.page_bytes()), page));
    }
    if (seen == 0) WARN(test::no_data);
}
