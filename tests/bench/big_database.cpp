// Whether a big database works, and in how little memory: fills one through the API, opens it again, reads a sample of
// its records back and checks all of it against itself. It is deleted in the end.
//
//   big_database DIR GIB [CACHE_MIB]      DIR is where it is made; the cache has 64 MiB unless told otherwise
//
// Records have a number, a text of some hundred bytes with an index over it, and a long value of up to 128 KiB.

#include <esent.h>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;
using Clock = std::chrono::steady_clock;

fs::path made;  // deleted however the program ends

[[noreturn]] void give_up(const std::string& what) {
    std::fprintf(stderr, "%s\n", what.c_str());
    std::exit(1);
}

void check(JET_ERR error, const char* call) {
    if (error >= 0) return;
    char detail[512];
    (void)EsentGetErrorDetail(detail, sizeof detail);
    give_up(std::string(call) + ": " + std::to_string(error) + " " + detail);
}
#define CHECK(call) check(call, #call)

// Of a record, all of it from its number.
struct Record {
    explicit Record(std::uint64_t number) {
        std::mt19937_64 random(number);
        char name_bytes[300];
        for (char& letter : name_bytes) letter = static_cast<char>('a' + random() % 26);
        name.assign(name_bytes, 100 + random() % 200);
        content.resize(8 * (1 + random() % (16 * 1024)));
        for (std::size_t at = 0; at < content.size(); at += 8) {
            const std::uint64_t word = random();
            std::memcpy(content.data() + at, &word, sizeof word);
        }
    }
    std::string name;
    Bytes content;
};

class Database {
 public:
    Database(const fs::path& directory, std::uint64_t cache_mib) : path_((directory / "big.edb").string()) {
        constexpr std::uint64_t page_bytes = 8192;
        const auto set = [&](std::uint32_t parameter, std::uint64_t number) {
            CHECK(JetSetSystemParameterA(&instance_, 0, parameter, number, nullptr));
        };
        CHECK(JetSetSystemParameterA(nullptr, 0, JET_paramDatabasePageSize, page_bytes, nullptr));
        CHECK(JetCreateInstanceA(&instance_, "big"));
        for (const auto parameter : {JET_paramSystemPath, JET_paramLogFilePath, JET_paramTempPath})
            CHECK(JetSetSystemParameterA(&instance_, 0, static_cast<JET_UINT32>(parameter), 0, directory.c_str()));
        set(JET_paramCacheSizeMax, (cache_mib << 20) / page_bytes);
        set(JET_paramCircularLog, 1);  // or the logs would be as big as the database
        set(JET_paramDbExtensionSize, 4096);
        CHECK(JetInit(&instance_));
        CHECK(JetBeginSessionA(instance_, &session_, nullptr, nullptr));
    }
    void create() {
        CHECK(JetCreateDatabaseA(session_, path_.c_str(), nullptr, &database_, 0));
        CHECK(JetBeginTransaction(session_));
        CHECK(JetCreateTableA(session_, database_, "Big", 16, 100, &table_));
        number_ = add_column("number", JET_coltypLongLong, JET_bitColumnFixed | JET_bitColumnNotNULL);
        name_ = add_column("name", JET_coltypLongBinary, JET_bitColumnTagged);
        content_ = add_column("content", JET_coltypLongBinary, JET_bitColumnTagged);
        CHECK(JetCreateIndexA(session_, table_, "number", JET_bitIndexPrimary, "+number\0", 9, 100));
        CHECK(JetCreateIndexA(session_, table_, "name", 0, "+name\0", 7, 90));
        CHECK(JetCommitTransaction(session_, 0));
    }
    void open() {
        CHECK(JetAttachDatabaseA(session_, path_.c_str(), 0));
        CHECK(JetOpenDatabaseA(session_, path_.c_str(), nullptr, &database_, 0));
        CHECK(JetOpenTableA(session_, database_, "Big", nullptr, 0, 0, &table_));
        number_ = column("number");
        name_ = column("name");
        content_ = column("content");
    }
    void close() {
        CHECK(JetEndSession(session_, 0));
        CHECK(JetTerm(instance_));
    }

    void begin() { CHECK(JetBeginTransaction(session_)); }
    void commit() { CHECK(JetCommitTransaction(session_, JET_bitCommitLazyFlush)); }
    void insert(std::uint64_t number) {
        const Record record(number);
        const auto set = [&](JET_COLUMNID column, const void* data, std::size_t bytes) {
            CHECK(JetSetColumn(session_, table_, column, data, static_cast<JET_UINT32>(bytes), 0, nullptr));
        };
        CHECK(JetPrepareUpdate(session_, table_, JET_prepInsert));
        set(number_, &number, sizeof number);
        set(name_, record.name.data(), record.name.size());
        set(content_, record.content.data(), record.content.size());
        CHECK(JetUpdate(session_, table_, nullptr, 0, nullptr));
    }
    void require(std::uint64_t number) {
        const Record record(number);
        CHECK(JetMakeKey(session_, table_, &number, sizeof number, JET_bitNewKey));
        CHECK(JetSeek(session_, table_, JET_bitSeekEQ));
        const auto require_value = [&](JET_COLUMNID column, const void* data, std::size_t bytes) {
            Bytes found(bytes + 1);
            JET_UINT32 got = 0;
            CHECK(JetRetrieveColumn(session_, table_, column, found.data(), static_cast<JET_UINT32>(found.size()), &got,
                                    0, nullptr));
            if (got != bytes || !std::equal(found.begin(), found.end() - 1, static_cast<const std::uint8_t*>(data)))
                give_up("record " + std::to_string(number) + " is not what was written");
        };
        require_value(name_, record.name.data(), record.name.size());
        require_value(content_, record.content.data(), record.content.size());
    }
    void check_all() {
        const auto tell = [](const JET_FINDING* finding, void*) {
            if (finding->kind == JET_findingDamage)
                std::fprintf(stderr, "page %u: %s\n", finding->pgno, finding->szText);
        };
        CHECK(EsentCheckDatabase(session_, database_, tell, nullptr, 0));
    }
    std::uint64_t file_bytes() const { return fs::file_size(path_); }

 private:
    JET_COLUMNID add_column(const char* name, JET_COLTYP type, JET_GRBIT grbit) {
        JET_COLUMNDEF column{};
        column.cbStruct = sizeof column;
        column.coltyp = type;
        column.grbit = grbit;
        JET_COLUMNID id = 0;
        CHECK(JetAddColumnA(session_, table_, name, &column, nullptr, 0, &id));
        return id;
    }
    JET_COLUMNID column(const char* name) {
        JET_COLUMNDEF found{};
        found.cbStruct = sizeof found;
        CHECK(JetGetTableColumnInfoA(session_, table_, name, &found, sizeof found, JET_ColInfo));
        return found.columnid;
    }

    std::string path_;
    JET_INSTANCE instance_ = 0;
    JET_SESID session_ = 0;
    JET_DBID database_ = 0;
    JET_TABLEID table_ = 0;
    JET_COLUMNID number_ = 0, name_ = 0, content_ = 0;
};

// Says how long it took, and how much memory the process has had at most until then.
template <class Work>
void timed(const char* what, Work work) {
    const auto start = Clock::now();
    work();
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    std::printf("%-28s %7.1f s   %5ld MiB in memory at most\n", what,
                std::chrono::duration<double>(Clock::now() - start).count(), used.ru_maxrss / 1024);
    std::fflush(stdout);
}

std::uint64_t fill(Database& database, std::uint64_t wanted_bytes) {
    constexpr std::uint64_t in_one_transaction = 64;
    std::uint64_t records = 0;
    while (database.file_bytes() < wanted_bytes) {
        database.begin();
        for (std::uint64_t i = 0; i < in_one_transaction; ++i) database.insert(records++);
        database.commit();
    }
    return records;
}

}  // namespace

int main(int count, char** arguments) {
    const std::uint64_t gib = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 0;
    const std::uint64_t cache_mib = count > 3 ? std::strtoull(arguments[3], nullptr, 10) : 64;
    if (gib == 0 || cache_mib == 0) {
        std::fprintf(stderr, "usage: big_database DIR GIB [CACHE_MIB]\n");
        return 2;
    }
    made = fs::path(arguments[1]) / ("big-database-" + std::to_string(std::random_device()()));
    fs::create_directories(made);
    std::atexit([] {
        std::error_code ignored;
        fs::remove_all(made, ignored);
    });
    std::uint64_t records = 0;
    timed("filled", [&] {
        Database database(made, cache_mib);
        database.create();
        records = fill(database, gib << 30);
        std::printf("%llu records, %.2f GiB, a cache of %llu MiB\n", static_cast<unsigned long long>(records),
                    static_cast<double>(database.file_bytes()) / (1 << 30), static_cast<unsigned long long>(cache_mib));
        database.close();
    });
    Database database(made, cache_mib);
    timed("opened", [&] { database.open(); });
    timed("1000 records read back", [&] {
        std::mt19937_64 random(records);
        database.require(0);
        database.require(records - 1);
        for (int i = 0; i < 998; ++i) database.require(random() % records);
    });
    timed("all checked", [&] { database.check_all(); });
    database.close();
}
