#pragma once

// A new database, for tests that define what is in it through the API.

#include <utility>

#include "jet/test_api.h"

namespace test {

// A running instance with a new database, open for its session.
class NewDatabase {
 public:
    explicit NewDatabase(JET_UINT32 page_bytes = 4096) : engine_(directory_.path(), options(page_bytes)) {
        engine_.set(JET_paramDbExtensionSize, 16);
        engine_.start();
        REQUIRE(JetCreateDatabaseA(session(), path().c_str(), nullptr, &dbid, 0) == JET_errSuccess);
    }

    std::string path() const { return directory_.path("data.edb"); }
    JET_SESID session() const { return engine_.session; }
    Engine& engine() { return engine_; }

    JET_TABLEID create_table(const char* name) {
        JET_TABLEID table = JET_tableidNil;
        REQUIRE(JetCreateTableA(session(), dbid, name, 1, 0, &table) == JET_errSuccess);
        return table;
    }
    JET_ERR add_column(JET_TABLEID table, const char* name, JET_COLTYP type, JET_GRBIT grbit = 0, JET_UINT32 max = 0,
                       JET_COLUMNID* id = nullptr, const test::Bytes& initial = {}) {
        JET_COLUMNDEF column{};
        column.cbStruct = sizeof column;
        column.coltyp = type;
        column.cbMax = max;
        column.grbit = grbit;
        return JetAddColumnA(session(), table, name, &column, initial.data(), static_cast<JET_UINT32>(initial.size()),
                             id);
    }
    // `key`: each name with its sign, and a NUL behind it.
    JET_ERR create_index(JET_TABLEID table, const char* name, const std::string& key, JET_GRBIT grbit) {
        return JetCreateIndexA(session(), table, name, grbit, key.c_str(), static_cast<JET_UINT32>(key.size() + 1), 80);
    }
    JET_ERR insert(JET_TABLEID table, const std::vector<std::pair<JET_COLUMNID, std::int32_t>>& values) {
        REQUIRE(JetPrepareUpdate(session(), table, JET_prepInsert) == JET_errSuccess);
        for (const auto& [column, value] : values)
            REQUIRE(JetSetColumn(session(), table, column, &value, sizeof value, 0, nullptr) == JET_errSuccess);
        const JET_ERR result = JetUpdate(session(), table, nullptr, 0, nullptr);
        if (result < 0) REQUIRE(JetPrepareUpdate(session(), table, JET_prepCancel) == JET_errSuccess);
        return result;
    }
    std::vector<std::string> tables() {
        JET_OBJECTLIST list{};
        list.cbStruct = sizeof list;
        REQUIRE(JetGetObjectInfoA(session(), dbid, JET_objtypTable, nullptr, nullptr, &list, sizeof list,
                                  JET_ObjInfoListNoStats) == JET_errSuccess);
        std::vector<std::string> names;
        for (JET_ERR at = JetMove(session(), list.tableid, JET_MoveFirst, 0); at == JET_errSuccess;
             at = JetMove(session(), list.tableid, JET_MoveNext, 0)) {
            char name[JET_cbNameMost + 1] = {};
            JET_UINT32 bytes = 0;
            REQUIRE(JetRetrieveColumn(session(), list.tableid, list.columnidobjectname, name, sizeof name, &bytes, 0,
                                      nullptr) == JET_errSuccess);
            names.emplace_back(name, bytes);
        }
        REQUIRE(JetCloseTable(session(), list.tableid) == JET_errSuccess);
        return names;
    }
    bool has_table(const char* name) {
        JET_TABLEID table = JET_tableidNil;
        if (JetOpenTableA(session(), dbid, name, nullptr, 0, JET_bitTableReadOnly, &table) != JET_errSuccess)
            return false;
        REQUIRE(JetCloseTable(session(), table) == JET_errSuccess);
        return true;
    }
    std::uint32_t count_entries(JET_TABLEID table, const char* index) {
        REQUIRE(JetSetCurrentIndexA(session(), table, index) == JET_errSuccess);
        std::uint32_t count = 0;
        for (JET_ERR at = JetMove(session(), table, JET_MoveFirst, 0); at == JET_errSuccess;
             at = JetMove(session(), table, JET_MoveNext, 0))
            ++count;
        REQUIRE(JetSetCurrentIndexA(session(), table, nullptr) == JET_errSuccess);
        return count;
    }
    std::vector<std::string> findings() {
        REQUIRE(JetIdle(session(), 0) >= JET_errSuccess);  // pages of what is gone are given back
        std::vector<std::string> found;
        const auto note = [](const JET_FINDING* finding, void* context) {
            static_cast<std::vector<std::string>*>(context)->push_back(finding->szText);
        };
        (void)EsentCheckDatabase(session(), dbid, note, &found, 0);
        return found;
    }
    void begin() { REQUIRE(JetBeginTransaction(session()) == JET_errSuccess); }
    void commit() { REQUIRE(JetCommitTransaction(session(), 0) == JET_errSuccess); }
    void roll_back() { REQUIRE(JetRollback(session(), 0) == JET_errSuccess); }

    JET_DBID dbid = JET_dbidNil;

 private:
    static Engine::Options options(JET_UINT32 page_bytes) {
        Engine::Options options;
        options.page_bytes = page_bytes;
        return options;
    }

    TempDirectory directory_;
    Engine engine_;
};

}  // namespace test
