#pragma once

// A table of a database of its own, for tests that change records through the API.

#include <cstring>
#include <optional>

#include "jet/test_api.h"

namespace test {

template <class Number>
std::string raw(Number value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
}
template <class Number>
Number number(const std::string& bytes) {
    Number value{};
    std::memcpy(&value, bytes.data(), std::min(bytes.size(), sizeof value));
    return value;
}

// A session with its database open.
class Session {
 public:
    Session(const Engine& engine, const std::string& database) {
        REQUIRE(JetBeginSessionA(engine.instance, &id, nullptr, nullptr) == JET_errSuccess);
        REQUIRE(JetOpenDatabaseA(id, database.c_str(), nullptr, &dbid, 0) == JET_errSuccess);
    }
    // The engine's own.
    Session(JET_SESID session, JET_DBID database) : id(session), dbid(database) {}

    void begin() const { REQUIRE(JetBeginTransaction(id) == JET_errSuccess); }
    void commit() const { REQUIRE(JetCommitTransaction(id, JET_bitCommitLazyFlush) == JET_errSuccess); }
    void roll_back() const { REQUIRE(JetRollback(id, 0) == JET_errSuccess); }

    JET_SESID id = 0;
    JET_DBID dbid = 0;
};

// A cursor, and short names for what is done with it.
class Records {
 public:
    Records(const Session& session, const char* table) : session_(session.id) {
        REQUIRE(JetOpenTableA(session.id, session.dbid, table, nullptr, 0, 0, &cursor) == JET_errSuccess);
    }
    Records(const Session& session, JET_TABLEID open) : cursor(open), session_(session.id) {}

    JET_COLUMNID column(const char* name) const {
        JET_COLUMNDEF definition{};
        REQUIRE(JetGetTableColumnInfoA(session_, cursor, name, &definition, sizeof definition, JET_ColInfo) ==
                JET_errSuccess);
        return definition.columnid;
    }
    JET_ERR prepare(JET_UINT32 kind) const { return JetPrepareUpdate(session_, cursor, kind); }
    JET_ERR set(const char* name, const std::optional<std::string>& value, JET_UINT32 number = 1, JET_GRBIT grbit = 0,
                JET_UINT32 offset = 0) const {
        JET_SETINFO info{sizeof info, offset, number};
        if (value && value->empty()) grbit |= JET_bitSetZeroLength;
        return JetSetColumn(session_, cursor, column(name), value ? value->data() : nullptr,
                            value ? static_cast<JET_UINT32>(value->size()) : 0, grbit, &info);
    }
    JET_ERR update(std::string* bookmark = nullptr) const {
        char buffer[2048];
        JET_UINT32 size = 0;
        const JET_ERR result = JetUpdate(session_, cursor, buffer, sizeof buffer, &size);
        if (bookmark) bookmark->assign(buffer, size);
        return result;
    }
    JET_ERR remove() const { return JetDelete(session_, cursor); }
    JET_ERR move(JET_INT32 rows, JET_GRBIT grbit = 0) const { return JetMove(session_, cursor, rows, grbit); }
    JET_ERR index(const char* name) const { return JetSetCurrentIndexA(session_, cursor, name); }
    JET_ERR seek(const std::vector<std::string>& values, JET_GRBIT grbit) const {
        make_key(values);
        return JetSeek(session_, cursor, grbit);
    }
    JET_ERR set_range(const std::vector<std::string>& values, JET_GRBIT grbit) const {
        make_key(values);
        return JetSetIndexRange(session_, cursor, grbit);
    }
    JET_ERR go_to(const std::string& bookmark) const {
        std::string copy = bookmark;
        return JetGotoBookmark(session_, cursor, copy.data(), static_cast<JET_UINT32>(copy.size()));
    }
    // A value; nothing where it is NULL.
    std::optional<std::string> get(const char* name, JET_UINT32 number = 1, JET_GRBIT grbit = 0) const {
        std::string buffer(1 << 20, '\0');
        const JET_ERR result = retrieve(name, buffer, number, grbit);
        REQUIRE(result >= 0);
        return result == JET_wrnColumnNull ? std::nullopt : std::optional(buffer);
    }
    JET_ERR error(const char* name) const {
        std::string buffer(1 << 16, '\0');
        return retrieve(name, buffer, 1, 0);
    }

    JET_TABLEID cursor = 0;

 private:
    JET_ERR retrieve(const char* name, std::string& buffer, JET_UINT32 number, JET_GRBIT grbit) const {
        JET_RETINFO info{sizeof info, 0, number, 0};
        JET_UINT32 size = 0;
        const JET_ERR result = JetRetrieveColumn(session_, cursor, column(name), buffer.data(),
                                                 static_cast<JET_UINT32>(buffer.size()), &size, grbit, &info);
        buffer.resize(std::min<std::size_t>(size, buffer.size()));
        return result;
    }
    void make_key(const std::vector<std::string>& values) const {
        for (std::size_t i = 0; i < values.size(); ++i)
            REQUIRE(JetMakeKey(session_, cursor, values[i].data(), static_cast<JET_UINT32>(values[i].size()),
                               i == 0 ? JET_bitNewKey : 0) == JET_errSuccess);
    }

    JET_SESID session_;
};

// A new database in an instance of its own.
class Scratch {
 public:
    explicit Scratch(JET_UINT32 page_bytes = 4096)
        : path(temp_.path("data.edb")), engine(temp_.path(), {page_bytes, 256, false, "On"}) {
        engine.start();
        REQUIRE(JetCreateDatabaseA(engine.session, path.c_str(), nullptr, &dbid_, 0) == JET_errSuccess);
    }

    Session session() const { return {engine.session, dbid_}; }

    struct ColumnPlan {
        const char* name;
        JET_COLTYP type;
        JET_GRBIT grbit = 0;
        std::string default_value = {};
        JET_UINT32 most_bytes = 0;
    };
    struct IndexPlan {
        const char* name;
        std::string key;  // as in "+a -b"
        JET_GRBIT grbit = 0;
    };
    void create(const char* table, const std::vector<ColumnPlan>& columns, const std::vector<IndexPlan>& indexes) const {
        JET_TABLEID handle = 0;
        REQUIRE(JetCreateTableA(engine.session, dbid_, table, 2, 80, &handle) == JET_errSuccess);
        for (const ColumnPlan& plan : columns) {
            JET_COLUMNDEF definition{};
            definition.cbStruct = sizeof definition;
            definition.coltyp = plan.type;
            definition.grbit = plan.grbit;
            definition.cbMax = plan.most_bytes;
            definition.cp = plan.type == JET_coltypText || plan.type == JET_coltypLongText ? 1252 : 0;
            JET_COLUMNID id = 0;
            REQUIRE(JetAddColumnA(engine.session, handle, plan.name, &definition,
                                  plan.default_value.empty() ? nullptr : plan.default_value.data(),
                                  static_cast<JET_UINT32>(plan.default_value.size()), &id) == JET_errSuccess);
        }
        for (const IndexPlan& plan : indexes) {
            std::string key = plan.key;
            std::replace(key.begin(), key.end(), ' ', '\0');
            key.push_back('\0');
            REQUIRE(JetCreateIndexA(engine.session, handle, plan.name, plan.grbit, key.c_str(),
                                    static_cast<JET_UINT32>(key.size() + 1), 80) == JET_errSuccess);
        }
        REQUIRE(JetCloseTable(engine.session, handle) == JET_errSuccess);
    }

    // The instance ends and starts again; sessions and cursors are gone.
    void restart() {
        REQUIRE(engine.term() == JET_errSuccess);
        REQUIRE(JetCreateInstanceA(&engine.instance, "again") == JET_errSuccess);
        for (const auto id : {JET_paramSystemPath, JET_paramLogFilePath, JET_paramTempPath})
            engine.set(static_cast<JET_UINT32>(id), 0, temp_.path().c_str());
        engine.set(JET_paramLogFileSize, 256);
        engine.start(path);
        REQUIRE(JetOpenDatabaseA(engine.session, path.c_str(), nullptr, &dbid_, 0) == JET_errSuccess);
    }
    // What a full check of the database finds, once it is closed; nothing, if it is sound.
    std::string damage() {
        REQUIRE(JetCloseDatabase(engine.session, dbid_, 0) == JET_errSuccess);
        REQUIRE(engine.term() == JET_errSuccess);
        std::filesystem::create_directories(temp_.path("check"));
        JET_UINT32 page = 0;
        REQUIRE(JetGetDatabaseFileInfoA(path.c_str(), &page, sizeof page, JET_DbInfoPageSize) == JET_errSuccess);
        Engine checker(temp_.path("check"), {page, 256, false, "Off"});
        checker.start();
        JET_DBID database = 0;
        REQUIRE(JetAttachDatabaseA(checker.session, path.c_str(), JET_bitDbReadOnly) == JET_errSuccess);
        REQUIRE(JetOpenDatabaseA(checker.session, path.c_str(), nullptr, &database, JET_bitDbReadOnly) == JET_errSuccess);
        std::string found;
        const auto note = [](const JET_FINDING* finding, void* context) {
            auto& text = *static_cast<std::string*>(context);
            text += std::string(finding->szTable) + "/" + finding->szIndex + ": " + finding->szText + "\n";
        };
        const JET_ERR result = EsentCheckDatabase(checker.session, database, note, &found, 0);
        CHECK(result == JET_errSuccess);
        return found;
    }

 private:
    TempDirectory temp_;

 public:
    std::string path;
    Engine engine;

 private:
    JET_DBID dbid_ = 0;
};

}  // namespace test
