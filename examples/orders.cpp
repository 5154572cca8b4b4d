// A program with a database of its own, small enough to be read in one sitting: orders come in for ever, on several
// threads, and it prints each one when its commit is on stable storage. esebackup backs it up while it runs.
//
//   orders DIR              takes orders until it is killed; DIR holds the database and its logs
//   orders DIR --check      prints the number of every order in DIR, and checks that nothing is there by halves
//
//   c++ -std=c++20 orders.cpp $(pkg-config --cflags --libs esent) -o orders

#include <esent.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr int customers = 10;
constexpr int threads = 3;

// Whatever fails ends the program; a conflict between two transactions is for the caller.
JET_ERR check(JET_ERR error, const char* call) {
    if (error >= 0 || error == JET_errWriteConflict) return error;
    char detail[512];
    (void)EsentGetErrorDetail(detail, sizeof detail);
    std::fprintf(stderr, "orders: %s: %s (%d)\n", call, detail, error);
    std::_Exit(1);
}
#define CHECK(call) check(call, #call)

std::string now() {
    const auto time = std::chrono::system_clock::now().time_since_epoch();
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    const std::time_t seconds = ms / 1000;
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    char text[64];
    std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900, utc.tm_mon + 1,
                  utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, static_cast<int>(ms % 1000));
    return text;
}

JET_COLUMNID add_column(JET_SESID session, JET_TABLEID table, const char* name, JET_COLTYP type, JET_GRBIT bits) {
    JET_COLUMNDEF column{};
    column.cbStruct = sizeof column;
    column.coltyp = type;
    column.grbit = bits;
    column.cp = 1252;
    const JET_INT32 zero = 0;
    const bool is_sum = (bits & JET_bitColumnEscrowUpdate) != 0;
    JET_COLUMNID id = 0;
    CHECK(JetAddColumnA(session, table, name, &column, is_sum ? &zero : nullptr, is_sum ? sizeof zero : 0, &id));
    return id;
}

void create_schema(JET_SESID session, JET_DBID database) {
    constexpr JET_GRBIT fixed = JET_bitColumnFixed;
    CHECK(JetBeginTransaction(session));
    JET_TABLEID orders = 0, totals = 0;
    CHECK(JetCreateTableA(session, database, "Orders", 8, 80, &orders));
    add_column(session, orders, "number", JET_coltypLong, fixed | JET_bitColumnAutoincrement);
    add_column(session, orders, "customer", JET_coltypLong, fixed | JET_bitColumnNotNULL);
    add_column(session, orders, "amount", JET_coltypLong, fixed | JET_bitColumnNotNULL);
    add_column(session, orders, "remark", JET_coltypLongText, JET_bitColumnTagged);
    CHECK(JetCreateIndexA(session, orders, "number", JET_bitIndexPrimary, "+number\0", 9, 80));
    CHECK(JetCreateIndexA(session, orders, "customer", 0, "+customer\0", 11, 80));
    CHECK(JetCreateTableA(session, database, "Totals", 1, 80, &totals));
    const JET_COLUMNID customer = add_column(session, totals, "customer", JET_coltypLong, fixed | JET_bitColumnNotNULL);
    add_column(session, totals, "sum", JET_coltypLong, fixed | JET_bitColumnEscrowUpdate);
    CHECK(JetCreateIndexA(session, totals, "customer", JET_bitIndexPrimary, "+customer\0", 11, 80));
    for (JET_INT32 i = 0; i < customers; ++i) {
        CHECK(JetPrepareUpdate(session, totals, JET_prepInsert));
        CHECK(JetSetColumn(session, totals, customer, &i, sizeof i, 0, nullptr));
        CHECK(JetUpdate(session, totals, nullptr, 0, nullptr));
    }
    CHECK(JetCloseTable(session, orders));
    CHECK(JetCloseTable(session, totals));
    CHECK(JetCommitTransaction(session, 0));
}

// A session with both tables open.
struct Desk {
    JET_SESID session = 0;
    JET_DBID database = 0;
    JET_TABLEID orders = 0, totals = 0;
    std::map<std::string, JET_COLUMNID> columns;

    Desk(JET_INSTANCE instance, const std::string& path) {
        CHECK(JetBeginSessionA(instance, &session, nullptr, nullptr));
        CHECK(JetOpenDatabaseA(session, path.c_str(), nullptr, &database, 0));
        open("Orders", orders, {"number", "customer", "amount", "remark"});
        open("Totals", totals, {"customer", "sum"});
    }
    JET_INT32 number(JET_TABLEID table, const std::string& column, JET_GRBIT bits = 0) {
        JET_INT32 value = 0;
        CHECK(JetRetrieveColumn(session, table, columns.at(column), &value, sizeof value, nullptr, bits, nullptr));
        return value;
    }

 private:
    void open(const std::string& name, JET_TABLEID& table, const std::vector<std::string>& names) {
        CHECK(JetOpenTableA(session, database, name.c_str(), nullptr, 0, 0, &table));
        for (const std::string& column : names) {
            JET_COLUMNDEF found{};
            found.cbStruct = sizeof found;
            CHECK(JetGetTableColumnInfoA(session, table, column.c_str(), &found, sizeof found, JET_ColInfo));
            columns[name + "." + column] = found.columnid;
        }
    }
};

// One order, and its amount in the sum of its customer: both or neither. False: another order was in the way.
bool take_order(Desk& desk, std::minstd_rand& random, JET_INT32& number) {
    const auto set = [&](const char* column, const void* value, std::size_t bytes) {
        CHECK(JetSetColumn(desk.session, desk.orders, desk.columns.at(column), value, static_cast<JET_UINT32>(bytes), 0,
                           nullptr));
    };
    const auto customer = static_cast<JET_INT32>(random() % customers);
    const auto amount = static_cast<JET_INT32>(random() % 1000);
    const std::string remark(random() % 3000, 'r');
    CHECK(JetBeginTransaction(desk.session));
    CHECK(JetPrepareUpdate(desk.session, desk.orders, JET_prepInsert));
    number = desk.number(desk.orders, "Orders.number", JET_bitRetrieveCopy);
    set("Orders.customer", &customer, sizeof customer);
    set("Orders.amount", &amount, sizeof amount);
    set("Orders.remark", remark.data(), remark.size());
    JET_ERR error = CHECK(JetUpdate(desk.session, desk.orders, nullptr, 0, nullptr));
    if (error >= 0) {
        CHECK(JetMakeKey(desk.session, desk.totals, &customer, sizeof customer, JET_bitNewKey));
        CHECK(JetSeek(desk.session, desk.totals, JET_bitSeekEQ));
        error = CHECK(JetEscrowUpdate(desk.session, desk.totals, desk.columns.at("Totals.sum"),
                                      const_cast<JET_INT32*>(&amount), sizeof amount, nullptr, 0, nullptr, 0));
    }
    // Some customers change their minds.
    if (error < 0 || random() % 10 == 0) {
        CHECK(JetRollback(desk.session, 0));
        return false;
    }
    CHECK(JetCommitTransaction(desk.session, 0));  // on stable storage when it returns
    return true;
}

void take_orders(JET_INSTANCE instance, const std::string& path, unsigned seed) {
    static std::mutex output;
    Desk desk(instance, path);
    std::minstd_rand random(seed);
    for (;;) {
        JET_INT32 number = 0;
        if (!take_order(desk, random, number)) continue;
        const std::lock_guard hold(output);
        std::printf("%s committed %d\n", now().c_str(), number);
        std::fflush(stdout);
    }
}

int check_orders(Desk& desk) {
    std::map<JET_INT32, JET_INT32> sums;
    for (JET_ERR error = JetMove(desk.session, desk.orders, JET_MoveFirst, 0); error >= 0;
         error = JetMove(desk.session, desk.orders, JET_MoveNext, 0)) {
        std::printf("%d\n", desk.number(desk.orders, "Orders.number"));
        sums[desk.number(desk.orders, "Orders.customer")] += desk.number(desk.orders, "Orders.amount");
    }
    for (JET_ERR error = JetMove(desk.session, desk.totals, JET_MoveFirst, 0); error >= 0;
         error = JetMove(desk.session, desk.totals, JET_MoveNext, 0)) {
        const JET_INT32 customer = desk.number(desk.totals, "Totals.customer");
        if (desk.number(desk.totals, "Totals.sum") == sums[customer]) continue;
        std::fprintf(stderr, "orders: the sum of customer %d is not that of his orders\n", customer);
        return 1;
    }
    return 0;
}

JET_INSTANCE start(const std::string& directory) {
    JET_INSTANCE instance = 0;
    CHECK(JetCreateInstanceA(&instance, "orders"));
    for (const auto path : {JET_paramSystemPath, JET_paramLogFilePath, JET_paramTempPath})
        CHECK(JetSetSystemParameterA(&instance, 0, static_cast<JET_UINT32>(path), 0, directory.c_str()));
    CHECK(JetSetSystemParameterA(&instance, 0, JET_paramCreatePathIfNotExist, 1, nullptr));
    CHECK(JetSetSystemParameterA(&instance, 0, JET_paramLogFileSize, 256, nullptr));  // KiB
    CHECK(JetSetSystemParameterA(&instance, 0, JET_paramMaxVerPages, 1024, nullptr));
    CHECK(JetSetSystemParameterA(&instance, 0, JET_paramBackupSocket, 1, nullptr));
    CHECK(JetInit(&instance));
    return instance;
}

}  // namespace

int main(int count, char** arguments) {
    const bool checks = count == 3 && std::string(arguments[2]) == "--check";
    if (count != 2 && !checks) {
        std::fprintf(stderr, "usage: orders DIR [--check]\n");
        return 2;
    }
    const std::string directory = arguments[1], path = directory + "/orders.edb";
    JET_INSTANCE instance = start(directory);
    JET_SESID session = 0;
    CHECK(JetBeginSessionA(instance, &session, nullptr, nullptr));
    if (JetAttachDatabaseA(session, path.c_str(), 0) == JET_errDatabaseNotFound && !checks) {
        JET_DBID database = 0;
        CHECK(JetCreateDatabaseA(session, path.c_str(), nullptr, &database, 0));
        create_schema(session, database);
    }
    if (checks) {
        int result = 0;
        {
            Desk desk(instance, path);
            result = check_orders(desk);
            CHECK(JetEndSession(desk.session, 0));
        }
        CHECK(JetTerm(instance));
        return result;
    }
    std::vector<std::thread> running;
    for (unsigned i = 0; i < threads; ++i) running.emplace_back(take_orders, instance, path, std::random_device{}());
    for (std::thread& thread : running) thread.join();
}
