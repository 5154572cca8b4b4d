#include <catch2/catch.hpp>

#include "base/error.h"
#include "esent.h"
#include "format/log/log_header.h"

using namespace ese;
using namespace ese::format;

namespace {

std::int32_t error_of(auto&& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.jet();
    }
    return 0;
}

Signature signature(std::uint32_t random) { return {random, LogTime::from_unix_ms(1'790'000'000'000), {}}; }

LogHeader sample(std::uint32_t generation = 17) {
    LogHeader header;
    header.generation = Generation(generation);
    header.sectors = 32;
    header.page_bytes = 32768;
    header.created = LogTime::from_unix_ms(1'790'000'001'000 + generation);
    header.previous_created = LogTime::from_unix_ms(1'790'000'001'000 + generation - 1);
    header.version = {8, 4000, 5, 16};
    header.signature = signature(7);
    header.parameters.set_paths("C:\\system\\", "D:\\log\\");
    header.parameters.set_circular_logging(true);
    header.parameters.set_count(DbmsParam::Count::log_sectors, 32);
    header.flags = LogHeader::flag_circular;
    header.checkpoint = {Generation(8), 1, 0};
    header.previous_checksum = 0x6D276D27B6927A6A;
    header.engine_format = 9600;
    AttachInfo attached;
    attached.dbid = 1;
    attached.dbtime = 3782;
    attached.last_object = ObjectId(22);
    attached.attach = {Generation(4), 0x1D, 0x268};
    attached.consistent = {Generation(4), 0x1B, 0x5B4};
    attached.database = signature(9);
    attached.set_path(u"C:\\data\\\u00e4.edb");
    header.attachments = {attached};
    return header;
}

LogSector changed(LogHeader header, auto&& change) {
    LogSector page = serialise_log_header(header);
    change(page);
    stamp_header_checksum(page);
    return page;
}

}  // namespace

TEST_CASE("A log header comes back from its bytes with every field") {
    const LogHeader header = sample();
    const LogSector page = serialise_log_header(header);
    const LogHeader back = parse_log_header(page);
    CHECK(back.generation == header.generation);
    CHECK(back.file_bytes() == 32 * 4096);
    CHECK(back.last_data_sector() == 30);
    CHECK(back.page_bytes == 32768);
    CHECK(back.created == header.created);
    CHECK(back.previous_created == header.previous_created);
    CHECK(back.version == header.version);
    CHECK(back.version.to_string() == "8.4000.5.16");
    CHECK(back.signature == header.signature);
    CHECK(back.parameters.system_path() == "C:\\system\\");
    CHECK(back.parameters.log_path() == "D:\\log\\");
    CHECK(back.parameters.circular_logging());
    CHECK(back.parameters.count(DbmsParam::Count::log_sectors) == 32);
    CHECK(back.flags == LogHeader::flag_circular);
    CHECK(back.checkpoint == header.checkpoint);
    CHECK(back.previous_checksum == header.previous_checksum);
    CHECK(back.engine_format == 9600);
    REQUIRE(back.attachments.size() == 1);
    CHECK(back.attachments == header.attachments);
    CHECK(back.attachments[0].path() == u"C:\\data\\\u00e4.edb");
    CHECK(serialise_log_header(back) == page);
}

TEST_CASE("Bytes of a log header that no field covers are written back as they were") {
    const LogSector page = changed(sample(), [](LogSector& bytes) {
        bytes[665] = 0x5A;         // reserved
        bytes[671 + 1500] = 0xEE;  // behind the end of the attach list
        bytes[4000] = 0x77;
        bytes[72 + 560] = 0x11;  // reserved in the parameters
    });
    CHECK(serialise_log_header(parse_log_header(page)) == page);
}

TEST_CASE("A page size of zero in a log header means 4096 and stays zero") {
    const LogSector page = changed(sample(), [](LogSector& bytes) { bytes[14] = bytes[15] = 0; });
    CHECK(parse_log_header(page).page_bytes == 4096);
    CHECK(serialise_log_header(parse_log_header(page)) == page);
}

TEST_CASE("Log versions up to 8.4000.130 are read and 7.3704 is refused by name") {
    CHECK_NOTHROW(check_log_version({8, 4000, 0, 0}));
    CHECK_NOTHROW(check_log_version({8, 4000, 130, 99999}));
    CHECK(error_of([] { check_log_version({8, 4000, 131, 0}); }) == JET_errBadLogVersion);
    CHECK(error_of([] { check_log_version({9, 4000, 0, 0}); }) == JET_errBadLogVersion);
    CHECK(error_of([] { check_log_version({8, 4001, 0, 0}); }) == JET_errBadLogVersion);
    try {
        check_log_version({7, 3704, 17, 0});
        FAIL("accepted");
    } catch (const Error& error) {
        CHECK(error.jet() == JET_errBadLogVersion);
        CHECK(error.message().find("7.3704") != std::string::npos);
    }
}

TEST_CASE("A damaged or foreign log header is refused with its own error") {
    LogSector page = serialise_log_header(sample());
    page[100] ^= 1;
    CHECK(error_of([&] { parse_log_header(page); }) == JET_errLogFileCorrupt);
    CHECK(error_of([&] { parse_log_header(ByteView(page).first(4095)); }) == JET_errLogFileCorrupt);
    CHECK(error_of([] { parse_log_header(LogSector{}); }) == JET_errLogFileCorrupt);
    const auto after = [](auto&& change) { return error_of([&] { parse_log_header(changed(sample(), change)); }); };
    CHECK(after([](LogSector& bytes) { bytes[667] = 1; }) == JET_errFileInvalidType);
    CHECK(after([](LogSector& bytes) { bytes[8] = 0, bytes[9] = 2; }) == JET_errLogFileCorrupt);  // 512-byte sectors
    CHECK(after([](LogSector& bytes) { bytes[12] = 2; }) == JET_errLogFileCorrupt);               // no data sector
    CHECK(after([](LogSector& bytes) { bytes[15] = 3; }) == JET_errLogFileCorrupt);               // page size
    CHECK(after([](LogSector& bytes) { bytes[4] = 0; }) == JET_errLogFileCorrupt);                // generation
    CHECK(after([](LogSector& bytes) { bytes[40] = 131; }) == JET_errBadLogVersion);
    CHECK(after([](LogSector& bytes) { bytes[671 + 3] = 0xFF; }) == JET_errLogFileCorrupt);  // path too long
    CHECK(after([](LogSector& bytes) { bytes[671 + 2] ^= 1; }) == JET_errLogFileCorrupt);    // half a character
}

TEST_CASE("An attach list must end inside its 2048 bytes, read or written") {
    std::vector<AttachInfo> list;
    std::vector<std::uint8_t> area(attach_list_bytes);
    AttachInfo entry;
    entry.dbid = 1;
    entry.names.assign(448, 1);  // 512 bytes in all: four fill the area and leave no room for the end
    while (write_attach_list(list, area)) list.push_back(entry);
    CHECK(list.size() == 4);
    list.pop_back();
    REQUIRE(write_attach_list(list, area));
    CHECK(parse_attach_list(area, JET_errLogFileCorrupt) == list);
    area[3 * 512] = 1;
    store_u16(area, 3 * 512 + 2, 448);
    CHECK(error_of([&] { parse_attach_list(area, JET_errCheckpointCorrupt); }) == JET_errCheckpointCorrupt);
    LogHeader header = sample();
    header.attachments.assign(4, entry);
    CHECK(error_of([&] { serialise_log_header(header); }) == JET_errTooManyAttachedDatabases);
}

TEST_CASE("The next generation must agree in signature, number, time and checksum") {
    const LogLink previous = link_of(sample(16), 0x6D276D27B6927A6A);
    CHECK_NOTHROW(check_successor(previous, sample(17)));

    LogHeader other = sample(17);
    other.signature = signature(8);
    CHECK(error_of([&] { check_successor(previous, other); }) == JET_errBadLogSignature);
    CHECK(error_of([&] { check_successor(previous, sample(18)); }) == JET_errInvalidLogSequence);
    CHECK(error_of([&] { check_successor(previous, sample(16)); }) == JET_errInvalidLogSequence);
    other = sample(17);
    other.previous_created.raw[0] ^= 1;
    CHECK(error_of([&] { check_successor(previous, other); }) == JET_errInvalidLogSequence);
    other = sample(17);
    other.previous_checksum ^= 1;
    CHECK(error_of([&] { check_successor(previous, other); }) == JET_errLogSequenceChecksumMismatch);
    other.version.update_minor = 12;  // such logs do not hold the checksum
    CHECK_NOTHROW(check_successor(previous, other));
    other.version.update_minor = 13;
    CHECK(error_of([&] { check_successor(previous, other); }) == JET_errLogSequenceChecksumMismatch);
    CHECK_NOTHROW(check_successor(link_of(sample(16), std::nullopt), other));
}

TEST_CASE("A log of the wrong length or page size is refused") {
    CHECK_NOTHROW(check_log_file_size(sample(), 32 * 4096));
    CHECK(error_of([] { check_log_file_size(sample(), 31 * 4096); }) == JET_errLogFileSizeMismatch);
    CHECK(error_of([] { check_log_file_size(sample(), 32 * 4096 + 1); }) == JET_errLogFileSizeMismatch);
    CHECK_NOTHROW(check_log_page_size(sample(), 32768));
    CHECK(error_of([] { check_log_page_size(sample(), 8192); }) == JET_errPageSizeMismatch);
}
