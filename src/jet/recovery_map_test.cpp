// JetInit3 and JetInit4 over a dirty instance: databases that were moved, are missing, or are to be made anew; where to
// stop; what the callback hears.

#include "jet/test_api.h"
#include "unit/database_contents.h"

using namespace test;

namespace {

const char* const logged = "C:\\ese\\dirty-4k\\data.edb";

// The files of a set, its database at another place and under another name.
struct Moved {
    TempDirectory temp;
    std::string set, files = temp.path("files"), database = temp.path("elsewhere/renamed.edb");
    bool has_data;

    explicit Moved(const char* name = "dirty-4k") : set(name), has_data(set_files(temp, name)) {
        if (!has_data) return;
        std::filesystem::create_directory(temp.path("elsewhere"));
        std::filesystem::rename(files + "/data.edb", database);
    }
    std::string recovered() const {
        return std::string(std::getenv("ESEBACKUP_TEST_DATA")) + "/" + set + "/recovered/data.edb";
    }
};

JET_ERR init3(Engine& engine, std::vector<JET_RSTMAP_A> map, JET_GRBIT grbit = 0, JET_LGPOS stop = {}) {
    JET_RSTINFO_A how{};
    how.cbStruct = sizeof how;
    how.rgrstmap = map.data();
    how.crstmap = static_cast<JET_INT32>(map.size());
    how.lgposStop = stop;
    const JET_ERR result = JetInit3A(&engine.instance, &how, grbit);
    UNSCOPED_INFO(detail());
    return result;
}

struct Heard {
    std::vector<std::pair<JET_SNP, JET_SNT>> calls;
    std::vector<JET_UINT32> percents;
};
JET_ERR JET_API hear(JET_SNP snp, JET_SNT snt, void* facts, void* context) {
    auto& heard = *static_cast<Heard*>(context);
    heard.calls.emplace_back(snp, snt);
    heard.percents.push_back(static_cast<JET_SNPROG*>(facts)->cunitDone);
    return JET_errSuccess;
}

JET_RSTMAP2_A entry(char* from, std::string& to, JET_GRBIT grbit = 0) {
    return {sizeof(JET_RSTMAP2_A), from, to.data(), nullptr, 0, grbit};
}

JET_ERR init4(Engine& engine, std::vector<JET_RSTMAP2_A> map, JET_GRBIT grbit = 0, Heard* heard = nullptr) {
    JET_RSTINFO2_A how{};
    how.cbStruct = sizeof how;
    how.rgrstmap = map.data();
    how.crstmap = static_cast<JET_INT32>(map.size());
    how.pfnCallback = heard ? hear : nullptr;
    how.pvCallbackContext = heard;
    const JET_ERR result = JetInit4A(&engine.instance, &how, grbit);
    UNSCOPED_INFO(detail());
    return result;
}

}  // namespace

TEST_CASE("A database that was moved is found by its signature, whatever the map calls it") {
    Moved moved;
    if (!moved.has_data) return;
    const bool by_its_name = GENERATE(true, false);
    std::string from = by_its_name ? logged : "D:\\other.edb";
    Engine engine(moved.files);
    REQUIRE(init3(engine, {{from.data(), moved.database.data()}}) == JET_errSuccess);
    CHECK(engine.term() == JET_errSuccess);
    check_same_contents(moved.database, moved.recovered());
    CHECK_FALSE(std::filesystem::exists(moved.files + "/data.edb"));
}

TEST_CASE("A database that the map lacks is missing, unless it is to be passed over or to be where it was") {
    Moved moved;
    if (!moved.has_data) return;
    std::string from = logged, nowhere = moved.temp.path("elsewhere/nothing.edb");
    const auto before = content_of(moved.temp.path());
    Engine engine(moved.files);
    CHECK(init3(engine, {{from.data(), nowhere.data()}}) == JET_errAttachedDatabaseMismatch);
    std::string other = "C:\\ese\\other.edb";
    CHECK(init3(engine, {{other.data(), nowhere.data()}}) == JET_errAttachedDatabaseMismatch);
    CHECK_THAT(detail(), Catch::Contains("no place was given for it"));
    auto after = content_of(moved.temp.path());
    std::erase_if(after, [](const auto& file) { return file.first.ends_with("edb.lock"); });
    CHECK(after == before);

    SECTION("passed over") {
        CHECK(init3(engine, {{other.data(), nowhere.data()}}, JET_bitReplayIgnoreMissingDB) == JET_errSuccess);
        CHECK(engine.term() == JET_errSuccess);
        CHECK(facts_of(moved.database).dbstate == JET_dbstateDirtyShutdown);
    }
    SECTION("where it was, which a parameter says") {
        std::filesystem::rename(moved.database, moved.temp.path("elsewhere/data.edb"));
        engine.set(JET_paramAlternateDatabaseRecoveryPath, 0, moved.temp.path("elsewhere").c_str());
        REQUIRE(init3(engine, {{other.data(), nowhere.data()}}, JET_bitReplayMissingMapEntryDB) == JET_errSuccess);
        CHECK(engine.term() == JET_errSuccess);
        check_same_contents(moved.temp.path("elsewhere/data.edb"), moved.recovered());
    }
}

TEST_CASE("One database under two names in a map is refused before anything changes") {
    Moved moved;
    if (!moved.has_data) return;
    std::string from = logged, copy = moved.temp.path("copy.edb");
    std::filesystem::copy(moved.database, copy);
    Engine engine(moved.files);
    CHECK(init3(engine, {{from.data(), moved.database.data()}, {from.data(), copy.data()}}) ==
          JET_errDatabaseSignInUse);
    CHECK(bytes_of(copy) == bytes_of(moved.database));
}

TEST_CASE("Recovery of a moved database stops before undo or at a position, as asked, and goes on another time") {
    Moved moved;
    if (!moved.has_data) return;
    std::string from = logged;
    const std::vector<JET_RSTMAP_A> map{{from.data(), moved.database.data()}};
    const auto logs_before = content_of(moved.files);
    {
        Engine engine(moved.files);
        CHECK(init3(engine, map, JET_bitRecoveryWithoutUndo) == JET_errRecoveredWithoutUndo);
        const JET_LGPOS end_of_generation{0xFFFF, 0xFFFF,
                                          static_cast<JET_INT32>(facts_of(moved.database).genMaxRequired)};
        CHECK(init3(engine, map, 0, end_of_generation) == JET_errRecoveredWithoutUndo);
    }
    for (const auto& [path, bytes] : logs_before)
        if (path.ends_with(".log")) CHECK(bytes_of(path) == bytes);
    CHECK(facts_of(moved.database).dbstate == JET_dbstateDirtyShutdown);
    Engine engine(moved.files);
    REQUIRE(init3(engine, map) == JET_errSuccess);
    CHECK(engine.term() == JET_errSuccess);
    check_same_contents(moved.database, moved.recovered());
}

TEST_CASE("JetInit4 takes a map by signature and tells its callback how far it is") {
    Moved moved;
    if (!moved.has_data) return;
    Heard heard;
    Engine engine(moved.files);
    REQUIRE(init4(engine, {entry(nullptr, moved.database)}, 0, &heard) == JET_errSuccess);
    CHECK(engine.term() == JET_errSuccess);
    check_same_contents(moved.database, moved.recovered());
    REQUIRE(heard.calls.size() >= 4);
    CHECK(heard.calls.front() == std::pair<JET_SNP, JET_SNT>(JET_snpRestore, JET_sntBegin));
    CHECK(heard.calls[1] == std::pair<JET_SNP, JET_SNT>(JET_snpRestore, JET_sntProgress));
    CHECK(heard.calls.back() == std::pair<JET_SNP, JET_SNT>(JET_snpRestore, JET_sntComplete));
    CHECK(std::ranges::is_sorted(heard.percents));
    CHECK(heard.percents[heard.percents.size() - 2] > 0);
}

TEST_CASE("JetInit4 says of every database whether it may be missing") {
    Moved moved;
    if (!moved.has_data) return;
    std::string from = logged, nowhere = moved.temp.path("elsewhere/nothing.edb");
    Heard heard;
    Engine engine(moved.files);
    CHECK(init4(engine, {entry(from.data(), nowhere, JET_bitRestoreMapFailWhenMissing)}, JET_bitReplayIgnoreMissingDB,
                &heard) == JET_errAttachedDatabaseMismatch);
    CHECK(heard.calls.back().second == JET_sntFail);
    CHECK(init4(engine, {entry(from.data(), nowhere)}) == JET_errAttachedDatabaseMismatch);
    CHECK(init4(engine, {entry(from.data(), nowhere, JET_bitRestoreMapIgnoreWhenMissing)}) == JET_errSuccess);
    CHECK(engine.term() == JET_errSuccess);
    CHECK_FALSE(std::filesystem::exists(nowhere));
}

TEST_CASE("What lies where the logs create a database gives way only if the map says so") {
    Moved moved("clean-4k");
    if (!moved.has_data) return;
    std::string from = "C:\\ese\\clean-4k\\data.edb";
    // Another instance's database is in the way, and nothing but the logs is left of this one.
    const Moved other("dirty-4k");
    if (!other.has_data) return;
    std::filesystem::copy_file(other.database, moved.database, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::remove(moved.files + "/edb.chk");
    {
        Engine engine(moved.files);
        CHECK(init4(engine, {entry(from.data(), moved.database)}) == JET_errSuccess);
        CHECK(engine.term() == JET_errSuccess);
        CHECK(bytes_of(moved.database) == bytes_of(other.database));
    }
    std::filesystem::remove_all(moved.files);
    REQUIRE(set_files(moved.temp, "clean-4k"));
    std::filesystem::remove(moved.files + "/edb.chk");
    Engine engine(moved.files);
    REQUIRE(init4(engine, {entry(from.data(), moved.database, JET_bitRestoreMapOverwriteOnCreate)}) == JET_errSuccess);
    CHECK(engine.term() == JET_errSuccess);
    check_same_contents(moved.database, moved.recovered());
}

TEST_CASE("Arguments of JetInit4 that make no sense, or ask for what is not there") {
    const TempDirectory temp;
    Engine engine(temp.path());
    std::string path = temp.path("data.edb");
    CHECK(init4(engine, {entry(nullptr, path, 8)}) == JET_errInvalidGrbit);
    auto bad = entry(nullptr, path);
    bad.cbStruct = 4;
    CHECK(init4(engine, {bad}) == JET_errInvalidParameter);
    bad = entry(nullptr, path);
    bad.szNewDatabaseName = nullptr;
    CHECK(init4(engine, {bad}) == JET_errInvalidParameter);
    bad = entry(nullptr, path);
    bad.csetdbparam = 1;
    CHECK(init4(engine, {bad}) == JET_errFeatureNotAvailable);
    CHECK(init4(engine, {}, JET_bitExternalRecoveryControl) == JET_errFeatureNotAvailable);
    CHECK(init4(engine, {}, 0x8000) == JET_errInvalidGrbit);
    JET_RSTINFO2_W wide{};
    CHECK(JetInit4W(&engine.instance, &wide, 0) == JET_errInvalidParameter);
    wide.cbStruct = sizeof wide;
    CHECK(JetInit4W(&engine.instance, &wide, 0) == JET_errSuccess);
    CHECK(std::filesystem::exists(temp.path("edb.log")));
}
