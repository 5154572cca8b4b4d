// A restore in place rolls forward with the logs that are still there, and moves them aside at its end. Killed at any
// of its moves and run again, it must not take what it finds of them for all of them.

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "jet/test_records.h"
#include "unit/forked_command.h"
#include "unit/temp_directory.h"

namespace ese {
namespace {

namespace fs = std::filesystem;
using os::CallFault;
using test::Ran;
using test::run_command;

// A process of its own, which ends as a crash does: nothing is closed.
template <class Work>
void crash_after(const Work& work) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        try {
            work();
        } catch (...) {
            ::_exit(1);
        }
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(status == 0);
}

// Orders, a full backup, more orders, an incremental one, and orders that are in the logs alone, the newest of them in
// the current one.
class Scene {
 public:
    Scene() {
        fs::create_directory(instance());
        fs::create_directory(temp_.path("archives"));
        take_orders(0, 200);
        back_up("full");
        take_orders(200, 400);
        back_up("incremental");
        take_orders(400, all_orders);
        REQUIRE(fs::exists(instance() + "/edb.log"));
        fs::copy(instance(), kept(), fs::copy_options::recursive);
    }

    void run(const std::vector<std::string>& arguments) const {
        const Ran ran = run_command(arguments);
        INFO(ran.text);
        REQUIRE(ran.status == 0);
    }
    // As it was when the machine crashed.
    void begin_again() const {
        fs::remove_all(instance());
        fs::copy(kept(), instance(), fs::copy_options::recursive);
    }
    std::vector<std::string> restore() const {
        return {"restore", "--quiet", "--threads", "1", temp_.path("archives"), "--logs", instance(), "--in-place"};
    }
    std::string instance() const { return temp_.path("instance"); }

    // In a process of its own, too: this one must have no threads when it forks.
    void require_all_orders() const {
        crash_after([&] {
            test::Engine engine(instance(), {4096, 128, false, "On"});
            engine.start(data());
            test::Session session(engine, data());
            const test::Records orders(session, "Orders");
            JET_UINT32 count = 0;
            REQUIRE(orders.move(JET_MoveFirst) == JET_errSuccess);
            REQUIRE(JetIndexRecordCount(session.id, orders.cursor, &count, 0) == JET_errSuccess);
            REQUIRE(count == all_orders);
        });
    }

    static constexpr JET_UINT32 all_orders = 900;

 private:
    std::string kept() const { return temp_.path("kept"); }
    std::string data() const { return instance() + "/data.edb"; }

    void take_orders(JET_UINT32 from, JET_UINT32 to) const {
        crash_after([&] {
            test::Engine engine(instance(), {4096, 128, false, "On"});
            JET_DBID dbid = 0;
            if (from == 0) {
                engine.start();
                REQUIRE(JetCreateDatabaseA(engine.session, data().c_str(), nullptr, &dbid, 0) == JET_errSuccess);
                JET_TABLEID made = 0;
                REQUIRE(JetCreateTableA(engine.session, dbid, "Orders", 1, 80, &made) == JET_errSuccess);
                JET_COLUMNDEF number{};
                number.cbStruct = sizeof number;
                number.coltyp = JET_coltypLong;
                JET_COLUMNID id = 0;
                REQUIRE(JetAddColumnA(engine.session, made, "number", &number, nullptr, 0, &id) == JET_errSuccess);
                number.coltyp = JET_coltypLongBinary;
                REQUIRE(JetAddColumnA(engine.session, made, "text", &number, nullptr, 0, &id) == JET_errSuccess);
            } else {
                engine.start(data());
                REQUIRE(JetOpenDatabaseA(engine.session, data().c_str(), nullptr, &dbid, 0) == JET_errSuccess);
            }
            const test::Session session(engine.session, dbid);
            const test::Records orders(session, "Orders");
            for (JET_UINT32 i = from; i < to; ++i) {
                session.begin();
                REQUIRE(orders.prepare(JET_prepInsert) == JET_errSuccess);
                REQUIRE(orders.set("number", test::raw(i)) == JET_errSuccess);
                REQUIRE(orders.set("text", std::string(500, 'x')) == JET_errSuccess);
                REQUIRE(orders.update() == JET_errSuccess);
                session.commit();
            }
            session.begin();
            REQUIRE(JetCommitTransaction(session.id, JET_bitWaitAllLevel0Commit) == JET_errSuccess);
            ::_exit(0);
        });
    }
    void back_up(const std::string& kind) const {
        run({kind, "--quiet", "--threads", "1", "--instance", instance(), "--out", temp_.path("archives")});
    }

    TempDirectory temp_;
};

void kill_at_every(unsigned kind) {
    const Scene scene;
    unsigned calls = 0;
    for (bool met = true; met; ++calls) {
        scene.begin_again();
        const Ran ran = run_command(scene.restore(), {kind, calls + 1, CallFault::What::death, 0, false});
        met = ran.met;
        INFO("killed at call " << calls + 1 << ": " << ran.doing << " " << ran.path << "\n" << ran.text);
        REQUIRE(ran.status == (met ? os::death_status : 0));
        const Ran second = run_command(scene.restore());
        INFO("run again it says: " << second.text);
        CHECK(second.status == 0);
        scene.require_all_orders();
    }
    CHECK(calls > 10);
}

}  // namespace

TEST_CASE("a restore in place that is killed at a move and run again has every order") {
    kill_at_every(os::calls::rename);
}

TEST_CASE("a restore in place that is killed at anything it does and run again has every order", "[.slow]") {
    kill_at_every(os::calls::changing);
}

TEST_CASE("while some of the logs lie aside, or without the newest one, a restore takes none of them for all") {
    const Scene scene;
    const auto refused = [&](const std::vector<std::string>& arguments, const std::string& text) {
        const Ran ran = run_command(arguments);
        INFO(ran.text);
        CHECK(ran.status == 6);
        CHECK(ran.text.find(text) != std::string::npos);
    };
    const auto killed = [&](const std::string& at) {
        scene.begin_again();
        for (unsigned move = 1;; ++move) {
            const Ran ran = run_command(scene.restore(), {os::calls::rename, move, CallFault::What::death, 0, false});
            REQUIRE(ran.met);
            if (ran.path == scene.instance() + "/" + at) return;
            fs::remove_all(scene.instance());
            scene.begin_again();
        }
    };

    killed("edb.log");
    auto elsewhere = scene.restore();
    elsewhere.back() = "--to";
    elsewhere.push_back(scene.instance() + "/../elsewhere");
    refused(elsewhere, "what restores moved aside lies in " + scene.instance() + "/before-restore-");
    CHECK_FALSE(fs::exists(scene.instance() + "/../elsewhere/data.edb"));

    // What has come to the place of a file that was moved is not overwritten, and what was moved stays where it is.
    test::write_file(scene.instance() + "/data.edb", {1, 2, 3});
    const Ran in_the_way = run_command(scene.restore());
    INFO(in_the_way.text);
    CHECK(in_the_way.status == 2);
    CHECK(in_the_way.text.find("something else has come to its place") != std::string::npos);
    CHECK(test::bytes_of(scene.instance() + "/data.edb") == test::Bytes{1, 2, 3});
    fs::remove(scene.instance() + "/data.edb");
    scene.run(scene.restore());
    scene.require_all_orders();

    scene.begin_again();
    fs::remove(scene.instance() + "/edb.log");
    refused(scene.restore(), "the current log edb.log is not here");
    CHECK(fs::exists(scene.instance() + "/data.edb"));
}

}  // namespace ese
