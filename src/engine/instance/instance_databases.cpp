// Sessions and databases of an instance: attaching, detaching, opening.

#include <algorithm>
#include <array>

#include "base/error.h"
#include "engine/instance/instance.h"
#include "format/log/log_record_types.h"

namespace ese::engine {

namespace hf = format::header_field;

namespace {

constexpr std::uint8_t highest_dbid = 6;  // LOG-FORMAT, scalar types
// JET_paramCacheSizeMax says less, or more; where nobody has set it, this is the cache of an instance.
constexpr std::size_t default_cache_bytes = std::size_t{256} << 20;
constexpr std::uint64_t any_cache_size = std::uint64_t{1} << 40;  // pages; a value that stands for no limit
constexpr std::uint64_t least_cache_pages = 64;                   // a split needs a handful at a time

// From this log version on every attach is followed by the database's version (LOG-FORMAT 7.4).
constexpr std::uint32_t first_update_with_set_version = 6;

}  // namespace

void Instance::begin_session(JET_SESID session) {
    SessionSettings settings;
    settings.commit_default = static_cast<JET_GRBIT>(parameters_.number(JET_paramCommitDefault));
    sessions_.begin(session, parameters_.number(JET_paramMaxSessions), settings);
}

void Instance::end_session(JET_SESID session) {
    sessions_.require_no_context(session);
    const auto transaction = sessions_.transaction(session);
    if (transaction->level() > 0) core_->transactions.roll_back(*transaction, true);
    sessions_.end(session);
}

void Instance::begin_transaction(JET_SESID session, bool read_only) {
    core_->transactions.begin(*sessions_.transaction_to_begin(session), read_only);
}

std::optional<format::Lgpos> Instance::commit_transaction(JET_SESID session, bool durable) {
    const auto transaction = sessions_.transaction_to_end(session);
    const format::Lgpos before = transaction->last_commit();
    core_->transactions.commit(*transaction);
    sessions_.keep_cursors(session, transaction->level());
    if (transaction->level() > 0) return std::nullopt;
    const bool is_logged = transaction->last_commit() != before;
    if (is_logged && durable) {
        log_->flush_to(transaction->last_commit());
        tell_what_is_durable();
    }
    if (is_logged || core_->transactions.has_leftovers()) upkeep_->wake();
    return is_logged ? std::optional(transaction->last_commit()) : std::nullopt;
}

void Instance::wait_for_commits(JET_SESID session, bool of_all_sessions) {
    if (!log_) return;
    if (of_all_sessions)
        log_->flush();
    else if (const auto last = sessions_.transaction(session)->last_commit(); last != format::Lgpos{})
        log_->flush_to(last);
    tell_what_is_durable();
}

void Instance::begin_new_log() {
    if (log_) log_->roll();
}

void Instance::roll_back(JET_SESID session, bool all_levels) {
    const auto transaction = sessions_.transaction_to_end(session);
    if (transaction->level() > 0) sessions_.close_cursors_above(session, all_levels ? 0 : transaction->level() - 1);
    core_->transactions.roll_back(*transaction, all_levels);
    upkeep_->wake();
}

bool Instance::clean_up_versions() {
    bool any = false;
    while (core_->transactions.clean_up()) any = true;
    return any;
}

// Whatever is open when the instance ends was not committed.
void Instance::end_transactions() {
    for (const auto& transaction : sessions_.transactions())
        if (transaction->level() > 0) core_->transactions.roll_back(*transaction, true);
    for (const auto& live : live_databases())
        if (!live->is_read_only()) core_->transactions.clean_up_all(*live);
}

std::vector<std::shared_ptr<LiveDatabase>> Instance::live_databases() const {
    const std::lock_guard hold(databases_mutex_);
    std::vector<std::shared_ptr<LiveDatabase>> list;
    for (const auto& [dbid, live] : live_) list.push_back(live);
    return list;
}

std::shared_ptr<LiveDatabase> Instance::live_database(JET_SESID session, JET_DBID dbid) const {
    sessions_.require_open(session, dbid);
    const std::lock_guard hold(databases_mutex_);
    return live_.at(static_cast<std::uint8_t>(dbid));
}

// All databases of an instance share what JET_paramCacheSizeMax allows.
void Instance::share_cache() {
    const auto all = live_databases();
    const std::uint64_t asked = parameters_.number(JET_paramCacheSizeMax);
    const std::uint32_t page_bytes = parameters_.page_bytes();
    const std::size_t bytes =
        asked >= any_cache_size ? default_cache_bytes : std::max<std::size_t>(asked, least_cache_pages) * page_bytes;
    const std::lock_guard hold(core_->latch);
    for (const auto& live : all) live->cache().set_budget(bytes / all.size());
}

std::vector<Database*> Instance::logged_databases() const {
    const std::lock_guard hold(databases_mutex_);
    std::vector<Database*> list;
    for (const auto& [dbid, database] : databases_)
        if (!database->is_read_only()) list.push_back(database.get());
    return list;
}

std::vector<std::string> Instance::attached_paths() const {
    const std::lock_guard hold(databases_mutex_);
    std::vector<std::string> paths;
    for (const auto& [dbid, database] : databases_)
        if (!database->is_read_only()) paths.push_back(database->path());
    return paths;
}

bool Instance::attach(const std::string& path, bool read_only, std::uint32_t most_pages) {
    const std::lock_guard structure(structure_mutex_);
    if (backup_ && backup_->in_progress())
        throw Error(ErrorKind::busy, JET_errBackupInProgress,
                    "no database can be attached while a backup is in progress")
            .in_file(path);
    const std::string full_path = files_.absolute(path);
    const auto dbid = free_number_for(full_path);
    if (!dbid) return false;
    auto database = std::make_shared<Database>(files_, clock_, full_path, *dbid, read_only, parameters_.page_bytes());
    const auto signature = database->header().get(hf::database_signature);
    for (const Database* other : logged_databases())
        if (other->header().get(hf::database_signature) == signature)
            throw Error(JET_errDatabaseSignInUse, "a copy of this database is attached as " + other->path())
                .in_file(full_path);
    if (log_ && !read_only) {
        require_room_in_attach_list(*dbid, full_path);
        log_attach(database);
    } else {
        if (!read_only) database->attach(std::nullopt);
        enter_database(std::move(database));
    }
    limit_pages(*dbid, most_pages);
    share_cache();
    return true;
}

void Instance::limit_pages(std::uint8_t dbid, std::uint32_t most_pages) {
    const auto live = [&] {
        const std::lock_guard hold(databases_mutex_);
        return live_.at(dbid);
    }();
    const std::lock_guard hold(core_->latch);
    live->limit_pages(most_pages);
}

std::optional<std::uint8_t> Instance::free_number_for(const std::string& full_path) const {
    const std::lock_guard hold(databases_mutex_);
    std::uint8_t dbid = 1;
    for (const auto& [taken, database] : databases_)
        if (database->path() == full_path) return std::nullopt;
    while (databases_.contains(dbid)) ++dbid;
    if (dbid > highest_dbid)
        throw Error(JET_errTooManyAttachedDatabases,
                    "six databases are attached already, the most that one instance can have")
            .in_file(full_path);
    return dbid;
}

// Every log header holds the list; one that did not fit would end the log when it rolls.
void Instance::require_room_in_attach_list(std::uint8_t dbid, const std::string& path) const {
    std::vector<format::AttachInfo> list = attach_list(log_->tip());
    format::AttachInfo& added = list.emplace_back();
    added.dbid = dbid;
    added.set_path(path_for_log(path));
    std::array<std::uint8_t, format::attach_list_bytes> area{};
    if (!format::write_attach_list(list, area))
        throw Error(JET_errTooManyAttachedDatabases,
                    "the paths of the attached databases are too long to be kept together in a log header")
            .in_file(path);
}

void Instance::enter_database(std::shared_ptr<Database> database) {
    auto live = std::make_shared<LiveDatabase>(*core_, database, default_cache_bytes);
    const std::lock_guard hold(databases_mutex_);
    live_tables_[database->dbid()] = std::make_shared<LiveTables>(live);
    live_[database->dbid()] = std::move(live);
    databases_[database->dbid()] = std::move(database);
}

void Instance::drop_database(std::uint8_t dbid) {
    const std::lock_guard hold(databases_mutex_);
    live_tables_.erase(dbid);
    live_.erase(dbid);
    databases_.erase(dbid);
}

// The pages of a database that nobody changes any more, and what its header says of them.
void Instance::write_everything(LiveDatabase& live) {
    if (live.is_read_only()) return;
    live.write_pages(~std::size_t{0}, std::nullopt);
    live.file().set_counters(live.dbtime(), live.last_object());
}

// The record holds what the header said until now: with it redo can tell whether a file that it finds is the one that
// was attached (LOG-FORMAT 4.3).
void Instance::log_attach(const std::shared_ptr<Database>& database) {
    const format::DatabaseHeader before = database->header();
    format::AttachDbRecord record;
    record.session = Transactions::system_session;
    record.dbid = database->dbid();
    record.consistent = before.get(hf::consistent_lgpos);
    record.database = before.get(hf::database_signature);
    record.log = before.get(hf::log_signature);
    record.path = path_for_log(database->path());
    log_->append_and_flush(record.serialise(), [&](const LogWriter::Appended& appended) {
        database->attach(StreamPlace{stream_, appended.position, appended.generation_created});
        enter_database(database);
    });
    if (log_->version().update >= first_update_with_set_version) {
        const format::DatabaseVersion version = before.version();
        log_->append_and_flush(
            format::SetDbVersionRecord{record.dbid, version.major, version.update_major, version.update_minor}
                .serialise());
    }
}

void Instance::detach(const std::string& path) {
    const std::lock_guard structure(structure_mutex_);
    const std::string full_path = files_.absolute(path);
    std::uint8_t dbid = 0;
    {
        const std::lock_guard hold(databases_mutex_);
        for (const auto& [number, database] : databases_)
            if (database->path() == full_path) dbid = number;
    }
    if (dbid == 0) throw Error(JET_errDatabaseNotFound, "this database is not attached").in_file(path);
    detach_one(dbid);
}

void Instance::detach_all() {
    const std::lock_guard structure(structure_mutex_);
    for (std::uint8_t dbid = 1; dbid <= highest_dbid; ++dbid)
        if (database(dbid)) detach_one(dbid);
}

void Instance::detach_one(std::uint8_t dbid) {
    if (backup_ && backup_->in_progress())
        throw Error(ErrorKind::busy, JET_errBackupInProgress,
                    "no database can be detached while a backup is in progress");
    std::shared_ptr<Database> database;
    {
        const std::lock_guard hold(databases_mutex_);
        if (sessions_.is_open_in_any(dbid))
            throw Error(JET_errDatabaseInUse, "a session has the database open").in_file(databases_.at(dbid)->path());
        database = databases_.at(dbid);
    }
    std::shared_ptr<LiveTables> tables;  // goes last: with a table the program's callback may be called
    const auto live = [&] {
        const std::lock_guard hold(databases_mutex_);
        tables = live_tables_.at(dbid);
        return live_.at(dbid);
    }();
    {
        const std::lock_guard hold(defragmentation_mutex_);
        defragmentations_.erase(dbid);
    }
    if (!database->is_read_only()) core_->transactions.clean_up_all(*live);
    write_everything(*live);
    if (!log_ || database->is_read_only()) {
        if (!database->is_read_only()) database->become_clean({});
        return drop_database(dbid);
    }
    format::DetachDbRecord record;
    record.session = Transactions::system_session;
    record.dbid = dbid;
    record.path = path_for_log(database->path());
    log_->append_and_flush(record.serialise(), [&](const LogWriter::Appended& appended) {
        database->become_clean(appended.position);
        drop_database(dbid);
    });
    advance_checkpoint();
}

JET_DBID Instance::open(JET_SESID session, const std::string& path) {
    const std::string full_path = files_.absolute(path);
    const std::lock_guard hold(databases_mutex_);
    for (const auto& [dbid, database] : databases_) {
        if (database->path() != full_path) continue;
        if (parameters_.number(JET_paramOneDatabasePerSession) != 0 && sessions_.has_other_open(session, dbid))
            throw Error(ErrorKind::usage, JET_errOneDatabasePerSession,
                        "the session has another database open (JET_paramOneDatabasePerSession)")
                .in_file(path);
        sessions_.open_database(session, dbid);
        return dbid;
    }
    throw Error(JET_errDatabaseNotFound, "this database is not attached").in_file(path);
}

void Instance::close(JET_SESID session, JET_DBID dbid) { sessions_.close_database(session, dbid); }

std::shared_ptr<LiveTables> Instance::live_tables(JET_SESID session, JET_DBID dbid) const {
    sessions_.require_open(session, dbid);
    const std::lock_guard hold(databases_mutex_);
    return live_tables_.at(static_cast<std::uint8_t>(dbid));
}

std::shared_ptr<const Database> Instance::database(JET_DBID dbid) const {
    const std::lock_guard hold(databases_mutex_);
    const auto found = databases_.find(static_cast<std::uint8_t>(dbid));
    return dbid > highest_dbid || found == databases_.end() ? nullptr : found->second;
}

}  // namespace ese::engine
