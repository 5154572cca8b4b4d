// Archives in which everything that a reader could check first agrees: seek table, COMMIT, frame list. What is wrong is
// what they hold.

#include <catch2/catch.hpp>

#include "archive/archive_forger.h"

using namespace ese;
using namespace ese::archive;
using namespace ese::archive::test;
using Json = nlohmann::json;

namespace {

const std::vector<Content> contents = {{"databases/00/app.edb", some_bytes(3 * 65536, 1), Writer::starts_frame},
                                       {"databases/01/two.edb", some_bytes(3 * 65536, 2), Writer::starts_frame},
                                       {"logs/edb00001.log", some_bytes(65536, 3)}};

Bytes honest() { return write_archive(contents, small_frames()); }

// Another backup of the same databases: every frame has the size that it has here.
Bytes another() {
    std::vector<Content> others = contents;
    for (Content& content : others) content.bytes[1000] ^= 1;
    return write_archive(others, small_frames(), 2);
}

// What the readers make of it. Whoever wants the members gets only true ones, and no error but the three.
struct Refusal {
    bool file = false, pipe = false;
    std::string why;

    explicit operator bool() const { return file && pipe; }
};

Refusal refusal(const Bytes& bytes) {
    Refusal made;
    const auto refused = [&](auto read) {
        Keeper keeper;
        bool good = false;
        try {
            const VerifyReport report = read(keeper);
            good = report.good();
            for (const Finding& finding : report.findings) made.why += finding.member + ": " + finding.reason + "\n";
        } catch (const Error& error) {
            const bool clean = error.kind() == ErrorKind::damage || error.kind() == ErrorKind::not_possible;
            CHECK(clean);
            made.why += error.message() + "\n";
        }
        for (const Content& content : contents)
            if (keeper.restored.contains(content.path)) CHECK(keeper.restored.at(content.path) == content.bytes);
        return !good;
    };
    // Where the list of frames is forged, too, nothing but the digests of the members tells a frame of another archive.
    const MemoryFile file(bytes);
    made.file = refused([&](Keeper& keeper) { return verify_file(file, keeper, {2, false, true}); });
    MemorySource source(bytes, 100'000);
    made.pipe = refused([&](Keeper& keeper) { return read_stream(source, keeper, {1, false, true}); });
    return made;
}

bool opens(const Bytes& bytes) {
    const MemoryFile file(bytes);
    try {
        const Archive archive(file);
        return true;
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::damage);
        return false;
    }
}

}  // namespace

TEST_CASE(
    "What is put together again without a change is good, so that a forgery is refused for what is wrong with it") {
    CHECK_FALSE(refusal(honest()).file);
    const Refusal same = refusal(Forgery(honest()).seal());
    CHECK_FALSE(same.file);
    CHECK_FALSE(same.pipe);
}

TEST_CASE(
    "Frames that are swapped, left out or taken from another archive are found, though all lists say they belong") {
    const Forgery whole(honest()), other(another());
    REQUIRE(whole.frames.size() == other.frames.size());
    for (std::size_t i = 0; i < whole.frames.size(); ++i) {
        CAPTURE(i);
        for (std::size_t j = 0; j < i; ++j) {
            Forgery swapped = whole;
            std::swap(swapped.frames[i], swapped.frames[j]);
            CHECK(refusal(swapped.seal()));
        }
        Forgery shorter = whole;
        shorter.frames.erase(shorter.frames.begin() + static_cast<std::ptrdiff_t>(i));
        CHECK(refusal(shorter.seal()));
        if (whole.frames[i] == other.frames[i]) continue;
        Forgery mixed = whole;
        mixed.frames[i] = other.frames[i];
        CHECK(refusal(mixed.seal()));
    }
}

TEST_CASE("An archive with the manifest of another one is refused") {
    Forgery mixed(honest());
    const Forgery other(another());
    mixed.manifest = other.manifest;
    CHECK(refusal(mixed.seal()));
    // In a pipe backup.json is believed until the manifest comes, so they must be of one backup.
    Forgery renamed(honest());
    renamed.manifest.id = other.manifest.id;
    const Refusal refused = refusal(renamed.seal());
    CHECK(refused.pipe);
    CHECK_THAT(refused.why, Catch::Contains("different backups"));
}

TEST_CASE("An archive that begins with its manifest is refused, also where the manifest agrees with that") {
    const Refusal refused = refusal(Forgery(honest()).seal_without_members());
    CHECK(refused);
    INFO(refused.why);
    CHECK(refused.why.find("backup.json must be the first member") != std::string::npos);
}

TEST_CASE("A tar entry that is no regular file is refused, whatever it is called and points to") {
    for (const char type : {'1', '2', '3', '4', '5', '6', '7', 'g', 'K', 'L', 'S', 'V'}) {
        CAPTURE(type);
        Forgery forged(honest());
        forge_header(forged.frames[1], 156, std::string(1, type), 1);
        CHECK(refusal(forged.seal()));
        forge_header(forged.frames[1], 157, "/etc/passwd", 100);
        CHECK(refusal(forged.seal()));
    }
    Forgery linked(honest());
    forge_header(linked.frames[1], 157, "/etc/passwd", 100);
    CHECK(refusal(linked.seal()));
}

TEST_CASE("Names that leave the directory, are empty, or hold a NUL or a line end are refused in tar and manifest") {
    const std::string names[] = {"../app.edb",
                                 "../../../../etc/passwd",
                                 "/etc/passwd",
                                 "databases/00/../../../app.edb",
                                 "",
                                 "databases/00/",
                                 std::string("databases/00/a\0.edb", 19),
                                 "databases/00/a\n.edb",
                                 "databases\\00\\a.edb"};
    for (const std::string& name : names) {
        CAPTURE(name);
        Forgery in_tar(honest());
        forge_header(in_tar.frames[1], 0, name, 100);
        CHECK(refusal(in_tar.seal()));
        Forgery in_manifest(honest());
        in_manifest.manifest.members[1].path = name;
        CHECK(refusal(in_manifest.seal()));
        CHECK_FALSE(opens(in_manifest.seal()));
        Forgery in_both = in_tar;
        in_both.manifest.members[1].path = name;
        CHECK(refusal(in_both.seal()));
    }
}

TEST_CASE("Two members of one name are refused") {
    Forgery forged(honest());
    const std::string name = contents[0].path;
    forged.manifest.members[2].path = name;
    for (Bytes& frame : forged.frames) {
        if (std::equal(contents[1].path.begin(), contents[1].path.end(), frame.begin()))
            forge_header(frame, 0, name, 100);
    }
    CHECK_FALSE(opens(forged.seal()));
    CHECK(refusal(forged.seal()));
}

TEST_CASE("A manifest made to hurt is refused also where COMMIT and the seek table vouch for it") {
    const Forgery whole(honest());
    const auto refuses_text = [&](auto change) {
        const Bytes bytes = whole.seal(change);
        return !opens(bytes) && refusal(bytes);
    };
    const auto refuses = [&](auto change) {
        const Bytes bytes = whole.seal_json(change);
        return !opens(bytes) && refusal(bytes);
    };
    const auto replaced = [](const std::string& from, const std::string& to) {
        return [from, to](const std::string& text) {
            std::string changed = text;
            const auto at = changed.find(from);
            REQUIRE(at != std::string::npos);
            return changed.replace(at, from.size(), to);
        };
    };
    CHECK_FALSE(refuses([](Json&) {}));

    SECTION("deep and large") {
        const auto with_field = [&](const std::string& value) {
            return refuses_text(replaced("{", "{\"invented\": " + value + ","));
        };
        CHECK_FALSE(with_field("[[[1]]]"));
        CHECK(with_field(std::string(100'000, '[') + std::string(100'000, ']')));
        std::string nested = "1";
        for (int i = 0; i < 1000; ++i) nested = "{\"a\":" + nested + "}";
        CHECK(with_field(nested));
    }
    SECTION("numbers") {
        for (const char* number : {"-1", "1e300", "1.5", "NaN", "Infinity", "18446744073709551616",
                                   "99999999999999999999999999999", "0x10", "null", "\"1\"", "[1]", "true"}) {
            CAPTURE(number);
            for (const char* field :
                 {"\"size\":", "\"offset_in_frame\":", "\"frame\":", "\"generation\":", "\"major\":"})
                CHECK(refuses_text(replaced(field, std::string(field) + number + ",\"was\":")));
        }
    }
    SECTION("sizes that overflow") {
        const std::uint64_t most = ~std::uint64_t{0};
        for (const std::uint64_t size : {most, most - 511, std::uint64_t{1} << 63, std::uint64_t{1} << 40}) {
            CAPTURE(size);
            CHECK(refuses([&](Json& json) { json["members"][1]["size"] = size; }));
            CHECK(refuses([&](Json& json) { json["members"][1]["offset_in_frame"] = size; }));
            CHECK(refuses([&](Json& json) { json["members"][1]["frame"] = size; }));
        }
    }
    SECTION("fields that are missing") {
        const Json fields = Json::parse(to_json(whole.manifest));
        for (const auto& field : fields.items()) {
            const std::string name = field.key();
            if (name == "truncation_planned") continue;
            CAPTURE(name);
            CHECK(refuses([&](Json& json) { json.erase(name); }));
        }
    }
    SECTION("fields that stand there twice") {
        for (const char* field : {"\"id\":", "\"members\":", "\"path\":", "\"kind\":", "\"size\":"}) {
            CAPTURE(field);
            // The first one is another; readers differ in which of the two they take.
            CHECK(refuses_text(replaced(field, std::string(field) + "0," + field)));
        }
    }
}

TEST_CASE("A seek table that asks for much, or describes other frames, is refused") {
    const Bytes whole = honest();
    const auto forged = [&](auto change) {
        Parts parts(whole);
        change(parts.table.entries);
        return parts.join();
    };
    for (const std::uint32_t size : {0U, 1U, 0x7FFFFFFFU, 0xFFFFFFFFU}) {
        CAPTURE(size);
        for (std::size_t i = 0; i < Parts(whole).frames.size(); ++i) {
            CHECK(refusal(forged([&](auto& entries) { entries[i].compressed_bytes = size; })));
            CHECK(refusal(forged([&](auto& entries) { entries[i].raw_bytes = size; })));
        }
    }
    // Compensated, so that the sum is right again.
    CHECK(refusal(forged([](auto& entries) {
        ++entries[1].compressed_bytes;
        --entries[2].compressed_bytes;
    })));
    CHECK(refusal(forged([](auto& entries) {
        ++entries[1].raw_bytes;
        --entries[2].raw_bytes;
    })));
    Bytes many = whole;  // as many entries as the number can say
    std::fill_n(many.end() - SeekTable::footer_bytes, 4, std::uint8_t{0xFF});
    CHECK(refusal(many));
}
