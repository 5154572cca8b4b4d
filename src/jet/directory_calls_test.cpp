// JetBackup and JetRestore: whole backups into a directory, and out of it (BACKUP-SEMANTICS 2.10, 5.7).

#include "format/database/database_header.h"
#include "jet/test_api.h"

using namespace test;

namespace {

namespace fs = std::filesystem;

std::vector<std::string> names_in(const std::string& directory) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(directory)) names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
}

using Names = std::vector<std::string>;

struct Call {
    JET_SNP process;
    JET_SNT step;
    unsigned done;
};
std::vector<Call> calls;
JET_ERR JET_API note_call(JET_SESID, JET_SNP process, JET_SNT step, void* progress) {
    calls.push_back({process, step, static_cast<const JET_SNPROG*>(progress)->cunitDone});
    return JET_errSuccess;
}
JET_ERR JET_API refuse_to_go_on(JET_SESID, JET_SNP, JET_SNT step, void*) {
    return step == JET_sntProgress ? JET_errTermInProgress : JET_errSuccess;
}

void check_calls(JET_SNP process) {
    REQUIRE(calls.size() >= 3);
    CHECK(calls.front().step == JET_sntBegin);
    CHECK(calls.back().step == JET_sntComplete);
    for (std::size_t i = 0; i < calls.size(); ++i) {
        CHECK(calls[i].process == process);
        CHECK(calls[i].done <= 100);
        if (i > 0) CHECK(calls[i].done >= calls[i - 1].done);
    }
}

// A running instance with clean-4k's database, and a directory for backups.
struct Instance {
    TempDirectory temp;
    bool has_data = set_files(temp);
    std::string files = temp.path("files"), database = files + "/data.edb", backup = temp.path("backup");
    Bytes original;
    std::unique_ptr<Engine> engine;

    Instance() {
        if (!has_data) return;
        original = bytes_of(database);
        engine = std::make_unique<Engine>(files);
        engine->start(database);
        fs::create_directory(backup);
    }
    JET_ERR back_up(JET_GRBIT grbit = 0, JET_PFNSTATUS status = nullptr) const {
        return JetBackupInstanceA(engine->instance, backup.c_str(), grbit, status);
    }
    void end() { REQUIRE(engine->term() == JET_errSuccess); }

    // Restores into a new directory, with the logs of nothing else.
    JET_ERR restore(const std::string& to, JET_PFNSTATUS status = nullptr) const {
        fs::create_directory(to);
        const Engine restoring(to);
        return JetRestoreInstanceA(restoring.instance, backup.c_str(), to.c_str(), status);
    }
    // What has been restored is the database as it was, clean, and can be attached.
    void check_restored(const std::string& path) const {
        CHECK(facts_of(path).dbstate == JET_dbstateCleanShutdown);
        const Bytes restored = bytes_of(path);
        REQUIRE(restored.size() == original.size());
        CHECK(std::equal(restored.begin() + 8192, restored.end(), original.begin() + 8192));
        Engine engine_over_it(fs::path(path).parent_path());
        engine_over_it.start(path);
        CHECK(engine_over_it.term() == JET_errSuccess);
    }
};

}  // namespace

TEST_CASE("What JetBackupInstance put into a directory, JetRestoreInstance makes a clean database of") {
    Instance run;
    if (!run.has_data) return;
    calls.clear();
    REQUIRE(run.back_up(0, note_call) == JET_errSuccess);
    check_calls(JET_snpBackup);
    CHECK(names_in(run.backup) == Names{"data.edb", "data.pat", "edb0000C.log"});
    CHECK(fs::file_size(run.backup + "/data.pat") == 0);
    CHECK(fs::file_size(run.backup + "/data.edb") == run.original.size() + 4096);  // the trailer
    CHECK_FALSE(fs::exists(run.files + "/edb0000C.log"));                           // deleted, as no database needs it
    CHECK(facts_of(run.database).bkinfoFullPrev.genHigh == 12);
    run.end();

    calls.clear();
    const std::string restored = run.temp.path("restored");
    REQUIRE(run.restore(restored, note_call) == JET_errSuccess);
    check_calls(JET_snpRestore);
    run.check_restored(restored + "/data.edb");
}

TEST_CASE("Without a destination a database is restored to where it was, but never over what is there") {
    Instance run;
    if (!run.has_data) return;
    REQUIRE(run.back_up() == JET_errSuccess);
    run.end();
    const std::string logs = run.temp.path("logs");
    fs::create_directory(logs);
    const Engine restoring(logs);
    const auto before = content_of(run.files);
    CHECK(JetRestoreInstanceW(restoring.instance, std::u16string(run.backup.begin(), run.backup.end()).c_str(), u"",
                              nullptr) == JET_errDatabaseDuplicate);
    CHECK(content_of(run.files) == before);
    fs::rename(run.database, run.temp.path("damaged.edb"));
    // One that is stopped leaves nothing.
    CHECK(JetRestoreInstanceA(restoring.instance, run.backup.c_str(), nullptr, refuse_to_go_on) ==
          JET_errTermInProgress);
    CHECK_FALSE(fs::exists(run.database));
    CHECK(JetRestoreInstanceA(restoring.instance, run.backup.c_str(), nullptr, nullptr) == JET_errSuccess);
    CHECK(facts_of(run.database).dbstate == JET_dbstateCleanShutdown);
}

TEST_CASE("Incremental backups lie beside the full one, and are restored with it") {
    Instance run;
    if (!run.has_data) return;
    CHECK(run.back_up(JET_bitBackupIncremental) == JET_errMissingFullBackup);
    CHECK(names_in(run.backup).empty());
    REQUIRE(run.back_up() == JET_errSuccess);
    REQUIRE(run.back_up(JET_bitBackupIncremental) == JET_errSuccess);
    REQUIRE(run.back_up(JET_bitBackupIncremental) == JET_errSuccess);
    CHECK(names_in(run.backup) == Names{"data.edb", "data.pat", "edb0000C.log", "edb0000D.log", "edb0000E.log"});
    CHECK(facts_of(run.database).bkinfoIncPrev.genHigh == 14);
    // A log that is another one than that of the backup before is not replaced.
    write_file(run.backup + "/edb0000F.log", Bytes(100));
    const auto before = content_of(run.backup);
    CHECK(run.back_up(JET_bitBackupIncremental) == JET_errBackupDirectoryNotEmpty);
    CHECK(content_of(run.backup) == before);
    fs::remove(run.backup + "/edb0000F.log");
    run.end();
    REQUIRE(run.restore(run.temp.path("restored")) == JET_errSuccess);
    run.check_restored(run.temp.path("restored/data.edb"));
    fs::remove(run.backup + "/edb0000D.log");
    CHECK(run.restore(run.temp.path("gap")) == JET_errFileNotFound);
    CHECK(names_in(run.temp.path("gap")).empty());
}

TEST_CASE("With JET_bitBackupAtomic the backup before stays until the new one is there") {
    Instance run;
    if (!run.has_data) return;
    CHECK(run.back_up(JET_bitBackupAtomic | JET_bitBackupIncremental) == JET_errMissingFullBackup);
    REQUIRE(run.back_up(JET_bitBackupAtomic) == JET_errSuccess);
    CHECK(names_in(run.backup) == Names{"new"});
    CHECK(names_in(run.backup + "/new") == Names{"data.edb", "data.pat", "edb0000C.log"});
    // One that fails leaves it, under the other name.
    const auto kept = content_of(run.backup + "/new");
    CHECK(run.back_up(JET_bitBackupAtomic, refuse_to_go_on) == JET_errTermInProgress);
    CHECK(names_in(run.backup) == Names{"old"});
    CHECK(content_of(run.backup + "/old").size() == kept.size());
    REQUIRE(run.restore(run.temp.path("restored")) == JET_errSuccess);
    run.check_restored(run.temp.path("restored/data.edb"));
    // What was left when the process died is no backup.
    fs::create_directory(run.backup + "/temp");
    write_file(run.backup + "/temp/data.edb.partial", Bytes(5));
    REQUIRE(run.back_up(JET_bitBackupAtomic) == JET_errSuccess);
    CHECK(names_in(run.backup) == Names{"new"});
    REQUIRE(run.back_up(JET_bitBackupAtomic | JET_bitBackupIncremental) == JET_errSuccess);
    CHECK(names_in(run.backup) == Names{"old"});
    const Names logs = names_in(run.backup + "/old");
    CHECK(logs.size() == 4);
    REQUIRE(run.restore(run.temp.path("restored 2")) == JET_errSuccess);
    // Neither kind is mixed with the other.
    CHECK(run.back_up(JET_bitBackupIncremental) == JET_errBackupDirectoryNotEmpty);
    CHECK(run.back_up() == JET_errBackupDirectoryNotEmpty);
    run.end();
}

TEST_CASE("A backup that fails leaves its directory as it was, and the next one can begin") {
    Instance run;
    if (!run.has_data) return;
    CHECK(run.back_up(0, refuse_to_go_on) == JET_errTermInProgress);
    CHECK(names_in(run.backup).empty());
    CHECK(facts_of(run.database).bkinfoFullPrev.genHigh == 0);
    write_file(run.backup + "/mine", Bytes(1));
    CHECK(run.back_up() == JET_errBackupDirectoryNotEmpty);
    CHECK(names_in(run.backup) == Names{"mine"});
    fs::remove_all(run.backup);
    CHECK(run.back_up() == JET_errInvalidPath);
    CHECK_FALSE(fs::exists(run.backup));
    REQUIRE(begin(*run.engine) == JET_errSuccess);
    CHECK(run.back_up() == JET_errBackupInProgress);
    CHECK(JetBackupInstanceA(run.engine->instance, nullptr, 0, nullptr) == JET_errBackupInProgress);
    REQUIRE(end(*run.engine, JET_bitBackupEndAbort) == JET_errSuccess);
    CHECK(run.back_up(JET_bitKeepOldLogs) == JET_errInvalidGrbit);
    CHECK(run.back_up(JET_bitBackupFullWithAllLogs) == JET_errFeatureNotAvailable);
    run.end();
    Engine making(run.files);
    making.set(JET_paramCreatePathIfNotExist, 1);
    making.start(run.database);
    CHECK(JetBackupInstanceA(making.instance, run.backup.c_str(), 0, nullptr) == JET_errSuccess);
    CHECK(making.term() == JET_errSuccess);
}

TEST_CASE("Without a directory only logs are deleted that no database needs") {
    Instance run;
    if (!run.has_data) return;
    REQUIRE(fs::exists(run.files + "/edb0000A.log"));
    CHECK(JetBackupInstanceA(run.engine->instance, "", 0, nullptr) == JET_errSuccess);
    CHECK_FALSE(fs::exists(run.files + "/edb0000A.log"));
    CHECK(facts_of(run.database).bkinfoFullPrev.genHigh == 0);
    run.end();
    Engine again(run.files);
    again.start(run.database);
    CHECK(again.term() == JET_errSuccess);
}

TEST_CASE("Instances that keep no logs, or too few of them, are told apart") {
    const TempDirectory temp;
    if (!set_files(temp)) return;
    const std::string files = temp.path("files"), backup = temp.path("backup");
    fs::create_directory(backup);
    {
        Engine circular(files, {.circular = true});
        circular.start(files + "/data.edb");
        const auto logs = content_of(files).size();
        CHECK(JetBackupInstanceA(circular.instance, backup.c_str(), JET_bitBackupIncremental, nullptr) ==
              JET_errInvalidBackup);
        CHECK(JetBackupInstanceA(circular.instance, nullptr, 0, nullptr) == JET_errSuccess);
        CHECK(content_of(files).size() == logs);
        CHECK(circular.term() == JET_errSuccess);
    }
    Engine without(files, {.recovery = "off"});
    without.start();
    CHECK(JetBackupInstanceA(without.instance, backup.c_str(), 0, nullptr) == JET_errLoggingDisabled);
    CHECK(JetBackupInstanceA(without.instance, nullptr, 0, nullptr) == JET_errLoggingDisabled);
    CHECK(names_in(backup).empty());
}

TEST_CASE("Two databases with the same name don't fit into one directory") {
    Instance run;
    if (!run.has_data) return;
    const std::string other = run.temp.path("other/data.edb");
    // The same database, but that it says that it is another one.
    auto header = *ese::format::DatabaseHeader::parse(ese::ByteView(run.original).first(4096));
    auto signature = header.get(ese::format::header_field::database_signature);
    ++signature.random;
    header.set(ese::format::header_field::database_signature, signature);
    const ese::ByteView page = header.stamped();
    Bytes bytes = run.original;
    for (const std::ptrdiff_t at : {0, 4096}) std::copy(page.begin(), page.end(), bytes.begin() + at);
    write_file(other, bytes);
    REQUIRE(JetAttachDatabaseA(run.engine->session, other.c_str(), 0) == JET_errSuccess);
    CHECK(run.back_up() == JET_errDatabaseDuplicate);
    CHECK(names_in(run.backup).empty());
    run.end();
}

TEST_CASE("What is no backup is refused, and nothing is changed") {
    Instance run;
    if (!run.has_data) return;
    REQUIRE(run.back_up() == JET_errSuccess);
    CHECK(JetRestoreInstanceA(run.engine->instance, run.backup.c_str(), run.files.c_str(), nullptr) ==
          JET_errAfterInitialization);
    CHECK(JetRestoreA(run.backup.c_str(), nullptr) == JET_errRunningInMultiInstanceMode);
    run.end();
    const std::string to = run.temp.path("to"), nothing = run.temp.path("nothing");
    fs::create_directory(to);
    fs::create_directory(nothing);
    const Engine restoring(to);
    const auto restore = [&](const std::string& from, const std::string& destination) {
        const JET_ERR result =
            JetRestoreInstanceA(restoring.instance, from.c_str(), destination.c_str(), nullptr);
        CHECK(names_in(to).empty());
        return result;
    };
    CHECK(restore(run.temp.path("nowhere"), to) == JET_errInvalidPath);
    CHECK(restore(nothing, to) == JET_errFileNotFound);
    CHECK(restore(run.backup, run.temp.path("nowhere")) == JET_errInvalidPath);
    CHECK(restore(run.files, to) != JET_errSuccess);  // an instance, and no backup
    fs::rename(run.backup + "/data.pat", run.temp.path("data.pat"));
    CHECK(restore(run.backup, to) == JET_errPatchFileMissing);
    fs::rename(run.backup + "/data.edb", run.temp.path("data.edb"));
    CHECK(restore(run.backup, to) == JET_errPatchFileMissing);
    fs::rename(run.temp.path("data.pat"), run.backup + "/data.pat");
    fs::rename(run.temp.path("data.edb"), run.backup + "/data.edb");
    fs::resize_file(run.backup + "/data.edb", fs::file_size(run.backup + "/data.edb") - 4096);
    CHECK(restore(run.backup, to) == JET_errBadPatchPage);
}

TEST_CASE("JetRestore takes the parameters of the process where there is no instance") {
    Instance run;
    if (!run.has_data) return;
    REQUIRE(run.back_up() == JET_errSuccess);
    run.end();
    run.engine.reset();
    const std::string to = run.temp.path("to"), logs = run.temp.path("logs");
    fs::create_directory(to);
    fs::create_directory(logs);
    const auto set_paths = [](const char* path) {
        for (const auto id : {JET_paramSystemPath, JET_paramLogFilePath})
            REQUIRE(JetSetSystemParameterA(nullptr, 0, static_cast<JET_UINT32>(id), 0, path) == JET_errSuccess);
    };
    set_paths(logs.c_str());
    CHECK(JetRestore2W(std::u16string(run.backup.begin(), run.backup.end()).c_str(),
                       std::u16string(to.begin(), to.end()).c_str(), nullptr) == JET_errSuccess);
    CHECK(names_in(to) == Names{"data.edb"});
    CHECK(fs::exists(logs + "/edb.log"));
    CHECK(facts_of(to + "/data.edb").dbstate == JET_dbstateCleanShutdown);
    CHECK(JetRestoreA(run.backup.c_str(), nullptr) == JET_errDatabaseDuplicate);
    fs::remove(run.database);
    fs::remove_all(logs);
    fs::create_directory(logs);
    CHECK(JetRestoreA(run.backup.c_str(), nullptr) == JET_errSuccess);
    CHECK(facts_of(run.database).dbstate == JET_dbstateCleanShutdown);
    set_paths("./");
}
