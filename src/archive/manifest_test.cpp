#include <catch2/catch.hpp>

#include <regex.h>

#include <fstream>

#include <nlohmann/json.hpp>

#include "archive/test_archive.h"
#include "source_directory.h"

using namespace ese;
using namespace ese::archive;
using namespace ese::archive::test;
using Json = nlohmann::json;

namespace {

Manifest full_manifest() {
    Manifest manifest = sample_manifest(sample_begin());
    DatabaseRecord database;
    database.member = "databases/00/app.edb";
    database.original_path = "C:\\data\\app.edb";
    database.signature = "12345678-2022-03-23T14:17:57.566Z";
    database.state = "dirty";
    database.page_bytes = 8192;
    database.pages = 10;
    database.marks.full_prev = BackupMark{"1A:10:CC7", "2024-05-01T12:34:56Z", 3, 5};
    database.marks.current = BackupMark{"1B:10:CC7", "2024-05-01T12:34:56Z", 4, 0xFFFFFFFF};
    database.required = {3, 4, 5};
    database.damage = {{7, "checksum", "0123456789abcdef", "fedcba9876543210"}};
    manifest.databases.push_back(database);
    manifest.logs = {"7ca0c95a-2022-03-23T14:17:57.566Z", 3, 4, {}};
    manifest.logs.generations = {
        {3, "logs/edb00003.log", "2024-05-01T12:34:56Z", "", 0, 0xFEDCBA9876543210},
        {4, "logs/edb00004.log", "2024-05-01T12:34:57Z", "2024-05-01T12:34:56Z", 0xFEDCBA9876543210, std::nullopt}};
    manifest.truncation_planned = TruncationPlan{1, 2, "checkpoint"};
    manifest.warnings = {"one bit was corrected"};
    const std::string hash(32, 'a');
    manifest.members = {{"backup.json", 1000, DigestKind::xxh3_128, hash, 0, 512, 0},
                        {"databases/00/app.edb", 98304, DigestKind::sha256, std::string(64, 'b'), 1, 512, 10},
                        {"logs/edb00003.log", 4096, DigestKind::xxh3_128, hash, 3, 512, 0},
                        {"logs/edb00004.log", 4096, DigestKind::xxh3_128, hash, 3, 5120, 0},
                        {"frames.txt", 440, DigestKind::xxh3_128, hash, 4, 512, 0}};
    manifest.frames = {5, 1536 + 66048 + 32768 + 9216 + 1024, 900 + 30000 + 10000 + 3000 + 500};
    manifest.frames_of_list = {{1024, 500, xxh3_128({}), sha256({})}};
    return manifest;
}

Manifest parse(const std::string& text) { return parse_manifest(bytes_of(text)); }

bool matches(const std::string& text, const std::string& pattern) {
    regex_t compiled;
    REQUIRE(::regcomp(&compiled, pattern.c_str(), REG_EXTENDED | REG_NOSUB) == 0);
    const bool result = ::regexec(&compiled, text.c_str(), 0, nullptr, 0) == 0;
    ::regfree(&compiled);
    return result;
}

// What JSON Schema means by the few words that the schemas here use.
void validate(const Json& value, const Json& schema, const std::string& where, std::vector<std::string>& errors) {
    const auto complain = [&](const std::string& what) { errors.push_back(where + ": " + what); };
    static const std::map<std::string, bool (*)(const Json&)> types = {
        {"object", [](const Json& v) { return v.is_object(); }},
        {"array", [](const Json& v) { return v.is_array(); }},
        {"string", [](const Json& v) { return v.is_string(); }},
        {"integer", [](const Json& v) { return v.is_number_integer(); }}};
    for (const auto& [word, rule] : schema.items()) {
        if (word == "type" && !types.at(rule.get<std::string>())(value)) complain("is no " + rule.get<std::string>());
        if (word == "minimum" && value.is_number() && value.get<double>() < rule.get<double>()) complain("too small");
        if (word == "maximum" && value.is_number() && value.get<double>() > rule.get<double>()) complain("too large");
        if (word == "pattern" && value.is_string() && !matches(value.get<std::string>(), rule.get<std::string>()))
            complain("pattern");
        if (word == "enum" && std::find(rule.begin(), rule.end(), value) == rule.end()) complain("enum");
        if (word == "required" && value.is_object()) {
            for (const auto& key : rule) {
                if (!value.contains(key.get<std::string>())) complain("lacks " + key.dump());
            }
        }
        if (word == "properties" && value.is_object()) {
            for (const auto& [key, element] : value.items()) {
                if (rule.contains(key))
                    validate(element, rule[key], where + "." + key, errors);
                else
                    complain("unknown " + key);  // the schema must describe everything that is written
            }
        }
        if (word == "items") {
            for (const auto& element : value) validate(element, rule, where + "[]", errors);
        }
    }
}

std::vector<std::string> schema_errors(const std::string& text, const char* schema_name) {
    std::ifstream file(std::string(ESEBACKUP_SOURCE_DIR "/src/archive/") + schema_name);
    REQUIRE(file);
    std::vector<std::string> errors;
    validate(Json::parse(text), Json::parse(file), "", errors);
    return errors;
}

}  // namespace

TEST_CASE("A manifest comes back as it was written, and its text is the same every time") {
    const std::string text = to_json(full_manifest());
    const Manifest read = parse(text);
    CHECK(to_json(read) == text);
    CHECK(read.logs.generations.at(0).accumulated_checksum == 0xFEDCBA9876543210);
    CHECK(read.logs.generations.at(1).accumulated_checksum_previous == 0xFEDCBA9876543210);
    CHECK_FALSE(read.logs.generations.at(1).accumulated_checksum);  // as in an archive of version 1.0
    CHECK(read.databases.at(0).marks.current.value().gen_high == 0xFFFFFFFF);
    CHECK_FALSE(read.databases.at(0).marks.inc_prev);
    CHECK(read.truncation_planned.value().last == 2);
    CHECK(text.find("0.") == text.find("0.1.0"));  // no fractions

    const BeginRecord begin = sample_begin();
    CHECK(to_json(parse_begin_record(bytes_of(to_json(begin)))) == to_json(begin));
}

TEST_CASE("The JSON schemas describe everything that is written") {
    CHECK(schema_errors(to_json(full_manifest()), "manifest.schema.json") == std::vector<std::string>{});
    CHECK(schema_errors(to_json(sample_begin()), "backup.schema.json") == std::vector<std::string>{});
    Json wrong = Json::parse(to_json(full_manifest()));
    wrong["members"][0]["size"] = "large";
    wrong.erase("id");
    CHECK(schema_errors(wrong.dump(), "manifest.schema.json").size() == 2);
}

TEST_CASE(
    "Unknown fields are ignored, a newer major version and an unknown required feature are refused in plain words") {
    Json json = Json::parse(to_json(full_manifest()));
    json["invented"] = {{"later", 1}};
    json["format"]["minor"] = 7;
    json["databases"][0]["invented"] = "x";
    json["features_optional"] = {"invented"};
    CHECK(parse(json.dump()).databases.size() == 1);

    const auto kind = [](const Json& changed) {
        try {
            parse(changed.dump());
            return ErrorKind::other;
        } catch (const Error& error) {
            return error.kind();
        }
    };
    Json feature = json;
    feature["features_required"] = {"invented"};
    CHECK(kind(feature) == ErrorKind::not_possible);
    CHECK(kind({{"format", {{"major", 2}, {"minor", 0}}}}) == ErrorKind::not_possible);
}

TEST_CASE("Any field of a manifest that is missing or of another kind is refused or without effect") {
    const Json whole = Json::parse(to_json(full_manifest()));
    const Json odd[] = {nullptr,        -1,    1.5, 1e300, 18446744073709551615u, true, "", "../x", Json::array(),
                        Json::object(), "\x1B"};
    std::size_t accepted = 0, refused = 0;
    const auto attempt = [&](const Json& changed) {
        try {
            parse(changed.dump());
            ++accepted;
        } catch (const Error& error) {
            CHECK((error.kind() == ErrorKind::damage || error.kind() == ErrorKind::not_possible));
            ++refused;
        }
    };
    const Json flat = whole.flatten();
    for (const auto& [pointer, unused] : flat.items()) {
        Json::json_pointer at(pointer);
        while (!at.empty()) {
            for (const Json& value : odd) {
                Json changed = whole;
                changed[at] = value;
                attempt(changed);
            }
            Json changed = whole;
            if (changed[at.parent_pointer()].is_object()) {
                changed[at.parent_pointer()].erase(at.back());
                attempt(changed);
            }
            at = at.parent_pointer();
        }
    }
    CHECK(refused > 5 * accepted);
}

TEST_CASE("A complaint names the field") {
    Json json = Json::parse(to_json(full_manifest()));
    json["databases"][0]["damage"][0]["page"] = "seven";
    CHECK_THROWS_WITH(parse(json.dump()),
                      Catch::Contains("manifest.json.databases[0].damage[0].page must be a whole number"));
}

TEST_CASE("Manifests made to hurt are refused: deep, large, contradicting themselves") {
    const auto refused = [](const std::string& text) {
        try {
            parse(text);
            return false;
        } catch (const Error& error) {
            return error.kind() == ErrorKind::damage;
        }
    };
    CHECK(refused(""));
    CHECK(refused("{"));
    CHECK(refused("[]"));
    CHECK(refused("{} {}"));
    CHECK(refused("\xFF\xFE"));
    CHECK(refused(std::string(1'000'000, '[')));
    std::string many = "[";
    for (int i = 0; i < 5'000'000; ++i) many += "0,";
    CHECK(refused(many + "0]"));

    const auto changed = [&](auto change) {
        Manifest manifest = full_manifest();
        change(manifest);
        return refused(to_json(manifest));
    };
    CHECK_FALSE(changed([](Manifest&) {}));
    CHECK(changed([](Manifest& m) { m.members[1].path = "../../etc/passwd"; }));
    CHECK(changed([](Manifest& m) { m.members[1].path = "/etc/passwd"; }));
    CHECK(changed([](Manifest& m) { m.members[2].path = m.members[1].path; }));
    CHECK(changed([](Manifest& m) { m.members[1].size = ~std::uint64_t{0}; }));
    CHECK(changed([](Manifest& m) { m.members[1].size += 100'000; }));
    CHECK(changed([](Manifest& m) { m.members[1].frame = 99; }));
    CHECK(changed([](Manifest& m) { m.members[1].offset_in_frame = ~std::uint64_t{0}; }));
    CHECK(changed([](Manifest& m) { std::swap(m.members[2], m.members[3]); }));
    CHECK(changed([](Manifest& m) { m.members[0].path = "other.json"; }));
    CHECK(changed([](Manifest& m) { m.members.pop_back(); }));
    CHECK(changed([](Manifest& m) { std::swap(m.members[3], m.members[4]); }));
    CHECK(changed([](Manifest& m) { m.members[4].frame = 3; }));
    CHECK(changed([](Manifest& m) { m.frames.count = 4; }));
    CHECK(changed([](Manifest& m) { m.frames.count = 1; }));
    CHECK(changed([](Manifest& m) { m.frames.raw_bytes = 1000; }));
    CHECK(changed([](Manifest& m) { m.frames.compressed_bytes = 499; }));
    CHECK(changed([](Manifest& m) { m.frames_of_list.clear(); }));
    CHECK(changed([](Manifest& m) { m.frames_of_list.push_back(m.frames_of_list[0]); }));
    CHECK(changed([](Manifest& m) { m.databases[0].member = "databases/00/other.edb"; }));
    CHECK(changed([](Manifest& m) { m.logs.generations[1].generation = 5; }));
    CHECK(changed([](Manifest& m) { m.logs.last = 5; }));
    CHECK(changed([](Manifest& m) { m.logs.generations.clear(); }));
    CHECK(changed([](Manifest& m) { m.id = "not an id"; }));
    CHECK(changed([](Manifest& m) { m.started = "yesterday"; }));
}

TEST_CASE("COMMIT is one line of four fields, and nothing else") {
    const Commit commit{std::string(64, 'a'), 12345, 6, sample_begin().id};
    const std::string line = to_line(commit);
    const Commit read = parse_commit(bytes_of(line));
    CHECK(to_line(read) == line);
    for (std::size_t i = 0; i < line.size(); ++i) {
        std::string changed = line;
        changed.erase(i, 1);
        try {
            const std::string read_back = to_line(parse_commit(bytes_of(changed)));
            CHECK(read_back != line);
        } catch (const Error& error) {
            CHECK(error.kind() == ErrorKind::damage);
        }
    }
    CHECK_THROWS_AS(parse_commit(bytes_of(line + "x")), Error);
    CHECK_THROWS_AS(parse_commit({}), Error);
}

TEST_CASE("Times and ids have the forms that RFC 3339 and RFC 9562 give them") {
    CHECK(rfc3339(0) == "1970-01-01T00:00:00.000Z");
    CHECK(rfc3339(1709210096789) == "2024-02-29T12:34:56.789Z");
    CHECK(rfc3339(1735689599999) == "2024-12-31T23:59:59.999Z");
    CHECK(rfc3339(4107542400000) == "2100-03-01T00:00:00.000Z");
    CHECK(rfc3339(-1) == "1969-12-31T23:59:59.999Z");
    const std::uint8_t random[10] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    CHECK(make_backup_id(0x0123456789AB, random) == "01234567-89ab-7fff-bfff-ffffffffffff");
}

TEST_CASE("Digests are what the usual tools print") {
    CHECK(sha256_hex(bytes_of("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    Digest digest(DigestKind::xxh3_128);
    digest.update(bytes_of("abc"));
    CHECK(digest.hex() == "06b05ab6733a618578af5f94892f3950");  // printf abc | xxh128sum
}
