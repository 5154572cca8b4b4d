// How fast the live engine is: inserts, updates, reads and scans with one thread and two, beside SQLite (WAL,
// synchronous=FULL) and LMDB on the same records with the same durability; and what a running backup costs: against a
// load that reads as much of the same file and uses the processor as much, so that what the engine itself takes is
// seen.
//
//   live_engine DIR [RECORDS]         DIR is empty and on the disk that is to be measured
//
// Rounds of the stores alternate; a line has the median of each, and its ratio to ours (above 1: ours is faster).

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <thread>
#include <vector>

#include "stores.h"

namespace {

using bench::Connection;
using bench::Store;
using Clock = std::chrono::steady_clock;

constexpr int rounds = 3;
constexpr std::uint64_t durable_commits = 300;  // for each thread; each waits for the disk
constexpr double mib = 1 << 20;
// One backup follows the other. At full speed a small file would be read many times a second, and what is done once for
// a backup, at its begin and end, would be all that is measured.
constexpr double backup_mib_a_second = 100;

double seconds(const std::function<void()>& work) {
    const auto start = Clock::now();
    work();
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// Each thread with a connection of its own; returns how many operations there were in a second.
double rate(Store& store, unsigned threads, std::uint64_t of_each,
            const std::function<void(Connection&, unsigned thread)>& work) {
    std::vector<std::unique_ptr<Connection>> connections;
    for (unsigned i = 0; i < threads; ++i) connections.push_back(store.connect());
    const double taken = seconds([&] {
        std::vector<std::thread> running;
        for (unsigned i = 0; i < threads; ++i) running.emplace_back([&, i] { work(*connections[i], i); });
        for (auto& thread : running) thread.join();
    });
    return static_cast<double>(of_each * threads) / taken;
}

struct Measured {
    Store* store;
    std::uint64_t records;  // there now, numbered from 0
};

std::string value_of(std::uint64_t key) { return std::string(bench::value_bytes, static_cast<char>('a' + key % 26)); }

double bulk_inserts(Measured& one, unsigned threads, std::uint64_t count) {
    constexpr std::uint64_t in_one_transaction = 1000;
    std::atomic<std::uint64_t> next = one.records;
    const double result = rate(*one.store, threads, count / threads, [&](Connection& connection, unsigned) {
        for (std::uint64_t done = 0; done < count / threads; done += in_one_transaction) {
            std::uint64_t key = next.fetch_add(in_one_transaction);
            connection.begin();
            for (std::uint64_t i = 0; i < in_one_transaction; ++i, ++key) connection.insert(key, value_of(key));
            connection.commit();
        }
    });
    one.records = next;
    return result;
}

double durable_inserts(Measured& one, unsigned threads) {
    std::atomic<std::uint64_t> next = one.records;
    const double result = rate(*one.store, threads, durable_commits, [&](Connection& connection, unsigned) {
        for (std::uint64_t i = 0; i < durable_commits; ++i) {
            const std::uint64_t key = next++;
            connection.begin();
            connection.insert(key, value_of(key));
            connection.commit();
        }
    });
    one.records = next;
    return result;
}

double durable_updates(Measured& one, unsigned threads) {
    // Every value is another one: SQLite does not write a record that stays as it is.
    static std::uint64_t round = 0;
    ++round;
    return rate(*one.store, threads, durable_commits, [&](Connection& connection, unsigned thread) {
        std::mt19937_64 random(round * 10 + thread);
        for (std::uint64_t i = round; i < round + durable_commits; ++i) {
            // Threads keep off each other's records.
            const std::uint64_t key = random() % (one.records / threads) * threads + thread;
            connection.begin();
            connection.update(key, value_of(i));
            connection.commit();
        }
    });
}

double reads(Measured& one, unsigned threads, std::uint64_t count) {
    return rate(*one.store, threads, count, [&](Connection& connection, unsigned thread) {
        std::mt19937_64 random(thread);
        for (std::uint64_t i = 0; i < count; ++i)
            if (connection.read(random() % one.records) == 0) std::abort();
    });
}

double scans(Measured& one, unsigned threads) {
    return rate(*one.store, threads, one.records, [&](Connection& connection, unsigned) {
        if (connection.scan() != one.records) std::abort();
    });
}

// --- what a backup costs

// Runs `work` beside `beside`, which is called again and again on a thread of its own.
double with_neighbour(const std::function<void()>& beside, const std::function<double()>& work) {
    std::atomic<bool> stop = false;
    std::thread neighbour([&] {
        while (!stop) beside();
    });
    const double result = work();
    stop = true;
    neighbour.join();
    return result;
}

double processor_seconds_of_thread() {
    timespec used{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

struct Load {
    double seconds = 0, of_processor = 0, mib = 0;
};

double beside_backups(Measured& one, Load& load, const std::function<double()>& work) {
    return with_neighbour(
        [&] {
            const double before = processor_seconds_of_thread();
            load.seconds +=
                seconds([&] { load.mib += static_cast<double>(one.store->back_up(backup_mib_a_second * mib)) / mib; });
            load.of_processor += processor_seconds_of_thread() - before;
        },
        work);
}

// The same load without a backup: something that has nothing to do with the engine reads as much of the same file a
// second, and uses the processor as much.
double beside_same_load(Measured& one, const Load& load, const std::function<double()>& work) {
    std::ifstream file(one.store->file(), std::ios::binary);
    std::vector<char> buffer(1 << 20);
    const auto start = Clock::now();
    double read = 0;
    return with_neighbour(
        [&] {
            if (!file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()))) {
                file.clear();
                file.seekg(0);
            }
            ++read;
            while (processor_seconds_of_thread() < read * load.of_processor / load.mib) {
            }
            std::this_thread::sleep_until(start + std::chrono::duration<double>(read * load.seconds / load.mib));
        },
        work);
}

// What runs beside differs from round to round, so that other load on the machine falls on all of them.
void measure_backup_cost(const std::string& what, Measured& one, const std::function<double()>& work) {
    std::vector<double> backups, same_load, alone, costs;
    Load load;
    for (int round = 0; round < 2 * rounds + 1; ++round) {
        backups.push_back(beside_backups(one, load, work));
        same_load.push_back(beside_same_load(one, load, work));
        alone.push_back(work());
        costs.push_back(1 - backups.back() / same_load.back());
    }
    const auto median = [](std::vector<double>& values) {
        std::sort(values.begin(), values.end());
        return values[values.size() / 2];
    };
    std::printf("%-34s  beside backups %10.0f/s  beside the same load %10.0f/s  alone %10.0f/s\n", what.c_str(),
                median(backups), median(same_load), median(alone));
    std::printf(
        "%-34s  a backup reads %.0f MiB/s and uses %.0f %% of a processor; it costs %.0f %% more than that load\n", "",
        load.mib / load.seconds, 100 * load.of_processor / load.seconds, 100 * median(costs));
    std::fflush(stdout);
}

// --- all stores beside each other

void measure(const std::string& what, std::vector<Measured>& stores, const std::function<double(Measured&)>& work) {
    std::vector<std::vector<double>> results(stores.size());
    for (int round = 0; round < rounds; ++round)
        for (std::size_t i = 0; i < stores.size(); ++i) results[i].push_back(work(stores[i]));
    std::printf("%-34s", what.c_str());
    double ours = 0;
    for (std::size_t i = 0; i < stores.size(); ++i) {
        std::sort(results[i].begin(), results[i].end());
        const double median = results[i][rounds / 2];
        if (i == 0) ours = median;
        std::printf("  %s %10.0f/s", stores[i].store->name().c_str(), median);
        if (i > 0) std::printf(" (%.2f)", ours / median);
    }
    std::printf("\n");
    std::fflush(stdout);
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) {
        std::fprintf(stderr, "usage: live_engine DIR [RECORDS]\n");
        return 2;
    }
    const std::string directory = arguments[1];
    const std::uint64_t records = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 100000;
    std::filesystem::create_directories(directory);
    std::vector<std::unique_ptr<Store>> stores;
    stores.push_back(bench::make_esent(directory));
    stores.push_back(bench::make_sqlite(directory));
    stores.push_back(bench::make_lmdb(directory));
    std::vector<Measured> all;
    for (const auto& store : stores) all.push_back({store.get(), 0});
    measure("inserts, 1000 a transaction", all, [&](Measured& one) { return bulk_inserts(one, 1, records); });
    for (const unsigned threads : {1u, 2u}) {
        const std::string suffix = threads == 1 ? ", 1 thread" : ", 2 threads";
        measure("durable inserts" + suffix, all, [&](Measured& one) { return durable_inserts(one, threads); });
        measure("durable updates" + suffix, all, [&](Measured& one) { return durable_updates(one, threads); });
        measure("point reads" + suffix, all, [&](Measured& one) { return reads(one, threads, records); });
        measure("records scanned" + suffix, all, [&](Measured& one) { return scans(one, threads); });
    }
    Measured& ours = all.front();
    measure_backup_cost("durable updates", ours, [&] { return durable_updates(ours, 1); });
    measure_backup_cost("point reads", ours, [&] { return reads(ours, 1, 5 * records); });
}
