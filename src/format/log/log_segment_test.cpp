#include <catch2/catch.hpp>

#include "base/error.h"
#include "esent.h"
#include "format/log/log_segment.h"
#include "format/log/segment_sum.h"

using namespace ese;
using namespace ese::format;

namespace {

constexpr std::uint16_t sectors = 12;

// A log file of generation 9 with good segments in the sectors 1 .. last.
class LogFile {
 public:
    explicit LogFile(std::uint16_t last) : bytes_(sectors * log_sector_bytes) {
        header_.generation = Generation(9);
        header_.sectors = sectors;
        for (std::uint16_t sector = 1; sector <= last; ++sector) put(sector, sector, 9);
    }

    ByteSpan at(std::uint16_t sector) { return ByteSpan(bytes_).subspan(sector * log_sector_bytes, log_sector_bytes); }
    // The segment that belongs in sector `position`, put in `sector`.
    void put(std::uint16_t sector, std::uint16_t position, std::uint32_t generation) {
        const ByteSpan segment = at(sector);
        std::ranges::fill(segment, std::uint8_t{0});
        Lgpos{Generation(generation), position, 0}.write(segment, 8);
        for (std::size_t i = 40; i < 2000; ++i)
            segment[i] = static_cast<std::uint8_t>(i * 7 + position * 13 + generation);
        stamp_segment(segment);
    }
    void garble(std::uint16_t sector) {
        for (std::size_t i = 0; i < 997; ++i) at(sector)[1000 + i] = static_cast<std::uint8_t>((i * i + 31) % 251);
    }
    SegmentScan scan() const { return scan_segments(header_, sectors_of(bytes_)); }
    ByteView bytes() const { return bytes_; }

 private:
    LogHeader header_;
    std::vector<std::uint8_t> bytes_;
};

std::uint64_t checksums(LogFile& file, std::uint16_t last) {
    std::uint64_t sum = 0;
    for (std::uint16_t sector = 1; sector <= last; ++sector) sum ^= parse_segment_header(file.at(sector)).checksum;
    return sum;
}

}  // namespace

TEST_CASE(
    "The sum of a log's segments comes out in whatever pieces its bytes come, without shadows and stale segments") {
    LogFile file(6);
    file.put(7, 6, 9);   // a shadow
    file.put(9, 9, 7);   // of the generation whose file this was
    file.put(10, 3, 9);  // where it does not belong
    for (const std::size_t piece : {1u, 2048u, 4096u, 5000u, 12u * 4096u}) {
        SegmentSum sum(Generation(9));
        for (ByteView left = file.bytes(); !left.empty(); left = left.subspan(std::min(piece, left.size())))
            sum.add(left.first(std::min(piece, left.size())));
        CHECK(sum.checksum() == checksums(file, 6));
    }
}

TEST_CASE("A scan ends at the first empty sector") {
    LogFile file(4);
    const SegmentScan scan = file.scan();
    CHECK(scan.last_good == 4);
    CHECK(scan.end == LogEnd::zero);
    CHECK_FALSE(scan.damage.has_value());
    CHECK(scan.checksum == checksums(file, 4));
    CHECK(LogFile(0).scan().last_good == 0);
    CHECK(LogFile(10).scan().end == LogEnd::full);
    CHECK(LogFile(10).scan().last_good == 10);
}

TEST_CASE("Stale segments of a recycled file and the shadow of the last segment are the end of the log") {
    LogFile stale(4);
    for (std::uint16_t sector = 5; sector < 9; ++sector) stale.put(sector, sector, 3);
    CHECK(stale.scan().last_good == 4);
    CHECK(stale.scan().end == LogEnd::stale);

    LogFile shadowed(4);
    shadowed.put(5, 4, 9);
    CHECK(shadowed.scan().last_good == 4);
    CHECK(shadowed.scan().end == LogEnd::shadow);
    CHECK(shadowed.scan().checksum == checksums(shadowed, 4));
}

TEST_CASE("A torn last segment is read from its shadow") {
    LogFile file(4);
    file.put(5, 4, 9);
    const std::vector<std::uint8_t> whole(file.at(4).begin(), file.at(4).end());
    const std::uint64_t sum = checksums(file, 4);
    file.garble(4);
    const SegmentScan scan = file.scan();
    CHECK_FALSE(scan.damage.has_value());
    CHECK(scan.last_good == 4);
    CHECK(scan.last_from_shadow);
    CHECK(scan.checksum == sum);
    LogSector segment;
    read_segment(scan, sectors_of(file.bytes()), 4, segment);
    CHECK(std::ranges::equal(segment, whole));
}

TEST_CASE("The shadow in the last sector of the file belongs to the last data segment") {
    LogFile file(10);
    file.put(11, 10, 9);
    file.garble(10);
    CHECK(file.scan().last_good == 10);
    CHECK(file.scan().last_from_shadow);
    file.garble(11);
    CHECK(file.scan().damage.has_value());
}

TEST_CASE("A zeroed last segment is the end of the log even if its shadow is there") {
    LogFile file(4);
    file.put(5, 4, 9);
    std::ranges::fill(file.at(4), std::uint8_t{0});
    const SegmentScan scan = file.scan();
    CHECK(scan.last_good == 3);
    CHECK_FALSE(scan.damage.has_value());
    CHECK_FALSE(scan.last_from_shadow);
}

TEST_CASE("Damage that no rule explains names its sector") {
    const auto damaged_at = [](LogFile& file) {
        const auto damage = file.scan().damage;
        return damage ? int{damage->sector} : 0;
    };
    LogFile middle(6);
    middle.garble(3);
    CHECK(damaged_at(middle) == 3);
    LogFile zeroed(6);
    std::ranges::fill(zeroed.at(3), std::uint8_t{0});
    CHECK(damaged_at(zeroed) == 4);  // a valid segment after an empty one
    LogFile shadow(4);
    shadow.put(5, 4, 9);
    shadow.garble(5);
    CHECK(damaged_at(shadow) == 5);
    LogFile behind(4);
    behind.put(5, 4, 9);
    behind.garble(6);
    CHECK(damaged_at(behind) == 6);
    LogFile newer(4);
    newer.put(5, 5, 10);
    CHECK(damaged_at(newer) == 5);
    LogFile unused(4);
    unused.garble(11);  // never looked at
    CHECK(damaged_at(unused) == 0);
    try {
        middle.scan().require_undamaged(JET_errLogCorruptDuringHardRestore);
        FAIL("accepted");
    } catch (const Error& error) {
        CHECK(error.jet() == JET_errLogCorruptDuringHardRestore);
        CHECK(error.message().find("sector 3") != std::string::npos);
    }
}

TEST_CASE("One flipped bit in a segment is corrected and reported") {
    LogFile file(4);
    const std::vector<std::uint8_t> whole(file.at(2).begin(), file.at(2).end());
    file.at(2)[1234] ^= 0x20;
    const SegmentScan scan = file.scan();
    CHECK(scan.last_good == 4);
    REQUIRE(scan.corrected.size() == 1);
    CHECK(scan.corrected[0].sector == 2);
    CHECK(scan.corrected[0].bit == 1234 * 8 + 5);
    LogSector segment;
    read_segment(scan, sectors_of(file.bytes()), 2, segment);
    CHECK(std::ranges::equal(segment, whole));
    file.at(2)[1300] ^= 0x01;
    CHECK(file.scan().damage.has_value());
}
