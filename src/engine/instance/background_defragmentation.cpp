// Defragmentation in the background.

#include "base/error.h"
#include "engine/instance/instance.h"

namespace ese::engine {

bool Instance::start_defragmentation(JET_SESID session, JET_DBID dbid, DefragmentationRequest request) {
    auto tables = live_tables(session, dbid);
    if (tables->database().is_read_only())
        throw Error(ErrorKind::usage, JET_errDatabaseFileReadOnly, "the database was attached to be read only");
    {
        const std::lock_guard hold(defragmentation_mutex_);
        const auto number = static_cast<std::uint8_t>(dbid);
        if (!defragmentations_.try_emplace(number, std::move(tables), std::move(request)).second) return false;
    }
    upkeep_->wake();
    return true;
}

bool Instance::stop_defragmentation(JET_SESID session, JET_DBID dbid) {
    sessions_.require_open(session, dbid);
    const std::lock_guard hold(defragmentation_mutex_);
    return defragmentations_.erase(static_cast<std::uint8_t>(dbid)) != 0;
}

// True if there is more to do at once.
bool Instance::defragment_some() {
    const std::lock_guard hold(defragmentation_mutex_);
    Transaction transaction(Transactions::defragmenting_session);
    for (auto at = defragmentations_.begin(); at != defragmentations_.end();)
        at = at->second.step(transaction) ? std::next(at) : defragmentations_.erase(at);
    return !defragmentations_.empty();
}

}  // namespace ese::engine
