#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>

#include "stores.h"

namespace bench {
namespace {

void check(int result, sqlite3* database) {
    if (result == SQLITE_OK || result == SQLITE_DONE || result == SQLITE_ROW) return;
    std::fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(database));
    std::exit(1);
}

class SqliteConnection : public Connection {
 public:
    explicit SqliteConnection(const std::string& path) {
        check(sqlite3_open(path.c_str(), &database_), database_);
        sqlite3_busy_timeout(database_, 60000);
        run("PRAGMA journal_mode=WAL");
        run("PRAGMA synchronous=FULL");
        run("PRAGMA cache_size=-262144");
        run("CREATE TABLE IF NOT EXISTS records(key INTEGER PRIMARY KEY, value BLOB)");
        insert_ = prepare("INSERT INTO records VALUES(?1, ?2)");
        update_ = prepare("UPDATE records SET value = ?2 WHERE key = ?1");
        read_ = prepare("SELECT value FROM records WHERE key = ?1");
        scan_ = prepare("SELECT value FROM records");
    }
    ~SqliteConnection() override {
        for (sqlite3_stmt* statement : {insert_, update_, read_, scan_}) sqlite3_finalize(statement);
        sqlite3_close(database_);
    }
    void begin() override { run("BEGIN IMMEDIATE"); }
    void commit() override { run("COMMIT"); }
    void insert(std::uint64_t key, const std::string& value) override { change(insert_, key, value); }
    void update(std::uint64_t key, const std::string& value) override { change(update_, key, value); }
    char read(std::uint64_t key) override {
        sqlite3_bind_int64(read_, 1, static_cast<sqlite3_int64>(key));
        check(sqlite3_step(read_), database_);
        const char first = *static_cast<const char*>(sqlite3_column_blob(read_, 0));
        sqlite3_reset(read_);
        return first;
    }
    std::uint64_t scan() override {
        std::uint64_t count = 0;
        while (sqlite3_step(scan_) == SQLITE_ROW)
            if (*static_cast<const char*>(sqlite3_column_blob(scan_, 0)) != 0) ++count;
        sqlite3_reset(scan_);
        return count;
    }

 private:
    void run(const char* text) { check(sqlite3_exec(database_, text, nullptr, nullptr, nullptr), database_); }
    sqlite3_stmt* prepare(const char* text) {
        sqlite3_stmt* statement = nullptr;
        check(sqlite3_prepare_v2(database_, text, -1, &statement, nullptr), database_);
        return statement;
    }
    void change(sqlite3_stmt* statement, std::uint64_t key, const std::string& value) {
        sqlite3_bind_int64(statement, 1, static_cast<sqlite3_int64>(key));
        sqlite3_bind_blob(statement, 2, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
        check(sqlite3_step(statement), database_);
        sqlite3_reset(statement);
    }

    sqlite3* database_ = nullptr;
    sqlite3_stmt *insert_ = nullptr, *update_ = nullptr, *read_ = nullptr, *scan_ = nullptr;
};

class SqliteStore : public Store {
 public:
    explicit SqliteStore(const std::string& directory) : path_(directory + "/records.sqlite") {}
    std::string name() const override { return "SQLite"; }
    std::unique_ptr<Connection> connect() override { return std::make_unique<SqliteConnection>(path_); }

 private:
    std::string path_;
};

}  // namespace

std::unique_ptr<Store> make_sqlite(const std::string& directory) { return std::make_unique<SqliteStore>(directory); }

}  // namespace bench
