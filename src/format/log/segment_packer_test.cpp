#include <catch2/catch.hpp>

#include "base/error.h"
#include "format/log/log_record_types.h"
#include "format/log/log_segment.h"
#include "format/log/log_stream.h"
#include "format/log/segment_packer.h"

using namespace ese;
using namespace ese::format;

namespace {

constexpr Generation generation{5};
const LogTime now = LogTime::from_unix_ms(1'790'000'000'000);

// A record of exactly this many bytes that is not a filler.
std::vector<std::uint8_t> record_of(std::size_t bytes, std::uint8_t content = 0xC5) {
    return make_record(LogRecordType::ignored9, std::vector<std::uint8_t>(bytes - 5, content));
}

Lgpos at(unsigned sector, unsigned offset) {
    return {generation, static_cast<std::uint16_t>(sector), static_cast<std::uint16_t>(offset)};
}

}  // namespace

TEST_CASE("Records follow each other and the first one of a segment has offset zero") {
    SegmentPacker packer(generation, 16);
    CHECK(packer.empty());
    CHECK(packer.position() == at(1, 0));
    CHECK(packer.append(record_of(100), now) == at(1, 0));
    CHECK(packer.append(record_of(50), now) == at(1, 140));
    CHECK(packer.position() == at(1, 190));
    CHECK_FALSE(packer.empty());
    const auto partial = packer.partial();
    REQUIRE(partial.has_value());
    CHECK(partial->sector == 1);
    CHECK(parse_segment_header(partial->bytes).position == at(1, 0));
    CHECK(parse_segment_header(partial->bytes).started == now);
    CHECK(is_all_zero(ByteView(partial->bytes).subspan(190)));
    CHECK(packer.take_full().empty());
}

TEST_CASE("A record that exactly fits fills its segment without a fragment") {
    SegmentPacker packer(generation, 16);
    packer.append(record_of(4000), now);
    CHECK(packer.append(record_of(56), now) == at(1, 4040));
    CHECK(packer.position() == at(2, 0));
    CHECK_FALSE(packer.partial().has_value());
    CHECK(packer.full_segments() == 1);
    CHECK(packer.take_full().at(0).sector == 1);
    CHECK(packer.take_full().empty());
}

TEST_CASE("With less than 32 bytes left a record goes to the next segment with the position of the padding") {
    SegmentPacker packer(generation, 16);
    packer.append(record_of(4056 - 31), now);
    CHECK(packer.append(record_of(60), now) == at(1, 4065));
    CHECK(packer.position() == at(2, 100));
    const auto full = packer.take_full();
    REQUIRE(full.size() == 1);
    CHECK(is_all_zero(ByteView(full[0].bytes).subspan(4065)));
    CHECK(packer.partial()->bytes[40] == static_cast<std::uint8_t>(LogRecordType::ignored9));
}

TEST_CASE("With 32 bytes left a record is split") {
    SegmentPacker packer(generation, 16);
    packer.append(record_of(4056 - 32), now);
    CHECK(packer.append(record_of(60), now) == at(1, 4064));
    const auto full = packer.take_full();
    REQUIRE(full.size() == 1);
    const ByteView tail = ByteView(full[0].bytes).subspan(4064);
    CHECK(tail[0] == 76);
    CHECK(load_u32(tail, 1) == 60);
    CHECK(load_u16(tail, 5) == 25);
    const auto partial = packer.partial();
    CHECK(partial->bytes[40] == 77);
    CHECK(load_u16(partial->bytes, 41) == 35);
    CHECK(packer.position() == at(2, 40 + 3 + 35));
}

TEST_CASE("A filler makes a whole segment of a partial one") {
    SegmentPacker packer(generation, 16);
    CHECK_FALSE(packer.fill(now));
    packer.append(record_of(100), now);
    CHECK(packer.fill(now));
    CHECK(packer.position() == at(2, 0));
    const auto full = packer.take_full();
    REQUIRE(full.size() == 1);
    CHECK(full[0].bytes[140] == 71);
    CHECK(load_u32(full[0].bytes, 141) == 4096 - 140 - 5);
    packer.append(record_of(4056 - 5), now);
    CHECK(packer.fill(now));
    packer.append(record_of(4056 - 4), now);
    CHECK_FALSE(packer.fill(now));
    packer.pad();
    CHECK(packer.position() == at(4, 0));
    packer.pad();
    CHECK(packer.position() == at(4, 0));
}

TEST_CASE("A generation takes records up to one byte before the end of its last data segment") {
    SegmentPacker packer(generation, 4);  // sectors 1 and 2 for data, 3 for a shadow
    packer.append(record_of(4056), now);
    CHECK(packer.position() == at(2, 0));
    CHECK(packer.fits({4055}));
    CHECK_FALSE(packer.fits({4056}));
    CHECK_FALSE(packer.fits({4000, 56}));
    CHECK(packer.fits({4000, 55}));
    CHECK_FALSE(packer.fits({std::size_t{1} << 40}));
    CHECK_THROWS_AS(packer.append(record_of(4056), now), Error);
    packer.append(record_of(4055), now);
    CHECK_FALSE(packer.fits({1}));
    SegmentPacker split(generation,
                        4);  // 32 bytes left: 25 of a record here and 4052 in the last segment, less one byte
    split.append(record_of(4056 - 32), now);
    CHECK(split.fits({25 + 4052}));
    CHECK_FALSE(split.fits({25 + 4053}));
    split.append(record_of(25 + 4052), now);
    CHECK(split.position() == at(2, 4095));
    CHECK_THROWS_AS(SegmentPacker(generation, 4, 3), Error);
    CHECK_THROWS_AS(SegmentPacker(generation, 2), Error);
    CHECK_THROWS_AS(SegmentPacker(generation, 4, 0), Error);
}

TEST_CASE("What fits() promises append() keeps, for every size and start") {
    for (std::size_t first = 5; first < 4056; first += 97) {
        for (std::size_t second = 5; second < 13000; second += 331) {
            SegmentPacker packer(generation, 5);
            packer.append(record_of(first), now);
            if (!packer.fits({second})) {
                // Then it would really not fit: more bytes, heads of fragments included, than the rest of three
                // segments.
                CHECK(40 + first + second + 2 * 43 + 31 >= 3 * 4056);
                continue;
            }
            packer.append(record_of(second), now);
            CHECK(packer.position().sector <= 3);
        }
    }
}

TEST_CASE("Packed records are read back with the positions they were given") {
    const std::uint16_t sectors = 200;
    SegmentPacker packer(generation, sectors);
    std::vector<std::pair<Lgpos, std::vector<std::uint8_t>>> written;
    std::uint32_t state = 12345;
    for (;;) {
        state = state * 1664525 + 1013904223;
        const std::size_t bytes = 5 + (state >> 8) % (state % 7 == 0 ? 20000 : 300);
        const auto record = record_of(bytes, static_cast<std::uint8_t>(state >> 24));
        if (!packer.fits({record.size()})) break;
        written.emplace_back(packer.position(), record);
        CHECK(packer.append(record, now) == written.back().first);
        if (state % 50 == 1) {
            const Lgpos filler = packer.position();
            if (packer.fill(now)) written.emplace_back(filler, std::vector<std::uint8_t>{});
        }
    }
    std::vector<std::uint8_t> file(std::size_t{sectors} * log_sector_bytes);
    auto segments = packer.take_full();
    if (const auto partial = packer.partial()) segments.push_back(*partial);
    for (PackedSegment& segment : segments) {
        stamp_segment(segment.bytes);
        std::ranges::copy(segment.bytes, file.begin() + static_cast<std::ptrdiff_t>(segment.sector * log_sector_bytes));
    }
    LogHeader header;
    header.generation = generation;
    header.sectors = sectors;
    const SegmentScan scan = scan_segments(header, sectors_of(file));
    REQUIRE_FALSE(scan.damage.has_value());
    CHECK(scan.last_good == segments.size());

    LogStream stream(scan, sectors_of(file));
    LogRecord record;
    std::size_t count = 0;
    while (stream.next(record)) {
        REQUIRE(count < written.size());
        CHECK(record.position == written[count].first);
        if (record.type != LogRecordType::nop2) CHECK(std::ranges::equal(record.bytes, written[count].second));
        ++count;
    }
    CHECK(count == written.size());
    CHECK(stream.position() == packer.position());
}
