#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "engine/log/checkpoint_file.h"
#include "engine/log/log_files.h"
#include "format/log/log_record_types.h"
#include "format/log/log_stream.h"
#include "jet/test_api.h"

using namespace test;

namespace {

JET_ERR set(JET_INSTANCE* instance, JET_UINT32 id, JET_API_PTR number, const char* text = nullptr) {
    return JetSetSystemParameterA(instance, 0, id, number, text);
}

std::string text_of(JET_INSTANCE instance, JET_UINT32 id) {
    std::array<char, 512> text{};
    REQUIRE(JetGetSystemParameterA(instance, 0, id, nullptr, text.data(), text.size()) == JET_errSuccess);
    return text.data();
}

JET_API_PTR number_of(JET_INSTANCE instance, JET_UINT32 id) {
    JET_API_PTR number = 0;
    REQUIRE(JetGetSystemParameterA(instance, 0, id, &number, nullptr, 0) == JET_errSuccess);
    return number;
}

}  // namespace

TEST_CASE("Parameters are set and read in both flavours") {
    const TempDirectory temp;
    Engine engine(temp.path());
    CHECK(set(&engine.instance, JET_paramMaxSessions, 17) == JET_errSuccess);
    CHECK(number_of(engine.instance, JET_paramMaxSessions) == 17);
    CHECK(set(&engine.instance, JET_paramBaseName, 0, "abc") == JET_errSuccess);
    CHECK(text_of(engine.instance, JET_paramBaseName) == "abc");

    CHECK(JetSetSystemParameterW(&engine.instance, 0, JET_paramEventSource, 0, u"Quelle \u00FC") == JET_errSuccess);
    CHECK(text_of(engine.instance, JET_paramEventSource) == "Quelle \xC3\xBC");
    std::array<char16_t, 9> wide{};
    CHECK(JetGetSystemParameterW(engine.instance, 0, JET_paramEventSource, nullptr, wide.data(), 18) == JET_errSuccess);
    CHECK(std::u16string(wide.data()) == u"Quelle \u00FC");
    CHECK(JetGetSystemParameterW(engine.instance, 0, JET_paramEventSource, nullptr, wide.data(), 17) ==
          JET_errBufferTooSmall);
    JET_API_PTR number = 0;
    CHECK(JetGetSystemParameterW(engine.instance, 0, JET_paramMaxSessions, &number, nullptr, 0) == JET_errSuccess);
    CHECK(number == 17);
}

TEST_CASE("Parameters that do not exist, are out of range, of the wrong kind or fixed by now are refused") {
    const TempDirectory temp;
    Engine engine(temp.path());
    CHECK(set(&engine.instance, 99999, 1) == JET_errInvalidParameter);
    CHECK(set(&engine.instance, JET_paramLogFileSize, 63) == JET_errInvalidParameter);
    CHECK(set(&engine.instance, JET_paramDatabasePageSize, 5000) == JET_errInvalidParameter);
    CHECK(set(&engine.instance, JET_paramZeroDatabaseDuringBackup, 1) == JET_errInvalidParameter);
    CHECK(set(&engine.instance, JET_paramBaseName, 0, "../") == JET_errInvalidParameter);
    CHECK(set(&engine.instance, JET_paramBaseName, 7) == JET_errInvalidParameter);
    CHECK(set(&engine.instance, JET_paramRecovery, 0, "maybe") == JET_errInvalidParameter);
    CHECK(JetGetSystemParameterA(engine.instance, 0, JET_paramMaxSessions, nullptr, nullptr, 0) ==
          JET_errInvalidParameter);
    CHECK(JetGetSystemParameterA(engine.instance, 0, JET_paramBaseName, nullptr, nullptr, 0) ==
          JET_errInvalidParameter);
    JET_INSTANCE none = 4711;
    CHECK(set(&none, JET_paramMaxSessions, 17) == JET_errInvalidParameter);

    engine.start();
    CHECK(set(&engine.instance, JET_paramLogFileSize, 256) == JET_errAlreadyInitialized);
    CHECK(set(&engine.instance, JET_paramBaseName, 0, "abc") == JET_errAlreadyInitialized);
    CHECK(set(&engine.instance, JET_paramEventLoggingLevel, 1) == JET_errSuccess);
}

TEST_CASE("Parameters set without an instance are what later instances start from") {
    const JET_API_PTR before = number_of(0, JET_paramMaxSessions);
    CHECK(set(nullptr, JET_paramMaxSessions, 23) == JET_errSuccess);
    const TempDirectory temp;
    const Engine engine(temp.path());
    CHECK(number_of(engine.instance, JET_paramMaxSessions) == 23);
    CHECK(set(nullptr, JET_paramMaxSessions, before) == JET_errSuccess);
    CHECK(number_of(engine.instance, JET_paramMaxSessions) == 23);
}

TEST_CASE("A process has as many instances as it allows itself") {
    const JET_API_PTR before = number_of(0, JET_paramMaxInstances);
    CHECK(set(nullptr, JET_paramMaxInstances, 1) == JET_errSuccess);
    JET_INSTANCE first = JET_instanceNil, second = JET_instanceNil;
    CHECK(JetCreateInstanceA(&first, "first") == JET_errSuccess);
    CHECK(JetCreateInstanceA(&second, "second") == JET_errTooManyInstances);
    CHECK(JetTerm(first) == JET_errSuccess);
    CHECK(JetCreateInstanceA(&second, "second") == JET_errSuccess);
    CHECK(JetTerm(second) == JET_errSuccess);
    CHECK(set(nullptr, JET_paramMaxInstances, before) == JET_errSuccess);
}

TEST_CASE("JET_paramErrorToString says what an error is, with nothing initialised") {
    std::array<char, 256> text{};
    JET_API_PTR error = static_cast<JET_API_PTR>(JET_errMissingFullBackup);
    CHECK(JetGetSystemParameterA(0, 0, JET_paramErrorToString, &error, text.data(), text.size()) == JET_errSuccess);
    CHECK(std::string(text.data()).starts_with("JET_errMissingFullBackup, "));
}

TEST_CASE("A log size that is no multiple of a sector is rounded down, and the log can be continued") {
    const TempDirectory temp;
    for (int run = 0; run < 2; ++run) {
        Engine engine(temp.path(), {.log_kib = 131});
        engine.start();
        CHECK(engine.term() == JET_errSuccess);
        CHECK(std::filesystem::file_size(temp.path("edb.log")) == 128 * 1024);
    }
}

TEST_CASE("JetInit without an instance is single-instance mode, which excludes instances made by name") {
    const TempDirectory temp;
    for (const auto id : {JET_paramSystemPath, JET_paramLogFilePath, JET_paramTempPath})
        REQUIRE(set(nullptr, static_cast<JET_UINT32>(id), 0, temp.path().c_str()) == JET_errSuccess);
    CHECK(JetBeginExternalBackup(0) == JET_errNotInitialized);
    JET_INSTANCE instance = JET_instanceNil;
    const bool with_place = GENERATE(false, true);
    REQUIRE(JetInit(with_place ? &instance : nullptr) == JET_errSuccess);
    CHECK((instance != JET_instanceNil) == with_place);
    CHECK(JetInit(nullptr) == JET_errAlreadyInitialized);
    JET_INSTANCE other = 0;
    CHECK(JetCreateInstanceA(&other, "other") == JET_errRunningInOneInstanceMode);
    JET_SESID session = 0;
    CHECK(JetBeginSessionA(4711, &session, nullptr, nullptr) == JET_errSuccess);  // the instance is not looked at
    CHECK(JetBeginExternalBackup(0) == JET_errSuccess);
    JET_UINT32 bytes = 0;
    CHECK(JetGetAttachInfoA(nullptr, 0, &bytes) == JET_errSuccess);
    CHECK(bytes == 1);
    CHECK(JetGetLogInfoW(nullptr, 0, &bytes) == JET_errSuccess);
    CHECK(bytes == 2 * (temp.path("edb00001.log").size() + 2));
    CHECK(JetStopBackup() == JET_errSuccess);
    CHECK(JetTruncateLog() == JET_errBackupAbortByServer);
    CHECK(JetEndExternalBackup() == JET_errSuccess);
    char folder[] = "/nowhere";
    JET_RSTMAP_A map{folder, folder};
    CHECK(JetExternalRestoreA(folder, folder, &map, 1, folder, 1, 1, nullptr) == JET_errRunningInOneInstanceMode);
    CHECK(JetTerm(0) == JET_errSuccess);

    Engine engine(temp.path(), {.log_kib = 5120});
    engine.start();
    CHECK(JetInit(nullptr) == JET_errRunningInMultiInstanceMode);
    CHECK(JetBeginExternalBackup(0) == JET_errRunningInMultiInstanceMode);
    CHECK(JetStopBackup() == JET_errRunningInMultiInstanceMode);
    CHECK(engine.term() == JET_errSuccess);
    for (const auto id : {JET_paramSystemPath, JET_paramLogFilePath, JET_paramTempPath})
        CHECK(set(nullptr, static_cast<JET_UINT32>(id), 0, ".") == JET_errSuccess);
}

TEST_CASE("An instance is started once, and gone when it was terminated") {
    const TempDirectory temp;
    Engine engine(temp.path());
    JET_SESID session = 0;
    CHECK(JetBeginSessionA(engine.instance, &session, nullptr, nullptr) == JET_errNotInitialized);
    CHECK(begin(engine) == JET_errNotInitialized);
    CHECK(JetInit2(&engine.instance, 0x2) == JET_errInvalidGrbit);
    CHECK(JetInit2(&engine.instance, JET_bitLogStreamMustExist) == JET_errFileNotFound);
    CHECK(std::filesystem::is_empty(temp.path()));
    JET_RSTINFO_A restore{};
    CHECK(JetInit3A(&engine.instance, &restore, 0) == JET_errInvalidParameter);
    restore.cbStruct = sizeof restore;
    restore.crstmap = 1;
    CHECK(JetInit3A(&engine.instance, &restore, 0) == JET_errInvalidParameter);
    restore.crstmap = 0;
    restore.logtimeStop.bYear = 100;
    CHECK(JetInit3A(&engine.instance, &restore, 0) == JET_errInvalidParameter);
    CHECK(JetInit3A(&engine.instance, nullptr, JET_bitRecoveryUndoAtStop | JET_bitRecoveryWithoutUndo) ==
          JET_errInvalidGrbit);
    engine.start();
    CHECK(JetInit3W(&engine.instance, nullptr, 0) == JET_errAlreadyInitialized);
    const JET_INSTANCE handle = engine.instance;
    CHECK(engine.term(0x10) == JET_errInvalidGrbit);
    CHECK(engine.term() == JET_errSuccess);
    CHECK(JetTerm(handle) == JET_errInvalidParameter);
    CHECK(JetBeginSessionA(handle, &session, nullptr, nullptr) == JET_errInvalidParameter);
    CHECK(JetBeginExternalBackupInstance(handle, 0) == JET_errInvalidParameter);

    Engine again(temp.path());
    CHECK(JetInit2(&again.instance, JET_bitLogStreamMustExist | JET_bitReplayIgnoreMissingDB) == JET_errSuccess);
}

TEST_CASE("Without the database that the logs leave attached JetInit fails, and nothing is written") {
    const TempDirectory temp;
    if (!set_files(temp, "dirty-4k")) return;
    const auto before = content_of(temp.path("files"));
    Engine engine(temp.path("files"));
    CHECK(JetInit(&engine.instance) == JET_errAttachedDatabaseMismatch);
    CHECK_THAT(detail(), Catch::Contains("there is no such file"));
    CHECK(content_of(temp.path("files")) == before);
}

TEST_CASE("JET_bitTermDirty leaves the databases dirty, as asked") {
    const TempDirectory temp;
    if (!set_files(temp)) return;
    Engine engine(temp.path("files"));
    engine.start(temp.path("files/data.edb"));
    CHECK(engine.term(JET_bitTermDirty) == JET_errDirtyShutdown);
    CHECK(facts_of(temp.path("files/data.edb")).dbstate == JET_dbstateDirtyShutdown);
}

TEST_CASE("JetTerm2 closes what is open; the grbits of a clean end make no difference to the files") {
    const JET_GRBIT grbit = GENERATE(0u, JET_bitTermComplete, JET_bitTermAbrupt, JET_bitTermStopBackup);
    const TempDirectory temp;
    if (!set_files(temp)) return;
    Engine engine(temp.path("files"));
    engine.start(temp.path("files/data.edb"));
    JET_DBID dbid = 0;
    CHECK(JetOpenDatabaseA(engine.session, temp.path("files/data.edb").c_str(), nullptr, &dbid, 0) == JET_errSuccess);
    CHECK(engine.term(grbit) == JET_errSuccess);
    CHECK(facts_of(temp.path("files/data.edb")).dbstate == JET_dbstateCleanShutdown);
    CHECK(JetEndSession(engine.session, 0) == JET_errInvalidSesid);
}

TEST_CASE("After JetStopServiceInstance only JetTerm works") {
    const TempDirectory temp;
    Engine engine(temp.path());
    engine.start();
    REQUIRE(begin(engine) == JET_errSuccess);
    CHECK(JetStopServiceInstance2(engine.instance, 0x100) == JET_errInvalidGrbit);
    CHECK(JetStopServiceInstance2(engine.instance, JET_bitStopServiceStopAndEmitLog) == JET_errFeatureNotAvailable);
    CHECK(JetStopServiceInstance2(engine.instance, JET_bitStopServiceQuiesceCaches) == JET_errSuccess);
    CHECK(JetStopServiceInstance2(engine.instance, JET_bitStopServiceBackgroundUserTasks) == JET_errSuccess);
    JET_SESID session = 0;
    CHECK(JetBeginSessionA(engine.instance, &session, nullptr, nullptr) == JET_errSuccess);
    CHECK(JetStopServiceInstance2(engine.instance, JET_bitStopServiceResume) == JET_errSuccess);
    CHECK(JetStopServiceInstance(engine.instance) == JET_errSuccess);
    CHECK(JetStopServiceInstance2(engine.instance, JET_bitStopServiceResume) == JET_errClientRequestToStopJetService);
    CHECK(end(engine) == JET_errClientRequestToStopJetService);
    CHECK(JetEndSession(engine.session, 0) == JET_errClientRequestToStopJetService);
    CHECK(engine.term() == JET_errBackupInProgress);
    CHECK(engine.term(JET_bitTermStopBackup) == JET_errSuccess);
}

TEST_CASE("Sessions are counted, and ended once") {
    const TempDirectory temp;
    Engine engine(temp.path());
    engine.set(JET_paramMaxSessions, 2);
    engine.start();
    JET_SESID second = 0, third = 0;
    CHECK(JetBeginSessionW(engine.instance, &second, nullptr, nullptr) == JET_errSuccess);
    CHECK(second != engine.session);
    CHECK(JetBeginSessionA(engine.instance, &third, nullptr, nullptr) == JET_errOutOfSessions);
    CHECK(JetBeginSessionA(engine.instance, nullptr, nullptr, nullptr) == JET_errInvalidParameter);
    CHECK(JetEndSession(second, 1) == JET_errInvalidGrbit);
    CHECK(JetEndSession(second, 0) == JET_errSuccess);
    CHECK(JetEndSession(second, 0) == JET_errInvalidSesid);
    CHECK(JetBeginSessionA(engine.instance, &third, nullptr, nullptr) == JET_errSuccess);
}

TEST_CASE("JetGetInstanceInfo names the instances and their databases in one block of memory") {
    const TempDirectory temp;
    if (!set_files(temp)) return;
    JET_UINT32 count = 99;
    JET_INSTANCE_INFO_A* narrow = nullptr;
    CHECK(JetGetInstanceInfoA(&count, &narrow) == JET_errSuccess);
    CHECK(count == 0);
    CHECK(narrow == nullptr);
    CHECK(JetFreeBuffer(nullptr) == JET_errSuccess);
    CHECK(JetGetInstanceInfoA(nullptr, &narrow) == JET_errInvalidParameter);

    const Engine idle(temp.path());
    Engine engine(temp.path("files"));
    engine.start(temp.path("files/data.edb"));
    CHECK(JetGetInstanceInfoA(&count, &narrow) == JET_errSuccess);
    REQUIRE(count == 1);  // the other one is not initialised
    CHECK(narrow[0].hInstanceId == engine.instance);
    CHECK(std::string(narrow[0].szInstanceName).starts_with("test "));
    REQUIRE(narrow[0].cDatabases == 1);
    CHECK(narrow[0].szDatabaseFileName[0] == temp.path("files/data.edb"));
    CHECK(JetFreeBuffer(reinterpret_cast<char*>(narrow)) == JET_errSuccess);

    JET_INSTANCE_INFO_W* wide = nullptr;
    CHECK(JetGetInstanceInfoW(&count, &wide) == JET_errSuccess);
    REQUIRE(count == 1);
    const std::string path = temp.path("files/data.edb");
    CHECK(std::u16string(wide[0].szDatabaseFileName[0]) == std::u16string(path.begin(), path.end()));
    CHECK(JetFreeBuffer(reinterpret_cast<char*>(wide)) == JET_errSuccess);
}

TEST_CASE("Another process that wants the same logs is told which process has them") {
    const TempDirectory temp;
    Engine engine(temp.path());
    engine.start();
    int channel[2];
    REQUIRE(::pipe(channel) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        JET_INSTANCE instance = 0;
        JetCreateInstanceA(&instance, "child");
        for (const auto id : {JET_paramSystemPath, JET_paramLogFilePath, JET_paramTempPath})
            JetSetSystemParameterA(&instance, 0, static_cast<JET_UINT32>(id), 0, temp.path().c_str());
        const JET_ERR result = JetInit(&instance);
        const std::string text = std::to_string(result) + " " + detail();
        const bool written = ::write(channel[1], text.data(), text.size()) == static_cast<ssize_t>(text.size());
        ::_exit(written ? 0 : 1);
    }
    REQUIRE(child > 0);
    std::array<char, 4096> text{};
    CHECK(::read(channel[0], text.data(), text.size() - 1) > 0);
    int status = 0;
    CHECK(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    ::close(channel[0]);
    ::close(channel[1]);
    CHECK(std::string(text.data()).starts_with(std::to_string(JET_errLogFilePathInUse) + " "));
    CHECK_THAT(text.data(), Catch::Contains("process " + std::to_string(::getpid())));
}

TEST_CASE("What a run writes to its log is the expected sequence of records, in generations that follow each other") {
    namespace format = ese::format;
    using Type = format::LogRecordType;
    const TempDirectory temp;
    if (!set_files(temp)) return;
    const std::string files = temp.path("files");
    {
        Engine engine(files);
        engine.start(files + "/data.edb");
        take_backup(engine, temp.path("backup"), {.truncate = false});
        CHECK(engine.term() == JET_errSuccess);
    }
    ese::os::FileSystem& system = ese::os::real_file_system();
    const auto directory = ese::engine::scan_log_directory(system, files, {});
    std::vector<std::string> paths;
    for (const auto generation : directory.archived) paths.push_back(directory.archived_path(generation));
    paths.push_back(directory.current_path());
    REQUIRE(paths.size() == 13);

    struct Seen {
        Type type;
        int phase;  // of a Backup2 record
        bool operator==(const Seen&) const = default;
    };
    std::vector<Seen> seen;
    std::optional<format::LogLink> previous;
    format::LogRecord record;
    format::Lgpos last;
    bool ours = false;
    for (const auto& path : paths) {
        INFO(path);
        const auto log = ese::engine::open_log_file(system, path);
        const auto scan = log.scan();
        REQUIRE_NOTHROW(scan.require_undamaged(JET_errLogFileCorrupt));
        if (previous) CHECK_NOTHROW(format::check_successor(*previous, log.header));
        previous = format::link_of(log.header, scan.checksum);
        format::LogStream stream(scan, log.sectors());
        while (stream.next(record)) {
            if (record.type == Type::nop2) continue;
            last = record.position;
            if (record.type == Type::init2) ours = log.header.generation.value() == 12;
            if (record.type == Type::init2) seen.clear();
            const bool backup = record.type == Type::backup2;
            seen.push_back(
                {record.type, backup ? static_cast<int>(format::BackupRecord::parse(record.bytes).phase) : 0});
            if (ours && record.type == Type::attach_db) {
                const auto attach = format::AttachDbRecord::parse(record.bytes);
                const std::string path_in_log(attach.path.begin(), attach.path.end());
                CHECK(path_in_log == files + "/data.edb");
                CHECK(attach.consistent == format::Lgpos{ese::Generation(12), 14, 0x850});
            }
        }
    }
    const std::vector<Seen> expected{{Type::init2, 0},          {Type::attach_db, 0}, {Type::backup2, 1},
                                     {Type::backup2, 2},        {Type::backup2, 4},   {Type::backup2, 6},
                                     {Type::shut_down_mark, 0}, {Type::term2, 0}};
    CHECK(seen == expected);
    CHECK(last.generation.value() == 13);
    CHECK(ese::engine::read_checkpoint(system, files + "/edb.chk").position == last);
}

TEST_CASE("Defragmentation holds still while background tasks are stopped, and goes on when they are resumed") {
    const TempDirectory temp;
    Engine engine(temp.path());
    engine.start();
    JET_DBID dbid = 0;
    REQUIRE(JetCreateDatabaseA(engine.session, temp.path("t.edb").c_str(), nullptr, &dbid, 0) == JET_errSuccess);
    static std::atomic<bool> done{false};
    done = false;
    const JET_CALLBACK callback = [](JET_SESID, JET_DBID, JET_TABLEID, JET_CBTYP, void*, void*, void*,
                                     JET_API_PTR) -> JET_ERR {
        done = true;
        return JET_errSuccess;
    };
    const auto is_done_within = [](std::chrono::milliseconds time) {
        const auto end = std::chrono::steady_clock::now() + time;
        while (!done && std::chrono::steady_clock::now() < end)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        return done.load();
    };
    REQUIRE(JetStopServiceInstance2(engine.instance, JET_bitStopServiceBackgroundUserTasks) == JET_errSuccess);
    REQUIRE(JetDefragment2A(engine.session, dbid, nullptr, nullptr, nullptr, callback, JET_bitDefragmentBatchStart) ==
            JET_errSuccess);
    CHECK_FALSE(is_done_within(std::chrono::milliseconds(200)));
    REQUIRE(JetStopServiceInstance2(
                engine.instance, JET_bitStopServiceResume | JET_bitStopServiceBackgroundUserTasks) == JET_errSuccess);
    CHECK(is_done_within(std::chrono::seconds(60)));
}

TEST_CASE(
    "An instance without a log needs no directories, and has no log signature; one with a log has that of its log") {
    const TempDirectory temp;
    Engine without(temp.path(), {.recovery = "off"});
    without.set(JET_paramLogFilePath, 0, temp.path("none").c_str());
    without.set(JET_paramSystemPath, 0, temp.path("none").c_str());
    without.start();
    JET_SIGNATURE signature{};
    CHECK(JetGetInstanceMiscInfo(without.instance, &signature, sizeof signature, JET_InstanceMiscInfoLogSignature) ==
          JET_errLoggingDisabled);

    Engine engine(temp.path());
    engine.start();
    const auto ask = [&](JET_UINT32 bytes, JET_UINT32 level) {
        return JetGetInstanceMiscInfo(engine.instance, &signature, bytes, level);
    };
    REQUIRE(ask(sizeof signature, JET_InstanceMiscInfoLogSignature) == JET_errSuccess);
    CHECK(ask(27, JET_InstanceMiscInfoLogSignature) == JET_errInvalidBufferSize);
    CHECK(ask(sizeof signature, JET_InstanceMiscInfoRBS) == JET_errFeatureNotAvailable);
    JET_LOGINFOMISC log{};
    REQUIRE(JetGetLogFileInfoA(temp.path("edb.log").c_str(), &log, sizeof log, JET_LogInfoMisc) == JET_errSuccess);
    CHECK(std::memcmp(&log.signLog, &signature, sizeof signature) == 0);
}

TEST_CASE("A path is kept as it was meant when it was set, and the longest key follows from the page size") {
    const TempDirectory temp;
    Engine engine(temp.path());
    engine.set(JET_paramTempPath, 0, "relative");
    CHECK(text_of(engine.instance, JET_paramTempPath) == (std::filesystem::current_path() / "relative").string());
    CHECK(number_of(engine.instance, JET_paramKeyMost) == 1000);
    engine.set(JET_paramDatabasePageSize, 2048);
    CHECK(number_of(engine.instance, JET_paramKeyMost) == 500);
    engine.set(JET_paramDatabasePageSize, 8192);
    CHECK(number_of(engine.instance, JET_paramKeyMost) == 2000);
    CHECK(set(&engine.instance, JET_paramKeyMost, 100) == JET_errInvalidParameter);
    CHECK(set(&engine.instance, JET_paramEnableIndexChecking, 2) == JET_errSuccess);
    CHECK(set(&engine.instance, JET_paramEnableIndexChecking, 3) == JET_errInvalidParameter);
}

TEST_CASE("A durable commit is told of before the call that makes it returns") {
    const TempDirectory temp;
    Engine engine(temp.path());
    static std::atomic<std::int64_t> told{0};
    told = 0;
    const JET_PFNDURABLECOMMITCALLBACK callback = [](JET_INSTANCE, JET_COMMIT_ID* id, JET_GRBIT) -> JET_ERR {
        told = id->commitId;
        return JET_errSuccess;
    };
    engine.set(JET_paramDurableCommitCallback, reinterpret_cast<JET_API_PTR>(callback));
    engine.start();
    JET_DBID dbid = 0;
    JET_TABLEID table = 0;
    REQUIRE(JetCreateDatabaseA(engine.session, temp.path("t.edb").c_str(), nullptr, &dbid, 0) == JET_errSuccess);
    REQUIRE(JetCreateTableA(engine.session, dbid, "t", 1, 80, &table) == JET_errSuccess);
    for (const JET_GRBIT grbit : {JET_GRBIT{0}, JET_GRBIT{JET_bitCommitLazyFlush}}) {
        JET_COMMIT_ID id{};
        REQUIRE(JetBeginTransaction(engine.session) == JET_errSuccess);
        REQUIRE(JetPrepareUpdate(engine.session, table, JET_prepInsert) == JET_errSuccess);
        REQUIRE(JetUpdate(engine.session, table, nullptr, 0, nullptr) == JET_errSuccess);
        REQUIRE(JetCommitTransaction2(engine.session, grbit, 0, &id) == JET_errSuccess);
        if (grbit != 0) REQUIRE(JetCommitTransaction(engine.session, JET_bitWaitLastLevel0Commit) == JET_errSuccess);
        CHECK(id.commitId > 0);
        CHECK(id.commitId < told);
    }
    CHECK(JetCommitTransaction(engine.session, JET_bitForceNewLog | JET_bitCommitLazyFlush) == JET_errInvalidGrbit);
    const JET_UINT32 generation = [&] {
        JET_LOGINFOMISC log{};
        REQUIRE(JetGetLogFileInfoA(temp.path("edb.log").c_str(), &log, sizeof log, JET_LogInfoMisc) == JET_errSuccess);
        return log.ulGeneration;
    }();
    REQUIRE(JetCommitTransaction(engine.session, JET_bitForceNewLog) == JET_errSuccess);
    JET_LOGINFOMISC log{};
    REQUIRE(JetGetLogFileInfoA(temp.path("edb.log").c_str(), &log, sizeof log, JET_LogInfoMisc) == JET_errSuccess);
    CHECK(log.ulGeneration == generation + 1);
}
