// Definitions that change while other sessions read and write: whatever they meet, it has one of the names that it may
// have, and in the end everything agrees.

#include <atomic>
#include <random>
#include <thread>

#include "esent.h"
#include "jet/test_api.h"

using test::Engine;

namespace {

constexpr int rounds = 60;

// A session of one thread. Catch2 does not like assertions of other threads: what was not expected is counted.
class Worker {
 public:
    Worker(const Engine& engine, const std::string& path, unsigned seed) : random_(seed) {
        failed_ += JetBeginSessionA(engine.instance, &session, nullptr, nullptr) != JET_errSuccess;
        failed_ += JetOpenDatabaseA(session, path.c_str(), nullptr, &dbid, 0) != JET_errSuccess;
    }
    ~Worker() { JetEndSession(session, 0); }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }
    // Success, or one of these.
    bool expect(JET_ERR result, std::initializer_list<JET_ERR> others) {
        if (result >= JET_errSuccess) return true;
        if (std::find(others.begin(), others.end(), result) == others.end()) {
            ++failed_;
            unexpected = result;
        }
        return false;
    }
    unsigned failed() const { return failed_; }

    JET_SESID session = 0;
    JET_DBID dbid = 0;
    JET_ERR unexpected = 0;

 private:
    std::mt19937 random_;
    unsigned failed_ = 0;
};

JET_ERR add_long(JET_SESID session, JET_TABLEID table, const std::string& name) {
    JET_COLUMNDEF column{};
    column.cbStruct = sizeof column;
    column.coltyp = JET_coltypLong;
    return JetAddColumnA(session, table, name.c_str(), &column, nullptr, 0, nullptr);
}

// Columns and indexes of the table that the others use, and tables of its own; every third time nothing comes of it.
void define(Worker& worker, unsigned number) {
    const std::string prefix = "w" + std::to_string(number) + "_";
    for (int round = 0; round < rounds; ++round) {
        const std::string name = prefix + std::to_string(round);
        const bool gives_up = worker.below(3) == 0;
        worker.expect(JetBeginTransaction(worker.session), {});
        JET_TABLEID own = JET_tableidNil, shared = JET_tableidNil;
        if (worker.expect(JetCreateTableA(worker.session, worker.dbid, name.c_str(), 2, 0, &own), {})) {
            worker.expect(add_long(worker.session, own, "a"), {});
            worker.expect(JetCreateIndexA(worker.session, own, "i", 0, "+a\0", 4, 80), {});
            worker.expect(JetCloseTable(worker.session, own), {});
        }
        if (worker.expect(JetOpenTableA(worker.session, worker.dbid, "shared", nullptr, 0, 0, &shared), {})) {
            const bool has_it = worker.expect(
                JetCreateIndexA(worker.session, shared, name.c_str(), JET_bitIndexIgnoreNull, "-b\0+a\0", 7, 80),
                {JET_errWriteConflict});
            if (has_it && worker.below(2) == 0)
                worker.expect(JetDeleteIndexA(worker.session, shared, name.c_str()),
                              {JET_errIndexInUse, JET_errWriteConflict});
            worker.expect(JetCloseTable(worker.session, shared), {});
        }
        if (gives_up)
            worker.expect(JetRollback(worker.session, 0), {});
        else
            worker.expect(JetCommitTransaction(worker.session, JET_bitCommitLazyFlush), {});
        if (!gives_up && worker.below(2) == 0)
            worker.expect(JetDeleteTableA(worker.session, worker.dbid, name.c_str()),
                          {JET_errWriteConflict, JET_errTableInUse});
    }
}

void write(Worker& worker, const JET_COLUMNID (&columns)[2]) {
    JET_TABLEID table = JET_tableidNil;
    if (!worker.expect(JetOpenTableA(worker.session, worker.dbid, "shared", nullptr, 0, 0, &table), {})) return;
    for (int round = 0; round < rounds; ++round) {
        worker.expect(JetBeginTransaction(worker.session), {});
        for (unsigned i = 0; i < 8; ++i) {
            if (!worker.expect(JetPrepareUpdate(worker.session, table, JET_prepInsert), {JET_errWriteConflict}))
                continue;
            for (const JET_COLUMNID column : columns) {
                const auto value = static_cast<std::int32_t>(worker.below(1000));
                worker.expect(JetSetColumn(worker.session, table, column, &value, sizeof value, 0, nullptr), {});
            }
            if (!worker.expect(JetUpdate(worker.session, table, nullptr, 0, nullptr), {JET_errWriteConflict}))
                worker.expect(JetPrepareUpdate(worker.session, table, JET_prepCancel), {});
        }
        if (worker.expect(JetMove(worker.session, table, JET_MoveFirst, 0), {JET_errNoCurrentRecord}) &&
            worker.below(2) == 0)
            worker.expect(JetDelete(worker.session, table), {JET_errWriteConflict, JET_errRecordDeleted});
        if (worker.below(4) == 0)
            worker.expect(JetRollback(worker.session, 0), {});
        else
            worker.expect(JetCommitTransaction(worker.session, JET_bitCommitLazyFlush), {});
    }
    worker.expect(JetCloseTable(worker.session, table), {});
}

}  // namespace

TEST_CASE("definitions change while others write, and everything agrees afterwards") {
    const TempDirectory directory;
    Engine engine(directory.path());
    engine.set(JET_paramDbExtensionSize, 16);
    engine.start();
    const std::string path = directory.path("data.edb");
    JET_DBID dbid = 0;
    REQUIRE(JetCreateDatabaseA(engine.session, path.c_str(), nullptr, &dbid, 0) == JET_errSuccess);
    JET_TABLEID table = 0;
    REQUIRE(JetCreateTableA(engine.session, dbid, "shared", 4, 0, &table) == JET_errSuccess);
    JET_COLUMNID columns[2] = {};
    const char* const names[] = {"a", "b"};
    for (int i = 0; i < 2; ++i) {
        JET_COLUMNDEF column{};
        column.cbStruct = sizeof column;
        column.coltyp = JET_coltypLong;
        REQUIRE(JetAddColumnA(engine.session, table, names[i], &column, nullptr, 0, &columns[i]) == JET_errSuccess);
    }
    REQUIRE(JetCloseTable(engine.session, table) == JET_errSuccess);

    const unsigned seed = std::random_device{}();
    INFO("seed " << seed);
    std::vector<std::unique_ptr<Worker>> workers;
    for (unsigned i = 0; i < 4; ++i) workers.push_back(std::make_unique<Worker>(engine, path, seed + i));
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < 4; ++i)
        threads.emplace_back([&, i] { i < 2 ? define(*workers[i], i) : write(*workers[i], columns); });
    for (std::thread& thread : threads) thread.join();
    for (const auto& worker : workers) {
        INFO(worker->unexpected);
        CHECK(worker->failed() == 0);
    }
    workers.clear();

    REQUIRE(JetIdle(engine.session, 0) >= JET_errSuccess);
    std::string findings;
    const auto note = [](const JET_FINDING* finding, void* context) {
        *static_cast<std::string*>(context) += std::string(finding->szTable) + ": " + finding->szText + "\n";
    };
    (void)EsentCheckDatabase(engine.session, dbid, note, &findings, 0);
    CHECK(findings == "");
    REQUIRE(engine.term() == JET_errSuccess);
}
