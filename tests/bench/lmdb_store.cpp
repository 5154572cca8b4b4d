#include <lmdb.h>

#include <cstdio>
#include <cstdlib>

#include "stores.h"

namespace bench {
namespace {

void check(int result) {
    if (result == 0) return;
    std::fprintf(stderr, "lmdb: %s\n", mdb_strerror(result));
    std::exit(1);
}

class LmdbConnection : public Connection {
 public:
    LmdbConnection(MDB_env* environment, MDB_dbi table) : environment_(environment), table_(table) {}
    void begin() override { check(mdb_txn_begin(environment_, nullptr, 0, &transaction_)); }
    void commit() override {
        check(mdb_txn_commit(transaction_));
        transaction_ = nullptr;
    }
    void insert(std::uint64_t key, const std::string& value) override {
        MDB_val name{sizeof key, &key}, data{value.size(), const_cast<char*>(value.data())};
        check(mdb_put(transaction_, table_, &name, &data, 0));
    }
    void update(std::uint64_t key, const std::string& value) override { insert(key, value); }
    char read(std::uint64_t key) override {
        MDB_txn* reading = nullptr;
        check(mdb_txn_begin(environment_, nullptr, MDB_RDONLY, &reading));
        MDB_val name{sizeof key, &key}, data{};
        check(mdb_get(reading, table_, &name, &data));
        const char first = *static_cast<const char*>(data.mv_data);
        mdb_txn_abort(reading);
        return first;
    }
    std::uint64_t scan() override {
        MDB_txn* reading = nullptr;
        MDB_cursor* cursor = nullptr;
        check(mdb_txn_begin(environment_, nullptr, MDB_RDONLY, &reading));
        check(mdb_cursor_open(reading, table_, &cursor));
        MDB_val name{}, data{};
        std::uint64_t count = 0;
        while (mdb_cursor_get(cursor, &name, &data, MDB_NEXT) == 0)
            if (*static_cast<const char*>(data.mv_data) != 0) ++count;
        mdb_cursor_close(cursor);
        mdb_txn_abort(reading);
        return count;
    }

 private:
    MDB_env* environment_;
    MDB_dbi table_;
    MDB_txn* transaction_ = nullptr;
};

class LmdbStore : public Store {
 public:
    explicit LmdbStore(const std::string& directory) {
        check(mdb_env_create(&environment_));
        check(mdb_env_set_mapsize(environment_, std::size_t{8} << 30));
        check(mdb_env_open(environment_, (directory + "/records.lmdb").c_str(), MDB_NOSUBDIR, 0600));
        MDB_txn* transaction = nullptr;
        check(mdb_txn_begin(environment_, nullptr, 0, &transaction));
        check(mdb_dbi_open(transaction, nullptr, MDB_INTEGERKEY, &table_));
        check(mdb_txn_commit(transaction));
    }
    ~LmdbStore() override { mdb_env_close(environment_); }
    std::string name() const override { return "LMDB"; }
    std::unique_ptr<Connection> connect() override { return std::make_unique<LmdbConnection>(environment_, table_); }

 private:
    MDB_env* environment_ = nullptr;
    MDB_dbi table_ = 0;
};

}  // namespace

std::unique_ptr<Store> make_lmdb(const std::string& directory) { return std::make_unique<LmdbStore>(directory); }

}  // namespace bench
