// Transactions on a tree of their own: who sees what, what conflicts, what a rollback and a crash leave.

#include <array>
#include <atomic>
#include <random>
#include <thread>

#include "engine/txn/running_database.h"

using namespace ese;
using namespace ese::engine;
using namespace ese::engine::test;

TEST_CASE("What a transaction changes is seen by itself at once and by others from their next transaction on") {
    TempDirectory temp;
    Running run = running_on(temp);
    run.begin(1);
    run.insert(1, "a", "one");
    run.insert(1, "b", "two");
    run.begin(2);
    CHECK(run.all(1) == Rows{{"a", "one"}, {"b", "two"}});
    CHECK(run.all(2).empty());
    CHECK(run.all(3).empty());  // in no transaction: what is committed
    run.commit(1);
    CHECK(run.all(2).empty());
    CHECK(run.all(3) == Rows{{"a", "one"}, {"b", "two"}});
    run.commit(2);

    run.begin(2);
    run.begin(1);
    run.replace(1, "a", "a longer value than before");
    run.remove(1, "b");
    run.insert(1, "c", "three");
    run.commit(1);
    CHECK(run.all(2) == Rows{{"a", "one"}, {"b", "two"}});
    run.commit(2);
    CHECK(run.all(2) == Rows{{"a", "a longer value than before"}, {"c", "three"}});
    run.end();
}

TEST_CASE("Two transactions that change the same node conflict, but for sums") {
    TempDirectory temp;
    Running run = running_on(temp);
    run.begin(1);
    run.insert(1, "n", std::string("\x05\0\0\0", 4));
    run.commit(1);

    run.begin(1);
    run.begin(2);
    run.replace(1, "n", std::string("\x06\0\0\0", 4));
    CHECK(jet_error_of([&] { run.replace(2, "n", "x"); }) == JET_errWriteConflict);
    CHECK(jet_error_of([&] { run.remove(2, "n"); }) == JET_errWriteConflict);
    run.commit(1);
    CHECK(jet_error_of([&] { run.remove(2, "n"); }) == JET_errWriteConflict);  // committed since it began
    run.roll_back(2);

    const auto add = [&](JET_SESID session, std::int64_t delta) {
        return run.edit(session, [&](TreeEditor& editor) { return editor.add(bytes("n"), 0, delta, false); });
    };
    run.begin(1);
    run.begin(2);
    CHECK(add(1, 10) == 6);
    CHECK(add(2, 100) == 6);
    CHECK(add(1, 1) == 16);
    CHECK(run.all(1).at("n") == std::string("\x11\0\0\0", 4));
    CHECK(run.all(2).at("n") == std::string("\x6a\0\0\0", 4));
    CHECK(jet_error_of([&] { run.replace(2, "n", "x"); }) == JET_errWriteConflict);
    run.commit(2);
    run.roll_back(1);
    CHECK(run.all(1).at("n") == std::string("\x6a\0\0\0", 4));

    run.begin(1);
    run.insert(1, "twice", "mine");
    run.begin(2);
    CHECK(jet_error_of([&] { run.insert(2, "twice", "yours"); }) == JET_errWriteConflict);
    CHECK(jet_error_of([&] { run.insert(1, "twice", "again"); }) == JET_errKeyDuplicate);
    run.roll_back(2);
    run.roll_back(1);
    run.end();
}

TEST_CASE("A level that is rolled back leaves what was before it, and a crash leaves what was committed") {
    TempDirectory temp;
    Running run = running_on(temp);
    run.begin(1);
    for (int i = 0; i < 300; ++i) run.insert(1, "key" + std::to_string(1000 + i), std::string(100, 'x'));
    run.begin(1);
    for (int i = 0; i < 300; i += 2) run.remove(1, "key" + std::to_string(1000 + i));
    for (int i = 1; i < 300; i += 2) run.replace(1, "key" + std::to_string(1000 + i), "short");
    run.begin(1);
    for (int i = 0; i < 100; ++i) run.insert(1, "new" + std::to_string(1000 + i), std::string(150, 'n'));
    run.roll_back(1);
    CHECK(run.all(1).size() == 150);
    run.roll_back(1);
    const Rows before = run.all(1);
    CHECK(before.size() == 300);
    CHECK(before.at("key1001") == std::string(100, 'x'));
    run.commit(1);

    run.begin(2);
    run.insert(2, "never", "committed");
    run.remove(2, "key1005");
    run.replace(2, "key1006", "never committed");
    run.begin(1);
    run.insert(1, "last", "committed");
    run.commit(1);
    run.crash();
    run.start();
    Rows expected = before;
    expected["last"] = "committed";
    CHECK(run.all(1) == expected);
    run.end();
}

TEST_CASE("The version store holds what is open, however fast others come and go") {
    TempDirectory temp;
    Running run = running_on(temp);
    run.end();
    run.start(0, 1);  // 64 KiB
    const std::string before(300, 'a'), after(300, 'b');
    for (int i = 0; i < 3000; ++i) {
        run.begin(1);
        run.insert(1, "n" + std::to_string(i), before);
        run.replace(1, "n" + std::to_string(i), after);
        run.commit(1, false);
    }
    run.begin(2);  // sees what is there now, which nobody may clean up
    const auto fill = [&] {
        for (int i = 0; i < 3000; ++i) {
            run.begin(1);
            run.replace(1, "n" + std::to_string(i), before);
            run.commit(1, false);
        }
    };
    CHECK(jet_error_of(fill) == JET_errVersionStoreOutOfMemory);
    run.roll_back(1);
    CHECK(run.all(2).size() == 3000);
    run.commit(2);
    fill();
    run.end();
}

TEST_CASE("Random transactions of several threads agree with a model, before and after a crash", "[property]") {
    const unsigned seed = std::random_device{}();
    CAPTURE(seed);
    TempDirectory temp;
    Running run = running_on(temp);
    std::mutex model_mutex;
    Rows model;
    std::atomic<int> conflicts = 0;
    const auto work = [&](JET_SESID session) {
        std::mt19937 random(seed + static_cast<unsigned>(session));
        const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
        for (int round = 0; round < 150; ++round) {
            run.begin(session);
            Rows changed;
            bool over = false;
            for (unsigned i = below(8) + 1; i > 0 && !over; --i) {
                const std::string key = "k" + std::to_string(below(400));
                const std::string data(below(300) + 1, static_cast<char>('a' + below(26)));
                try {
                    switch (below(3)) {
                        case 0: run.insert(session, key, data); changed[key] = data; break;
                        case 1: run.replace(session, key, data); changed[key] = data; break;
                        default: run.remove(session, key); changed[key] = ""; break;
                    }
                } catch (const Error& error) {
                    if (error.jet() == JET_errWriteConflict) {
                        ++conflicts;
                        over = true;
                    } else if (error.jet() != JET_errKeyDuplicate && error.jet() != JET_errRecordDeleted) {
                        throw;
                    }
                }
            }
            if (over || below(4) == 0) {
                run.roll_back(session);
                continue;
            }
            // The model commits in the order in which the engine does.
            const std::lock_guard hold(model_mutex);
            run.commit(session);
            for (const auto& [key, data] : changed) {
                if (data.empty())
                    model.erase(key);
                else
                    model[key] = data;
            }
        }
    };
    std::vector<std::thread> threads;
    for (JET_SESID session = 1; session <= 3; ++session) threads.emplace_back(work, session);
    for (auto& thread : threads) thread.join();
    CHECK(run.all(4) == model);
    run.crash();
    run.start();
    CHECK(run.all(4) == model);
    run.end();
    run.start();
    CHECK(run.all(4) == model);
    run.end();
}
