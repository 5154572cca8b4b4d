#include "engine/instance/sessions.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/error.h"
#include "engine/txn/transactions.h"

namespace ese::engine {

namespace {

JET_TABLEID next_table_handle() {
    static std::atomic<JET_TABLEID> last{0};
    return ++last;
}

[[noreturn]] void not_open() {
    throw Error(ErrorKind::usage, JET_errInvalidDatabaseId, "this session has not opened that database");
}

}  // namespace

const Sessions::Session& Sessions::find(JET_SESID session) const {
    const auto found = sessions_.find(session);
    if (found == sessions_.end()) throw Error(ErrorKind::usage, JET_errInvalidSesid, "no such session");
    return found->second;
}

Sessions::Session& Sessions::find(JET_SESID session) {
    return const_cast<Session&>(std::as_const(*this).find(session));
}

void Sessions::begin(JET_SESID session, std::size_t most_sessions, const SessionSettings& settings) {
    const std::lock_guard hold(mutex_);
    if (sessions_.size() >= most_sessions)
        throw Error(JET_errOutOfSessions, "all sessions are in use (JET_paramMaxSessions)");
    // The lowest number that no other session has: redo tells sessions apart by it (LOG-FORMAT, scalar types).
    std::set<format::SessionNumber> taken;
    for (const auto& [other, state] : sessions_) taken.insert(state.transaction->session());
    format::SessionNumber number = Transactions::first_session;
    while (taken.contains(number)) ++number;
    Session& begun = sessions_[session];
    begun.transaction = std::make_shared<Transaction>(number);
    begun.settings = settings;
}

// Cursors go when the lock is not held any more: with one the program's callback may be called, which frees what was
// kept with it.
void Sessions::end(JET_SESID session) {
    decltype(sessions_)::node_type ended;
    const std::lock_guard hold(mutex_);
    (void)find(session);
    ended = sessions_.extract(session);
}

void Sessions::end_all() {
    decltype(sessions_) ended;
    const std::lock_guard hold(mutex_);
    ended.swap(sessions_);
}

template <class Goes>
std::vector<std::shared_ptr<Cursor>> Sessions::take_cursors(Session& owner, Goes goes) {
    std::vector<std::shared_ptr<Cursor>> taken;
    std::erase_if(owner.cursors, [&](auto& entry) {
        if (!goes(entry.second)) return false;
        taken.push_back(std::move(entry.second.cursor));
        return true;
    });
    return taken;
}

void Sessions::open_database(JET_SESID session, JET_DBID dbid) {
    const std::lock_guard hold(mutex_);
    find(session).databases.insert(dbid);
}

void Sessions::close_database(JET_SESID session, JET_DBID dbid) {
    std::vector<std::shared_ptr<Cursor>> closed;
    const std::lock_guard hold(mutex_);
    Session& owner = find(session);
    const auto open = owner.databases.find(dbid);
    if (open == owner.databases.end()) not_open();
    owner.databases.erase(open);
    if (!owner.databases.contains(dbid))
        closed = take_cursors(owner, [&](const OpenCursor& cursor) { return cursor.dbid == dbid; });
}

void Sessions::require_open(JET_SESID session, JET_DBID dbid) const {
    const std::lock_guard hold(mutex_);
    if (!find(session).databases.contains(dbid)) not_open();
}

bool Sessions::is_open_in_any(JET_DBID dbid) const {
    const std::lock_guard hold(mutex_);
    return std::ranges::any_of(sessions_, [&](const auto& entry) { return entry.second.databases.contains(dbid); });
}

bool Sessions::has_other_open(JET_SESID session, JET_DBID dbid) const {
    const std::lock_guard hold(mutex_);
    return std::ranges::any_of(find(session).databases, [&](JET_DBID open) { return open != dbid; });
}

JET_TABLEID Sessions::add_cursor(JET_SESID session, JET_DBID dbid, std::shared_ptr<Cursor> cursor) {
    const std::lock_guard hold(mutex_);
    Session& owner = find(session);
    const JET_TABLEID handle = next_table_handle();
    owner.cursors[handle] = {std::move(cursor), dbid, owner.transaction->level()};
    return handle;
}

Sessions::OpenCursor Sessions::cursor(JET_SESID session, JET_TABLEID table) const {
    const std::lock_guard hold(mutex_);
    const Session& owner = find(session);
    const auto found = owner.cursors.find(table);
    if (found != owner.cursors.end()) return found->second;
    for (const auto& [other, state] : sessions_)
        if (state.cursors.contains(table))
            throw Error(ErrorKind::usage, JET_errSesidTableIdMismatch, "the cursor belongs to another session");
    throw Error(ErrorKind::usage, JET_errInvalidTableId, "this is no cursor, or one that was closed");
}

void Sessions::close_cursor(JET_SESID session, JET_TABLEID table) {
    const OpenCursor closed = cursor(session, table);
    const std::lock_guard hold(mutex_);
    find(session).cursors.erase(table);
}

std::shared_ptr<Transaction> Sessions::transaction(JET_SESID session) const {
    const std::lock_guard hold(mutex_);
    return find(session).transaction;
}

std::shared_ptr<Transaction> Sessions::transaction_to_begin(JET_SESID session) {
    const std::lock_guard hold(mutex_);
    Session& used = find(session);
    if (used.transaction->level() == 0)
        used.context.outermost_transaction_begins();
    else
        used.context.require_own_transaction();
    return used.transaction;
}

std::shared_ptr<Transaction> Sessions::transaction_to_end(JET_SESID session) const {
    const std::lock_guard hold(mutex_);
    const Session& used = find(session);
    if (used.transaction->level() > 0) used.context.require_own_transaction();
    return used.transaction;
}

void Sessions::set_context(JET_SESID session, JET_API_PTR context) {
    const std::lock_guard hold(mutex_);
    find(session).context.set(context);
}

void Sessions::reset_context(JET_SESID session) {
    const std::lock_guard hold(mutex_);
    find(session).context.reset();
}

void Sessions::require_no_context(JET_SESID session) const {
    const std::lock_guard hold(mutex_);
    if (find(session).context.is_set())
        throw Error(ErrorKind::usage, JET_errSessionInUse,
                    "a thread has the session's context set; JetResetSessionContext there comes first");
}

SessionSettings Sessions::settings(JET_SESID session) const {
    const std::lock_guard hold(mutex_);
    return find(session).settings;
}

void Sessions::set_settings(JET_SESID session, const SessionSettings& settings) {
    const std::lock_guard hold(mutex_);
    find(session).settings = settings;
}

std::vector<std::shared_ptr<Transaction>> Sessions::transactions() const {
    const std::lock_guard hold(mutex_);
    std::vector<std::shared_ptr<Transaction>> list;
    for (const auto& [session, state] : sessions_) list.push_back(state.transaction);
    return list;
}

void Sessions::keep_cursors(JET_SESID session, int level) {
    const std::lock_guard hold(mutex_);
    for (auto& [handle, open] : find(session).cursors) {
        open.level = std::min(open.level, level);
        open.cursor->transaction_ended(level, false);
    }
}

void Sessions::close_cursors_above(JET_SESID session, int level) {
    std::vector<std::shared_ptr<Cursor>> closed;
    const std::lock_guard hold(mutex_);
    Session& owner = find(session);
    closed = take_cursors(owner, [&](const OpenCursor& cursor) { return cursor.level > level; });
    for (auto& [handle, open] : owner.cursors) open.cursor->transaction_ended(level, true);
}

}  // namespace ese::engine
