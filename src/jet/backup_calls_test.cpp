// Each line of OBSERVED that a backup without changes of data can show: "Begin", "Order", "JetReadFile", "Logs",
// "Header stamps", "End".

#include <array>
#include <cstring>

#include "jet/test_api.h"

using namespace test;

namespace {

JET_ERR get_attach_info(const Engine& engine) {
    JET_UINT32 bytes = 0;
    return JetGetAttachInfoInstanceA(engine.instance, nullptr, 0, &bytes);
}

JET_ERR get_log_info(const Engine& engine) {
    JET_UINT32 bytes = 0;
    return JetGetLogInfoInstanceA(engine.instance, nullptr, 0, &bytes);
}

JET_ERR truncate(const Engine& engine) { return JetTruncateLogInstance(engine.instance); }

// A copy of clean-4k with data.edb attached.
struct Running {
    TempDirectory temp;
    std::string files = temp.path("files");
    std::string database = files + "/data.edb";
    bool has_data = set_files(temp);
    Engine engine{files};

    explicit Running(bool circular = false) : engine(files, {.circular = circular}) {
        if (has_data) engine.start(database);
    }
    bool has_log(const char* name) const { return std::filesystem::exists(files + "/" + name); }
};

struct Stamps {
    bool full, copy, incremental, differential;
    bool operator==(const Stamps&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Stamps& stamps) {
    return out << stamps.full << stamps.copy << stamps.incremental << stamps.differential;
}
Stamps stamps_of(const JET_DBINFOMISC7& facts) {
    return {facts.bkinfoFullPrev.genLow != 0, facts.bkinfoCopyPrev.genLow != 0, facts.bkinfoIncPrev.genLow != 0,
            facts.bkinfoDiffPrev.genLow != 0};
}

}  // namespace

TEST_CASE("Begin accepts a full, an incremental and an internal backup, and no other grbit") {
    const Running run;
    if (!run.has_data) return;
    for (const JET_GRBIT grbit :
         {2u, 3u, 4u, 5u, 8u, 9u, 0x10u, 0x11u, 0x80u, 0x100u, 0x80000000u, 0x21u, 0x41u, 0x60u}) {
        INFO(grbit);
        CHECK(begin(run.engine, grbit) == JET_errInvalidGrbit);
    }
    CHECK(begin(run.engine, JET_bitBackupSurrogate) == JET_errFeatureNotAvailable);
    CHECK(get_attach_info(run.engine) == JET_errNoBackup);
    CHECK(begin(run.engine, JET_bitInternalCopy) == JET_errSuccess);
    CHECK(end(run.engine, JET_bitBackupEndAbort) == JET_errSuccess);
    CHECK(begin(run.engine, 0) == JET_errSuccess);
}

TEST_CASE("An incremental backup needs a full one that truncated") {
    Running run;
    if (!run.has_data) return;
    CHECK(begin(run.engine, JET_bitBackupIncremental) == JET_errMissingFullBackup);
    CHECK(get_log_info(run.engine) == JET_errNoBackup);
    take_backup(run.engine, run.temp.path("aborted"), {.end = JET_bitBackupEndAbort});
    CHECK(begin(run.engine, JET_bitBackupIncremental) == JET_errMissingFullBackup);
    take_backup(run.engine, run.temp.path("copy"), {.truncate = false});
    CHECK(begin(run.engine, JET_bitBackupIncremental) == JET_errMissingFullBackup);
    CHECK_THAT(detail(), Catch::Contains(run.database));
    take_backup(run.engine, run.temp.path("full"));
    CHECK(begin(run.engine, JET_bitBackupIncremental) == JET_errSuccess);
}

TEST_CASE("With circular logging there is no incremental backup, even after a full one") {
    const Running run(true);
    if (!run.has_data) return;
    CHECK(begin(run.engine, JET_bitBackupIncremental) == JET_errInvalidBackup);
    take_backup(run.engine, run.temp.path("full"));
    CHECK(stamps_of(facts_of(run.database)).full);
    CHECK(begin(run.engine, JET_bitBackupIncremental) == JET_errInvalidBackup);
}

TEST_CASE("What a backup in progress forbids, and what it does not") {
    Running run;
    if (!run.has_data) return;
    REQUIRE(begin(run.engine) == JET_errSuccess);
    CHECK(begin(run.engine) == JET_errBackupInProgress);
    CHECK(JetBackupInstanceA(run.engine.instance, nullptr, 0, nullptr) < 0);
    CHECK(JetDetachDatabaseA(run.engine.session, run.database.c_str()) == JET_errBackupInProgress);
    CHECK(JetAttachDatabaseA(run.engine.session, run.temp.path("none").c_str(), 0) == JET_errBackupInProgress);
    CHECK(run.engine.term(0) == JET_errBackupInProgress);
    CHECK(run.engine.term(JET_bitTermComplete) == JET_errBackupInProgress);
    CHECK(attached(run.engine).size() == 1);  // it goes on
    CHECK(run.engine.term(JET_bitTermComplete | JET_bitTermStopBackup) == JET_errSuccess);
    CHECK(facts_of(run.database).dbstate == JET_dbstateCleanShutdown);
    CHECK(stamps_of(facts_of(run.database)) == Stamps{});
}

TEST_CASE("Without a backup every call says so, only JetStopBackup succeeds") {
    const Running run;
    if (!run.has_data) return;
    const Buffer buffer(1 << 16);
    JET_HANDLE handle = 0;
    JET_UINT32 bytes = 0;
    CHECK(get_attach_info(run.engine) == JET_errNoBackup);
    CHECK(open_file(run.engine, run.database, &handle) == JET_errNoBackup);
    CHECK(JetReadFileInstance(run.engine.instance, 0, buffer.data(), buffer.size(), &bytes) == JET_errNoBackup);
    CHECK(JetCloseFileInstance(run.engine.instance, 0) == JET_errNoBackup);
    CHECK(get_log_info(run.engine) == JET_errNoBackup);
    CHECK(JetGetTruncateLogInfoInstanceA(run.engine.instance, nullptr, 0, &bytes) == JET_errNoBackup);
    CHECK(truncate(run.engine) == JET_errNoBackup);
    CHECK(JetEndExternalBackupInstance(run.engine.instance) == JET_errNoBackup);
    CHECK(end(run.engine, JET_bitBackupEndAbort) == JET_errNoBackup);
    CHECK(JetStopBackupInstance(run.engine.instance) == JET_errSuccess);
    CHECK(begin(run.engine) == JET_errSuccess);  // which also forgets the stop
    CHECK(get_attach_info(run.engine) == JET_errSuccess);
}

TEST_CASE("After JetStopBackup the calls fail, Close and End work, and nothing is stamped") {
    const Running run;
    if (!run.has_data) return;
    const auto how = GENERATE(JET_GRBIT{JET_bitBackupEndNormal}, JET_GRBIT{JET_bitBackupEndAbort});
    REQUIRE(begin(run.engine) == JET_errSuccess);
    JET_HANDLE handle = 0;
    REQUIRE(open_file(run.engine, run.database, &handle) == JET_errSuccess);
    CHECK(JetStopBackupInstance(run.engine.instance) == JET_errSuccess);
    const Buffer buffer(1 << 16);
    CHECK(JetReadFileInstance(run.engine.instance, handle, buffer.data(), buffer.size(), nullptr) ==
          JET_errBackupAbortByServer);
    CHECK(get_attach_info(run.engine) == JET_errBackupAbortByServer);
    CHECK(open_file(run.engine, run.database, &handle) == JET_errBackupAbortByServer);
    CHECK(get_log_info(run.engine) == JET_errBackupAbortByServer);
    CHECK(truncate(run.engine) == JET_errBackupAbortByServer);
    CHECK(JetCloseFileInstance(run.engine.instance, handle) == JET_errSuccess);
    CHECK(end(run.engine, how) == JET_errSuccess);
    CHECK(stamps_of(facts_of(run.database)) == Stamps{});
}

TEST_CASE("Calls out of order that leave the backup alive") {
    const Running run;
    if (!run.has_data) return;
    const Buffer buffer(1 << 16);
    JET_HANDLE handle = 0, second = 0;
    REQUIRE(begin(run.engine) == JET_errSuccess);
    CHECK(truncate(run.engine) == JET_errInvalidBackupSequence);
    CHECK(open_file(run.engine, run.temp.path("none.edb"), &handle) == JET_errDatabaseNotFound);
    CHECK(open_file(run.engine, run.files + "/edb00001.log", &handle) == JET_errDatabaseNotFound);
    CHECK(open_file(run.engine, "", &handle) == JET_errInvalidParameter);
    CHECK(JetOpenFileInstanceA(run.engine.instance, nullptr, &handle, nullptr, nullptr) == JET_errInvalidParameter);
    REQUIRE(open_file(run.engine, run.database, &handle) == JET_errSuccess);
    CHECK(open_file(run.engine, run.database, &second) == JET_errOutOfMemory);
    CHECK(get_log_info(run.engine) == JET_errInvalidBackupSequence);
    JET_UINT32 bytes = 0;
    CHECK(JetGetTruncateLogInfoInstanceA(run.engine.instance, nullptr, 0, &bytes) == JET_errInvalidBackupSequence);
    CHECK(JetCloseFileInstance(run.engine.instance, handle) == JET_errSuccess);
    CHECK(JetCloseFileInstance(run.engine.instance, handle) == JET_errInvalidParameter);
    // Not checked by the original; a closed handle is an error here.
    CHECK(JetReadFileInstance(run.engine.instance, handle, buffer.data(), buffer.size(), &bytes) ==
          JET_errInvalidParameter);

    // All of this is allowed: databases read partly, lists asked for again, attachments after the logs.
    CHECK(get_log_info(run.engine) == JET_errSuccess);
    const auto listed = logs(run.engine);
    CHECK(get_attach_info(run.engine) == JET_errSuccess);
    CHECK(truncate(run.engine) == JET_errLogFileNotCopied);
    REQUIRE(open_file(run.engine, listed.front(), &handle) == JET_errSuccess);
    CHECK(truncate(run.engine) == JET_errInvalidBackupSequence);
    CHECK(JetReadFileInstance(run.engine.instance, handle, buffer.data(), buffer.size(), &bytes) == JET_errSuccess);
    CHECK(JetCloseFileInstance(run.engine.instance, handle) == JET_errSuccess);
    CHECK(truncate(run.engine) == JET_errLogFileNotCopied);  // half of it was read
    read_file(run.engine, listed.front());
    CHECK(truncate(run.engine) == JET_errSuccess);
    CHECK(truncate(run.engine) == JET_errSuccess);
    CHECK(logs(run.engine) == listed);
    CHECK(end(run.engine) == JET_errSuccess);
    CHECK(run.has_log("edb00001.log"));  // the database was not read, and has no older full backup
    CHECK(stamps_of(facts_of(run.database)) == Stamps{});
}

TEST_CASE("Failures that end the whole backup") {
    struct Case {
        const char* what;
        const char* name;
        JET_ERR error;
    };
    const auto failure = GENERATE(Case{"a database after GetLogInfo", "data.edb", JET_errInvalidBackupSequence},
                                  Case{"the current log", "edb.log", JET_errInvalidParameter},
                                  Case{"a log that is not there", "edb000FF.log", JET_errMissingFileToBackup},
                                  Case{"a file that is no log", "edb.chk", JET_errInvalidParameter},
                                  Case{"a file of another place", "../edb00001.log", JET_errInvalidParameter});
    INFO(failure.what);
    const Running run;
    if (!run.has_data) return;
    REQUIRE(begin(run.engine) == JET_errSuccess);
    REQUIRE(get_log_info(run.engine) == JET_errSuccess);
    JET_HANDLE handle = 0;
    CHECK(open_file(run.engine, run.files + "/" + failure.name, &handle) == failure.error);
    CHECK(get_log_info(run.engine) == JET_errNoBackup);
    CHECK(end(run.engine) == JET_errNoBackup);
    CHECK(begin(run.engine) == JET_errSuccess);
}

TEST_CASE("An incremental backup has no databases") {
    const Running run;
    if (!run.has_data) return;
    take_backup(run.engine, run.temp.path("full"));
    REQUIRE(begin(run.engine, JET_bitBackupIncremental) == JET_errSuccess);
    CHECK(get_attach_info(run.engine) == JET_errInvalidBackupSequence);
    CHECK(truncate(run.engine) == JET_errInvalidBackupSequence);
    JET_HANDLE handle = 0;
    CHECK(open_file(run.engine, run.database, &handle) == JET_errInvalidBackupSequence);
    CHECK(get_log_info(run.engine) == JET_errNoBackup);
}

TEST_CASE("A list says its size, and a buffer that is too small is an error with an actual size of 0") {
    const Running run;
    if (!run.has_data) return;
    const JET_INSTANCE instance = run.engine.instance;
    REQUIRE(begin(run.engine) == JET_errSuccess);
    JET_UINT32 needed = 0;
    CHECK(JetGetAttachInfoInstanceA(instance, nullptr, 0, &needed) == JET_errSuccess);
    CHECK(needed == run.database.size() + 2);
    std::vector<char> list(needed, 'x');
    JET_UINT32 actual = 99;
    CHECK(JetGetAttachInfoInstanceA(instance, list.data(), needed - 1, &actual) == JET_errBufferTooSmall);
    CHECK(actual == 0);
    CHECK(JetGetAttachInfoInstanceA(instance, list.data(), needed, &actual) == JET_errSuccess);
    CHECK(actual == needed);
    CHECK(std::string(list.data(), needed) == run.database + std::string(2, '\0'));
    std::vector<char16_t> wide(needed);
    CHECK(JetGetAttachInfoInstanceW(instance, wide.data(), 2 * needed - 1, &actual) == JET_errBufferTooSmall);
    CHECK(JetGetAttachInfoInstanceW(instance, wide.data(), 2 * needed, &actual) == JET_errSuccess);
    CHECK(actual == 2 * needed);
    CHECK(std::equal(list.begin(), list.end(), wide.begin()));

    CHECK(JetGetLogInfoInstanceA(instance, list.data(), 3, &actual) == JET_errBufferTooSmall);
    CHECK(actual == 0);
    CHECK(JetGetLogInfoInstanceW(instance, nullptr, 0, &needed) == JET_errSuccess);
    CHECK(needed == 2 * (run.files + "/edb0000C.log").size() + 4);
    CHECK(JetGetTruncateLogInfoInstanceA(instance, list.data(), 1, &actual) == JET_errSuccess);
    CHECK(actual == 1);  // nothing: the database was not read
    CHECK(list[0] == '\0');
}

TEST_CASE("JET_LOGINFO gets range and base name, and its cbSize is checked in both flavours") {
    const Running run;
    if (!run.has_data) return;
    REQUIRE(begin(run.engine) == JET_errSuccess);
    JET_UINT32 bytes = 0;
    JET_LOGINFO_W wide{};
    CHECK(JetGetLogInfoInstance2W(run.engine.instance, nullptr, 0, &bytes, &wide) == JET_errInvalidParameter);
    JET_LOGINFO_A narrow{};
    narrow.cbSize = sizeof narrow - 1;
    CHECK(JetGetLogInfoInstance2A(run.engine.instance, nullptr, 0, &bytes, &narrow) == JET_errInvalidParameter);
    CHECK(truncate(run.engine) == JET_errInvalidBackupSequence);  // no list was made
    narrow.cbSize = sizeof narrow;
    CHECK(JetGetLogInfoInstance2A(run.engine.instance, nullptr, 0, &bytes, &narrow) == JET_errSuccess);
    CHECK(narrow.ulGenLow == 12);
    CHECK(narrow.ulGenHigh == 12);
    CHECK(std::string(narrow.szBaseName) == "edb");
    wide.cbSize = sizeof wide;
    CHECK(JetGetLogInfoInstance2W(run.engine.instance, nullptr, 0, &bytes, &wide) == JET_errSuccess);
    CHECK(wide.ulGenHigh == 12);
    CHECK(std::u16string(wide.szBaseName) == u"edb");
}

TEST_CASE("JetReadFile wants aligned buffers, whole pages, and enough of them at first") {
    const Running run;
    if (!run.has_data) return;
    const Buffer buffer(1 << 16);
    JET_HANDLE handle = 99;
    const auto read = [&](const std::uint8_t* at, JET_UINT32 bytes) {
        JET_UINT32 got = 99;
        const JET_ERR result =
            JetReadFileInstance(run.engine.instance, handle, const_cast<std::uint8_t*>(at), bytes, &got);
        if (result != JET_errSuccess) CHECK(got == 0);
        return result;
    };
    REQUIRE(begin(run.engine) == JET_errSuccess);
    std::uint64_t size = 0;
    REQUIRE(open_file(run.engine, run.database, &handle, &size) == JET_errSuccess);
    CHECK(handle == 0);
    CHECK(size == std::filesystem::file_size(run.database) + 4096);
    CHECK(read(buffer.data() + 512, 4 * 4096) == JET_errInvalidParameter);
    CHECK(read(nullptr, 4 * 4096) == JET_errInvalidParameter);
    CHECK(read(buffer.data(), 0) == JET_errInvalidParameter);
    CHECK(read(buffer.data(), 3 * 4096 + 512) == JET_errInvalidParameter);
    CHECK(read(buffer.data(), 2 * 4096) == JET_errInvalidParameter);
    ++handle;
    CHECK(read(buffer.data(), 3 * 4096) == JET_errInvalidParameter);
    --handle;
    CHECK(read(buffer.data(), 3 * 4096) == JET_errSuccess);
    CHECK(read(buffer.data(), 4096) == JET_errSuccess);
    CHECK(JetReadFileInstance(run.engine.instance, handle, buffer.data(), 4096, nullptr) == JET_errSuccess);
    CHECK(JetCloseFileInstance(run.engine.instance, handle) == JET_errSuccess);
    const auto listed = logs(run.engine);
    REQUIRE(open_file(run.engine, listed.front(), &handle, &size) == JET_errSuccess);
    CHECK(size == 128 * 1024);
    CHECK(read(buffer.data(), 4096) == JET_errInvalidParameter);
    CHECK(read(buffer.data(), 2 * 4096) == JET_errSuccess);
    CHECK(read(buffer.data(), 4096) == JET_errSuccess);
}

TEST_CASE("The stream of a database is its header twice, its pages, and a trailer") {
    const Running run;
    if (!run.has_data) return;
    const JET_UINT32 step = GENERATE(3 * 4096u, 16 * 4096u, 1u << 22);
    REQUIRE(begin(run.engine) == JET_errSuccess);
    const Buffer buffer(step);
    JET_HANDLE handle = 0;
    std::uint64_t size = 0;
    REQUIRE(open_file(run.engine, run.database, &handle, &size) == JET_errSuccess);
    Bytes stream;
    JET_UINT32 got = step;
    while (got > 0) {
        REQUIRE(JetReadFileInstance(run.engine.instance, handle, buffer.data(), step, &got) == JET_errSuccess);
        stream.insert(stream.end(), buffer.data(), buffer.data() + got);
        CHECK((got == step || stream.size() == size));  // full buffers until the rest
    }
    got = 99;
    CHECK(JetReadFileInstance(run.engine.instance, handle, buffer.data(), step, &got) == JET_errSuccess);
    CHECK(got == 0);
    REQUIRE(JetCloseFileInstance(run.engine.instance, handle) == JET_errSuccess);
    REQUIRE(stream.size() == size);

    const Bytes file = bytes_of(run.database);
    CHECK(std::equal(stream.begin(), stream.begin() + 4096, stream.begin() + 4096));
    CHECK(std::equal(file.begin() + 8192, file.end(), stream.begin() + 8192));
    write_file(run.temp.path("stream/data.edb"), stream);
    const JET_DBINFOMISC7 header = facts_of(run.temp.path("stream/data.edb")), live = facts_of(run.database);
    CHECK(header.dbstate == JET_dbstateDirtyShutdown);
    CHECK(header.bkinfoFullCur.genLow == 12);
    CHECK(header.bkinfoFullCur.genHigh == 0);
    CHECK(header.bkinfoFullCur.lgposMark.lGeneration == 12);
    CHECK(live.bkinfoFullCur.lgposMark.lGeneration == 0);

    const std::uint8_t* trailer = stream.data() + stream.size() - 4096;
    std::uint32_t sum = 0x89abcdef;
    for (std::size_t at = 4; at < 4096; at += 4) {
        std::uint32_t word = 0;
        std::memcpy(&word, trailer + at, 4);
        sum ^= word;
    }
    std::uint32_t words[4] = {};
    std::memcpy(&words[0], trailer, 4);
    std::memcpy(&words[1], trailer + 0x38, 8);
    CHECK(words[0] == sum);
    CHECK(std::memcmp(trailer + 0x28, &header.bkinfoFullCur.lgposMark, 8) == 0);
    CHECK(std::memcmp(trailer + 0x30, &header.bkinfoFullCur.logtimeMark, 8) == 0);
    CHECK(words[1] == 12);
    CHECK(words[2] == 12);
    CHECK(std::memcmp(trailer + 0x40, &live.signDb, 28) == 0);
    CHECK(std::memcmp(trailer + 0x5c, &live.signLog, 28) == 0);

    CHECK(read_file(run.engine, run.database).size() == size);  // opened again, it starts over
}

TEST_CASE("A full backup lists from the lowest required generation to the one just closed; later ones overlap") {
    const Running run;
    if (!run.has_data) return;
    REQUIRE(begin(run.engine) == JET_errSuccess);
    read_file(run.engine, run.database);
    CHECK(logs(run.engine) == std::vector{run.files + "/edb0000C.log"});
    std::vector<char> list(1 << 16);
    CHECK(JetGetTruncateLogInfoInstanceA(run.engine.instance, list.data(), 1 << 16, nullptr) == JET_errSuccess);
    auto doomed = split_list(list.data());
    CHECK(doomed.size() == 12);  // no page waits to be written, so the new generation is the only one required
    read_file(run.engine, run.files + "/edb0000C.log");
    CHECK(truncate(run.engine) == JET_errSuccess);
    for (const auto& path : doomed) CHECK_FALSE(std::filesystem::exists(path));
    CHECK(end(run.engine) == JET_errSuccess);

    // Differentials keep what they list, so that the next one lists it again.
    CHECK(take_backup(run.engine, run.temp.path("d1"), {.truncate = false, .begin = JET_bitBackupIncremental}).high ==
          13);
    const auto second =
        take_backup(run.engine, run.temp.path("d2"), {.truncate = false, .begin = JET_bitBackupIncremental});
    CHECK(second.low == 13);
    CHECK(second.high == 14);
    const auto third = take_backup(run.engine, run.temp.path("i"), {.begin = JET_bitBackupIncremental});
    CHECK(third.low == 13);
    CHECK(third.high == 15);
    CHECK_FALSE(run.has_log("edb0000F.log"));
}

TEST_CASE("A log that the list would need and that is gone is an error of the list") {
    const Running run;
    if (!run.has_data) return;
    take_backup(run.engine, run.temp.path("full"));
    for (int i = 0; i < 3; ++i)
        take_backup(run.engine, run.temp.path("differential"), {.truncate = false, .begin = JET_bitBackupIncremental});
    const char* gone = GENERATE("edb0000E.log", "edb0000D.log");  // in the middle, and the lowest
    std::filesystem::remove(run.files + "/" + gone);
    REQUIRE(begin(run.engine, JET_bitBackupIncremental) == JET_errSuccess);
    CHECK(get_log_info(run.engine) == JET_errMissingFileToBackup);
    CHECK_THAT(detail(), Catch::Contains(gone));
    CHECK(end(run.engine, JET_bitBackupEndAbort) == JET_errSuccess);
}

TEST_CASE("A damaged log ends the backup") {
    const Running run;
    if (!run.has_data) return;
    REQUIRE(begin(run.engine) == JET_errSuccess);
    read_file(run.engine, run.database);
    const auto listed = logs(run.engine);
    const bool in_header = GENERATE(false, true);
    damage(listed.front(), in_header ? 300 : 4096 * 3 + 300);
    const Buffer buffer(1 << 16);
    JET_HANDLE handle = 0;
    REQUIRE(open_file(run.engine, listed.front(), &handle) == JET_errSuccess);
    CHECK(JetReadFileInstance(run.engine.instance, handle, buffer.data(), buffer.size(), nullptr) ==
          JET_errLogReadVerifyFailure);
    CHECK_THAT(detail(), Catch::Contains(listed.front()));
    CHECK(get_log_info(run.engine) == JET_errNoBackup);
}

TEST_CASE("A backup counts as truncating when a log is gone, not when one was to be deleted") {
    const Running run;
    if (!run.has_data) return;
    // A directory can't be deleted as a file, by nobody.
    const bool at_once = GENERATE(true, false);
    const std::string stuck = run.files + (at_once ? "/edb00001.log" : "/edb00003.log");
    std::filesystem::remove(stuck);
    std::filesystem::create_directory(stuck);
    REQUIRE(begin(run.engine) == JET_errSuccess);
    read_file(run.engine, run.database);
    for (const std::string& log : logs(run.engine)) read_file(run.engine, log);
    CHECK(truncate(run.engine) < JET_errSuccess);
    CHECK(end(run.engine) == JET_errSuccess);
    CHECK(run.has_log("edb00002.log") == at_once);
    CHECK(run.has_log("edb00004.log"));
    CHECK(stamps_of(facts_of(run.database)) == Stamps{!at_once, at_once, false, false});
}

TEST_CASE("Truncation up to a generation leaves what is above it, and stamps nothing if the backup is aborted") {
    const Running run;
    if (!run.has_data) return;
    take_backup(run.engine, run.temp.path("full"), {.truncate = false, .end = 0x101});
    const auto before = facts_of(run.database);
    REQUIRE(begin(run.engine, JET_bitBackupIncremental) == JET_errSuccess);
    const auto listed = logs(run.engine);
    REQUIRE(listed.back() == run.files + "/edb0000D.log");
    CHECK(EsentTruncateLog(run.engine.instance, 12) == JET_errLogFileNotCopied);
    for (const std::string& log : listed) read_file(run.engine, log);
    CHECK(EsentTruncateLog(run.engine.instance, 0) == JET_errSuccess);
    CHECK(run.has_log("edb00001.log"));
    CHECK(EsentTruncateLog(run.engine.instance, 12) == JET_errSuccess);
    CHECK_FALSE(run.has_log("edb00001.log"));
    CHECK_FALSE(run.has_log("edb0000C.log"));
    CHECK(run.has_log("edb0000D.log"));
    CHECK(end(run.engine, JET_bitBackupEndAbort) == JET_errSuccess);
    const auto after = facts_of(run.database);
    CHECK(std::memcmp(&before.bkinfoIncPrev, &after.bkinfoIncPrev, sizeof before.bkinfoIncPrev) == 0);

    // What stayed is what the next incremental backup begins with.
    const auto next = take_backup(run.engine, run.temp.path("next"), {.begin = JET_bitBackupIncremental});
    CHECK(next.low == 13);
    CHECK(next.high == 14);
    CHECK_FALSE(run.has_log("edb0000D.log"));
    CHECK(EsentTruncateLog(run.engine.instance, 99) == JET_errNoBackup);
}

TEST_CASE("Logs that are missing already are not in the list of those to be deleted, and are told of") {
    const Running run;
    if (!run.has_data) return;
    std::filesystem::remove(run.files + "/edb00004.log");
    REQUIRE(begin(run.engine) == JET_errSuccess);
    read_file(run.engine, run.database);
    for (const std::string& log : logs(run.engine)) read_file(run.engine, log);
    JET_UINT32 bytes = 0;
    REQUIRE(JetGetTruncateLogInfoInstanceA(run.engine.instance, nullptr, 0, &bytes) == JET_errSuccess);
    CHECK(bytes == 11 * (run.files.size() + std::string("/edb00001.log").size() + 1) + 1);
    CHECK(truncate(run.engine) == JET_errSuccess);
    CHECK(end(run.engine) == JET_errSuccess);
}

TEST_CASE("End takes exactly one of Normal and Abort, and succeeds at any time") {
    const Running run;
    if (!run.has_data) return;
    REQUIRE(begin(run.engine) == JET_errSuccess);
    for (const JET_GRBIT grbit : {0u, 3u, 0x100u, 0x103u}) CHECK(end(run.engine, grbit) == JET_errInvalidParameter);
    CHECK(get_attach_info(run.engine) == JET_errSuccess);
    CHECK(end(run.engine, 0x101) == JET_errSuccess);
    CHECK(stamps_of(facts_of(run.database)) == Stamps{});
    REQUIRE(begin(run.engine) == JET_errSuccess);
    read_file(run.engine, run.database);
    CHECK(JetEndExternalBackupInstance(run.engine.instance) == JET_errSuccess);  // before GetLogInfo
    CHECK(stamps_of(facts_of(run.database)) == Stamps{});
}

TEST_CASE("What End stamps into the header, and what it allows afterwards") {
    struct Row {
        const char* what;
        BackupPlan plan;
        Stamps stamps;
        bool logs_gone, incremental_allowed;
    };
    constexpr JET_GRBIT normal = JET_bitBackupEndNormal, done = normal | JET_bitBackupTruncateDone,
                        silent = normal | JET_bitBackupNoDbHeaderUpdate, abort = JET_bitBackupEndAbort;
    const Row row = GENERATE_COPY(
        Row{"full, truncated", {.end = normal}, {true, false, false, false}, true, true},
        Row{"full, truncated and said so", {.end = done}, {true, false, false, false}, true, true},
        Row{"full, not truncated", {.truncate = false}, {false, true, false, false}, false, false},
        Row{"full, truncation said only", {.truncate = false, .end = done}, {true, false, false, false}, false, true},
        Row{"full, silent", {.end = silent}, {false, false, false, false}, true, false},
        Row{"full, silent, not truncated",
            {.truncate = false, .end = silent},
            {false, false, false, false},
            false,
            false},
        Row{"full, aborted", {.end = abort}, {false, false, false, false}, true, false},
        Row{"full, aborted, said",
            {.end = abort | JET_bitBackupTruncateDone},
            {false, false, false, false},
            true,
            false},
        Row{"full, no list", {.list_logs = false}, {false, false, false, false}, false, false},
        Row{"full, no list, said", {.end = done, .list_logs = false}, {false, false, false, false}, false, false},
        Row{"internal", {.truncate = false, .begin = JET_bitInternalCopy}, {false, true, false, false}, false, false});
    INFO(row.what);
    const Running run;
    if (!run.has_data) return;
    take_backup(run.engine, run.temp.path("backup"), row.plan);
    const auto facts = facts_of(run.database);
    CHECK(stamps_of(facts) == row.stamps);
    CHECK(run.has_log("edb00001.log") == !row.logs_gone);
    CHECK(begin(run.engine, JET_bitBackupIncremental) ==
          (row.incremental_allowed ? JET_errSuccess : JET_errMissingFullBackup));
    const JET_BKINFO& stamped = row.stamps.full ? facts.bkinfoFullPrev : facts.bkinfoCopyPrev;
    if (row.stamps.full || row.stamps.copy) {
        CHECK(stamped.genLow == 12);
        CHECK(stamped.genHigh == 12);
        CHECK(stamped.lgposMark.lGeneration == 12);  // the end of the log when it began
        CHECK(stamped.lgposMark.isec > 1);
    }
    CHECK(facts.bkinfoFullCur.genLow == 0);
}

TEST_CASE("Stamps of incremental and differential backups, and what a later full one clears") {
    const Running run;
    if (!run.has_data) return;
    const auto follow = [&](bool truncate, JET_GRBIT how = JET_bitBackupEndNormal) {
        take_backup(run.engine, run.temp.path("backup"),
                    {.truncate = truncate, .begin = JET_bitBackupIncremental, .end = how});
        return facts_of(run.database);
    };
    take_backup(run.engine, run.temp.path("backup"));
    auto facts = follow(false);
    CHECK(stamps_of(facts) == Stamps{true, false, false, true});
    CHECK(facts.bkinfoDiffPrev.genLow == 13);
    CHECK(facts.bkinfoDiffPrev.genHigh == 13);
    CHECK(facts.bkinfoDiffPrev.lgposMark.lGeneration == 14);
    CHECK(facts.bkinfoDiffPrev.lgposMark.isec == 1);
    CHECK(facts.bkinfoDiffPrev.lgposMark.ib == 0);
    facts = follow(true);
    CHECK(stamps_of(facts) == Stamps{true, false, true, true});  // DiffPrev stays
    CHECK(facts.bkinfoIncPrev.genLow == 13);
    CHECK(facts.bkinfoIncPrev.genHigh == 14);
    CHECK(facts.bkinfoIncPrev.lgposMark.lGeneration == 15);
    CHECK_FALSE(run.has_log("edb0000E.log"));
    facts = follow(false, JET_bitBackupEndNormal | JET_bitBackupTruncateDone);
    CHECK(facts.bkinfoIncPrev.genHigh == 15);
    CHECK(facts.bkinfoDiffPrev.genHigh == 13);
    CHECK(run.has_log("edb0000F.log"));  // nothing was deleted
    facts = follow(false);
    CHECK(facts.bkinfoDiffPrev.genLow == 15);  // so it is listed again
    CHECK(facts.bkinfoDiffPrev.genHigh == 16);
    facts = follow(true, JET_bitBackupEndAbort);
    CHECK(facts.bkinfoIncPrev.genHigh == 15);

    take_backup(run.engine, run.temp.path("backup"), {.truncate = false});
    facts = facts_of(run.database);
    CHECK(stamps_of(facts) == Stamps{true, true, true, true});
    CHECK(facts.bkinfoFullPrev.genHigh == 12);
    take_backup(run.engine, run.temp.path("backup"));
    CHECK(stamps_of(facts_of(run.database)) == Stamps{true, true, false, false});
}

TEST_CASE("Stamps survive a restart, and incremental backups go on after it") {
    const TempDirectory temp;
    if (!set_files(temp)) return;
    const std::string files = temp.path("files"), database = files + "/data.edb";
    for (const JET_GRBIT kind :
         std::initializer_list<JET_GRBIT>{0, JET_bitBackupIncremental, JET_bitBackupIncremental}) {
        Engine engine(files);
        engine.start(database);
        take_backup(engine, temp.path("backup"), {.begin = kind});
        CHECK(engine.term() == JET_errSuccess);
    }
    const auto facts = facts_of(database);
    CHECK(facts.bkinfoFullPrev.genHigh == 12);
    CHECK(facts.bkinfoIncPrev.genHigh == 14);
    CHECK(facts.dbstate == JET_dbstateCleanShutdown);
}

TEST_CASE("The page sizes of all clean sets give complete streams") {
    struct Set {
        const char* name;
        JET_UINT32 page_bytes, log_kib;
    };
    const Set set = GENERATE(Set{"clean-8k", 8192, 128}, Set{"clean-8k-efv9600", 8192, 128},
                             Set{"clean-16k", 16384, 256}, Set{"clean-32k", 32768, 512});
    const TempDirectory temp;
    if (!set_files(temp, set.name)) return;
    const std::string database = temp.path("files/data.edb");
    const Bytes before = bytes_of(database);
    Engine engine(temp.path("files"), {.page_bytes = set.page_bytes, .log_kib = set.log_kib});
    engine.start(database);
    take_backup(engine, temp.path("backup"));
    const Bytes stream = bytes_of(temp.path("backup/data.edb"));
    REQUIRE(stream.size() == before.size() + set.page_bytes);
    CHECK(std::equal(before.begin() + 2 * set.page_bytes, before.end(), stream.begin() + 2 * set.page_bytes));
    CHECK(engine.term() == JET_errSuccess);
}
