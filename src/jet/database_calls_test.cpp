#include <array>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <map>
#include <thread>

#include "engine/log/log_files.h"
#include "format/log/log_record_types.h"
#include "format/log/log_stream.h"
#include "jet/test_api.h"

using namespace test;

namespace {

constexpr JET_UINT32 misc_sizes[] = {sizeof(JET_DBINFOMISC),  sizeof(JET_DBINFOMISC2), sizeof(JET_DBINFOMISC3),
                                     sizeof(JET_DBINFOMISC4), sizeof(JET_DBINFOMISC5), sizeof(JET_DBINFOMISC6),
                                     sizeof(JET_DBINFOMISC7)};

bool is_position(const JET_LGPOS& position, int generation, int sector, int offset) {
    return position.lGeneration == generation && position.isec == sector && position.ib == offset;
}

// Date and time of day as headers.txt has them; every header of the sets is of November 2026.
bool is_time(const JET_LOGTIME& time, int day, int hours, int minutes, int seconds) {
    return time.bYear == 126 && time.bMonth == 11 && time.bDay == day && time.bHours == hours &&
           time.bMinutes == minutes && time.bSeconds == seconds;
}

JET_ERR log_info(const std::string& path, void* result, JET_UINT32 bytes, JET_UINT32 level) {
    return JetGetLogFileInfoA(path.c_str(), result, bytes, level);
}

}  // namespace

TEST_CASE("JET_DbInfoMisc has seven sizes, each the beginning of the next, and says what headers.txt says") {
    const TempDirectory temp;
    if (!set_files(temp)) return;
    const std::string path = temp.path("files/data.edb");
    const JET_DBINFOMISC7 facts = facts_of(path);
    CHECK(facts.ulVersion == 0x620);
    CHECK(facts.ulUpdate == 20);
    CHECK(facts.signDb.ulRandom == 1817136293);
    CHECK(is_time(facts.signDb.logtimeCreate, 22, 20, 43, 13));
    CHECK(facts.dbstate == JET_dbstateCleanShutdown);
    CHECK(is_position(facts.lgposConsistent, 0xC, 0xE, 0x850));
    CHECK(is_time(facts.logtimeConsistent, 22, 20, 43, 13));
    CHECK(is_position(facts.lgposAttach, 1, 1, 0x268));
    CHECK(is_time(facts.logtimeAttach, 22, 20, 43, 13));
    CHECK(is_position(facts.lgposDetach, 0xC, 0xE, 0x850));
    CHECK(is_time(facts.logtimeDetach, 22, 20, 43, 13));
    CHECK(facts.signLog.ulRandom == 56837179);
    CHECK(facts.bkinfoFullPrev.genLow == 0);
    CHECK(facts.fShadowingDisabled == 0);
    CHECK(facts.dwMajorVersion == 6);
    CHECK(facts.dwMinorVersion == 1);
    CHECK(facts.dwBuildNumber == 7601);
    CHECK(facts.lSPNumber == 1);
    CHECK(facts.cbPageSize == 4096);
    CHECK(facts.genMinRequired == 0);
    CHECK(facts.genMaxRequired == 0);
    CHECK(facts.genCommitted == 0);
    CHECK(facts.ulRepairCount == 0);
    CHECK(facts.ulECCFixSuccess == 0);
    CHECK(facts.lgposLastReAttach.lGeneration == 0);

    const bool wide = GENERATE(false, true);
    const std::u16string wide_path(path.begin(), path.end());
    for (const JET_UINT32 size : misc_sizes) {
        Bytes part(size, 0xEE);
        CHECK((wide ? JetGetDatabaseFileInfoW(wide_path.c_str(), part.data(), size, JET_DbInfoMisc)
                    : JetGetDatabaseFileInfoA(path.c_str(), part.data(), size, JET_DbInfoMisc)) == JET_errSuccess);
        CHECK(std::memcmp(part.data(), &facts, size) == 0);
        CHECK(JetGetDatabaseFileInfoA(path.c_str(), part.data(), size - 1, JET_DbInfoMisc) == JET_errInvalidBufferSize);
    }
    CHECK(JetGetDatabaseFileInfoA(path.c_str(), nullptr, misc_sizes[0], JET_DbInfoMisc) == JET_errInvalidBufferSize);
}

TEST_CASE("The header in the stream of a backup says which backup it comes from") {
    const TempDirectory temp;
    if (!set_files(temp, "fullbackup-4k")) return;
    const JET_DBINFOMISC7 facts = facts_of(temp.path("files/data.edb"));
    CHECK(facts.dbstate == JET_dbstateDirtyShutdown);
    CHECK(facts.genMinRequired == 9);
    CHECK(facts.genMaxRequired == 9);
    CHECK(facts.genCommitted == 9);
    CHECK(is_position(facts.lgposConsistent, 8, 0x1E, 0));
    CHECK(is_position(facts.lgposAttach, 9, 2, 0x268));
    CHECK(is_position(facts.bkinfoFullCur.lgposMark, 0xA, 2, 0x328));
    CHECK(is_time(facts.bkinfoFullCur.logtimeMark, 22, 20, 44, 25));
    CHECK(facts.bkinfoFullCur.genLow == 9);
    CHECK(facts.bkinfoFullCur.genHigh == 0);
    CHECK(facts.bkinfoCopyPrev.genLow == 0);
}

TEST_CASE("The other levels of JetGetDatabaseFileInfo") {
    const TempDirectory temp;
    if (!set_files(temp)) return;
    const std::string path = temp.path("files/data.edb");
    const auto ask = [&](void* result, JET_UINT32 bytes, JET_UINT32 level) {
        return JetGetDatabaseFileInfoA(path.c_str(), result, bytes, level);
    };
    JET_UINT32 number = 0;
    CHECK(ask(&number, 4, JET_DbInfoPageSize) == JET_errSuccess);
    CHECK(number == 4096);
    CHECK(ask(&number, 4, JET_DbInfoFileType) == JET_errSuccess);
    CHECK(number == JET_filetypeDatabase);
    CHECK(ask(&number, 4, JET_DbInfoVersion) == JET_errSuccess);
    CHECK(number == 0x620);
    std::uint64_t bytes = 0;
    CHECK(ask(&bytes, 8, JET_DbInfoFilesize) == JET_errSuccess);
    CHECK(bytes == std::filesystem::file_size(path));
    CHECK(ask(&bytes, 8, JET_DbInfoFilesizeOnDisk) == JET_errSuccess);
    CHECK(bytes > 0);
    CHECK(ask(&number, 4, JET_DbInfoFilesize) == JET_errInvalidBufferSize);
    CHECK(ask(&number, 2, JET_DbInfoPageSize) == JET_errInvalidBufferSize);
    CHECK(ask(&number, 4, JET_DbInfoLCID) == JET_errFeatureNotAvailable);
    number = 7;
    CHECK(ask(&number, 4, JET_DbInfoDBInUse) == JET_errSuccess);
    CHECK(number == 0);
    CHECK(ask(&number, 4, JET_DbInfoConnect) == JET_errInvalidParameter);
    CHECK(ask(&number, 4, 4711) == JET_errInvalidParameter);

    CHECK(JetGetDatabaseFileInfoA(temp.path("none").c_str(), &number, 4, JET_DbInfoPageSize) == JET_errFileNotFound);
    CHECK(JetGetDatabaseFileInfoA(temp.path("files/edb.log").c_str(), &number, 4, JET_DbInfoPageSize) ==
          JET_errDatabaseCorrupted);
    damage(path, 100);
    CHECK(ask(&number, 4, JET_DbInfoPageSize) == JET_errSuccess);  // the second copy of the header
    damage(path, 4096 + 100);
    CHECK(ask(&number, 4, JET_DbInfoPageSize) == JET_errDatabaseCorrupted);
}

TEST_CASE("JetGetLogFileInfo says what headers.txt says, at three levels") {
    const TempDirectory temp;
    if (!set_files(temp)) return;
    const std::string path = temp.path("files/edb.log");
    JET_LOGINFOMISC first{};
    CHECK(log_info(path, &first, sizeof first, JET_LogInfoMisc) == JET_errSuccess);
    CHECK(first.ulGeneration == 12);
    CHECK(first.signLog.ulRandom == 56837179);
    CHECK(is_time(first.logtimeCreate, 22, 20, 43, 13));
    CHECK(is_time(first.logtimePreviousGeneration, 22, 20, 43, 13));
    CHECK(first.ulFlags == 0);
    CHECK(first.ulVersionMajor == 8);
    CHECK(first.ulVersionMinor == 4000);
    CHECK(first.ulVersionUpdate == 5);
    CHECK(first.cbSectorSize == 4096);
    CHECK(first.cbHeader == 1);
    CHECK(first.cbFile == 32);
    CHECK(first.cbDatabasePageSize == 4096);

    JET_LOGINFOMISC2 second{};
    CHECK(log_info(path, &second, sizeof second, JET_LogInfoMisc2) == JET_errSuccess);
    CHECK(std::memcmp(&second, &first, sizeof first) == 0);
    CHECK(is_position(second.lgposCheckpoint, 4, 1, 0));

    JET_LOGINFOMISC3 third{};
    const std::u16string wide(path.begin(), path.end());
    CHECK(JetGetLogFileInfoW(wide.c_str(), &third, sizeof third, JET_LogInfoMisc3) == JET_errSuccess);
    CHECK(third.ulVersionMajor == 8);
    CHECK(third.ulVersionUpdateMajor == 5);
    CHECK(third.ulVersionUpdateMinor == 16);
    CHECK(third.ulVersionMinorDeprecated == 4000);
    CHECK(third.checksumPrevLogAllSegments == 0x54f354f38b851bfc);
    CHECK(is_position(third.lgposCheckpoint, 4, 1, 0));

    CHECK(log_info(path, &third, sizeof third, JET_LogInfoMisc) == JET_errInvalidBufferSize);
    CHECK(log_info(path, &first, sizeof first, JET_LogInfoMisc3) == JET_errInvalidBufferSize);
    CHECK(log_info(path, &first, sizeof first, 3) == JET_errInvalidParameter);
    CHECK(log_info(temp.path("none.log"), &first, sizeof first, JET_LogInfoMisc) == JET_errFileNotFound);
    CHECK(log_info(temp.path("files/data.edb"), &first, sizeof first, JET_LogInfoMisc) < 0);
    damage(path, 200);
    CHECK(log_info(path, &first, sizeof first, JET_LogInfoMisc) == JET_errLogFileCorrupt);
}

TEST_CASE("A database is attached, opened, asked, closed and detached") {
    const TempDirectory temp;
    if (!set_files(temp)) return;
    const std::string path = temp.path("files/data.edb");
    Engine engine(temp.path("files"));
    engine.start();
    const JET_SESID session = engine.session;
    JET_DBID dbid = 99;
    CHECK(JetOpenDatabaseA(session, path.c_str(), nullptr, &dbid, 0) == JET_errDatabaseNotFound);
    CHECK(JetDetachDatabaseA(session, path.c_str()) == JET_errDatabaseNotFound);
    CHECK(JetAttachDatabaseA(session, path.c_str(), 0x4) == JET_errInvalidGrbit);
    CHECK(JetAttachDatabaseA(4711, path.c_str(), 0) == JET_errInvalidSesid);
    CHECK(JetAttachDatabaseA(session, path.c_str(), 0) == JET_errSuccess);
    const std::u16string wide(path.begin(), path.end());
    CHECK(JetAttachDatabase2W(session, wide.c_str(), 0, 0) == JET_wrnDatabaseAttached);
    CHECK(JetAttachDatabaseA(session, temp.path("files/./data.edb").c_str(), 0) == JET_wrnDatabaseAttached);
    CHECK(facts_of(path).dbstate == JET_dbstateDirtyShutdown);

    CHECK(JetOpenDatabaseA(session, path.c_str(), nullptr, nullptr, 0) == JET_errInvalidParameter);
    CHECK(JetOpenDatabaseA(session, path.c_str(), nullptr, &dbid, 0x10) == JET_errInvalidGrbit);
    CHECK(JetOpenDatabaseA(session, path.c_str(), nullptr, &dbid, JET_bitDbExclusive) == JET_errFeatureNotAvailable);
    CHECK(JetOpenDatabaseW(session, wide.c_str(), nullptr, &dbid, 0) == JET_errSuccess);

    JET_DBINFOMISC7 facts{};
    CHECK(JetGetDatabaseInfoA(session, dbid, &facts, sizeof facts, JET_DbInfoMisc) == JET_errSuccess);
    CHECK(facts.dbstate == JET_dbstateDirtyShutdown);
    CHECK(facts.genMinRequired == 12);
    JET_UINT32 number = 0;
    CHECK(JetGetDatabaseInfoW(session, dbid, &number, 4, JET_DbInfoFilesize) == JET_errSuccess);
    CHECK(number == std::filesystem::file_size(path) / 4096 - 2);
    JET_UINT32 owned = 0;
    CHECK(JetGetDatabaseInfoA(session, dbid, &owned, 4, JET_DbInfoSpaceOwned) == JET_errSuccess);
    CHECK(owned > 0);
    CHECK(owned <= number);
    std::array<char, 512> name{};
    CHECK(JetGetDatabaseInfoA(session, dbid, name.data(), name.size(), JET_DbInfoFilename) == JET_errSuccess);
    CHECK(name.data() == path);
    CHECK(JetGetDatabaseInfoA(session, dbid, name.data(), 4, JET_DbInfoFilename) == JET_errBufferTooSmall);
    CHECK(JetGetDatabaseInfoA(session, dbid + 1, &number, 4, JET_DbInfoPageSize) == JET_errInvalidDatabaseId);
    CHECK(JetGetDatabaseInfoA(session, 0x101, &number, 4, JET_DbInfoPageSize) == JET_errInvalidDatabaseId);

    CHECK(JetDetachDatabaseA(session, path.c_str()) == JET_errDatabaseInUse);
    CHECK(JetCloseDatabase(session, dbid, 1) == JET_errInvalidGrbit);
    CHECK(JetCloseDatabase(session, dbid, 0) == JET_errSuccess);
    CHECK(JetCloseDatabase(session, dbid, 0) == JET_errInvalidDatabaseId);
    CHECK(JetDetachDatabase2A(session, path.c_str(), 0x80) == JET_errInvalidGrbit);
    CHECK(JetDetachDatabase2A(session, path.c_str(), JET_bitForceDetach) == JET_errForceDetachNotAllowed);
    CHECK(JetDetachDatabaseW(session, nullptr) == JET_errSuccess);
    CHECK(facts_of(path).dbstate == JET_dbstateCleanShutdown);
    CHECK(JetAttachDatabaseA(session, path.c_str(), 0) == JET_errSuccess);
    CHECK(JetDetachDatabase2W(session, wide.c_str(), 0) == JET_errSuccess);
    CHECK(engine.term() == JET_errSuccess);
}

TEST_CASE("Attaching read-only writes nothing, and the database is not part of a backup") {
    const TempDirectory temp;
    if (!set_files(temp)) return;
    const std::string path = temp.path("files/data.edb");
    const Bytes before = bytes_of(path);
    Engine engine(temp.path("files"));
    engine.start();
    CHECK(JetAttachDatabaseA(engine.session, path.c_str(), JET_bitDbReadOnly) == JET_errSuccess);
    JET_DBID dbid = 0;
    CHECK(JetOpenDatabaseA(engine.session, path.c_str(), nullptr, &dbid, 0) == JET_wrnFileOpenReadOnly);
    CHECK(JetOpenDatabaseA(engine.session, path.c_str(), nullptr, &dbid, JET_bitDbReadOnly) == JET_errSuccess);
    REQUIRE(begin(engine) == JET_errSuccess);
    CHECK(attached(engine).empty());
    CHECK(end(engine) == JET_errSuccess);
    CHECK(engine.term() == JET_errSuccess);
    CHECK(bytes_of(path) == before);
}

TEST_CASE("Databases that can't be attached are refused, and nothing is written to them") {
    const TempDirectory temp;
    if (!set_files(temp) || !temp.copy_set("fullbackup-4k", "raw")) return;
    const std::string path = temp.path("files/data.edb");
    std::filesystem::copy_file(path, temp.path("copy.edb"));
    std::filesystem::copy_file(path, temp.path("bad.edb"));
    damage(temp.path("bad.edb"), 100);
    damage(temp.path("bad.edb"), 4096 + 100);
    std::filesystem::copy_file(path, temp.path("short.edb"));
    std::filesystem::resize_file(temp.path("short.edb"), 40 * 4096);
    const auto before = content_of(temp.path("raw"));

    Engine engine(temp.path("files"));
    engine.start(path);
    const auto attach = [&](const std::string& file) { return JetAttachDatabaseA(engine.session, file.c_str(), 0); };
    CHECK(attach(temp.path("none.edb")) == JET_errDatabaseNotFound);
    CHECK(attach("") == JET_errInvalidPath);
    CHECK(attach(temp.path("copy.edb")) == JET_errDatabaseSignInUse);
    CHECK(attach(temp.path("bad.edb")) == JET_errDatabaseCorrupted);
    CHECK(attach(temp.path("raw/data.edb")) == JET_errSoftRecoveryOnBackupDatabase);
    CHECK(JetDetachDatabaseA(engine.session, path.c_str()) == JET_errSuccess);
    CHECK(attach(temp.path("short.edb")) == JET_errFileIOBeyondEOF);
    CHECK(content_of(temp.path("raw")) == before);

    Engine other(temp.path("raw"), {.page_bytes = 8192});
    CHECK(JetInit(&other.instance) == JET_errMissingLogFile);  // there are closed logs, but no edb.log
    CHECK(content_of(temp.path("raw")) == before);
    std::filesystem::create_directory(temp.path("empty"));
    Engine larger(temp.path("empty"), {.page_bytes = 8192});
    larger.start();
    CHECK(JetAttachDatabaseA(larger.session, path.c_str(), 0) == JET_errPageSizeMismatch);
}

TEST_CASE("Paths that a log header has no room for are refused before the log would break") {
    const TempDirectory temp;
    if (!set_files(temp)) return;
    std::string deep = temp.path();
    while (deep.size() < 1100) deep += "/" + std::string(200, 'd');
    std::filesystem::create_directories(deep);
    std::filesystem::copy_file(temp.path("files/data.edb"), deep + "/data.edb");
    Engine engine(temp.path("files"));
    engine.start();
    CHECK(JetAttachDatabaseA(engine.session, (deep + "/data.edb").c_str(), 0) == JET_errTooManyAttachedDatabases);
    CHECK(JetAttachDatabaseA(engine.session, temp.path("files/data.edb").c_str(), 0) == JET_errSuccess);
    take_backup(engine, temp.path("backup"));
    CHECK(engine.term() == JET_errSuccess);
}

TEST_CASE("A database is attached to one instance at a time") {
    const TempDirectory temp;
    if (!set_files(temp)) return;
    Engine first(temp.path("files"));
    first.start(temp.path("files/data.edb"));
    std::filesystem::create_directory(temp.path("other"));
    Engine second(temp.path("other"));
    second.start();
    CHECK(JetAttachDatabaseA(second.session, temp.path("files/data.edb").c_str(), 0) == JET_errFileAccessDenied);
    CHECK(JetAttachDatabaseA(second.session, temp.path("files/data.edb").c_str(), JET_bitDbReadOnly) ==
          JET_errFileAccessDenied);
}

TEST_CASE("Without a log a database gets a signature that no log fits") {
    const TempDirectory temp;
    if (!set_files(temp)) return;
    const std::string path = temp.path("files/data.edb");
    const auto before = facts_of(path);
    Engine engine(temp.path("files"), {.recovery = "off"});
    engine.start(path);
    CHECK(begin(engine) == JET_errLoggingDisabled);
    CHECK(engine.term() == JET_errSuccess);
    const auto after = facts_of(path);
    CHECK(after.dbstate == JET_dbstateCleanShutdown);
    CHECK(after.signDb.ulRandom != before.signDb.ulRandom);
    CHECK(after.signLog.ulRandom == 0);
}

TEST_CASE("Every log header lists the databases that the records before it attached, whatever happens at once") {
    namespace format = ese::format;
    const TempDirectory temp;
    if (!set_files(temp)) return;
    const std::string files = temp.path("files"), path = files + "/data.edb";
    Engine engine(files);
    engine.start();
    std::atomic<bool> done{false};
    std::thread rolls([&] {
        while (!done) {
            JET_UINT32 bytes = 0;
            if (begin(engine) < 0) continue;
            JetGetLogInfoInstanceA(engine.instance, nullptr, 0, &bytes);
            end(engine, JET_bitBackupEndAbort);
        }
    });
    int attaches = 0, tries = 0;
    for (; tries < 20000 && attaches < 30; ++tries) {
        if (JetAttachDatabaseA(engine.session, path.c_str(), 0) < 0) continue;
        ++attaches;
        while (JetDetachDatabaseA(engine.session, path.c_str()) < 0) std::this_thread::yield();
    }
    done = true;
    rolls.join();
    CHECK(attaches > 0);
    CHECK(engine.term() == JET_errSuccess);
    CHECK(facts_of(path).genMinRequired == 0);

    ese::os::FileSystem& system = ese::os::real_file_system();
    const auto directory = ese::engine::scan_log_directory(system, files, {});
    std::map<std::uint8_t, format::Signature> now;
    for (const auto generation : directory.archived) {
        const auto log = ese::engine::open_log_file(system, directory.archived_path(generation));
        const auto scan = log.scan();
        if (generation.value() > 12) {
            CHECK(log.header.attachments.size() == now.size());
            for (const auto& entry : log.header.attachments) CHECK(now.contains(entry.dbid));
        }
        format::LogStream stream(scan, log.sectors());
        format::LogRecord record;
        while (stream.next(record)) {
            if (record.type == format::LogRecordType::attach_db) {
                const auto attach = format::AttachDbRecord::parse(record.bytes);
                now[attach.dbid] = attach.database;
            }
            if (record.type == format::LogRecordType::detach_db)
                now.erase(format::DetachDbRecord::parse(record.bytes).dbid);
            if (format::is_run_end(record.type)) now.clear();
        }
    }
}

TEST_CASE("An attached database is in use, and tells what all databases have in common") {
    const TempDirectory temp;
    Engine engine(temp.path());
    engine.start();
    const std::string path = temp.path("t.edb");
    JET_DBID dbid = 0;
    REQUIRE(JetCreateDatabaseA(engine.session, path.c_str(), nullptr, &dbid, 0) == JET_errSuccess);
    JET_UINT32 number = 7;
    REQUIRE(JetGetDatabaseFileInfoA(path.c_str(), &number, 4, JET_DbInfoDBInUse) == JET_errSuccess);
    CHECK(number == 1);
    const auto fact = [&](JET_UINT32 level) {
        JET_UINT32 found = 4711;
        REQUIRE(JetGetDatabaseInfoA(engine.session, dbid, &found, 4, level) == JET_errSuccess);
        return found;
    };
    CHECK(fact(JET_DbInfoLCID) == 1033);
    CHECK(fact(JET_DbInfoOptions) == 0);
    CHECK(fact(JET_DbInfoTransactions) == 7);
    for (JET_UINT32 level = 0; level < 7; ++level) REQUIRE(JetBeginTransaction(engine.session) == JET_errSuccess);
    CHECK(JetBeginTransaction(engine.session) == JET_errTransTooDeep);
    REQUIRE(JetRollback(engine.session, JET_bitRollbackAll) == JET_errSuccess);
    REQUIRE(JetCloseDatabase(engine.session, dbid, 0) == JET_errSuccess);
    REQUIRE(JetDetachDatabaseA(engine.session, path.c_str()) == JET_errSuccess);
    REQUIRE(JetGetDatabaseFileInfoA(path.c_str(), &number, 4, JET_DbInfoDBInUse) == JET_errSuccess);
    CHECK(number == 0);
}

TEST_CASE("A database grows no further than it was attached for, whichever call said so") {
    const TempDirectory temp;
    Engine engine(temp.path());
    engine.start();
    const std::string path = temp.path("t.edb");
    JET_DBID dbid = 0;
    REQUIRE(JetCreateDatabaseA(engine.session, path.c_str(), nullptr, &dbid, 0) == JET_errSuccess);
    const auto detach = [&] {
        REQUIRE(JetCloseDatabase(engine.session, dbid, 0) == JET_errSuccess);
        REQUIRE(JetDetachDatabaseA(engine.session, path.c_str()) == JET_errSuccess);
    };
    const auto grow = [&](JET_UINT32 pages) {
        REQUIRE(JetOpenDatabaseA(engine.session, path.c_str(), nullptr, &dbid, 0) == JET_errSuccess);
        JET_UINT32 actual = 0;
        return JetGrowDatabase(engine.session, dbid, pages, &actual);
    };
    detach();
    REQUIRE(JetAttachDatabase2A(engine.session, path.c_str(), 600, 0) == JET_errSuccess);
    CHECK(grow(1000) == JET_errOutOfDatabaseSpace);
    detach();
    JET_UINT32 most = 600;
    JET_SETDBPARAM parameter{JET_dbparamDbSizeMaxPages, &most, sizeof most};
    REQUIRE(JetAttachDatabase3A(engine.session, path.c_str(), &parameter, 1, 0) == JET_errSuccess);
    CHECK(grow(1000) == JET_errOutOfDatabaseSpace);
    detach();
    parameter.dbparamid = JET_dbparamCachePriority;
    CHECK(JetAttachDatabase3A(engine.session, path.c_str(), &parameter, 1, 0) == JET_errFeatureNotAvailable);
    REQUIRE(JetAttachDatabase3W(engine.session, std::u16string(path.begin(), path.end()).c_str(), nullptr, 0, 0) ==
            JET_errSuccess);
    CHECK(grow(1000) == JET_errSuccess);
}

TEST_CASE("The size of a database that is not attached is set, and it is not attached afterwards either") {
    const TempDirectory temp;
    Engine engine(temp.path());
    engine.start();
    const std::string path = temp.path("t.edb");
    JET_DBID dbid = 0;
    REQUIRE(JetCreateDatabaseA(engine.session, path.c_str(), nullptr, &dbid, 0) == JET_errSuccess);
    REQUIRE(JetCloseDatabase(engine.session, dbid, 0) == JET_errSuccess);
    REQUIRE(JetDetachDatabaseA(engine.session, path.c_str()) == JET_errSuccess);
    JET_UINT32 pages = 0;
    REQUIRE(JetSetDatabaseSizeA(engine.session, path.c_str(), 2000, &pages) == JET_errSuccess);
    CHECK(pages >= 2000);
    CHECK(std::filesystem::file_size(path) >= 2000 * 4096);
    CHECK(JetOpenDatabaseA(engine.session, path.c_str(), nullptr, &dbid, 0) == JET_errDatabaseNotFound);
    CHECK(facts_of(path).dbstate == JET_dbstateCleanShutdown);
    CHECK(JetSetDatabaseSizeA(engine.session, "", 2000, &pages) == JET_errDatabaseInvalidPath);
    CHECK(JetSetDatabaseSizeA(engine.session, temp.path("none").c_str(), 2000, &pages) < JET_errSuccess);

    REQUIRE(JetAttachDatabaseA(engine.session, path.c_str(), 0) == JET_errSuccess);
    REQUIRE(JetSetDatabaseSizeA(engine.session, path.c_str(), 3000, &pages) == JET_errSuccess);
    CHECK(pages >= 3000);
    CHECK(JetOpenDatabaseA(engine.session, path.c_str(), nullptr, &dbid, 0) == JET_errSuccess);
}

TEST_CASE("A session opens one database only, where that was asked for") {
    const TempDirectory temp;
    Engine engine(temp.path());
    engine.set(JET_paramOneDatabasePerSession, 1);
    engine.start();
    JET_DBID first = 0, second = 0;
    const std::string one = temp.path("1.edb"), other = temp.path("2.edb");
    REQUIRE(JetCreateDatabaseA(engine.session, one.c_str(), nullptr, &first, 0) == JET_errSuccess);
    REQUIRE(JetCloseDatabase(engine.session, first, 0) == JET_errSuccess);
    REQUIRE(JetCreateDatabaseA(engine.session, other.c_str(), nullptr, &second, 0) == JET_errSuccess);
    CHECK(JetOpenDatabaseA(engine.session, one.c_str(), nullptr, &first, 0) == JET_errOneDatabasePerSession);
    CHECK(JetOpenDatabaseA(engine.session, other.c_str(), nullptr, &second, 0) == JET_errSuccess);
}
