// Creating databases (LOG-FORMAT 4.3, DATABASE-FORMAT 4.1).

#include "base/error.h"
#include "engine/database/created_database.h"
#include "engine/instance/instance.h"
#include "engine/table/compact.h"
#include "engine/table/new_database.h"

namespace ese::engine {

JET_DBID Instance::create(JET_SESID session, const std::string& path, bool overwrite, std::uint32_t most_pages) {
    const std::lock_guard structure(structure_mutex_);
    if (backup_ && backup_->in_progress())
        throw Error(ErrorKind::busy, JET_errBackupInProgress,
                    "no database can be created while a backup is in progress")
            .in_file(path);
    const auto transaction = sessions_.transaction(session);
    if (transaction->level() > 0)
        throw Error(ErrorKind::usage, JET_errInTransaction, "a database can't be created in a transaction")
            .in_file(path);
    const std::string full_path = files_.absolute(path);
    const auto dbid = free_number_for(full_path);
    if (!dbid) throw Error(ErrorKind::usage, JET_errDatabaseDuplicate, "this database is attached").in_file(full_path);
    make_room_for_file(full_path, overwrite);
    if (log_) require_room_in_attach_list(*dbid, full_path);
    try {
        const format::Signature signature = new_signature(clock_);
        write_database_shell(files_, clock_, full_path, parameters_.page_bytes(), signature,
                             log_ ? stream_ : format::Signature{});
        // Before the log names the new one: a replay must not take the old one for it.
        files_.remove(full_path);
        files_.sync_directory(os::directory_of(full_path));
        enter_created(*dbid, full_path, signature);
        fill_created(*dbid, *transaction, most_pages);
    } catch (...) {
        try {
            abandon_created(*dbid, full_path);
        } catch (const Error&) {
            // What made it fail is told.
        }
        throw;
    }
    sessions_.open_database(session, *dbid);
    return *dbid;
}

void Instance::make_room_for_file(const std::string& path, bool overwrite) {
    const std::string directory = os::directory_of(path);
    if (parameters_.number(JET_paramCreatePathIfNotExist) != 0) files_.make_directory(directory);
    const auto info = files_.info(directory);
    if (!info || !info->is_directory)
        throw Error(ErrorKind::usage, JET_errInvalidPath, "there is no such directory").in_file(directory);
    const auto file = files_.info(path);
    if (!file) return;
    if (!overwrite || !file->is_regular)
        throw Error(ErrorKind::usage, JET_errDatabaseDuplicate, "there is such a file already").in_file(path);
    // Another process may have it.
    if (!files_.open(path, os::OpenMode::read_write)->try_lock(true))
        throw Error(ErrorKind::busy, JET_errFileAccessDenied, "another process has the database attached")
            .in_file(path);
}

// The file gets its name when the log says that it is being created, so that a replay knows what to do with it.
void Instance::enter_created(std::uint8_t dbid, const std::string& path, const format::Signature& signature) {
    const auto enter = [&](const std::optional<StreamPlace>& place) {
        const auto database = Database::create(files_, clock_, path, dbid, parameters_.page_bytes());
        database->attach(place);
        enter_database(database);
    };
    if (!log_) return enter(std::nullopt);
    format::CreateDbRecord record;
    record.session = Transactions::system_session;
    record.dbid = dbid;
    record.database = signature;
    record.path = path_for_log(path);
    log_->append_and_flush(record.serialise(), [&](const LogWriter::Appended& appended) {
        enter(StreamPlace{stream_, appended.position, appended.generation_created});
    });
}

void Instance::fill_created(std::uint8_t dbid, Transaction& transaction, std::uint32_t most_pages) {
    share_cache();
    const auto [live, tables] = [&] {
        const std::lock_guard hold(databases_mutex_);
        return std::pair(live_.at(dbid), live_tables_.at(dbid));
    }();
    LiveDatabase& database = *live;
    database.limit_pages(most_pages);
    fill_new_database(*tables, transaction, pages_of_new_database(core_->growth_pages));
    if (!log_) return;
    // The original has this in front of the system tables; here they belong to what is there as a whole or not at all.
    log_->append_and_flush(format::CreateDbFinishRecord{Transactions::system_session, dbid}.serialise());
    live->file().creation_finished();
}

// No trace is left but in the log: a replay makes the database up to where it failed, and removes it.
void Instance::abandon_created(std::uint8_t dbid, const std::string& path) {
    remove_database_shell(files_, path);
    if (!database(dbid)) return;
    drop_database(dbid);
    files_.remove(path);
    files_.sync_directory(os::directory_of(path));
}

void Instance::compact(JET_SESID session, const std::string& source, const std::string& copy,
                       const std::function<void(std::uint32_t done, std::uint32_t all)>& copied) {
    const JET_DBID from = open(session, source);
    JET_DBID to = JET_dbidNil;
    const auto end = [&] {
        close(session, from);
        if (to == JET_dbidNil) return;
        close(session, to);
        detach(copy);
    };
    try {
        to = create(session, copy, false, 0);
        const auto transaction = sessions_.transaction(session);
        engine::compact(*live_tables(session, from), *live_tables(session, to), *transaction, copied);
    } catch (...) {
        try {
            end();
            if (to != JET_dbidNil) files_.remove(files_.absolute(copy));
        } catch (const Error&) {
            // What made it fail is told; what is left of the copy lies under its name, detached or attached.
        }
        throw;
    }
    end();
}

}  // namespace ese::engine
