// JetExternalRestore and JetExternalRestore2: the rows of OBSERVED "Restore" that need no replay.

#include <cstring>

#include "jet/test_api.h"
#include "os/file_system.h"
#include "unit/database_contents.h"

using namespace test;

namespace {

// What goes into JetExternalRestore2, with the directories of a test.
struct Restore {
    std::string target, log_directory = target, backup_logs;
    std::vector<std::pair<std::string, std::string>> databases;  // path in the logs, path now
    JET_UINT32 low = 0, high = 0;
    std::string base_name = "edb";
    JET_PFNSTATUS status = nullptr;
    JET_LGPOS stop{};
    JET_GRBIT grbit = 0;

    JET_ERR operator()() {
        std::vector<JET_RSTMAP_A> map;
        for (auto& [original, now] : databases) map.push_back({original.data(), now.data()});
        JET_LOGINFO_A info{};
        info.cbSize = sizeof info;
        info.ulGenLow = low;
        info.ulGenHigh = high;
        std::memcpy(info.szBaseName, base_name.data(), base_name.size());
        if (stop.lGeneration != 0 || grbit != 0) {
            JET_RSTINFO_A restore{};
            restore.cbStruct = sizeof restore;
            restore.rgrstmap = map.data();
            restore.crstmap = static_cast<JET_INT32>(map.size());
            restore.lgposStop = stop;
            return EsentExternalRestore(target.data(), log_directory.data(), &restore, backup_logs.data(), &info,
                                        grbit);
        }
        return JetExternalRestore2A(target.data(), log_directory.data(), map.empty() ? nullptr : map.data(),
                                    static_cast<JET_INT32>(map.size()), backup_logs.data(), &info, nullptr, nullptr,
                                    nullptr, status);
    }
};

// clean-4k backed up: a full backup and two incrementals, so that the logs are generations 12 to 14; the database
// placed.
struct BackedUp {
    TempDirectory temp;
    bool has_data = set_files(temp);
    std::string files = temp.path("files"), placed = temp.path("placed"), logs = temp.path("logs");
    Bytes original;
    JET_DBINFOMISC7 before{};

    BackedUp() {
        if (!has_data) return;
        original = bytes_of(files + "/data.edb");
        Engine engine(files);
        engine.start(files + "/data.edb");
        for (const JET_GRBIT kind :
             std::initializer_list<JET_GRBIT>{0, JET_bitBackupIncremental, JET_bitBackupIncremental})
            CHECK(take_backup(engine, logs, {.begin = kind}).high == next_generation_++);
        before = facts_of(files + "/data.edb");
        REQUIRE(engine.term() == JET_errSuccess);
        std::filesystem::create_directory(placed);
        std::filesystem::rename(logs + "/data.edb", placed + "/data.edb");
    }
    Restore restore() const {
        return {placed, placed, logs, {{"/where/it/was/data.edb", placed + "/data.edb"}}, 12, 14};
    }
    std::string log(const char* name) const { return logs + "/" + name; }

 private:
    JET_UINT32 next_generation_ = 12;
};

// The same call, and the proof that it changed nothing.
JET_ERR refused(Restore restore) {
    const auto placed = content_of(restore.target), logs = content_of(restore.backup_logs);
    const JET_ERR result = restore();
    CHECK(result < 0);
    CHECK(content_of(restore.target) == placed);
    CHECK(content_of(restore.backup_logs) == logs);
    return result;
}

std::vector<JET_SNT> steps;
JET_ERR JET_API note_step(JET_SESID, JET_SNP process, JET_SNT step, void*) {
    CHECK(process == JET_snpRestore);
    if (steps.empty() || steps.back() != step) steps.push_back(step);
    return JET_errSuccess;
}

unsigned progress_calls = 0;
unsigned last_progress_call = 0;  // that is answered with success
JET_ERR JET_API stop_later(JET_SESID, JET_SNP, JET_SNT step, void*) {
    return step == JET_sntProgress && ++progress_calls > last_progress_call ? JET_errTermInProgress : JET_errSuccess;
}

}  // namespace

TEST_CASE("A status callback that returns an error ends the restore with it") {
    for (const unsigned last : {0U, 1U, 3U}) {
        const BackedUp set;
        if (!set.has_data) return;
        Restore restore = set.restore();
        restore.status = stop_later;
        progress_calls = 0;
        last_progress_call = last;
        CHECK(restore() == JET_errTermInProgress);
        CHECK(progress_calls == last + 1);
        // Pages were being checked, so nothing has changed.
        restore.status = nullptr;
        if (last <= 1) CHECK(restore() == JET_errSuccess);
    }
}

TEST_CASE("A restored database is clean, equal in every page, forgets its backups and goes on in a new log") {
    const BackedUp set;
    if (!set.has_data) return;
    const auto logs = content_of(set.logs);
    Restore restore = set.restore();
    restore.status = note_step;
    steps.clear();
    REQUIRE(restore() == JET_errSuccess);
    CHECK(steps == std::vector<JET_SNT>{JET_sntBegin, JET_sntProgress, JET_sntComplete});
    CHECK(content_of(set.logs) == logs);

    const std::string path = set.placed + "/data.edb";
    const Bytes restored = bytes_of(path);
    REQUIRE(restored.size() == set.original.size());
    CHECK(std::equal(restored.begin() + 8192, restored.end(), set.original.begin() + 8192));
    const JET_DBINFOMISC7 facts = facts_of(path);
    CHECK(facts.dbstate == JET_dbstateCleanShutdown);
    CHECK(facts.genMinRequired == 0);
    CHECK(facts.genMaxRequired == 0);
    CHECK(facts.signDb.ulRandom == set.before.signDb.ulRandom);
    CHECK(set.before.bkinfoFullPrev.genHigh == 12);
    for (const JET_BKINFO* info : {&facts.bkinfoFullPrev, &facts.bkinfoIncPrev, &facts.bkinfoFullCur,
                                   &facts.bkinfoCopyPrev, &facts.bkinfoDiffPrev}) {
        CHECK(info->lgposMark.lGeneration == 0);
        CHECK(info->genLow == 0);
    }
    JET_LOGINFOMISC log{};
    CHECK(JetGetLogFileInfoA((set.placed + "/edb.log").c_str(), &log, sizeof log, JET_LogInfoMisc) == JET_errSuccess);
    CHECK(log.ulGeneration == 15);
    CHECK(refused(set.restore()) == JET_errRestoreOfNonBackupDatabase);

    Engine engine(set.placed);
    engine.start(path);
    CHECK(begin(engine, JET_bitBackupIncremental) == JET_errMissingFullBackup);
    take_backup(engine, set.temp.path("again"));
    CHECK(engine.term() == JET_errSuccess);
}

TEST_CASE("Logs beside those of the backup stay where they are, whatever they hold") {
    const BackedUp set;
    if (!set.has_data) return;
    for (const char* name : {"/edb00001.log", "/edb000FF.log", "/edb.log"})
        write_file(set.logs + name, Bytes(5000, 'x'));
    const auto logs = content_of(set.logs);
    REQUIRE(set.restore()() == JET_errSuccess);
    CHECK(content_of(set.logs) == logs);
}

TEST_CASE("A trailer that a restore was killed before cutting off does no harm") {
    const BackedUp set;
    if (!set.has_data) return;
    const std::string path = set.placed + "/data.edb";
    const Bytes delivered = bytes_of(path);
    REQUIRE(set.restore()() == JET_errSuccess);
    Bytes restored = bytes_of(path);
    restored.insert(restored.end(), delivered.end() - 4096, delivered.end());
    write_file(path, restored);
    Engine engine(set.placed);
    engine.start(path);
    take_backup(engine, set.temp.path("again"));
    CHECK(engine.term() == JET_errSuccess);
    CHECK(facts_of(path).dbstate == JET_dbstateCleanShutdown);
}

TEST_CASE("The wide flavour, and JetExternalRestore without pLogInfo, restore as well") {
    const BackedUp set;
    if (!set.has_data) return;
    const auto wide = [](const std::string& text) { return std::u16string(text.begin(), text.end()); };
    if (GENERATE(true, false)) {
        auto placed = wide(set.placed), logs = wide(set.logs), now = wide(set.placed + "/data.edb");
        JET_RSTMAP_W map{now.data(), now.data()};
        JET_LOGINFO_W info{};
        info.ulGenLow = 12;
        info.ulGenHigh = 14;
        const auto call = [&] {
            return JetExternalRestore2W(placed.data(), placed.data(), &map, 1, logs.data(), &info, nullptr, nullptr,
                                        nullptr, nullptr);
        };
        CHECK(call() == JET_errInvalidParameter);
        CHECK_THAT(detail(), Catch::Contains("cbSize"));
        info.cbSize = sizeof info;
        CHECK(call() == JET_errSuccess);
    } else {
        std::string placed = set.placed, logs = set.logs, now = set.placed + "/data.edb";
        JET_RSTMAP_A map{now.data(), now.data()};
        CHECK(JetExternalRestoreA(placed.data(), placed.data(), &map, 1, logs.data(), -1, 14, nullptr) ==
              JET_errInvalidParameter);
        CHECK(JetExternalRestoreA(placed.data(), placed.data(), &map, 1, logs.data(), 14, 12, nullptr) ==
              JET_errInvalidParameter);
        CHECK(JetExternalRestoreA(placed.data(), placed.data(), &map, 1, logs.data(), 12, 14, nullptr) ==
              JET_errSuccess);
    }
    CHECK(facts_of(set.placed + "/data.edb").dbstate == JET_dbstateCleanShutdown);
}

TEST_CASE("Arguments of a restore that make no sense") {
    const BackedUp set;
    if (!set.has_data) return;
    Restore restore = set.restore();
    restore.databases.clear();
    CHECK(refused(restore) == JET_errInvalidParameter);
    restore = set.restore();
    restore.base_name = "../";
    CHECK(refused(restore) == JET_errInvalidParameter);
    restore = set.restore();
    restore.low = 0;
    CHECK(refused(restore) == JET_errInvalidParameter);
    restore = set.restore();
    restore.databases.push_back(restore.databases.front());
    CHECK(refused(restore) < 0);
    std::filesystem::copy_file(set.placed + "/data.edb", set.placed + "/twice.edb");
    restore.databases.back().second = set.placed + "/twice.edb";
    CHECK(refused(restore) == JET_errDatabaseSignInUse);
    std::string placed = set.placed, logs = set.logs, now = set.placed + "/data.edb";
    JET_RSTMAP_A map{now.data(), now.data()};
    JET_LOGINFO_A info{};
    info.cbSize = sizeof info;
    info.ulGenLow = info.ulGenHigh = 12;
    CHECK(JetExternalRestore2A(placed.data(), placed.data(), &map, 1, logs.data(), &info, placed.data(), nullptr,
                               nullptr, nullptr) == JET_errFeatureNotAvailable);
    CHECK(JetExternalRestore2A(placed.data(), placed.data(), &map, 1, logs.data(), nullptr, nullptr, nullptr, nullptr,
                               nullptr) == JET_errInvalidParameter);
    CHECK_THAT(detail(), Catch::Contains("pLogInfo"));
    CHECK(JetExternalRestore2A(placed.data(), nullptr, &map, 1, nullptr, &info, nullptr, nullptr, nullptr, nullptr) ==
          JET_errInvalidParameter);
}

TEST_CASE("A log of the backup that is missing") {
    const BackedUp set;
    if (!set.has_data) return;
    Restore restore = set.restore();
    SECTION("the lowest") {
        std::filesystem::remove(set.log("edb0000C.log"));
        CHECK(refused(restore) == JET_errRequiredLogFilesMissing);
    }
    SECTION("one in the middle") {
        std::filesystem::remove(set.log("edb0000D.log"));
        CHECK(refused(restore) == JET_errFileNotFound);
        CHECK_THAT(detail(), Catch::Contains("edb0000D.log"));
    }
    SECTION("one that the range names") {
        restore.high = 15;
        CHECK(refused(restore) == JET_errFileNotFound);
    }
    SECTION("the lowest, by a range that begins too late") {
        restore.low = 13;
        CHECK(refused(restore) == JET_errRequiredLogFilesMissing);
    }
    SECTION("the highest, which no database requires") {
        std::filesystem::remove(set.log("edb0000E.log"));
        restore.high = 13;
        CHECK(restore() == JET_errSuccess);
    }
}

TEST_CASE("A range that ends below what the database requires") {
    const TempDirectory temp;
    if (!temp.copy_set("fullbackup-4k", "logs")) {
        WARN("no data");
        return;
    }
    std::filesystem::create_directory(temp.path("placed"));
    for (const char* name : {"data.edb", "second.edb"})
        std::filesystem::rename(temp.path("logs/") + name, temp.path("placed/") + name);
    const std::string placed = temp.path("placed");
    const Restore restore{placed,
                          placed,
                          temp.path("logs"),
                          {{"C:\\data.edb", placed + "/data.edb"}, {"C:\\second.edb", placed + "/second.edb"}},
                          9,
                          12};
    CHECK(refused(restore) == JET_errRequiredLogFilesMissing);
}

TEST_CASE("A log of the backup that is damaged, or of another stream") {
    const BackedUp set;
    if (!set.has_data) return;
    SECTION("a sector") {
        damage(set.log("edb0000C.log"), 4096 * 4 + 500);
        CHECK(refused(set.restore()) == JET_errLogCorruptDuringHardRestore);
        CHECK_THAT(detail(), Catch::Contains("edb0000C.log"));
    }
    SECTION("the header of the last one") {
        damage(set.log("edb0000E.log"), 100);
        CHECK(refused(set.restore()) == JET_errLogFileCorrupt);
    }
    SECTION("one of another instance") {
        std::filesystem::create_directory(set.temp.path("other"));
        Engine other(set.temp.path("other"));
        other.start();
        REQUIRE(begin(other) == JET_errSuccess);
        logs(other);
        CHECK(end(other) == JET_errSuccess);
        CHECK(other.term() == JET_errSuccess);
        std::filesystem::copy_file(set.temp.path("other/edb00001.log"), set.log("edb0000D.log"),
                                   std::filesystem::copy_options::overwrite_existing);
        CHECK(refused(set.restore()) == JET_errBadLogSignature);
    }
    SECTION("one bit, which is corrected") {
        auto bytes = bytes_of(set.log("edb0000C.log"));
        bytes[4096 * 4 + 500] ^= 4;
        write_file(set.log("edb0000C.log"), bytes);
        CHECK(set.restore()() == JET_errSuccess);
    }
}

TEST_CASE("A database that is not what the backup delivered") {
    const BackedUp set;
    if (!set.has_data) return;
    const std::string path = set.placed + "/data.edb";
    const auto size = std::filesystem::file_size(path);
    Restore restore = set.restore();
    SECTION("its trailer is cut off") {
        std::filesystem::resize_file(path, size - 4096);
        CHECK(refused(restore) == JET_errBadPatchPage);
    }
    SECTION("half a page is cut off") {
        std::filesystem::resize_file(path, size - 2048);
        CHECK(refused(restore) == JET_errBadPatchPage);
    }
    SECTION("its trailer is damaged") {
        damage(path, size - 4096 + 0x30);
        CHECK(refused(restore) == JET_errBadPatchPage);
    }
    SECTION("its trailer is of another backup") {
        Engine engine(set.files);
        engine.start(set.files + "/data.edb");
        take_backup(engine, set.temp.path("second"));
        CHECK(engine.term() == JET_errSuccess);
        const auto other = bytes_of(set.temp.path("second/data.edb"));
        auto mixed = bytes_of(path);
        std::copy(other.end() - 4096, other.end(), mixed.end() - 4096);
        write_file(path, mixed);
        CHECK(refused(restore) == JET_errDatabasePatchFileMismatch);
    }
    SECTION("a page is damaged that no log touches") {
        damage(path, 8192 + 20 * 4096 + 300);
        CHECK(refused(restore) == JET_errReadVerifyFailure);
        CHECK_THAT(detail(), Catch::Contains("page 21"));
    }
    SECTION("both headers are damaged") {
        damage(path, 100);
        damage(path, 4096 + 100);
        CHECK(refused(restore) == JET_errDatabaseCorrupted);
    }
    SECTION("it never was in a backup") {
        std::filesystem::copy_file(set.files + "/data.edb", path, std::filesystem::copy_options::overwrite_existing);
        CHECK(refused(restore) == JET_errRestoreOfNonBackupDatabase);
    }
    SECTION("it is not there") {
        std::filesystem::remove(path);
        CHECK(refused(restore) == JET_errFileNotFound);
    }
    SECTION("somebody has it open") {
        const auto held = ese::os::real_file_system().open(path, ese::os::OpenMode::read);
        CHECK(held->try_lock(false));
        CHECK(refused(restore) == JET_errFileAccessDenied);
    }
}

TEST_CASE("A database that the logs name has to be in the map") {
    const TempDirectory temp;
    if (!set_files(temp) || !temp.copy_set("clean-4k", "second")) return;
    // The only other database of this page size that is at hand comes from a run without a log.
    const std::string second = temp.path("second/data.edb");
    {
        Engine engine(temp.path("second"), {.recovery = "off"});
        engine.start(second);
        CHECK(engine.term() == JET_errSuccess);
    }
    std::filesystem::rename(second, temp.path("files/second.edb"));
    Engine engine(temp.path("files"));
    engine.start(temp.path("files/data.edb"));
    REQUIRE(JetAttachDatabaseA(engine.session, temp.path("files/second.edb").c_str(), 0) == JET_errSuccess);
    CHECK(take_backup(engine, temp.path("logs")).low == 12);
    CHECK(engine.term() == JET_errSuccess);
    const std::string placed = temp.path("placed");
    std::filesystem::create_directory(placed);
    for (const char* name : {"/data.edb", "/second.edb"})
        std::filesystem::rename(temp.path("logs") + name, placed + name);
    Restore restore{placed, placed, temp.path("logs"), {{"data.edb", placed + "/data.edb"}}, 12, 12};
    CHECK(refused(restore) == JET_errAttachedDatabaseMismatch);
    CHECK_THAT(detail(), Catch::Contains("second.edb"));
    SECTION("unless it is to be left out") {
        restore.grbit = JET_bitReplayIgnoreMissingDB;
        CHECK(restore() == JET_errSuccess);
        CHECK(facts_of(placed + "/data.edb").dbstate == JET_dbstateCleanShutdown);
        CHECK(facts_of(placed + "/second.edb").dbstate == JET_dbstateDirtyShutdown);
        return;
    }
    restore.databases.emplace_back("second.edb", placed + "/second.edb");
    CHECK(restore() == JET_errSuccess);
    for (const char* name : {"/data.edb", "/second.edb"})
        CHECK(facts_of(placed + name).dbstate == JET_dbstateCleanShutdown);
}

TEST_CASE("Logs in the target continue the backup, or are refused") {
    const BackedUp set;
    if (!set.has_data) return;
    Restore restore = set.restore();
    SECTION("those of the same stream are replayed and continued") {
        std::filesystem::copy_file(set.files + "/edb.log", set.placed + "/edb.log");  // generation 15, ended clean
        CHECK(restore() == JET_errSuccess);
        JET_LOGINFOMISC log{};
        CHECK(JetGetLogFileInfoA((set.placed + "/edb.log").c_str(), &log, sizeof log, JET_LogInfoMisc) ==
              JET_errSuccess);
        CHECK(log.ulGeneration == 15);
        Engine engine(set.placed);
        engine.start(set.placed + "/data.edb");
        CHECK(engine.term() == JET_errSuccess);
    }
    SECTION("they lie with those of the backup") {
        std::filesystem::copy_file(set.files + "/edb.log", set.log("edb.log"));
        restore.log_directory = set.logs;
        CHECK(restore() == JET_errSuccess);
    }
    SECTION("there is a gap") {
        restore.high = 13;
        std::filesystem::copy_file(set.files + "/edb.log", set.placed + "/edb.log");
        CHECK(refused(restore) == JET_errExistingLogFileIsNotContiguous);
    }
    SECTION("those of another instance") {
        const bool closed = GENERATE(false, true);  // also one that would not be replayed
        {
            std::filesystem::create_directory(set.temp.path("other"));
            Engine other(set.temp.path("other"));
            other.start();
            REQUIRE(begin(other) == JET_errSuccess);
            logs(other);
        }
        std::filesystem::copy_file(set.temp.path(closed ? "other/edb00001.log" : "other/edb.log"),
                                   set.placed + (closed ? "/edb00001.log" : "/edb.log"));
        CHECK(refused(restore) == JET_errExistingLogFileHasBadSignature);
    }
}

namespace {

std::string recovered(const char* set, const std::string& name) {
    return std::string(std::getenv("ESEBACKUP_TEST_DATA")) + "/" + set + "/recovered/" + name;
}

}  // namespace

TEST_CASE("A restore to a position takes every log up to there, and none behind it") {
    const TempDirectory temp;
    if (!set_files(temp, "chain-8k", "chain")) return;
    const std::string placed = temp.path("placed"), logs = temp.path("logs");
    std::filesystem::create_directories(placed);
    std::filesystem::create_directories(logs);
    for (const char* part : {"full", "inc1", "inc2", "live"})
        for (const auto& entry : std::filesystem::directory_iterator(temp.path("chain/") + part)) {
            const bool is_log = entry.path().extension() == ".log" && entry.path().stem() != "edbtmp";
            if (!is_log && (part != std::string("full") || entry.path().extension() != ".edb")) continue;
            std::filesystem::copy(entry.path(), is_log && part == std::string("full") ? logs : placed,
                                  std::filesystem::copy_options::skip_existing);
        }
    Restore restore{placed, placed, logs, {{"a", placed + "/data.edb"}, {"b", placed + "/second.edb"}}, 6, 8};
    restore.stop = {0xFFFF, 0xFFFF, 11};
    SECTION("they end before it") {
        restore.stop = {0xFFFF, 0xFFFF, 18};
        CHECK(refused(restore) == JET_errRequiredLogFilesMissing);
        return;
    }
    SECTION("one is missing before it") {
        std::filesystem::remove(placed + "/edb0000A.log");
        CHECK(refused(restore) == JET_errMissingCurrentLogFiles);
        return;
    }
    SECTION("one is damaged before it") {
        damage(placed + "/edb0000A.log", 4096 + 100);
        CHECK(refused(restore) == JET_errLogCorruptDuringHardRecovery);
        return;
    }
    SECTION("one is missing behind it") { std::filesystem::remove(placed + "/edb0000D.log"); }
    SECTION("one is damaged behind it") { damage(placed + "/edb0000D.log", 4096 + 100); }
    SECTION("the current one is no log any more") {
        damage(placed + "/edb.log", 100);
        damage(placed + "/edb.log", 4096 + 100);
    }
    SECTION("all behind it are gone") {
        for (const char* name : {"C", "D", "E", "F"}) std::filesystem::remove(placed + "/edb0000" + name + ".log");
        std::filesystem::remove(placed + "/edb00010.log");
        std::filesystem::remove(placed + "/edb.log");
    }
    const JET_ERR result = restore();
    INFO(detail());
    REQUIRE(result == JET_errSuccess);
    for (const char* name : {"data.edb", "second.edb"})
        check_same_contents(placed + "/" + name, recovered("chain-8k", std::string("full+inc1/") + name));
}

TEST_CASE("A restore keeps off the directory of a running instance") {
    const BackedUp set;
    if (!set.has_data) return;
    Engine engine(set.files);
    engine.start();
    Restore restore = set.restore();
    restore.log_directory = set.files;
    CHECK(refused(restore) == JET_errLogFilePathInUse);
}

TEST_CASE("A backup taken while data changed is restored to what the original engine makes of it") {
    struct Set {
        const char* name;
        JET_UINT32 low, high;
    };
    const Set set = GENERATE(Set{"fullbackup-4k", 9, 13}, Set{"fullbackup-8k", 9, 14}, Set{"fullbackup-32k", 3, 4});
    const TempDirectory temp;
    if (!set_files(temp, set.name, "logs")) return;
    const std::string placed = temp.path("placed");
    std::filesystem::create_directory(placed);
    for (const char* name : {"/data.edb", "/second.edb"})
        std::filesystem::rename(temp.path("logs") + name, placed + name);
    Restore restore{placed,  placed,  temp.path("logs"), {{"a", placed + "/data.edb"}, {"b", placed + "/second.edb"}},
                    set.low, set.high};
    steps.clear();
    restore.status = note_step;
    INFO(detail());
    REQUIRE(restore() == JET_errSuccess);
    CHECK(steps.back() == JET_sntComplete);
    for (const char* name : {"data.edb", "second.edb"})
        check_same_contents(placed + "/" + name, recovered(set.name, name));
}

TEST_CASE("A full backup and what continues it are restored to each of their ends") {
    struct Stop {
        const char* name;
        std::vector<const char*> parts;
        JET_UINT32 high;
        bool live;
    };
    const Stop stop = GENERATE(Stop{"full", {"full"}, 8, false}, Stop{"full+inc1", {"full", "inc1"}, 11, false},
                               Stop{"full+inc1+inc2", {"full", "inc1", "inc2"}, 14, false},
                               Stop{"full+inc1+inc2+live", {"full", "inc1", "inc2"}, 14, true});
    const TempDirectory temp;
    if (!set_files(temp, "chain-8k", "chain")) return;
    const std::string placed = temp.path("placed"), logs = temp.path("logs");
    std::filesystem::create_directory(placed);
    std::filesystem::create_directory(logs);
    for (const char* part : stop.parts)
        for (const auto& entry : std::filesystem::directory_iterator(temp.path("chain/") + part)) {
            const std::string to = entry.path().extension() == ".edb" ? placed : logs;
            std::filesystem::copy(entry.path(), to, std::filesystem::copy_options::skip_existing);
        }
    if (stop.live) std::filesystem::copy(temp.path("chain/live"), placed, std::filesystem::copy_options::recursive);
    Restore restore{placed, placed, logs, {{"a", placed + "/data.edb"}, {"b", placed + "/second.edb"}}, 6, stop.high};
    const JET_ERR result = restore();
    INFO(detail());
    REQUIRE(result == JET_errSuccess);
    for (const char* name : {"data.edb", "second.edb"})
        check_same_contents(placed + "/" + name, recovered("chain-8k", std::string(stop.name) + "/" + name));
}

TEST_CASE("A restore stops at a position, whether the logs behind it are the backup's or lie in the target") {
    struct Stop {
        const char* name;
        JET_INT32 generation;
    };
    const Stop stop = GENERATE(Stop{"full", 8}, Stop{"full+inc1", 11}, Stop{"full+inc1+inc2", 14});
    enum class Logs { apart, together, of_the_full_apart };
    const Logs where = GENERATE(Logs::apart, Logs::together, Logs::of_the_full_apart);
    const TempDirectory temp;
    if (!set_files(temp, "chain-8k", "chain")) return;
    INFO(stop.name << " " << static_cast<int>(where));
    const std::string placed = temp.path("placed"), logs = where == Logs::together ? placed : temp.path("logs");
    std::filesystem::create_directories(placed);
    std::filesystem::create_directories(logs);
    for (const char* part : {"full", "inc1", "inc2", "live"})
        for (const auto& entry : std::filesystem::directory_iterator(temp.path("chain/") + part)) {
            if (entry.path().extension() != ".edb" && entry.path().extension() != ".log") continue;
            const bool is_backup_log =
                where == Logs::apart ? entry.path().stem() != "edb" : entry.path().stem() <= "edb00008";
            const bool is_log = entry.path().extension() == ".log" && entry.path().stem() != "edb";
            std::filesystem::copy(entry.path(), is_log && is_backup_log ? logs : placed,
                                  std::filesystem::copy_options::skip_existing);
        }
    if (where == Logs::apart) std::filesystem::remove(placed + "/edb.log");
    Restore restore{placed, placed,
                    logs,   {{"a", placed + "/data.edb"}, {"b", placed + "/second.edb"}},
                    6,      where == Logs::apart ? 16u : 8u};
    restore.stop = {0xFFFF, 0xFFFF, 7};
    CHECK(refused(restore) == JET_errEndingRestoreLogTooLow);
    CHECK(detail().find("generation 8") != std::string::npos);

    restore.stop = {0xFFFF, 0xFFFF, stop.generation};
    const JET_ERR result = restore();
    INFO(detail());
    REQUIRE(result == JET_errSuccess);
    for (const char* name : {"data.edb", "second.edb"})
        check_same_contents(placed + "/" + name, recovered("chain-8k", std::string(stop.name) + "/" + name));
    // The next start finds nothing to replay, even without its checkpoint, and nothing of what lies behind.
    std::filesystem::remove(placed + "/edb.chk");
    Engine engine(placed, {.page_bytes = 8192});
    engine.set(JET_paramAlternateDatabaseRecoveryPath, 0, placed.c_str());
    const JET_ERR started = JetInit(&engine.instance);
    INFO(detail());
    REQUIRE(started == JET_errSuccess);
    CHECK(engine.term() == JET_errSuccess);
    for (const char* name : {"data.edb", "second.edb"})
        check_same_contents(placed + "/" + name, recovered("chain-8k", std::string(stop.name) + "/" + name));
}
