#pragma once

// The transactions of a stream as replaying its records finds them: which sessions are in one, and what each has changed
// that can still be undone (LOG-FORMAT 4.4, 5.5).

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "engine/btree/version.h"
#include "format/log/log_record_types.h"
#include "format/log/tree_records.h"

namespace ese::engine {

struct ReplayedSession {
    std::uint8_t level = 0;  // 0: in no transaction
    std::uint32_t trx = 0;
    format::Lgpos begun;  // its Begin0
    std::vector<Version> versions;  // oldest first
    // Records of a change of several pages that is not complete yet, by its dbtime.
    std::map<std::uint64_t, std::vector<std::vector<std::uint8_t>>> macros;
};

class ReplayedSessions : public Versions {
 public:
    // Begin0 ... Rollback, MacroAbort. A record of a session that has not begun a transaction since the replay started
    // changes nothing: its transaction began before, and all that it changed is on the pages.
    void begin(const format::BeginRecord& record, const format::Lgpos& position);
    void commit(const format::CommitRecord& record);
    void rollback(const format::RollbackRecord& record);

    // The session if it is in a transaction, or null.
    ReplayedSession* in_transaction(format::SessionNumber session);
    std::map<format::SessionNumber, ReplayedSession>& all() { return sessions_; }
    bool any_open() const;
    // Of the oldest open transaction.
    std::optional<format::Lgpos> oldest_begin() const;

    void add(format::SessionNumber session, Version version) override;
    // What an UndoInfo record says of a change: fills in what is lacking. Nothing if the change is not one of an open
    // transaction.
    void complete(const format::BookmarkRecord& undo_info);
    std::optional<Version> take(format::SessionNumber session, std::uint32_t rceid) override;

    // Whether pages of this tree have to stay in memory: see Version::only_in_memory.
    bool holds(std::uint8_t dbid, ObjectId object) const { return held_.contains({dbid, object}); }

 private:
    void drop_above(ReplayedSession& session, std::uint8_t level);
    void hold(const Version& version);
    void release(const Version& version);

    std::map<format::SessionNumber, ReplayedSession> sessions_;
    std::map<std::pair<std::uint8_t, ObjectId>, std::size_t> held_;
};

}  // namespace ese::engine
