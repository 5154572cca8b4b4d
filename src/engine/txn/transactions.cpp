#include "engine/txn/transactions.h"

#include <algorithm>

#include "base/error.h"
#include "engine/btree/tree_writer.h"
#include "engine/txn/engine_core.h"
#include "engine/txn/live_changes.h"
#include "esent.h"

namespace ese::engine {

namespace {

constexpr std::uint8_t most_levels = 7;
constexpr std::size_t effort_at_a_time = 256, effort_for_page = 8;  // of cleaning up; 1: for a version that just goes
constexpr TransactionTime clock_step = 4;  // LOG-FORMAT, scalar types

[[noreturn]] void not_in_transaction() {
    throw Error(ErrorKind::usage, JET_errNotInTransaction, "the session is in no transaction");
}

}  // namespace

TransactionTime Transactions::tick() {
    const std::lock_guard hold(clock_mutex_);
    return clock_ += clock_step;
}

TransactionTime Transactions::oldest_begin() const {
    const std::lock_guard hold(clock_mutex_);
    return active_.empty() ? never : *active_.begin();
}

void Transactions::begin(Transaction& transaction, bool read_only) {
    if (transaction.level_ == most_levels)
        throw Error(ErrorKind::usage, JET_errTransTooDeep, "transactions can be nested seven deep");
    enter(transaction, read_only);
}

void Transactions::begin_inner(Transaction& transaction) { enter(transaction, transaction.read_only_ && transaction.level_ > 0); }

void Transactions::enter(Transaction& transaction, bool read_only) {
    if (transaction.level_ == 0) {
        const std::lock_guard hold(clock_mutex_);
        transaction.begun_ = clock_ += clock_step;
        active_.insert(transaction.begun_);
        transaction.read_only_ = read_only;
    }
    ++transaction.level_;
}

void Transactions::logged_begin(const Transaction& transaction) { logged_begins_.insert(transaction.begin_position_); }

std::optional<format::Lgpos> Transactions::oldest_logged_begin() const {
    return logged_begins_.empty() ? std::nullopt : std::optional(*logged_begins_.begin());
}

// Whoever changes things faster than the upkeep thread cleans up does it himself, or the version store would be full.
void Transactions::commit(Transaction& transaction) {
    commit_level(transaction);
    if (transaction.level_ > 0) return;
    while (core_.versions.is_filling() && clean_up()) {
    }
}

void Transactions::commit_level(Transaction& transaction) {
    if (transaction.level_ == 0) not_in_transaction();
    // Whoever has changed nothing needs nobody to wait.
    if (transaction.logged_level_ == 0 && transaction.changes_.empty() && transaction.actions_.empty()) {
        --transaction.level_;
        if (transaction.level_ == 0) {
            const std::lock_guard hold(clock_mutex_);
            active_.erase(active_.find(transaction.begun_));
        }
        return;
    }
    const std::lock_guard hold(core_.latch);
    const auto to_level = static_cast<std::uint8_t>(transaction.level_ - 1);
    format::CommitRecord record;
    record.session = transaction.session_;
    record.to_level = to_level;
    const TransactionTime time = to_level == 0 ? tick() : 0;
    record.trx = static_cast<std::uint32_t>(time);
    record.type = to_level == 0 ? format::LogRecordType::commit0 : format::LogRecordType::commit;
    if (transaction.logged_level_ > to_level) {
        const format::Lgpos position = core_.append(record.serialise());
        if (to_level == 0) transaction.last_commit_ = position;
        transaction.logged_level_ = to_level;
    }
    transaction.level_ = to_level;
    // The newest are of the innermost level: those behind them are not of the one that ends.
    for (auto at = transaction.changes_.rbegin(); at != transaction.changes_.rend(); ++at) {
        Transaction::Change& change = *at;
        if (to_level > 0 && change.level <= to_level) break;
        change.level = to_level;
        if (to_level == 0) {
            core_.versions.committed(change.node, change.rceid, time);
        } else if (NodeVersion* version = core_.versions.find(change.node, change.rceid)) {
            version->change.level = change.level;
        }
    }
    for (auto& action : transaction.actions_) action.level = std::min(action.level, to_level);
    if (to_level != 0) return;
    std::erase_if(transaction.actions_, [](const auto& action) { return action.on_rollback; });
    ended_.push_back({time,
                      {std::make_move_iterator(transaction.changes_.begin()), std::make_move_iterator(transaction.changes_.end())},
                      {std::make_move_iterator(transaction.actions_.begin()), std::make_move_iterator(transaction.actions_.end())}});
    leftovers_ = ended_.size();
    end_outermost(transaction);
}

void Transactions::end_outermost(Transaction& transaction) {
    transaction.changes_.clear();
    transaction.actions_.clear();
    const auto logged = logged_begins_.find(transaction.begin_position_);
    if (transaction.begin_position_ != format::Lgpos{} && logged != logged_begins_.end()) logged_begins_.erase(logged);
    transaction.begin_position_ = {};
    const std::lock_guard hold(clock_mutex_);
    active_.erase(active_.find(transaction.begun_));
}

void Transactions::roll_back(Transaction& transaction, bool all_levels) {
    if (transaction.level_ == 0) not_in_transaction();
    const std::lock_guard hold(core_.latch);
    const auto to_level = static_cast<std::uint8_t>(all_levels ? 0 : transaction.level_ - 1);
    Ended leftovers = undo(transaction, to_level);
    if (transaction.logged_level_ > to_level) {
        core_.append(format::RollbackRecord{transaction.session_,
                                            static_cast<std::uint8_t>(transaction.logged_level_ - to_level)}
                         .serialise());
        transaction.logged_level_ = to_level;
    }
    transaction.level_ = to_level;
    // What goes with the rollback goes when nothing of it is left to be cleaned up there, the newest first.
    const auto gone = std::stable_partition(transaction.actions_.begin(), transaction.actions_.end(),
                                            [&](const auto& action) { return action.level <= to_level; });
    for (auto action = gone; action != transaction.actions_.end(); ++action)
        if (action->on_rollback) leftovers.actions.push_front(std::move(*action));
    transaction.actions_.erase(gone, transaction.actions_.end());
    if (!leftovers.changes.empty() || !leftovers.actions.empty()) ended_.push_back(std::move(leftovers));
    leftovers_ = ended_.size();
    if (to_level == 0) end_outermost(transaction);
}

// The newest change first. A node that was inserted stays, flagged as deleted, until it is cleaned up.
Transactions::Ended Transactions::undo(Transaction& transaction, std::uint8_t to_level) {
    Ended leftovers{tick(), {}, {}};
    while (!transaction.changes_.empty() && transaction.changes_.back().level > to_level) {
        const Transaction::Change change = transaction.changes_.back();
        const NodeVersion* version = core_.versions.find(change.node, change.rceid);
        if (version && version->is_lock) {
            core_.versions.remove(change.node, change.rceid);
        } else if (version) {
            const Version undone = version->change;
            LiveChanges changes(*change.database, transaction);
            TreeWriter(changes, {undone.tree_root, undone.object, undone.unique}).undo(undone);
            if (undone.operation == format::UndoneOperation::insert) {
                leftovers.changes.push_back(change);
                leftovers.changes.back().undone = undone;
            }
        }
        transaction.changes_.pop_back();
    }
    return leftovers;
}

// --- cleaning up

// The version goes. If the change left a node that is flagged as deleted and nobody knows anything more of it, that goes,
// too. Returns what effort it was.
std::size_t Transactions::forget(const Transaction::Change& change) {
    Version what = change.undone;
    if (const NodeVersion* version = core_.versions.find(change.node, change.rceid)) {
        const bool leaves_node = version->change.operation == format::UndoneOperation::flag_delete;
        if (leaves_node) what = version->change;
        core_.versions.remove(change.node, change.rceid);
        if (!leaves_node) return 1;
    }
    if (core_.versions.find(change.node)) return 1;
    LiveChanges changes(*change.database, cleaner_);
    TreeWriter writer(changes, Tree{what.tree_root, what.object, what.unique});
    const auto place = writer.find(what.key, what.data);
    if (place && place->page->view().node(place->line).is_deleted()) writer.erase(what.key, what.data);
    return effort_for_page;
}

void Transactions::run(const Transaction::Action& action) {
    begin(cleaner_, false);
    {
        LiveChanges changes(*action.database, cleaner_);
        action.work(changes);
    }
    commit_cleaner();
}

void Transactions::commit_cleaner() {
    if (cleaner_.logged_level_ > 0) {
        format::CommitRecord record;
        record.session = cleaner_.session_;
        record.trx = static_cast<std::uint32_t>(tick());
        core_.append(record.serialise());
        cleaner_.logged_level_ = 0;
    }
    cleaner_.level_ = 0;
    end_outermost(cleaner_);
}

bool Transactions::clean_up_some(const std::function<bool(const Ended&)>& may_go) {
    const std::lock_guard hold(core_.latch);
    if (ended_.empty() || !may_go(ended_.front())) return false;
    Ended& ended = ended_.front();
    begin(cleaner_, false);
    for (std::size_t effort = 0; effort < effort_at_a_time && !ended.changes.empty();) {
        const Transaction::Change change = std::move(ended.changes.front());
        ended.changes.pop_front();
        effort += forget(change);
    }
    commit_cleaner();
    if (!ended.changes.empty()) return true;
    for (const auto& action : ended.actions) run(action);
    ended_.pop_front();
    leftovers_ = ended_.size();
    return true;
}

bool Transactions::clean_up() {
    const TransactionTime oldest = oldest_begin();
    return clean_up_some([&](const Ended& ended) { return ended.time < oldest; });
}

void Transactions::clean_up_all(LiveDatabase& database) {
    // What lies before it goes too, as far as it may.
    while (clean_up()) {
    }
    const std::lock_guard hold(core_.latch);
    begin(cleaner_, false);
    for (Ended& ended : ended_) {
        for (const auto& change : ended.changes)
            if (change.database == &database) (void)forget(change);
        std::erase_if(ended.changes, [&](const auto& change) { return change.database == &database; });
    }
    commit_cleaner();
    for (Ended& ended : ended_) {
        for (const auto& action : ended.actions)
            if (action.database == &database) run(action);
        std::erase_if(ended.actions, [&](const auto& action) { return action.database == &database; });
    }
}

}  // namespace ese::engine
