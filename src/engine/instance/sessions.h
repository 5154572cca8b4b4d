#pragma once

// The sessions of an instance: what databases and cursors each has open, and its transaction.

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "engine/instance/session_context.h"
#include "engine/table/cursor.h"
#include "engine/txn/transaction.h"
#include "esent.h"

namespace ese::engine {

// What a program has set for a session. Who works in it is kept for programs that ask for it.
struct SessionSettings {
    JET_GRBIT commit_default = 0;
    JET_OPERATIONCONTEXT operation{0x80000000, 0, 0, 0, 0};  // as in the original: no user of the program's
    std::uint32_t correlation = 0;
};

// Any thread may call any method. JET_errInvalidSesid is thrown for a session that is none.
class Sessions {
 public:
    // JET_errOutOfSessions
    void begin(JET_SESID session, std::size_t most_sessions, const SessionSettings& settings);
    // Its cursors are closed.
    void end(JET_SESID session);
    void end_all();

    // Each open has to be closed; with the last one the cursors of the session on the database are closed too.
    void open_database(JET_SESID session, JET_DBID dbid);
    void close_database(JET_SESID session, JET_DBID dbid);      // JET_errInvalidDatabaseId
    void require_open(JET_SESID session, JET_DBID dbid) const;  // JET_errInvalidDatabaseId
    bool is_open_in_any(JET_DBID dbid) const;
    bool has_other_open(JET_SESID session, JET_DBID dbid) const;

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
    // The same, for the thread that begins, commits or rolls it back. JET_errSessionSharingViolation.
    std::shared_ptr<Transaction> transaction_to_begin(JET_SESID session);
    std::shared_ptr<Transaction> transaction_to_end(JET_SESID session) const;
    std::vector<std::shared_ptr<Transaction>> transactions() const;

    // See SessionContext.
    void set_context(JET_SESID session, JET_API_PTR context);
    void reset_context(JET_SESID session);
    void require_no_context(JET_SESID session) const;  // JET_errSessionInUse

    SessionSettings settings(JET_SESID session) const;
    void set_settings(JET_SESID session, const SessionSettings& settings);

    // A transaction has come down to this level: the cursors that were opened in it stay, or are closed.
    void keep_cursors(JET_SESID session, int level);
    void close_cursors_above(JET_SESID session, int level);

 private:
    struct Session {
        std::multiset<JET_DBID> databases;
        std::map<JET_TABLEID, OpenCursor> cursors;
        std::shared_ptr<Transaction> transaction;
        SessionContext context;
        SessionSettings settings;
    };

    template <class Goes>
    static std::vector<std::shared_ptr<Cursor>> take_cursors(Session& owner, Goes goes);
    Session& find(JET_SESID session);
    const Session& find(JET_SESID session) const;

    mutable std::mutex mutex_;
    std::map<JET_SESID, Session> sessions_;
};

}  // namespace ese::engine
