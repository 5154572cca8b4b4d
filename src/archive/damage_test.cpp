#include <catch2/catch.hpp>

#include "archive/archive_forger.h"

using namespace ese;
using namespace ese::archive;
using namespace ese::archive::test;

namespace {

const std::vector<Content> small_contents = {{"databases/00/app.edb", some_bytes(1500, 1), Writer::starts_frame},
                                             {"logs/edb00001.log", some_bytes(700, 2)},
                                             {"logs/edb00002.log", some_bytes(300, 3)}};

bool restored_all(const Keeper& keeper, const std::vector<Content>& contents) {
    return std::all_of(contents.begin(), contents.end(), [&](const Content& content) {
        return keeper.restored.contains(content.path) && keeper.restored.at(content.path) == content.bytes;
    });
}

bool restored_only_true_bytes(const Keeper& keeper, const std::vector<Content>& contents) {
    return std::all_of(contents.begin(), contents.end(), [&](const Content& content) {
        return !keeper.restored.contains(content.path) || keeper.restored.at(content.path) == content.bytes;
    });
}

VerifyReport read_file(const Bytes& bytes, Keeper& keeper, bool every_digest = false) {
    return verify_file(MemoryFile(bytes), keeper, {1, false, every_digest});
}

VerifyReport read_pipe(const Bytes& bytes, Keeper& keeper, bool every_digest = false) {
    MemorySource source(bytes, 100'000);
    return read_stream(source, keeper, {1, false, every_digest});
}

void must_be_bad(const Bytes& bytes, const std::vector<Content>& contents) {
    Keeper from_file, from_pipe;
    CHECK_FALSE(read_file(bytes, from_file).good());
    CHECK_FALSE(read_pipe(bytes, from_pipe).good());
    CHECK(restored_only_true_bytes(from_file, contents));
    CHECK(restored_only_true_bytes(from_pipe, contents));
}

}  // namespace

TEST_CASE("Every bit of a small archive flipped is found or without effect") {
    const Bytes whole = write_archive(small_contents, small_frames());
    std::size_t without_effect = 0;
    const std::vector<Bytes> frames = Parts(whole).frames;
    REQUIRE(frames.size() == 4);
    const std::size_t manifest_begin = frames[0].size() + frames[1].size() + frames[2].size();
    for (std::size_t i = 0; i < whole.size(); ++i) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            Bytes bytes = whole;
            bytes[i] ^= static_cast<std::uint8_t>(1u << bit);
            Keeper from_file, from_pipe;
            const bool file_good = read_file(bytes, from_file, i % 2 == 0).good();
            const bool pipe_good = read_pipe(bytes, from_pipe, i % 2 == 1).good();
            if (file_good && !restored_all(from_file, small_contents)) FAIL("file, byte " << i << " bit " << bit);
            if (pipe_good && !restored_all(from_pipe, small_contents)) FAIL("pipe, byte " << i << " bit " << bit);
            if (!restored_only_true_bytes(from_file, small_contents))
                FAIL("file, false bytes, " << i << " bit " << bit);
            if (!restored_only_true_bytes(from_pipe, small_contents))
                FAIL("pipe, false bytes, " << i << " bit " << bit);
            // Only the manifest's own frame has no digest.
            if ((file_good || pipe_good) && i < manifest_begin)
                FAIL("byte " << i << " bit " << bit << " has no effect");
            without_effect += file_good || pipe_good ? 1 : 0;
        }
    }
    CHECK(without_effect < 200);
}

TEST_CASE("An archive cut anywhere is incomplete") {
    const Bytes whole = write_archive(small_contents, small_frames());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const Bytes bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        for (const bool pipe : {false, true}) {
            Keeper keeper;
            const VerifyReport report = pipe ? read_pipe(bytes, keeper) : read_file(bytes, keeper);
            try {
                report.throw_if_bad();
                FAIL("cut to " << size << " passes");
            } catch (const Error& error) {
                if (error.kind() != ErrorKind::incomplete) FAIL("cut to " << size << ": " << error.what());
            }
            if (report.complete) FAIL("cut to " << size << " is said to be complete");
        }
        try {
            const MemoryFile file(bytes);
            const Archive archive(file);
            FAIL("cut to " << size << " opens");
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::incomplete) FAIL("cut to " << size << ": " << error.what());
        }
    }
}

TEST_CASE("Bytes behind the end, frames doubled, dropped, swapped or taken from another archive are found") {
    const std::vector<Content> contents = {{"databases/00/app.edb", some_bytes(5 * 65536, 1), Writer::starts_frame},
                                           {"logs/edb00001.log", some_bytes(65536, 2)}};
    std::vector<Content> others = contents;
    others[0].bytes[100'000] ^= 1;
    const Bytes whole = write_archive(contents, small_frames());
    const Parts parts(whole), other(write_archive(others, small_frames(), 2));
    REQUIRE(parts.frames.size() == 9);
    REQUIRE(parts.join() == whole);

    Bytes longer = whole;
    longer.push_back(0);
    must_be_bad(longer, contents);

    for (const bool mend_table : {false, true}) {
        const auto check = [&](auto change) {
            Parts changed = parts;
            change(changed.frames);
            if (mend_table) change(changed.table.entries);
            must_be_bad(changed.join(), contents);
        };
        for (std::size_t i = 0; i < parts.frames.size(); ++i) {
            check([&](auto& list) { list.erase(list.begin() + static_cast<std::ptrdiff_t>(i)); });
            check([&](auto& list) { list.insert(list.begin() + static_cast<std::ptrdiff_t>(i), list[i]); });
            for (std::size_t j = 0; j < i; ++j) check([&](auto& list) { std::swap(list[i], list[j]); });
        }
    }
    for (std::size_t i = 0; i < parts.frames.size(); ++i) {
        Parts mixed = parts;
        if (mixed.frames[i] == other.frames[i]) continue;
        mixed.frames[i] = other.frames[i];
        mixed.table.entries[i] = other.table.entries[i];
        must_be_bad(mixed.join(), contents);
    }
}

TEST_CASE("One damaged frame costs the members in it, and the others are known to be intact") {
    const std::vector<Content> contents = {{"databases/00/a.edb", some_bytes(3 * 65536, 1), Writer::starts_frame},
                                           {"databases/01/b.edb", some_bytes(3 * 65536, 2), Writer::starts_frame},
                                           {"databases/02/c.edb", some_bytes(3 * 65536, 3), Writer::starts_frame}};
    Parts parts(write_archive(contents, small_frames()));
    parts.frames[5][1000] ^= 0x10;  // the second frame of b
    Keeper keeper;
    const VerifyReport report = read_file(parts.join(), keeper);
    CHECK(report.complete);
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].member == "databases/01/b.edb");
    CHECK(report.findings[0].offset == 65536);
    CHECK(report.findings[0].kind == ErrorKind::damage);
    CHECK(report.members_intact == 4);
    CHECK(keeper.restored.contains("databases/00/a.edb"));
    CHECK_FALSE(keeper.restored.contains("databases/01/b.edb"));
    CHECK(keeper.restored.contains("databases/02/c.edb"));
    CHECK(keeper.finished_members == 5);
}

TEST_CASE("A frame that asks for much memory, a dictionary or no checksum is refused") {
    const Bytes raw = some_bytes(3000, 1);
    Bytes frame(Compressor::bound(raw.size()));
    frame.resize(Compressor(3).compress(raw, frame));
    CHECK(check_single_frame(frame).raw_bytes() == raw.size());
    const auto refused = [](Bytes bytes) {
        try {
            check_single_frame(bytes);
            return false;
        } catch (const Error& error) {
            return error.kind() == ErrorKind::damage;
        }
    };
    for (const unsigned flag : {0x01u, 0x08u}) {
        Bytes changed = frame;
        changed[4] |= static_cast<std::uint8_t>(flag);
        CHECK(refused(changed));
    }
    Bytes no_checksum = frame;
    no_checksum[4] &= static_cast<std::uint8_t>(~0x04u);
    CHECK(refused(no_checksum));
    CHECK(refused({0x28, 0xB5, 0x2F, 0xFD, 0xE4, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}));  // 72 PiB
}

TEST_CASE("Something that is no archive is called so") {
    Keeper keeper;
    const VerifyReport report = read_pipe(some_bytes(5000, 1), keeper);
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].kind == ErrorKind::damage);
    CHECK(report.findings[0].reason == "this is not an archive of esebackup");
}
