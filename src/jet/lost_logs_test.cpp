// Logs that are missing or damaged behind what the database requires: nothing changes, unless the caller accepts that what
// was committed there is lost; and then everything from before is there.

#include "jet/test_definitions.h"

using namespace test;

namespace {

constexpr std::uint32_t sector_bytes = 4096;

// A database as it was early on, with all logs that were written until the program died.
struct Crashed {
    TempDirectory temp;
    std::string files = temp.path("files"), database = files + "/data.edb";
    std::int32_t rows = 0;
    std::vector<std::int32_t> rows_up_to{0};  // the end of this generation, or one more

    Crashed() {
        std::filesystem::create_directory(files);
        NewDatabase program;
        const JET_TABLEID table = program.create_table("T");
        JET_COLUMNID id = 0, filler = 0;
        REQUIRE(program.add_column(table, "id", JET_coltypLong, 0, 0, &id) == JET_errSuccess);
        REQUIRE(program.add_column(table, "filler", JET_coltypBinary, 0, 250, &filler) == JET_errSuccess);
        std::filesystem::copy(program.path(), database);
        const auto from = std::filesystem::path(program.path()).parent_path();
        const Bytes content(250, 7);
        while (rows_up_to.size() <= 6) {
            program.begin();
            REQUIRE(JetPrepareUpdate(program.session(), table, JET_prepInsert) == JET_errSuccess);
            REQUIRE(JetSetColumn(program.session(), table, id, &rows, sizeof rows, 0, nullptr) == JET_errSuccess);
            REQUIRE(JetSetColumn(program.session(), table, filler, content.data(), 250, 0, nullptr) == JET_errSuccess);
            REQUIRE(JetUpdate(program.session(), table, nullptr, 0, nullptr) == JET_errSuccess);
            program.commit();
            ++rows;
            if (std::filesystem::exists(from / ("edb0000" + std::to_string(rows_up_to.size()) + ".log")))
                rows_up_to.push_back(rows);
        }
        for (const auto& entry : std::filesystem::directory_iterator(from))
            if (entry.path().extension() == ".log" && entry.path().stem() != "edbtmp")
                std::filesystem::copy(entry.path(), files);
        CHECK(program.engine().term(JET_bitTermDirty) == JET_errDirtyShutdown);
    }

    auto content() const {
        auto all = content_of(files);
        std::erase_if(all, [](const auto& file) { return file.first.ends_with("edb.lock"); });
        return all;
    }
    // From this sector on, up to the end of the file or one sector of it.
    void overwrite(const std::string& log, std::uint32_t sector, std::uint8_t with, bool to_the_end) const {
        Bytes bytes = bytes_of(files + "/" + log);
        const std::size_t at = std::size_t{sector} * sector_bytes;
        REQUIRE(bytes.size() > at + sector_bytes);
        std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                  to_the_end ? bytes.end() : bytes.begin() + static_cast<std::ptrdiff_t>(at + sector_bytes), with);
        write_file(files + "/" + log, bytes);
    }
    // The rows of the recovered database, which must be the first ones.
    std::int32_t rows_there(Engine& engine) const {
        REQUIRE(JetBeginSessionA(engine.instance, &engine.session, nullptr, nullptr) == JET_errSuccess);
        REQUIRE(JetAttachDatabaseA(engine.session, database.c_str(), 0) == JET_errSuccess);
        JET_DBID dbid = 0;
        JET_TABLEID table = 0;
        JET_COLUMNDEF column{};
        column.cbStruct = sizeof column;
        REQUIRE(JetOpenDatabaseA(engine.session, database.c_str(), nullptr, &dbid, 0) == JET_errSuccess);
        REQUIRE(JetOpenTableA(engine.session, dbid, "T", nullptr, 0, 0, &table) == JET_errSuccess);
        REQUIRE(JetGetTableColumnInfoA(engine.session, table, "id", &column, sizeof column, JET_ColInfo) ==
                JET_errSuccess);
        std::int32_t count = 0;
        for (JET_ERR at = JetMove(engine.session, table, JET_MoveFirst, 0); at == JET_errSuccess;
             at = JetMove(engine.session, table, JET_MoveNext, 0)) {
            std::int32_t value = -1;
            REQUIRE(JetRetrieveColumn(engine.session, table, column.columnid, &value, sizeof value, nullptr, 0,
                                      nullptr) == JET_errSuccess);
            REQUIRE(value == count++);
        }
        return count;
    }
};

// An engine for which the database lies where the logs are.
struct HereEngine : Engine {
    explicit HereEngine(const Crashed& crashed) : Engine(crashed.files) {
        set(JET_paramAlternateDatabaseRecoveryPath, 0, crashed.files.c_str());
    }
};

}  // namespace

TEST_CASE("A break in the logs changes nothing, and everything in front of it can be had by accepting the loss") {
    const Crashed crashed;
    JET_ERR expected = JET_errLogFileCorrupt;
    std::size_t last_whole = 3;
    SECTION("garbage in a closed log") { crashed.overwrite("edb00004.log", 9, 0xA5, false); }
    SECTION("the header of a closed log") { crashed.overwrite("edb00004.log", 0, 0xA5, false); }
    SECTION("garbage at the beginning of the current log") {
        crashed.overwrite("edb.log", 1, 0xA5, false);
        last_whole = 6;
    }
    SECTION("the header of the current log") {
        crashed.overwrite("edb.log", 0, 0xA5, false);
        last_whole = 6;
    }
    SECTION("a closed log that is missing") {
        std::filesystem::remove(crashed.files + "/edb00004.log");
        expected = JET_errInvalidLogSequence;
    }
    SECTION("a closed log whose end was never written") {
        crashed.overwrite("edb00004.log", 9, 0, true);
        expected = JET_errLogSequenceChecksumMismatch;
    }
    SECTION("no current log") {
        std::filesystem::remove(crashed.files + "/edb.log");
        expected = JET_errMissingLogFile;
        last_whole = 6;
    }
    SECTION("two breaks: the first one counts") {
        crashed.overwrite("edb00005.log", 9, 0xA5, false);
        std::filesystem::remove(crashed.files + "/edb00003.log");
        expected = JET_errInvalidLogSequence;
        last_whole = 2;
    }
    const auto before = crashed.content();
    {
        HereEngine engine(crashed);
        CHECK(JetInit(&engine.instance) == expected);
        CHECK(crashed.content() == before);
    }
    HereEngine engine(crashed);
    const JET_ERR accepted = JetInit3A(&engine.instance, nullptr, JET_bitReplayIgnoreLostLogs);
    INFO(detail());
    REQUIRE(accepted == JET_errSuccess);
    const std::int32_t there = crashed.rows_there(engine);
    CHECK(there + 1 >= crashed.rows_up_to[last_whole]);
    if (last_whole < 6) CHECK(there < crashed.rows_up_to[last_whole + 1]);
    REQUIRE(engine.term() == JET_errSuccess);

    HereEngine again(crashed);  // what goes on are ordinary logs
    REQUIRE(JetInit(&again.instance) == JET_errSuccess);
    CHECK(crashed.rows_there(again) == there);
}

TEST_CASE("Without a break nothing is lost by accepting that something is") {
    const Crashed crashed;
    HereEngine engine(crashed);
    REQUIRE(JetInit3A(&engine.instance, nullptr, JET_bitReplayIgnoreLostLogs) == JET_errSuccess);
    CHECK(crashed.rows_there(engine) == crashed.rows);
}
