// Every error of the documented backup calls that the state of things can bring about (BACKUP-SEMANTICS 1.3, OBSERVED).

#include <csignal>
#include <sys/resource.h>
#include <thread>

#include "jet/test_api.h"

using namespace test;

namespace {

// clean-4k, running with its database attached.
struct Running {
    TempDirectory temp;
    bool has_data = set_files(temp);
    std::string files = temp.path("files"), database = files + "/data.edb";
    Engine engine;

    explicit Running(const Engine::Options& options = Engine::Options()) : engine(files, options) {
        if (has_data) engine.start(database);
    }
};

// What is asked for when the engine reports an event.
struct OnEvent {
    std::function<void(JET_UINT32 event)> act = [](JET_UINT32) {};
    std::vector<JET_UINT32> events;
    std::vector<std::string> texts;

    bool saw(JET_UINT32 event) const { return std::find(events.begin(), events.end(), event) != events.end(); }
    void listen(Engine& engine) {
        engine.set(JET_paramEventCallback, reinterpret_cast<JET_API_PTR>(&pass));
        engine.set(JET_paramEventCallbackContext, reinterpret_cast<JET_API_PTR>(this));
    }

 private:
    static void JET_API pass(JET_INSTANCE, JET_UINT32 event, JET_UINT32, const char* text, void* context) {
        auto* self = static_cast<OnEvent*>(context);
        self->events.push_back(event);
        self->texts.emplace_back(text);
        self->act(event);
    }
};

// The process can write no file beyond this size while it lives.
class SmallFiles {
 public:
    explicit SmallFiles(rlim_t bytes) {
        before_signal_ = std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        rlimit limit = before_;
        limit.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~SmallFiles() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, before_signal_);
    }

 private:
    rlimit before_{};
    void (*before_signal_)(int) = nullptr;
};

JET_ERR stop_service(const Engine& engine) { return JetStopServiceInstance(engine.instance); }

}  // namespace

TEST_CASE("A full backup needs the checkpoint: missing and damaged ones have an error each, and no backup begins") {
    Running run;
    if (!run.has_data) return;
    const std::string checkpoint = run.files + "/edb.chk";
    const Bytes sound = bytes_of(checkpoint);
    std::filesystem::remove(checkpoint);
    CHECK(begin(run.engine) == JET_errCheckpointFileNotFound);
    Bytes bad = sound;
    for (const std::size_t copy : {std::size_t{0}, std::size_t{4096}}) bad[copy + 100] ^= 0x35;
    write_file(checkpoint, bad);
    CHECK(begin(run.engine) == JET_errCheckpointCorrupt);
    CHECK(end(run.engine, JET_bitBackupEndAbort) == JET_errNoBackup);
    write_file(checkpoint, sound);
    CHECK(begin(run.engine) == JET_errSuccess);
}

TEST_CASE("A Begin that fails does not disturb the backup that is running") {
    Running run;
    if (!run.has_data) return;
    REQUIRE(begin(run.engine) == JET_errSuccess);
    for (const JET_GRBIT grbit : std::initializer_list<JET_GRBIT>{0, JET_bitBackupAtomic, JET_bitBackupSnapshot, 0x2, 0x8})
        CHECK(begin(run.engine, grbit) == (grbit == 0 ? JET_errBackupInProgress : JET_errInvalidGrbit));
    CHECK(begin(run.engine, JET_bitBackupIncremental) == JET_errBackupInProgress);
    CHECK(attached(run.engine).size() == 1);
    CHECK(!read_file(run.engine, run.database).empty());
    CHECK(!logs(run.engine).empty());
    CHECK(end(run.engine, JET_bitBackupEndAbort) == JET_errSuccess);
    CHECK(begin(run.engine, JET_bitBackupAtomic) == JET_errInvalidGrbit);
    CHECK(end(run.engine, JET_bitBackupEndAbort) == JET_errNoBackup);
}

TEST_CASE("An instance without a log can't be backed up, and has no backup") {
    Engine::Options options;
    options.recovery = "Off";
    const Running run(options);
    if (!run.has_data) return;
    JET_HANDLE handle = 0;
    CHECK(begin(run.engine) == JET_errLoggingDisabled);
    CHECK(open_file(run.engine, run.database, &handle) == JET_errNoBackup);
    CHECK(JetTruncateLogInstance(run.engine.instance) == JET_errNoBackup);
    CHECK(end(run.engine) == JET_errNoBackup);
    CHECK(JetStopBackupInstance(run.engine.instance) == JET_errSuccess);
}

TEST_CASE("Before JetInit nothing is initialised; while it recovers no backup is allowed yet") {
    const TempDirectory temp;
    {
        const Engine engine(temp.path());
        CHECK(begin(engine) == JET_errNotInitialized);
        CHECK(end(engine) == JET_errNotInitialized);
    }
    if (!set_files(temp, "dirty-4k", "dirty")) return;
    Engine engine(temp.path("dirty"));
    engine.set(JET_paramAlternateDatabaseRecoveryPath, 0, temp.path("dirty").c_str());
    OnEvent on;
    JET_ERR during = 1;
    on.act = [&](JET_UINT32 event) {
        if (event == JET_eventRecoveryBegin) during = begin(engine);
    };
    on.listen(engine);
    engine.start();
    CHECK(during == JET_errBackupNotAllowedYet);
    CHECK(on.saw(JET_eventRecoveryEnd));
    CHECK(begin(engine) == JET_errSuccess);
}

TEST_CASE("While an instance is terminated every call is told so, and its backup ends as stopped by the server") {
    Running run;
    if (!run.has_data) return;
    const bool abrupt = GENERATE(false, true);
    OnEvent on;
    JET_ERR begun = 1, read = 1;
    on.act = [&](JET_UINT32 event) {
        if (event != JET_eventBackupStopped) return;
        begun = begin(run.engine);
        read = JetReadFileInstance(run.engine.instance, 0, nullptr, 0, nullptr);
    };
    on.listen(run.engine);
    REQUIRE(begin(run.engine) == JET_errSuccess);
    CHECK(run.engine.term(abrupt ? JET_bitTermAbrupt : JET_bitTermComplete | JET_bitTermStopBackup) >= JET_errSuccess);
    CHECK(on.saw(JET_eventBackupStopped));
    CHECK(begun == JET_errTermInProgress);
    CHECK(read == JET_errTermInProgress);
}

TEST_CASE("After JetStopService every call of the backup says so, and JetTerm2 ends it") {
    Running run;
    if (!run.has_data) return;
    REQUIRE(begin(run.engine) == JET_errSuccess);
    REQUIRE(stop_service(run.engine) == JET_errSuccess);
    JET_HANDLE handle = 0;
    CHECK(begin(run.engine) == JET_errClientRequestToStopJetService);
    CHECK(JetGetAttachInfoInstanceA(run.engine.instance, nullptr, 0, nullptr) == JET_errClientRequestToStopJetService);
    CHECK(open_file(run.engine, run.database, &handle) == JET_errClientRequestToStopJetService);
    CHECK(JetCloseFileInstance(run.engine.instance, 0) == JET_errClientRequestToStopJetService);
    CHECK(end(run.engine, JET_bitBackupEndAbort) == JET_errClientRequestToStopJetService);
    CHECK(run.engine.term(JET_bitTermComplete | JET_bitTermStopBackup) == JET_errSuccess);
    CHECK(facts_of(run.database).dbstate == JET_dbstateCleanShutdown);
}

TEST_CASE("A log that can't be written ends backups, and then everything but JetTerm") {
    Running run;
    if (!run.has_data) return;
    REQUIRE(begin(run.engine) == JET_errSuccess);
    {
        // Rolling the log makes a new file, which is larger than that.
        const SmallFiles limit(4096);
        JET_UINT32 bytes = 0;
        CHECK(JetGetLogInfoInstanceA(run.engine.instance, nullptr, 0, &bytes) < 0);
    }
    CHECK(begin(run.engine) == JET_errLogWriteFail);
    CHECK_THAT(detail(), Catch::Contains("can't be written any more"));
    JET_HANDLE handle = 0;
    CHECK(open_file(run.engine, run.database, &handle) == JET_errInstanceUnavailable);
    CHECK_THAT(detail(), Catch::Contains("can't be written any more since " + run.files + "/edb"));
    CHECK(end(run.engine, JET_bitBackupEndAbort) == JET_errInstanceUnavailable);
    run.engine.term(JET_bitTermAbrupt);
    // The logs are those of a run that was interrupted: the next one recovers it.
    Engine again(run.files);
    again.set(JET_paramAlternateDatabaseRecoveryPath, 0, run.files.c_str());
    again.start(run.database);
    CHECK(begin(again) == JET_errSuccess);
}

TEST_CASE("No database is created while a backup is in progress") {
    const Running run;
    if (!run.has_data) return;
    JET_DBID dbid = 0;
    const auto create = [&] {
        return JetCreateDatabaseA(run.engine.session, run.temp.path("new.edb").c_str(), nullptr, &dbid, 0);
    };
    REQUIRE(begin(run.engine) == JET_errSuccess);
    CHECK(create() == JET_errBackupInProgress);
    CHECK(JetCreateDatabase2W(run.engine.session, u"new.edb", 0, &dbid, 0) == JET_errBackupInProgress);
    CHECK(JetCreateDatabase3A(run.engine.session, "new.edb", &dbid, nullptr, 0, 0) == JET_errBackupInProgress);
    CHECK(end(run.engine, JET_bitBackupEndAbort) == JET_errSuccess);
    CHECK(create() != JET_errBackupInProgress);
}

TEST_CASE("A file more than the one that can be open is a want of memory, and the first one is read on") {
    const Running run;
    if (!run.has_data) return;
    REQUIRE(begin(run.engine) == JET_errSuccess);
    JET_HANDLE first = 0, second = 0;
    REQUIRE(open_file(run.engine, run.database, &first) == JET_errSuccess);
    CHECK(open_file(run.engine, run.database, &second) == JET_errOutOfMemory);
    const Buffer buffer(1 << 16);
    JET_UINT32 bytes = 0;
    CHECK(JetReadFileInstance(run.engine.instance, first, buffer.data(), buffer.size(), &bytes) == JET_errSuccess);
    CHECK(bytes == buffer.size());
}

TEST_CASE("The calls of the single-instance mode take a whole backup, and are refused where there are several instances") {
    const TempDirectory temp;
    if (!set_files(temp)) return;
    const std::string files = temp.path("files"), database = files + "/data.edb";
    {
        const Engine other(temp.path());
        JET_UINT32 bytes = 0, low = 0, high = 0;
        JET_HANDLE handle = 0;
        CHECK(JetBeginExternalBackup(0) == JET_errRunningInMultiInstanceMode);
        CHECK(JetGetAttachInfoA(nullptr, 0, &bytes) == JET_errRunningInMultiInstanceMode);
        CHECK(JetOpenFileA("x", &handle, &low, &high) == JET_errRunningInMultiInstanceMode);
        CHECK(JetReadFile(0, nullptr, 0, &bytes) == JET_errRunningInMultiInstanceMode);
        CHECK(JetCloseFile(0) == JET_errRunningInMultiInstanceMode);
        CHECK(JetGetLogInfoA(nullptr, 0, &bytes) == JET_errRunningInMultiInstanceMode);
        CHECK(JetTruncateLog() == JET_errRunningInMultiInstanceMode);
        CHECK(JetEndExternalBackup() == JET_errRunningInMultiInstanceMode);
        CHECK(JetStopBackup() == JET_errRunningInMultiInstanceMode);
        CHECK(JetStopService() == JET_errRunningInMultiInstanceMode);
    }
    CHECK(JetBeginExternalBackup(0) == JET_errNotInitialized);
    const auto set = [](JET_UINT32 id, JET_API_PTR number, const char* text) {
        REQUIRE(JetSetSystemParameterA(nullptr, 0, id, number, text) == JET_errSuccess);
    };
    for (const auto id : {JET_paramSystemPath, JET_paramLogFilePath, JET_paramTempPath})
        set(static_cast<JET_UINT32>(id), 0, files.c_str());
    set(JET_paramDatabasePageSize, 4096, nullptr);
    set(JET_paramLogFileSize, 128, nullptr);
    REQUIRE(JetInit(nullptr) == JET_errSuccess);
    JET_SESID session = 0;
    REQUIRE(JetBeginSessionA(0, &session, nullptr, nullptr) == JET_errSuccess);
    REQUIRE(JetAttachDatabaseA(session, database.c_str(), 0) == JET_errSuccess);

    std::vector<char> list(1 << 16);
    const auto read = [](const std::string& path) {
        const Buffer buffer(1 << 17);
        JET_HANDLE handle = 0;
        JET_UINT32 low = 0, high = 0, got = 0;
        std::uint64_t all = 0;
        REQUIRE(JetOpenFileA(path.c_str(), &handle, &low, &high) == JET_errSuccess);
        do {
            REQUIRE(JetReadFile(handle, buffer.data(), buffer.size(), &got) == JET_errSuccess);
            all += got;
        } while (got > 0);
        CHECK(all == (std::uint64_t{high} << 32 | low));
        REQUIRE(JetCloseFile(handle) == JET_errSuccess);
    };
    REQUIRE(JetBeginExternalBackup(0) == JET_errSuccess);
    REQUIRE(JetGetAttachInfoA(list.data(), 1 << 16, nullptr) == JET_errSuccess);
    for (const auto& path : split_list(list.data())) read(path);
    REQUIRE(JetGetLogInfoA(list.data(), 1 << 16, nullptr) == JET_errSuccess);
    for (const auto& path : split_list(list.data())) read(path);
    CHECK(JetTruncateLog() == JET_errSuccess);
    CHECK(JetEndExternalBackup() == JET_errSuccess);
    CHECK(JetStopBackup() == JET_errSuccess);
    CHECK(JetTerm2(0, JET_bitTermComplete) == JET_errSuccess);
    CHECK(facts_of(database).bkinfoFullPrev.genHigh > 0);
    for (const auto id : {JET_paramSystemPath, JET_paramLogFilePath, JET_paramTempPath})
        set(static_cast<JET_UINT32>(id), 0, ".");
    set(JET_paramLogFileSize, 5120, nullptr);
}

namespace {

JET_ERR second_restore = 1, backup_meanwhile = 1;
JET_ERR JET_API try_meanwhile(JET_SESID, JET_SNP, JET_SNT step, void*) {
    if (step != JET_sntBegin) return JET_errSuccess;
    std::thread([] {
        char folder[] = "/nowhere", name[] = "a";
        JET_RSTMAP_A map[] = {{name, name}};
        second_restore = JetExternalRestoreA(folder, folder, map, 1, folder, 1, 1, nullptr);
        backup_meanwhile = JetBeginExternalBackup(0);
    }).join();
    return JET_errSuccess;
}

}  // namespace

TEST_CASE("While a restore runs a second one, and a backup without an instance, are told so") {
    char folder[] = "/nowhere", name[] = "a";
    JET_RSTMAP_A map[] = {{name, name}};
    CHECK(JetExternalRestoreA(folder, folder, map, 1, folder, 1, 1, try_meanwhile) < 0);
    CHECK(second_restore == JET_errRestoreInProgress);
    CHECK(backup_meanwhile == JET_errRestoreInProgress);
    CHECK(JetBeginExternalBackup(0) == JET_errNotInitialized);
}

TEST_CASE("A full backup reports what it does, in order; an aborted one says who aborted it") {
    Running run;
    if (!run.has_data) return;
    OnEvent on;
    on.listen(run.engine);
    take_backup(run.engine, run.temp.path("taken"));
    std::vector<JET_UINT32> expected{JET_eventBackupFullBegin, JET_eventBackupDatabaseBegin, JET_eventBackupDatabaseEnd,
                                     JET_eventBackupLogRange, JET_eventLogsTruncated, JET_eventBackupEnd};
    CHECK(on.events == expected);
    on.events.clear();
    REQUIRE(begin(run.engine) == JET_errSuccess);
    REQUIRE(end(run.engine, JET_bitBackupEndAbort) == JET_errSuccess);
    CHECK(on.saw(JET_eventBackupAbortedByClient));
}

TEST_CASE("Bad pages are delivered where that was asked for, with an event; a patch file comes as it is") {
    const TempDirectory temp;
    if (!set_files(temp)) return;
    const std::string files = temp.path("files"), database = files + "/data.edb";
    damage(database, 5 * 4096 + 100);
    const Bytes patch{1, 2, 3, 4, 5};
    write_file(files + "/data.pat", patch);
    Engine engine(files);
    engine.set(JET_paramAcceptBadPages, 1);
    OnEvent on;
    on.listen(engine);
    engine.start(database);
    REQUIRE(begin(engine) == JET_errSuccess);
    // The first pages alone, so that only one range has to be read again and again.
    const Bytes stream = read_file(engine, database);
    const Bytes file = bytes_of(database);
    CHECK(std::equal(stream.begin() + 5 * 4096, stream.begin() + 6 * 4096, file.begin() + 5 * 4096));
    CHECK(on.saw(JET_eventBadPageAccepted));
    CHECK_THAT(on.texts.back() + on.texts[on.texts.size() - 2], Catch::Contains("page 4"));
    REQUIRE(!logs(engine).empty());
    CHECK(read_file(engine, files + "/data.pat") == patch);
    JET_HANDLE handle = 0;
    write_file(files + "/other.pat", patch);
    CHECK(open_file(engine, files + "/other.pat", &handle) == JET_errInvalidParameter);
}
