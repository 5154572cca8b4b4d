#include <catch2/catch.hpp>

#include <unistd.h>

#include <thread>

#include "archive/test_archive.h"

using namespace ese;
using namespace ese::archive;
using namespace ese::archive::test;

namespace {

std::vector<Content> sample() {
    return {{"databases/00/app.edb", some_bytes(300 * 1024, 1), Writer::starts_frame},
            {"databases/00/app.pat", some_bytes(8192, 2)},
            {"databases/01/empty.edb", {}, Writer::starts_frame},
            {"databases/02/exact.edb", some_bytes(2 * 65536, 3), Writer::starts_frame},
            {"logs/edb00001.log", some_bytes(65536, 4)},
            {"logs/edb00002.log", some_bytes(5000, 5)},
            {"logs/edb00003.log", some_bytes(5000, 6)},
            {"logs/large.log", some_bytes(200'000, 7)},
            {"logs/\xC3\xA4" + std::string(120, 'x'), some_bytes(3, 8)}};
}

void check_all(const Keeper& keeper, const std::vector<Content>& contents) {
    for (const Content& content : contents) {
        INFO(content.path);
        REQUIRE(keeper.restored.contains(content.path));
        CHECK(keeper.restored.at(content.path) == content.bytes);
    }
    CHECK(keeper.restored.contains("backup.json"));
    CHECK_FALSE(keeper.unaligned);
    CHECK_FALSE(keeper.log_in_pieces);
}

}  // namespace

TEST_CASE("An archive gives its members back, from a file in any order and from a pipe in theirs") {
    const auto contents = sample();
    for (const DigestKind digest : {DigestKind::xxh3_128, DigestKind::sha256}) {
        WriterOptions options = small_frames(2);
        options.digest = digest;
        const Bytes bytes = write_archive(contents, options);
        for (const unsigned threads : {1u, 3u}) {
            for (const bool every_digest : {false, true}) {
                const ReadOptions read{threads, false, every_digest};
                const MemoryFile file(bytes);
                Keeper from_file;
                const VerifyReport report = verify_file(file, from_file, read);
                CHECK(report.good());
                CHECK(report.members_intact == contents.size() + 2);
                check_all(from_file, contents);

                MemorySource source(bytes);
                Keeper from_pipe;
                const VerifyReport piped = read_stream(source, from_pipe, read);
                CHECK(piped.good());
                CHECK(piped.members_intact == contents.size() + 2);
                check_all(from_pipe, contents);
                CHECK_FALSE(from_pipe.out_of_order);
            }
        }
    }
}

TEST_CASE("A stop does not wait for frames that are being compressed") {
    // A frame of 16 MiB has 128 blocks, and three are under way: the stop comes at the tenth of all of these.
    const Bytes content = some_bytes(48 << 20, 1);
    std::atomic<int> asked = 0;
    WriterOptions options;
    options.level = 9;
    options.threads = 2;
    options.stop = [&asked] { return ++asked >= 10; };
    MemorySink sink;
    const BeginRecord begin = sample_begin();
    Writer writer(sink, begin, options);
    std::optional<ErrorKind> ended_with;
    try {
        writer.begin_member("databases/00/app.edb", content.size(), Writer::starts_frame);
        writer.write(content);
        writer.end_member();
        writer.finish(sample_manifest(begin));
    } catch (const Error& error) {
        ended_with = error.kind();
    }
    CHECK(ended_with == ErrorKind::interrupted);
    CHECK(asked <= 11);
}

TEST_CASE("Data that zstd stores as it is, repeats or compresses comes back the same, block by block") {
    Bytes random = some_bytes(3 << 20, 1), zeros(3 << 20), mixed = some_bytes(3 << 20, 2);
    std::uint32_t state = 1;
    for (auto& byte : random) byte = static_cast<std::uint8_t>((state = state * 1664525u + 1013904223u) >> 24);
    for (std::size_t i = 0; i < mixed.size(); ++i) {
        if (i / 200'000 % 2 == 0) mixed[i] = random[i];
    }
    const std::vector<Content> contents = {{"databases/00/random.edb", random, Writer::starts_frame},
                                           {"databases/01/zeros.edb", zeros, Writer::starts_frame},
                                           {"databases/02/mixed.edb", mixed, Writer::starts_frame},
                                           {"logs/edb00001.log", {random.begin(), random.begin() + 50'000}},
                                           {"logs/edb00002.log", {random.begin() + 7, random.begin() + 60'000}}};
    WriterOptions options = small_frames(2);
    options.frame_bytes = 1 << 20;
    const MemoryFile file(write_archive(contents, options));
    for (const bool every_digest : {false, true}) {
        Keeper keeper;
        CHECK(verify_file(file, keeper, {2, false, every_digest}).good());
        check_all(keeper, contents);
    }
}

TEST_CASE("The bytes of an archive are the same whatever the number of threads and the size of the writes") {
    const auto contents = sample();
    const Bytes one = write_archive(contents, small_frames(1));
    for (const unsigned threads : {2u, 3u, 4u}) CHECK(write_archive(contents, small_frames(threads)) == one);

    MemorySink sink;
    const BeginRecord begin = sample_begin();
    Writer writer(sink, begin, small_frames(2));
    for (const Content& content : contents) {
        writer.begin_member(content.path, content.bytes.size(), content.use);
        std::size_t done = 0, step = 1;
        while (writer.left() > 0) {
            step = step * 3 % 9973;
            const ByteSpan into = writer.reserve(step);
            std::copy_n(content.bytes.begin() + static_cast<std::ptrdiff_t>(done), into.size(), into.begin());
            done += into.size();
            writer.commit(into.size());
        }
        writer.end_member();
    }
    writer.finish(sample_manifest(begin));
    CHECK(sink.bytes() == one);
}

TEST_CASE("A database is read straight into its frame, in aligned pieces of whole pages") {
    MemorySink sink;
    Writer writer(sink, sample_begin(), small_frames());
    const std::uint64_t size = 3 * 65536 + 8192;
    writer.begin_member("databases/00/app.edb", size, Writer::starts_frame);
    while (writer.left() > 0) {
        const ByteSpan into = writer.reserve(32768);
        CHECK(reinterpret_cast<std::uintptr_t>(into.data()) % 4096 == 0);
        CHECK(into.size() % 8192 == 0);
        writer.commit(into.size());
    }
    writer.end_member();
    writer.begin_member("logs/edb00001.log", 65536, Writer::shares_frame);
    CHECK(reinterpret_cast<std::uintptr_t>(writer.reserve(65536).data()) % 4096 == 0);
}

TEST_CASE("Each database and the manifest start a frame, small logs share one and none is cut in two") {
    const auto contents = sample();
    const MemoryFile file(write_archive(contents, small_frames()));
    const Manifest manifest = Archive(file).manifest();
    const auto member = [&](const char* path) { return manifest.members.at(manifest.find(path).value()); };
    CHECK(member("databases/00/app.edb").frame == 1);
    CHECK(member("databases/00/app.edb").offset_in_frame == 512);
    CHECK(member("databases/02/exact.edb").offset_in_frame == 512);
    CHECK(member("logs/edb00002.log").frame == member("logs/edb00003.log").frame);
    Keeper keeper;
    Archive(file).read(keeper, {1});
    CHECK_FALSE(keeper.log_in_pieces);
    CHECK_FALSE(manifest.find("manifest.json"));
    CHECK(member("frames.txt").frame == manifest.frames_listed());
    CHECK(Archive(file).commit().frames == manifest.frames.count + 1);
}

TEST_CASE("Opening a large archive reads its end only, and reading one member only its frames") {
    const std::vector<Content> contents = {{"databases/00/a.edb", some_bytes(4 << 20, 1), Writer::starts_frame},
                                           {"databases/01/b.edb", some_bytes(100'000, 2), Writer::starts_frame},
                                           {"databases/02/c.edb", some_bytes(4 << 20, 3), Writer::starts_frame}};
    const MemoryFile file(write_archive(contents, small_frames()));
    const Archive archive(file);
    CHECK(file.bytes_read < 64 * 1024);
    Keeper keeper;
    keeper.only = {"databases/01/b.edb"};
    const VerifyReport report = archive.read(keeper, {2, true});
    CHECK(report.findings.empty());
    CHECK(report.frames == 2);
    CHECK(keeper.restored.size() == 1);
    CHECK(keeper.restored.at("databases/01/b.edb") == contents[1].bytes);
    CHECK(keeper.finished_members == 1);
}

TEST_CASE("An archive with no member but its records, and one with a manifest of several frames") {
    const MemoryFile empty(write_archive({}, small_frames()));
    Keeper none;
    CHECK(verify_file(empty, none, {}).good());

    std::vector<Content> logs;
    for (int i = 0; i < 1500; ++i)
        logs.push_back({"logs/edb" + std::to_string(100'000 + i) + ".log", some_bytes(600, 9)});
    const Bytes bytes = write_archive(logs, small_frames(2));
    const MemoryFile many(bytes);
    Keeper keeper;
    CHECK(verify_file(many, keeper, {2, false}).good());
    CHECK(keeper.restored.size() == logs.size() + 2);
    MemorySource source(bytes);
    CHECK(read_stream(source, none, {2, false}).good());
}

TEST_CASE("What a consumer throws comes out of reading, whichever thread it was on") {
    struct Thrower : Consumer {
        bool wish(const MemberInfo&) override { return true; }
        void chunk(const MemberInfo& member, std::uint64_t, ByteView) override {
            if (member.index == 1) throw Error(ErrorKind::damage, "page 7");
        }
    };
    const Bytes bytes = write_archive(sample(), small_frames());
    Thrower thrower;
    const MemoryFile file(bytes);
    CHECK_THROWS_WITH(verify_file(file, thrower, {2, false}), "page 7");
    MemorySource source(bytes);
    CHECK_THROWS_WITH(read_stream(source, thrower, {2, false}), "page 7");
}

TEST_CASE("A sink that fails ends the writing with its error") {
    struct Full : ByteSink {
        void write(ByteView bytes) override {
            written += bytes.size();
            if (written > 50'000) throw Error(ErrorKind::output, "no space");
        }
        std::optional<DurableReceipt> finish() override {
            finished = true;
            return receipt("full");
        }
        std::size_t written = 0;
        bool finished = false;
    };
    for (const unsigned threads : {1u, 3u}) {
        Full sink;
        const auto write_all = [&] {
            const BeginRecord begin = sample_begin();
            Writer writer(sink, begin, small_frames(threads));
            for (const Content& content : sample()) {
                writer.begin_member(content.path, content.bytes.size(), content.use);
                writer.write(content.bytes);
                writer.end_member();
            }
            writer.finish(sample_manifest(begin));
        };
        CHECK_THROWS_AS(write_all(), Error);
        CHECK_FALSE(sink.finished);
    }
}

TEST_CASE("An archive goes through a real pipe") {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    os::FdStream into(ends[1], "pipe"), out_of(ends[0], "pipe", [] { return false; });
    const auto contents = sample();
    std::thread producer([&] {
        PipeSink sink(into);
        const BeginRecord begin = sample_begin();
        Writer writer(sink, begin, small_frames(2));
        for (const Content& content : contents) {
            writer.begin_member(content.path, content.bytes.size(), content.use);
            writer.write(content.bytes);
            writer.end_member();
        }
        if (writer.finish(sample_manifest(begin)).receipt) std::abort();  // a pipe proves nothing
    });
    PipeSource source(out_of);
    Keeper keeper;
    const VerifyReport report = read_stream(source, keeper, {2, false});
    producer.join();
    CHECK(report.good());
    check_all(keeper, contents);
}

TEST_CASE("A pipe whose reader has gone is a failure of the output, and a stalled one can be given up") {
    os::ignore_broken_pipes();
    const Bytes much(1 << 20);
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    {
        os::FdStream into(ends[1], "pipe");
        ::close(ends[0]);
        try {
            into.write(much);
            FAIL("nobody noticed");
        } catch (const Error& error) {
            CHECK(error.kind() == ErrorKind::output);
        }
    }
    REQUIRE(::pipe(ends) == 0);
    os::FdStream into(ends[1], "pipe", [] { return true; });
    os::FdStream unread(ends[0], "pipe");
    try {
        into.write(much);
        FAIL("nobody noticed");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::interrupted);
    }
}

TEST_CASE("A file has the archive's name only when it is complete, and never replaces one") {
    os::FileSystem& files = os::real_file_system();
    char pattern[] = "/tmp/archive-test-XXXXXX";
    const std::string directory = ::mkdtemp(pattern);
    const std::string path = directory + "/a.ese.tar.zst";
    {
        FileSink sink(files, path, 42);
        sink.write(bytes_of("half"));
        CHECK(files.list(directory) == std::vector<std::string>{".a.ese.tar.zst.partial-42"});
    }
    CHECK(files.list(directory).empty());
    {
        FileSink sink(files, path, 42), second(files, path, 43);
        sink.write(bytes_of("whole"));
        const auto receipt = sink.finish();
        REQUIRE(receipt);
        CHECK(receipt->where() == path);
        CHECK_THROWS_AS(second.finish(), Error);
    }
    CHECK(files.list(directory) == std::vector<std::string>{"a.ese.tar.zst"});
    CHECK_THROWS_AS(FileSink(files, path, 42), Error);
    files.remove(path);
    files.remove_directory(directory);
}
