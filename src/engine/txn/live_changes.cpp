#include "engine/txn/live_changes.h"

#include <algorithm>

#include "base/error.h"
#include "esent.h"

namespace ese::engine {

namespace {

std::uint32_t low_word(TransactionTime time) { return static_cast<std::uint32_t>(time); }

}  // namespace

LiveChanges::LiveChanges(LiveDatabase& database, Transaction& transaction)
    : database_(database), transaction_(transaction), view_(database.core().versions, transaction, database.dbid()) {
    if (database.is_read_only())
        throw Error(ErrorKind::usage, JET_errPermissionDenied, "the database was attached to be read only")
            .in_file(database.file().path());
    if (transaction.level() == 0)
        throw Error(ErrorKind::usage, JET_errNotInTransaction, "nothing can be changed outside of a transaction");
    if (transaction.is_read_only())
        throw Error(ErrorKind::usage, JET_errTransReadOnly, "the transaction was begun to read only");
}

void LiveChanges::log_begins() {
    Transaction& own = transaction_;
    EngineCore& core = database_.core();
    if (own.logged_level_ == own.level_) return;
    format::BeginRecord record;
    record.type = own.logged_level_ == 0 ? format::LogRecordType::begin0 : format::LogRecordType::begin;
    record.session = own.session_;
    record.from_level = own.logged_level_;
    record.levels = static_cast<std::uint8_t>(own.level_ - own.logged_level_);
    record.trx = low_word(own.begun_);
    const format::Lgpos position = core.append(record.serialise());
    if (own.logged_level_ == 0) {
        own.begin_position_ = position;
        if (core.log) core.transactions.logged_begin(own);
    }
    own.logged_level_ = own.level_;
}

ChangeMaker LiveChanges::maker() {
    return {database_,
            database_.cache(),
            *this,
            transaction_.session_,
            database_.dbid(),
            low_word(transaction_.begun_),
            transaction_.level_,
            [this] { return database_.next_dbtime(); },
            [this](ByteView record) { return database_.core().append(record); }};
}

// What is in the log and could not be made must not be followed by anything: a replay would make it.
template <class Work>
void LiveChanges::logged(Work work) {
    log_begins();
    database_.changes_begin_at(transaction_.begin_position_);
    try {
        work();
    } catch (const Error& error) {
        if (database_.core().log) database_.core().log->fail(error.what());
        throw;
    }
}

void LiveChanges::make(Record record) {
    logged([&] { maker().make(std::move(record)); });
}

void LiveChanges::make_together(std::vector<Record> records) {
    // A replay that finds the change on the page that the nodes leave does not learn what they were before.
    for (const Record& record : records)
        database_.log_undo_information(database_.cache().page(format::PageHead::parse(record).page));
    logged([&] { maker().make_together(std::move(records)); });
}

void LiveChanges::grow_file(PageNumber last) {
    EngineCore& core = database_.core();
    if (database_.most_pages() != 0 && last.value() > database_.most_pages())
        throw Error(JET_errOutOfDatabaseSpace, "the database may have " + std::to_string(database_.most_pages()) +
                                                   " pages, and " + std::to_string(last.value()) + " are needed")
            .in_file(database_.file().path());
    if (core.log) core.log->append_and_flush(format::ExtendDbRecord{database_.dbid(), last}.serialise());
    os::File& file = database_.file().file();
    const std::uint64_t needed = page_offset(last, page_bytes()) + page_bytes();
    if (file.size() < needed) file.resize(needed);
}

// A page is also held where a change that shrank a node may be taken back: the node must find its old size again.
std::size_t LiveChanges::reserved_bytes(const Tree& tree, const format::PageView& page) const {
    const VersionStore& store = database_.core().versions;
    if (!store.has_shrunk(database_.dbid(), tree.object)) return 0;
    std::size_t reserved = 0;
    for (std::size_t line = 0; line < page.node_count(); ++line) {
        const format::Node node = page.node(line);
        const auto* chain = store.find(NodeName::of(database_.dbid(), tree, node));
        if (!chain) continue;
        std::size_t most = node.data.size();
        for (const NodeVersion& version : *chain)
            if (version.owner && version.change.operation == format::UndoneOperation::replace)
                most = std::max(most, version.change.before_image.size());
        reserved += most - node.data.size();
    }
    return reserved;
}

void LiveChanges::add(format::SessionNumber, Version version) {
    NodeName node = NodeName::of(version);
    transaction_.changes_.push_back({&database_, node, version.rceid, version.level});
    versions().add(node, {std::move(version), &transaction_, never, false, false});
}

std::optional<Version> LiveChanges::take(format::SessionNumber, std::uint32_t rceid) {
    const auto change =
        std::find_if(transaction_.changes_.rbegin(), transaction_.changes_.rend(),
                     [&](const Transaction::Change& one) { return one.rceid == rceid && one.database == &database_; });
    if (change == transaction_.changes_.rend()) return std::nullopt;
    NodeVersion* version = versions().find(change->node, rceid);
    if (!version) return std::nullopt;
    Version taken = version->change;
    versions().remove(change->node, rceid);
    return taken;
}

void LiveChanges::lock(const Tree& tree, ByteView key) {
    Version version;
    version.rceid = versions().next_rceid();
    version.level = transaction_.level_;
    version.dbid = database_.dbid();
    version.tree_root = tree.root;
    version.object = tree.object;
    version.unique = tree.unique_keys;
    version.key.assign(key.begin(), key.end());
    const NodeName node = NodeName::of(version);
    transaction_.changes_.push_back({&database_, node, version.rceid, version.level});
    versions().add(node, {std::move(version), &transaction_, never, true, true});
}

void LiveChanges::add_action(std::function<void(TreeChanges&)> work, bool on_rollback) {
    transaction_.actions_.push_back({&database_, transaction_.level_, on_rollback, std::move(work)});
}

}  // namespace ese::engine
