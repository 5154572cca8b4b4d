// What is left of transactions when a call to the operating system fails, or the process dies, at any point.

#include <random>

#include "engine/txn/running_database.h"
#include "os/faulty_file_system.h"

using namespace ese;
using namespace ese::engine;
using namespace ese::engine::test;
using Fault = os::FaultyFileSystem::Fault;

namespace {

constexpr unsigned rounds = 60;

// What must be there, and what may be: the transaction whose commit did not return.
struct Promise {
    Rows committed;
    Rows pending;
};

void work(Running& run, Promise& promise, unsigned seed) {
    std::mt19937 random(seed);
    const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    for (unsigned round = 0; round < rounds; ++round) {
        run.begin(1);
        Rows rows = promise.committed;
        for (unsigned i = 0; i < 6; ++i) {
            const std::string key = "k" + std::to_string(below(200));
            const std::string data(below(400) + 1, static_cast<char>('a' + below(26)));
            if (!rows.contains(key)) {
                run.insert(1, key, data);
                rows[key] = data;
            } else if (below(3) == 0) {
                run.remove(1, key);
                rows.erase(key);
            } else {
                run.replace(1, key, data);
                rows[key] = data;
            }
        }
        if (below(5) == 0) {
            run.roll_back(1);
            continue;
        }
        promise.pending = rows;
        run.commit(1);
        promise.committed = rows;
    }
}

// Whether the call was reached.
bool survive(std::uint64_t call, Fault fault) {
    const unsigned seed = static_cast<unsigned>(call) * 7919 + static_cast<unsigned>(fault);
    INFO("fault " << static_cast<int>(fault) << " at call " << call << ", seed " << seed);
    const TempDirectory temp;
    os::FaultyFileSystem files(os::real_file_system());
    Running run = running_on(temp, files);
    files.fail_at(call, fault, fault == Fault::partial ? JET_errDiskFull : JET_errDiskIO, false);
    Promise promise;
    try {
        work(run, promise, seed);
    } catch (const Error&) {
    }
    const bool reached = files.has_failed();
    run.crash();
    run.use(os::real_file_system());
    try {
        run.start();
    } catch (const Error& error) {
        // A segment of the log of which half was written is no end of the log by itself (LOG-FORMAT 3.4).
        if (fault != Fault::partial || error.jet() != JET_errLogFileCorrupt) throw;
        run.start(JET_bitReplayIgnoreLostLogs);
    }
    const Rows found = run.all(1);
    CHECK((found == promise.committed || found == promise.pending));
    run.end();
    return reached;
}

}  // namespace

TEST_CASE("Whichever call fails while transactions run, what was committed is there after the next start", "[property]") {
    const Fault fault = GENERATE(Fault::error, Fault::partial, Fault::death);
    const unsigned first = std::random_device{}() % 41;
    for (std::uint64_t call = 1 + first; survive(call, fault); call += 41) {
    }
}

TEST_CASE("The same at every call", "[.][slow]") {
    const Fault fault = GENERATE(Fault::error, Fault::partial, Fault::death);
    for (std::uint64_t call = 1; survive(call, fault); ++call) {
    }
}
