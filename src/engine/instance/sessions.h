#pragma once

// The sessions of an instance: what databases and cursors each has open, and its transaction.

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "engine/table/cursor.h"
#include "engine/txn/transaction.h"
#include "esent.h"

namespace ese::engine {

// Any thread may call any method. JET_errInvalidSesid is thrown for a session that is none.
class Sessions {
 public:
    void begin(JET_SESID session, std::size_t most_sessions);  // JET_errOutOfSessions
    // Its cursors are closed.
    void end(JET_SESID session);
    void end_all();

    // Each open has to be closed; with the last one the cursors of the session on the database are closed too.
    void open_database(JET_SESID session, JET_DBID dbid);
    void close_database(JET_SESID session, JET_DBID dbid);      // JET_errInvalidDatabaseId
    void require_open(JET_SESID session, JET_DBID dbid) const;  // JET_errInvalidDatabaseId
    bool is_open_in_any(JET_DBID dbid) const;

    // `dbid` 0: a list, of no database. Handles are never used again in this process.
    JET_TABLEID add_cursor(JET_SESID session, JET_DBID dbid, std::shared_ptr<Cursor> cursor);
    struct OpenCursor {
        std::shared_ptr<Cursor> cursor;
        JET_DBID dbid = 0;
        int level = 0;  // of the session's transaction when it was opened
    };
    // JET_errInvalidTableId, JET_errSesidTableIdMismatch.
    OpenCursor cursor(JET_SESID session, JET_TABLEID table) const;
    void close_cursor(JET_SESID session, JET_TABLEID table);

    // It lives as long as whoever holds it.
    std::shared_ptr<Transaction> transaction(JET_SESID session) const;
    std::vector<std::shared_ptr<Transaction>> transactions() const;
    // A transaction has come down to this level: the cursors that were opened in it stay, or are closed.
    void keep_cursors(JET_SESID session, int level);
    void close_cursors_above(JET_SESID session, int level);

 private:
    struct Session {
        std::multiset<JET_DBID> databases;
        std::map<JET_TABLEID, OpenCursor> cursors;
        std::shared_ptr<Transaction> transaction;
    };

    Session& find(JET_SESID session);
    const Session& find(JET_SESID session) const;

    mutable std::mutex mutex_;
    std::map<JET_SESID, Session> sessions_;
};

}  // namespace ese::engine
