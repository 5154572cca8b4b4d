#include "backup/archive_check.h"

#include <catch2/catch.hpp>
#include <random>

#include "archive/test_archive.h"
#include "backup/manifest_facts.h"
#include "esent.h"
#include "format/database/page_checksum.h"

namespace ese::backup {

namespace {

constexpr std::uint32_t page_bytes = 8192;
using Bytes = std::vector<std::uint8_t>;

format::Signature signature(std::uint32_t random) {
    format::Signature made;
    made.random = random;
    made.created = format::LogTime::from_unix_ms(1700000000000);
    return made;
}

void append(Bytes& to, ByteView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

// Twenty pages with a checksum, of random content.
Bytes database_stream(Generation low, Generation high) {
    namespace field = format::header_field;
    const format::BackupInfo mark{{high, 1, 0}, format::LogTime::from_unix_ms(1700000001000), low, Generation()};
    format::DatabaseHeader header(page_bytes);
    header.set(field::database_signature, signature(1));
    header.set(field::log_signature, signature(2));
    header.set(field::state, format::DatabaseState::dirty_shutdown);
    header.set(field::min_required, low);
    header.set(field::max_required, high);
    header.set(field::full_current, mark);
    format::Trailer trailer;
    trailer.backup = mark;
    trailer.backup.high = high;
    trailer.database_signature = signature(1);
    trailer.log_signature = signature(2);
    Bytes stream;
    append(stream, header.stamped());
    append(stream, header.stamped());
    std::mt19937 random(1);
    for (std::uint32_t number = 1; number <= 20; ++number) {
        Bytes page(page_bytes);
        for (auto& byte : page) byte = static_cast<std::uint8_t>(random());
        format::stamp_page_checksum(page, PageNumber(number));
        append(stream, page);
    }
    append(stream, trailer.to_page(page_bytes));
    return stream;
}

format::LogHeader log_header(std::uint32_t generation) {
    format::LogHeader header;
    header.generation = Generation(generation);
    header.sectors = 16;
    header.page_bytes = page_bytes;
    header.version.update = 5;
    header.version.update_minor = 16;
    header.created = format::LogTime::from_unix_ms(1700000000000 + generation * 1000LL);
    if (generation > 1)
        header.previous_created = format::LogTime::from_unix_ms(1700000000000 + (generation - 1) * 1000LL);
    header.signature = signature(2);
    return header;
}

Bytes log_file(const format::LogHeader& header) {
    Bytes file;
    append(file, format::serialise_log_header(header));
    file.resize(16 * format::log_sector_bytes);
    return file;
}

struct Content {
    Bytes database = database_stream(Generation(2), Generation(3));
    std::vector<std::pair<std::string, format::LogHeader>> logs{{"logs/edb00002.log", log_header(2)},
                                                                {"logs/edb00003.log", log_header(3)}};
    std::string database_signature_in_manifest = signature(1).to_string();
};

Bytes make_archive(const Content& content) {
    const std::string member = "databases/00/data.edb";
    archive::BeginRecord begin;
    const std::array<std::uint8_t, 10> random{};
    begin.id = archive::make_backup_id(1700000000000, random);
    begin.started = archive::rfc3339(1700000000000);
    begin.instance = {"/srv/app", "/srv/app", "/srv/app", "edb", page_bytes, 16 * format::log_sector_bytes, signature(2).to_string()};
    begin.databases.push_back({member, "/srv/app/data.edb", 0});
    archive::Manifest manifest;
    static_cast<archive::BackupIdentity&>(manifest) = begin;
    archive::MemorySink sink;
    archive::Writer writer(sink, begin, {});
    writer.begin_member(member, content.database.size(), archive::Writer::starts_frame);
    writer.write(content.database);
    writer.end_member(20);
    archive::DatabaseRecord record;
    record.member = member;
    record.original_path = "/srv/app/data.edb";
    record.signature = content.database_signature_in_manifest;
    record.page_bytes = page_bytes;
    record.pages = 20;
    record.required = {2, 3, 3};
    manifest.databases.push_back(record);
    for (const auto& [name, header] : content.logs) {
        const Bytes file = log_file(header);
        writer.begin_member(name, file.size(), archive::Writer::shares_frame);
        writer.write(file);
        writer.end_member();
        manifest.logs.generations.push_back(generation_record(header, name));
    }
    manifest.logs.signature = signature(2).to_string();
    manifest.logs.first = content.logs.front().second.generation.value();
    manifest.logs.last = content.logs.back().second.generation.value();
    manifest.consistent_through = {manifest.logs.last, begin.started};
    manifest.finished = begin.started;
    writer.finish(manifest);
    return sink.bytes();
}

ArchiveReport check(const Bytes& bytes, unsigned threads = 2) {
    const archive::test::MemoryFile file(bytes);
    const Watch watch;
    ArchiveChecker checker(watch);
    archive::ReadOptions options;
    options.threads = threads;
    return make_report(archive::verify_file(file, checker, options), checker);
}

}  // namespace

TEST_CASE("a sound archive is good from a file and from a pipe") {
    const Bytes bytes = make_archive({});
    const ArchiveReport from_file = check(bytes);
    CHECK(from_file.good());
    CHECK_FALSE(from_file.verdict());
    CHECK(from_file.pages == 20);
    CHECK(from_file.logs == 2);
    archive::test::MemorySource source(bytes);
    const Watch watch;
    ArchiveChecker checker(watch);
    const ArchiveReport from_pipe = make_report(archive::read_stream(source, checker, {}), checker);
    CHECK(from_pipe.good());
    CHECK(from_pipe.pages == 20);
}

TEST_CASE("a page that was damaged before it was archived is named with its number") {
    Content content;
    for (std::size_t i = 0; i < 40; ++i)
        content.database[(2 + 6) * page_bytes + 100 + i] ^= static_cast<std::uint8_t>(i * 37 + 11);
    const ArchiveReport report = check(make_archive(content));
    REQUIRE(report.damage.size() == 1);
    CHECK(report.damage[0].file == "databases/00/data.edb");
    CHECK(report.damage[0].page == PageNumber(7));
    CHECK(report.damage[0].offset == 8 * page_bytes);
    CHECK(report.verdict()->kind() == ErrorKind::damage);
}

TEST_CASE("two pages that were exchanged are damage") {
    Content content;
    std::swap_ranges(content.database.begin() + 4 * page_bytes, content.database.begin() + 5 * page_bytes,
                     content.database.begin() + 9 * page_bytes);
    CHECK(check(make_archive(content)).damage.size() == 2);
}

TEST_CASE("a trailer of another backup is damage") {
    Content content;
    const Bytes other = database_stream(Generation(2), Generation(9));
    std::copy(other.end() - page_bytes, other.end(), content.database.end() - page_bytes);
    const ArchiveReport report = check(make_archive(content));
    REQUIRE(report.damage.size() == 1);
    CHECK_THAT(report.damage[0].reason, Catch::Contains("do not belong to the same backup"));
}

TEST_CASE("a log that is not the successor of the one before is damage") {
    Content content;
    content.logs[1].second.previous_created = format::LogTime::from_unix_ms(5);
    const ArchiveReport report = check(make_archive(content));
    REQUIRE(report.damage.size() == 1);
    CHECK(report.damage[0].file == "logs/edb00003.log");
}

TEST_CASE("a log that a database requires and that is not in the archive breaks the chain") {
    Content content;
    content.logs.pop_back();
    const ArchiveReport report = check(make_archive(content));
    CHECK(report.damage.empty());
    REQUIRE(report.missing.size() == 1);
    CHECK_THAT(report.missing[0], Catch::Contains("generation 3"));
    CHECK(report.verdict()->kind() == ErrorKind::chain);
}

TEST_CASE("a manifest that describes another database is damage") {
    Content content;
    content.database_signature_in_manifest = signature(8).to_string();
    CHECK(check(make_archive(content)).damage.size() == 1);
}

TEST_CASE("a request to stop ends a check") {
    const Bytes bytes = make_archive({});
    const archive::test::MemoryFile file(bytes);
    Watch watch;
    watch.stop = [] { return true; };
    ArchiveChecker checker(watch);
    CHECK_THROWS_AS(archive::verify_file(file, checker, {}), Error);
}

}  // namespace ese::backup
