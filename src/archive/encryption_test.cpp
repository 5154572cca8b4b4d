#include "archive/encryption.h"

#include <catch2/catch.hpp>

#include "archive/encryption_header.h"
#include "archive/test_archive.h"

namespace ese::archive {

namespace {

using namespace test;

const Identity own = Identity::generate(os::real_clock());
const Identity other = Identity::generate(os::real_clock());

// What is written to a sink, in pieces of this size, and comes out encrypted.
Bytes encrypted(ByteView plain, const std::vector<Identity>& readers, std::size_t piece_bytes = 50'000) {
    std::vector<Recipient> recipients;
    for (const Identity& reader : readers) recipients.push_back(reader.recipient());
    auto memory = std::make_unique<MemorySink>();
    const MemorySink& written = *memory;
    EncryptingSink sink(std::move(memory), recipients, os::real_clock());
    for (; !plain.empty(); plain = plain.subspan(std::min(piece_bytes, plain.size())))
        sink.write(plain.first(std::min(piece_bytes, plain.size())));
    CHECK(sink.finish());
    return written.bytes();
}

Bytes read_all(ByteSource& source) {
    Bytes all;
    Bytes some(10'000);
    while (const std::size_t got = source.read(some))
        all.insert(all.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(got));
    return all;
}

// Whether an archive is found good, and the kind of what is wrong otherwise; nothing that is not true is restored.
struct Judgement {
    bool good = false;
    ErrorKind kind = ErrorKind::other;
    std::map<std::string, Bytes> restored;
};

template <class Read>
Judgement judge(const std::vector<Content>& contents, Read read) {
    Judgement judgement;
    Keeper keeper;
    try {
        const VerifyReport report = read(keeper);
        judgement.good = report.good();
        if (!report.findings.empty()) judgement.kind = report.findings.front().kind;
    } catch (const Error& error) {
        judgement.kind = error.kind();
    }
    for (const Content& content : contents) {
        const auto found = keeper.restored.find(content.path);
        if (found != keeper.restored.end()) CHECK(found->second == content.bytes);
    }
    judgement.restored = keeper.restored;
    return judgement;
}

Judgement judge_file(const Bytes& bytes, const std::vector<Content>& contents, const Identity& identity = own) {
    return judge(contents, [&](Keeper& keeper) {
        const std::vector<Identity> identities{identity};
        auto file = std::make_unique<MemoryFile>(bytes);
        // Without its first line it is no encrypted file any more.
        if (!is_encrypted(*file)) return verify_file(*file, keeper, {});
        return verify_file(DecryptedFile(std::move(file), identities), keeper, {});
    });
}

Judgement judge_pipe(const Bytes& bytes, const std::vector<Content>& contents, const Identity& identity = own) {
    return judge(contents, [&](Keeper& keeper) {
        const std::vector<Identity> identities{identity};
        MemorySource source(bytes);
        return read_stream(*decrypting_source(source, identities), keeper, {});
    });
}

const std::vector<Content> small_contents = {{"databases/00/app.edb", some_bytes(1500, 1), Writer::starts_frame},
                                             {"logs/edb00001.log", some_bytes(700, 2)}};

// Of about this many bytes, which do not compress.
std::vector<Content> large_contents() {
    Bytes noise(400'000);
    os::real_clock().random_bytes(noise);
    return {{"databases/00/app.edb", Bytes(noise.begin(), noise.begin() + 131072), Writer::starts_frame},
            {"databases/01/app.edb", Bytes(noise.begin() + 131072, noise.begin() + 262144), Writer::starts_frame},
            {"logs/edb00001.log", Bytes(noise.begin() + 262144, noise.end())}};
}

std::size_t start_bytes_of(const Bytes& sealed) { return *encryption_start_bytes(sealed); }

// The chunks behind the header.
std::vector<Bytes> chunks_of(const Bytes& sealed) {
    std::vector<Bytes> chunks;
    for (std::size_t at = start_bytes_of(sealed); at < sealed.size(); at += chunk_sealed_bytes) {
        const auto begin = sealed.begin() + static_cast<std::ptrdiff_t>(at);
        chunks.emplace_back(begin,
                            begin + static_cast<std::ptrdiff_t>(std::min(chunk_sealed_bytes, sealed.size() - at)));
    }
    return chunks;
}

Bytes with_chunks(const Bytes& sealed, const std::vector<Bytes>& chunks) {
    Bytes bytes(sealed.begin(), sealed.begin() + static_cast<std::ptrdiff_t>(start_bytes_of(sealed)));
    for (const Bytes& chunk : chunks) bytes.insert(bytes.end(), chunk.begin(), chunk.end());
    return bytes;
}

void must_be_bad(const Bytes& bytes, const std::vector<Content>& contents) {
    CHECK_FALSE(judge_file(bytes, contents).good);
    CHECK_FALSE(judge_pipe(bytes, contents).good);
}

}  // namespace

TEST_CASE("what was encrypted comes back, in order and from any place, whatever its size") {
    for (const std::size_t size : {1UL, 65535UL, 65536UL, 65537UL, 131072UL, 2'000'003UL}) {
        const Bytes plain = some_bytes(size, 5);
        const Bytes sealed = encrypted(plain, {own}, size % 3 == 0 ? 777 : 5'000'000);
        CHECK(sealed.size() == start_bytes_of(sealed) + size + (size + 65535) / 65536 * tag_bytes);
        const std::vector<Identity> identities{own};
        MemorySource source(sealed);
        CHECK(read_all(*decrypting_source(source, identities)) == plain);
        const DecryptedFile file(std::make_unique<MemoryFile>(sealed), identities);
        REQUIRE(file.size() == size);
        for (const std::uint64_t offset :
             {std::uint64_t{0}, std::uint64_t{65530}, size / 2, size - 1, size, size + 9}) {
            Bytes some(70'000);
            const std::size_t expected = offset >= size ? 0 : std::min<std::size_t>(some.size(), size - offset);
            REQUIRE(file.read_at(offset, some) == expected);
            if (expected > 0)
                CHECK(std::equal(some.begin(), some.begin() + static_cast<std::ptrdiff_t>(expected),
                                 plain.begin() + static_cast<std::ptrdiff_t>(offset)));
        }
    }
}

TEST_CASE("what is not encrypted passes through") {
    const Bytes plain = some_bytes(100'000, 6);
    for (const std::size_t size : {0UL, 1UL, 21UL, 22UL, 100'000UL}) {
        MemorySource source(ByteView(plain).first(size));
        CHECK(read_all(*decrypting_source(source, {own})) ==
              Bytes(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(size)));
    }
}

TEST_CASE("each recipient opens an archive alone, nobody else does, and the message says what to do") {
    const Bytes sealed = encrypted(write_archive(small_contents, small_frames()), {own, other});
    for (const Identity& reader : {own, other}) {
        CHECK(judge_file(sealed, small_contents, reader).good);
        CHECK(judge_pipe(sealed, small_contents, reader).good);
    }
    const Identity stranger = Identity::generate(os::real_clock());
    CHECK(judge_file(sealed, small_contents, stranger).kind == ErrorKind::not_possible);
    CHECK(judge_pipe(sealed, small_contents, stranger).kind == ErrorKind::not_possible);
    CHECK_THROWS_WITH(DecryptedFile(std::make_unique<MemoryFile>(sealed), {}), Catch::Contains("--identity"));
    // The order does not matter, nor how many there are.
    CHECK_NOTHROW(DecryptedFile(std::make_unique<MemoryFile>(sealed), {stranger, own}));
}

TEST_CASE("every byte of a small encrypted archive changed is found") {
    const Bytes whole = encrypted(write_archive(small_contents, small_frames()), {own, other});
    for (std::size_t i = 0; i < whole.size(); ++i) {
        CAPTURE(i);
        Bytes bytes = whole;
        bytes[i] ^= static_cast<std::uint8_t>(1u << i % 8);
        must_be_bad(bytes, small_contents);
    }
}

TEST_CASE("an encrypted archive cut anywhere, or with something behind it, is not whole") {
    const Bytes whole = encrypted(write_archive(small_contents, small_frames()), {own});
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        must_be_bad(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), small_contents);
    }
    Bytes longer = whole;
    for (const std::size_t more : {1UL, 16UL, 17UL, 65552UL, 100'000UL}) {
        CAPTURE(more);
        longer.resize(whole.size() + more);
        must_be_bad(longer, small_contents);
    }
}

TEST_CASE("chunks that change places, are missing, come twice or come from elsewhere are found") {
    const std::vector<Content> contents = large_contents();
    const Bytes whole = encrypted(write_archive(contents, small_frames()), {own});
    const std::vector<Bytes> chunks = chunks_of(whole);
    REQUIRE(chunks.size() == 7);
    CHECK(judge_file(whole, contents).good);
    CHECK(judge_pipe(whole, contents).good);
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        CAPTURE(i);
        std::vector<Bytes> fewer = chunks, more = chunks;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
        must_be_bad(with_chunks(whole, fewer), contents);
        more.insert(more.begin() + static_cast<std::ptrdiff_t>(i), chunks[i]);
        must_be_bad(with_chunks(whole, more), contents);
        for (std::size_t k = 0; k < i; ++k) {
            std::vector<Bytes> swapped = chunks;
            std::swap(swapped[i], swapped[k]);
            must_be_bad(with_chunks(whole, swapped), contents);
        }
    }
    // Of the same bytes for the same reader, encrypted once more: another key.
    const Bytes again = encrypted(write_archive(contents, small_frames()), {own});
    std::vector<Bytes> mixed = chunks;
    mixed[3] = chunks_of(again)[3];
    must_be_bad(with_chunks(whole, mixed), contents);
    // The last chunk left out, the archive ends too early; it is told as that.
    std::vector<Bytes> without_end = chunks;
    without_end.pop_back();
    CHECK(judge_file(with_chunks(whole, without_end), contents).kind == ErrorKind::incomplete);
    CHECK(judge_pipe(with_chunks(whole, without_end), contents).kind == ErrorKind::incomplete);
}

TEST_CASE("a damaged chunk costs what lies in it, and no more") {
    const std::vector<Content> contents = large_contents();
    Bytes bytes = encrypted(write_archive(contents, small_frames()), {own});
    bytes[start_bytes_of(bytes) + 3 * chunk_sealed_bytes + 100] ^= 1;
    const Judgement judgement = judge_file(bytes, contents);
    CHECK_FALSE(judgement.good);
    CHECK(judgement.kind == ErrorKind::damage);
    CHECK(judgement.restored.contains("databases/00/app.edb"));
    CHECK_FALSE(judgement.restored.contains("databases/01/app.edb"));
    CHECK(judgement.restored.contains("logs/edb00001.log"));
}

TEST_CASE("opening an encrypted archive reads its two ends, not what lies between") {
    const std::vector<Content> contents = large_contents();
    auto memory = std::make_unique<MemoryFile>(encrypted(write_archive(contents, small_frames()), {own}));
    const MemoryFile& counted = *memory;
    const std::vector<Identity> identities{own};
    const DecryptedFile file(std::move(memory), identities);
    CHECK(Archive(file).manifest().members.size() == contents.size() + 2);
    CHECK(counted.bytes_read <= max_encryption_header_bytes + 6 * chunk_sealed_bytes);
}

}  // namespace ese::archive
