#include "archive/frame_list.h"

#include <catch2/catch.hpp>

#include "archive/archive_forger.h"

using namespace ese;
using namespace ese::archive;
using namespace ese::archive::test;

namespace {

std::vector<FrameRecord> parse(const std::string& text, std::size_t step = 1000) {
    std::vector<FrameRecord> records;
    FrameListParser parser([&](std::uint64_t index, const FrameRecord& record) {
        CHECK(index == records.size());
        records.push_back(record);
    });
    for (std::size_t at = 0; at < text.size(); at += step) parser.push(bytes_of(text.substr(at, step)));
    CHECK(parser.finish() == records.size());
    return records;
}

const std::vector<Content> contents = {{"databases/00/app.edb", some_bytes(5 * 65536, 1), Writer::starts_frame},
                                       {"databases/01/two.edb", some_bytes(2 * 65536 + 4096, 4), Writer::starts_frame},
                                       {"logs/edb00001.log", some_bytes(700, 2)},
                                       {"logs/edb00002.log", some_bytes(5000, 3)}};

struct Verdicts {
    VerifyReport file, pipe;
};

Verdicts read_both(const Bytes& bytes, bool every_digest = false) {
    Keeper from_file, from_pipe;
    const MemoryFile file(bytes);
    MemorySource source(bytes, 4096);
    Verdicts verdicts{verify_file(file, from_file, {2, false, every_digest}),
                      read_stream(source, from_pipe, {1, false, every_digest})};
    for (const Keeper* keeper : {&from_file, &from_pipe}) {
        for (const Content& content : contents) {
            const auto found = keeper->restored.find(content.path);
            if (found != keeper->restored.end()) CHECK(found->second == content.bytes);
        }
    }
    return verdicts;
}

}  // namespace

TEST_CASE("A line of frames.txt is what a shell script expects, and comes back in pieces of any size") {
    FrameRecord record{8389120, 1289034, xxh3_128(bytes_of("abc")), sha256(bytes_of("abc"))};
    const std::string line = to_line(record);
    CHECK(line ==
          "8389120 1289034 06b05ab6733a618578af5f94892f3950 "
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n");
    CHECK(line_bytes(record) == line.size());
    record.raw_bytes = 1;
    for (const std::size_t step : {1u, 7u, 119u, 1000u})
        CHECK(parse(line + to_line(record), step) == std::vector<FrameRecord>{parse(line)[0], record});
    CHECK(parse("").empty());
}

TEST_CASE("Lines of frames.txt that nobody writes are refused, whatever stands in them") {
    const std::string good = to_line({65536, 1000, xxh3_128({}), sha256({})});
    const auto refused = [](const std::string& text) {
        for (const std::size_t step : {1u, 1000u}) {
            FrameListParser parser([](std::uint64_t, const FrameRecord&) {});
            try {
                for (std::size_t at = 0; at < text.size(); at += step) parser.push(bytes_of(text.substr(at, step)));
                parser.finish();
                return false;
            } catch (const Error& error) {
                CHECK(error.kind() == ErrorKind::damage);
            }
        }
        return true;
    };
    REQUIRE_FALSE(refused(good));
    CHECK(refused(good.substr(0, good.size() - 1)));
    CHECK(refused("\n" + good));
    CHECK(refused(" " + good));
    CHECK(refused("0" + good));
    CHECK(refused("-" + good));
    CHECK(refused("67108865" + good.substr(5)));
    CHECK(refused("99999999999999999999" + good.substr(5)));
    CHECK(refused("0" + good.substr(5)));
    CHECK(refused(good.substr(0, 5) + "\t" + good.substr(6)));
    CHECK(refused(good.substr(0, good.size() - 1) + " \n"));
    CHECK(refused(good.substr(0, good.size() - 1) + "0\n"));
    CHECK(refused(std::string(1 << 20, '1')));
    CHECK(refused(std::string(1 << 20, '\n')));
    for (std::size_t i = 0; i + 1 < good.size(); ++i) {
        for (const char odd : {'\n', '\0', 'A', 'g', ' ', '\xFF'}) {
            std::string changed = good;
            changed[i] = odd;
            if (changed != good && !refused(changed)) FAIL("byte " << i << " as " << int{odd});
        }
    }
}

TEST_CASE("A list of frames that lies is found, from a file and from a pipe, also where all that covers it agrees") {
    const Bytes good = write_archive(contents, small_frames());
    REQUIRE(Forgery(good).frames.size() == 9);
    const auto must_be_bad = [&](const Forgery& forgery, bool every_digest = false) {
        const Verdicts verdicts = read_both(forgery.seal(), every_digest);
        CHECK_FALSE(verdicts.file.good());
        CHECK_FALSE(verdicts.pipe.good());
    };
    using List = std::vector<FrameRecord>;
    const std::function<void(List&)> lies[] = {[](List& list) { list.pop_back(); },
                                               [](List& list) { list.erase(list.begin()); },
                                               [](List& list) { list.push_back(list.back()); },
                                               [](List& list) { list.insert(list.end(), 1000, list.back()); },
                                               [](List& list) { std::swap(list[2], list[3]); },
                                               [](List& list) { list[2].raw_bytes += 512; },
                                               [](List& list) { list[2].compressed_bytes -= 1; },
                                               [](List& list) { list[2].xxh3_128[7] ^= 1; }};
    for (const auto& lie : lies) {
        Forgery forgery(good);
        forgery.change_list = lie;
        must_be_bad(forgery);
    }
    Forgery forgery(good);
    forgery.change_list = [](List& list) { list[2].sha256[7] ^= 1; };
    must_be_bad(forgery, true);
    forgery.list_text = "not a list\n";
    must_be_bad(forgery);
}

TEST_CASE("A frame that is not the listed one costs the members in it and no others") {
    Forgery forgery(write_archive(contents, small_frames()));
    forgery.change_list = [](std::vector<FrameRecord>& list) { list[3].xxh3_128[0] ^= 1; };
    const Verdicts verdicts = read_both(forgery.seal());
    for (const VerifyReport* report : {&verdicts.file, &verdicts.pipe}) {
        REQUIRE(report->findings.size() == 1);
        CHECK(report->findings[0].member == "databases/00/app.edb");
        CHECK(report->members_intact == contents.size() + 1);
        CHECK(report->complete);
    }
}

TEST_CASE("A manifest that sets members elsewhere, or counts other frames, is found") {
    const Forgery whole(write_archive(contents, small_frames()));
    const auto must_be_bad = [&](const std::function<void(Manifest&)>& change) {
        const Verdicts verdicts = read_both(whole.seal_manifest(change));
        CHECK_FALSE(verdicts.file.good());
        CHECK_FALSE(verdicts.pipe.good());
    };
    must_be_bad([](Manifest& m) { m.members[1].frame += 1; });
    must_be_bad([](Manifest& m) { m.members[1].offset_in_frame += 512; });
    must_be_bad([](Manifest& m) { m.members[1].offset_in_frame += 1; });
    must_be_bad([](Manifest& m) { m.members[1].size -= 1; });
    must_be_bad([](Manifest& m) { m.members[1].size += 512; });
    must_be_bad([](Manifest& m) { m.members[1].size = 0; });
    must_be_bad([](Manifest& m) { m.members[3].path = "logs/edb00009.log"; });
    must_be_bad([](Manifest& m) { m.members.erase(m.members.begin() + 1); });
    must_be_bad([](Manifest& m) { m.members[5].offset_in_frame += 512; });
    must_be_bad([](Manifest& m) { m.members[0].digest = std::string(32, '0'); });
    must_be_bad([](Manifest& m) { m.frames.count += 1; });
    must_be_bad([](Manifest& m) { m.frames.raw_bytes += 512; });
    must_be_bad([](Manifest& m) { m.frames.compressed_bytes += 1; });
    must_be_bad([](Manifest& m) { m.frames_of_list[0].xxh3_128[0] ^= 1; });
    must_be_bad([](Manifest& m) { m.frames_of_list[0].raw_bytes -= 1; });
    must_be_bad([](Manifest& m) { m.frames_of_list.insert(m.frames_of_list.begin(), m.frames_of_list[0]); });
}

TEST_CASE("The digest of a member that is looked at otherwise is compared where every digest is asked for") {
    const Bytes changed = Forgery(write_archive(contents, small_frames())).seal_manifest([](Manifest& m) {
        m.members[1].digest = std::string(32, '0');
    });
    const Verdicts by_frames = read_both(changed);
    CHECK(by_frames.file.good());
    CHECK(by_frames.pipe.good());
    const Verdicts by_all = read_both(changed, true);
    for (const VerifyReport* report : {&by_all.file, &by_all.pipe}) {
        REQUIRE(report->findings.size() == 1);
        CHECK(report->findings[0].member == "databases/00/app.edb");
        CHECK(report->members_intact == contents.size() + 1);
    }
}

TEST_CASE("A frame that begins in the middle of a page is refused") {
    Forgery forgery(write_archive({{"databases/00/app.edb", Bytes(70'000), Writer::starts_frame}}, small_frames()));
    REQUIRE(forgery.frames.size() == 3);
    Bytes tar = forgery.frames[1];
    tar.insert(tar.end(), forgery.frames[2].begin(), forgery.frames[2].end());
    forgery.frames[1].assign(tar.begin(), tar.begin() + 60'000);
    forgery.frames[2].assign(tar.begin() + 60'000, tar.end());
    const Verdicts verdicts = read_both(forgery.seal());
    for (const VerifyReport* report : {&verdicts.file, &verdicts.pipe}) {
        REQUIRE(report->findings.size() == 1);
        CHECK_THAT(report->findings[0].reason, Catch::Contains("in the middle of a page"));
    }
}
