#include "engine/recovery/rollback.h"

#include "base/error.h"
#include "engine/btree/search.h"
#include "engine/btree/node_change.h"
#include "esent.h"

namespace ese::engine {

using format::LogRecordType;

namespace {

std::vector<std::uint8_t> undo_record(format::SessionNumber session, const ReplayedSession& state,
                                      const Version& version, const NodePlace& place, std::uint64_t dbtime) {
    format::BookmarkRecord record;
    record.head.page.type = LogRecordType::undo;
    record.head.page.session = session;
    record.head.page.dbid = version.dbid;
    record.head.page.page = place.page->number();
    record.head.page.dbtime = dbtime;
    record.head.page.dbtime_before = place.page->view().dbtime();
    record.head.page.trx = state.trx;
    record.head.page.level = state.level;
    record.head.page.line = static_cast<std::uint16_t>(place.line);
    record.head.page.flags = version.unique ? format::PageHead::flag_unique : std::uint8_t{0};
    record.head.rceid = version.rceid;
    record.head.tree_root = version.tree_root;
    record.head.object = version.object;
    record.bookmark_key = version.key;
    record.bookmark_data = version.data;
    record.operation = version.operation;
    return record.serialise();
}

void take_back_one(RecoveringDatabase& database, LogWriter& log, format::SessionNumber session,
                   const ReplayedSession& state, const Version& version) {
    const auto tree = [&] { return "the tree with the root page " + std::to_string(version.tree_root.value()); };
    if (!version.complete)
        throw Error(ErrorKind::damage, JET_errDatabaseCorrupted,
                    "an open transaction has changed " + tree() + ", and no log says what was there before");
    const auto place =
        find_node(database.cache(), version.tree_root, version.key, version.data, version.unique);
    if (!place)
        throw Error(ErrorKind::damage, JET_errDatabaseCorrupted,
                    "an open transaction has changed a node of " + tree() + " that is not there");
    const std::uint64_t dbtime = database.next_dbtime();
    const format::Lgpos position = log.append(undo_record(session, state, version, *place, dbtime));
    format::PageWriter writer(place->page->change(position));
    take_back(writer, place->page->number(), place->line, version);
    writer.set_dbtime(dbtime);
}

void roll_back(Redo& redo, LogWriter& log, format::SessionNumber session, ReplayedSession& state) {
    for (const auto& [dbtime, records] : state.macros)
        log.append(format::MacroRecord{LogRecordType::macro_abort, session, dbtime}.serialise());
    state.macros.clear();
    while (!state.versions.empty()) {
        const std::uint32_t rceid = state.versions.back().rceid;
        const auto attached = redo.attached().find(state.versions.back().dbid);
        if (attached != redo.attached().end() && attached->second.database) {
            RecoveringDatabase& database = *attached->second.database;
            try {
                take_back_one(database, log, session, state, state.versions.back());
            } catch (Error& error) {
                error.set_file(database.path());
                throw;
            }
            (void)redo.sessions().take(session, rceid);
            database.cache().trim();
        } else {
            (void)redo.sessions().take(session, rceid);
        }
    }
    log.append(format::RollbackRecord{session, state.level}.serialise());
    state.level = 0;
}

}  // namespace

void roll_back_open_transactions(Redo& redo, LogWriter& log) {
    for (auto& [session, state] : redo.sessions().all())
        if (state.level > 0) roll_back(redo, log, session, state);
}

format::Lgpos end_recovery(Redo& redo, LogWriter& log, const format::Lgpos& redo_from, bool is_restore) {
    redo.set_flush_log([&log](const format::Lgpos&) { log.flush(); });
    format::RunEndRecord quit;
    quit.type = LogRecordType::recovery_quit2;
    quit.back = log.append(format::RecoveryUndoRecord{log.now()}.serialise());
    roll_back_open_transactions(redo, log);
    // Everything is on the disk before the log says so.
    for (auto& [dbid, entry] : redo.attached())
        if (entry.database) entry.database->cache().flush();
    redo.become_clean(log.append_and_flush(format::shut_down_mark_record()));
    quit.redo_from = redo_from;
    quit.hard = is_restore;
    quit.time = log.now();
    return log.append(quit.serialise());
}

}  // namespace ese::engine
