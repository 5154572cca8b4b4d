#include "backup/archive_check.h"

#include <catch2/catch.hpp>

#include "backup/test_backup.h"

namespace ese::backup {

namespace {

using test::Content;
using test::database_stream;
using test::make_archive;
using test::page_bytes;
using test::signature;
using Bytes = archive::test::Bytes;

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

TEST_CASE("of more damaged pages than are listed, those that the manifest records and others are told apart") {
    constexpr std::uint32_t pages = 2 * DamageList::longest;
    Content content;
    content.database = test::database_stream(Generation(2), Generation(3), pages);
    for (std::uint32_t page = 1; page <= pages; ++page) {
        for (std::size_t i = 0; i < 40; ++i)
            content.database[(1 + std::size_t{page}) * page_bytes + 100 + i] ^= static_cast<std::uint8_t>(i * 37 + 11);
        content.damage.push_back({page, "bad", "0x1", "0x2"});
    }
    const ArchiveReport all_recorded = check(make_archive(content));
    CHECK(all_recorded.damage_count == 0);
    CHECK(all_recorded.recorded_count == pages);
    CHECK(all_recorded.recorded.size() == DamageList::longest);
    CHECK_FALSE(all_recorded.good());
    CHECK(all_recorded.verdict()->kind() == ErrorKind::damage);
    CHECK_FALSE(all_recorded.verdict(true));

    content.damage.pop_back();
    const ArchiveReport all_but_one = check(make_archive(content), 1);
    CHECK(all_but_one.damage_count == 1);
    REQUIRE(all_but_one.damage.size() == 1);
    CHECK(all_but_one.damage[0].page == PageNumber(pages));
    CHECK(all_but_one.verdict(true)->kind() == ErrorKind::damage);
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

TEST_CASE("a log whose own checksum is not the one that the manifest has for it is damage") {
    Content content;
    content.last_checksum_in_manifest = 1;
    const ArchiveReport report = check(make_archive(content));
    REQUIRE(report.damage.size() == 1);
    CHECK(report.damage[0].file == "logs/edb00003.log");
    CHECK_THAT(report.damage[0].reason, Catch::Contains("not the log that the manifest describes"));
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
