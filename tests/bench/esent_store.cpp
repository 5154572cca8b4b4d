#include <esent.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <thread>
#include <vector>

#include "stores.h"

namespace bench {
namespace {

void check(JET_ERR error, const char* call) {
    if (error >= 0) return;
    char detail[512];
    (void)EsentGetErrorDetail(detail, sizeof detail);
    std::fprintf(stderr, "%s: %d %s\n", call, error, detail);
    std::exit(1);
}
#define CHECK(call) check(call, #call)

class EsentConnection : public Connection {
 public:
    EsentConnection(JET_INSTANCE instance, const std::string& path) {
        CHECK(JetBeginSessionA(instance, &session_, nullptr, nullptr));
        CHECK(JetOpenDatabaseA(session_, path.c_str(), nullptr, &database_, 0));
        CHECK(JetOpenTableA(session_, database_, "Records", nullptr, 0, 0, &table_));
        key_ = column("key");
        value_ = column("value");
    }
    ~EsentConnection() override { (void)JetEndSession(session_, 0); }
    void begin() override { CHECK(JetBeginTransaction(session_)); }
    void commit() override { CHECK(JetCommitTransaction(session_, 0)); }
    void insert(std::uint64_t key, const std::string& value) override {
        CHECK(JetPrepareUpdate(session_, table_, JET_prepInsert));
        CHECK(JetSetColumn(session_, table_, key_, &key, sizeof key, 0, nullptr));
        set_value(value);
    }
    void update(std::uint64_t key, const std::string& value) override {
        seek(key);
        CHECK(JetPrepareUpdate(session_, table_, JET_prepReplace));
        set_value(value);
    }
    char read(std::uint64_t key) override {
        seek(key);
        return current();
    }
    std::uint64_t scan() override {
        std::uint64_t count = 0;
        for (JET_ERR error = JetMove(session_, table_, JET_MoveFirst, 0); error >= 0;
             error = JetMove(session_, table_, JET_MoveNext, 0)) {
            if (current() != 0) ++count;
        }
        return count;
    }

 private:
    JET_COLUMNID column(const char* name) {
        JET_COLUMNDEF found{};
        found.cbStruct = sizeof found;
        CHECK(JetGetTableColumnInfoA(session_, table_, name, &found, sizeof found, JET_ColInfo));
        return found.columnid;
    }
    void seek(std::uint64_t key) {
        CHECK(JetMakeKey(session_, table_, &key, sizeof key, JET_bitNewKey));
        CHECK(JetSeek(session_, table_, JET_bitSeekEQ));
    }
    void set_value(const std::string& value) {
        CHECK(JetSetColumn(session_, table_, value_, value.data(), static_cast<JET_UINT32>(value.size()), 0, nullptr));
        CHECK(JetUpdate(session_, table_, nullptr, 0, nullptr));
    }
    char current() {
        char value[value_bytes];
        JET_UINT32 got = 0;
        CHECK(JetRetrieveColumn(session_, table_, value_, value, sizeof value, &got, 0, nullptr));
        return value[0];
    }

    JET_SESID session_ = 0;
    JET_DBID database_ = 0;
    JET_TABLEID table_ = 0;
    JET_COLUMNID key_ = 0, value_ = 0;
};

class EsentStore : public Store {
 public:
    explicit EsentStore(const std::string& directory) : path_(directory + "/records.edb") {
        CHECK(JetSetSystemParameterA(nullptr, 0, JET_paramDatabasePageSize, 8192, nullptr));
        CHECK(JetCreateInstanceA(&instance_, "bench"));
        for (const auto path : {JET_paramSystemPath, JET_paramLogFilePath, JET_paramTempPath})
            CHECK(JetSetSystemParameterA(&instance_, 0, static_cast<JET_UINT32>(path), 0, directory.c_str()));
        CHECK(JetSetSystemParameterA(&instance_, 0, JET_paramMaxVerPages, 8192, nullptr));
        if (const char* pages = std::getenv("BENCH_CACHE_PAGES"))
            CHECK(JetSetSystemParameterA(&instance_, 0, JET_paramCacheSizeMax, std::strtoull(pages, nullptr, 10),
                                         nullptr));
        CHECK(JetInit(&instance_));
        JET_SESID session = 0;
        JET_DBID database = 0;
        JET_TABLEID table = 0;
        JET_COLUMNID id = 0;
        CHECK(JetBeginSessionA(instance_, &session, nullptr, nullptr));
        CHECK(JetCreateDatabaseA(session, path_.c_str(), nullptr, &database, 0));
        CHECK(JetBeginTransaction(session));
        CHECK(JetCreateTableA(session, database, "Records", 16, 100, &table));
        JET_COLUMNDEF column{};
        column.cbStruct = sizeof column;
        column.coltyp = JET_coltypLongLong;
        column.grbit = JET_bitColumnFixed | JET_bitColumnNotNULL;
        CHECK(JetAddColumnA(session, table, "key", &column, nullptr, 0, &id));
        column.coltyp = JET_coltypBinary;
        column.grbit = 0;
        CHECK(JetAddColumnA(session, table, "value", &column, nullptr, 0, &id));
        CHECK(JetCreateIndexA(session, table, "key", JET_bitIndexPrimary, "+key\0", 6, 100));
        CHECK(JetCommitTransaction(session, 0));
        CHECK(JetEndSession(session, 0));
    }
    ~EsentStore() override { CHECK(JetTerm(instance_)); }
    std::string name() const override { return "libesent"; }
    std::unique_ptr<Connection> connect() override { return std::make_unique<EsentConnection>(instance_, path_); }
    std::string file() const override { return path_; }
    std::uint64_t back_up(double bytes_a_second) override {
        const auto start = std::chrono::steady_clock::now();
        std::vector<char> names(1 << 16);
        JET_UINT32 size = 0;
        std::uint64_t bytes = 0;
        const auto read_all = [&] {
            for (const char* name = names.data(); *name != 0; name += std::string(name).size() + 1)
                read_file(name, [&](std::uint64_t more) {
                    bytes += more;
                    const std::chrono::duration<double> due(static_cast<double>(bytes) / bytes_a_second);
                    std::this_thread::sleep_until(start + due);
                });
        };
        CHECK(JetBeginExternalBackupInstance(instance_, 0));
        CHECK(JetGetAttachInfoInstanceA(instance_, names.data(), static_cast<JET_UINT32>(names.size()), &size));
        read_all();
        CHECK(JetGetLogInfoInstanceA(instance_, names.data(), static_cast<JET_UINT32>(names.size()), &size));
        read_all();
        CHECK(JetTruncateLogInstance(instance_));
        CHECK(JetEndExternalBackupInstance(instance_));
        return bytes;
    }

 private:
    template <class Read>
    void read_file(const char* name, Read read) {
        constexpr JET_UINT32 bytes = 1 << 20;
        static const std::unique_ptr<char, void (*)(char*)> buffer(
            static_cast<char*>(::operator new (bytes, std::align_val_t{4096})),
            [](char* at) { ::operator delete (at, std::align_val_t{4096}); });
        JET_HANDLE file = 0;
        JET_UINT32 low = 0, high = 0, got = 0;
        CHECK(JetOpenFileInstanceA(instance_, name, &file, &low, &high));
        do {
            CHECK(JetReadFileInstance(instance_, file, buffer.get(), bytes, &got));
            read(got);
        } while (got > 0);
        CHECK(JetCloseFileInstance(instance_, file));
    }

    std::string path_;
    JET_INSTANCE instance_ = 0;
};

}  // namespace

std::unique_ptr<Store> make_esent(const std::string& directory) { return std::make_unique<EsentStore>(directory); }

}  // namespace bench
