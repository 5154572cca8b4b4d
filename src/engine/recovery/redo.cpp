#include "engine/recovery/redo.h"

#include <algorithm>

#include "base/error.h"
#include "base/utf.h"
#include "engine/database/database.h"
#include "engine/recovery/attach_decision.h"
#include "engine/database/created_database.h"
#include "engine/btree/tree_change.h"
#include "esent.h"
#include "format/log/log_record_types.h"

namespace ese::engine {

using format::LogRecordEffect;
using format::LogRecordType;
namespace hf = format::header_field;

namespace {

// A record that only a live, older or newer engine has a use for, and one that would change a database in a way that is
// not known here.
[[noreturn]] void not_known() {
    throw Error(JET_errFeatureNotAvailable, "records of this type can't be replayed by this version");
}

bool is_about_one_node(LogRecordType type) {
    switch (type) {
        case LogRecordType::create_multiple_extent_fdp:
        case LogRecordType::create_single_extent_fdp:
        case LogRecordType::convert_fdp2:
        case LogRecordType::new_page:
        case LogRecordType::empty_tree:
        case LogRecordType::page_move: return false;
        default: return true;
    }
}

}  // namespace

void Redo::set_last_generation(Generation generation, const format::LogTime& created) {
    surroundings_.last_generation = generation;
    surroundings_.last_generation_created = created;
}

void Redo::replay(const format::LogRecord& record) {
    try {
        dispatch(record);
    } catch (Error& error) {
        throw Error(error.kind(), error.jet(),
                    "replaying " + std::string(format::record_name(record.type)) + " at " +
                        record.position.to_string() + ": " + error.message())
            .in_file(error.file());
    }
    for (auto& [dbid, entry] : attached_)
        if (entry.database) entry.database->cache().trim();
}

void Redo::dispatch(const format::LogRecord& record) {
    switch (record.type) {
        case LogRecordType::init:
        case LogRecordType::init2:
            if (sessions_.any_open())
                throw Error(ErrorKind::damage, JET_errLogFileCorrupt,
                            "a run begins while transactions of the one before are open");
            return;
        case LogRecordType::term:
        case LogRecordType::term2:
        case LogRecordType::recovery_quit:
        case LogRecordType::recovery_quit2: return end_run(false);
        case LogRecordType::recovery_quit_keep_attachments: return end_run(true);
        case LogRecordType::shut_down_mark:
            last_shut_down_mark_ = record.position;
            // Its header was reached before the run was interrupted.
            std::erase_if(attached_, [&](const auto& entry) { return entry.second.consistent_later == record.position; });
            return;
        default: break;
    }
    switch (format::effect_of(record.type)) {
        case LogRecordEffect::none:
        case LogRecordEffect::stream: return;
        case LogRecordEffect::transaction: return replay_transaction_record(record);
        case LogRecordEffect::database:
        case LogRecordEffect::size: return replay_database_record(record);
        case LogRecordEffect::pages: return replay_page_record(record);
    }
}

// --- transactions

void Redo::replay_transaction_record(const format::LogRecord& record) {
    switch (record.type) {
        case LogRecordType::begin:
        case LogRecordType::begin0: return sessions_.begin(format::BeginRecord::parse(record.bytes), record.position);
        case LogRecordType::commit:
        case LogRecordType::commit0: return sessions_.commit(format::CommitRecord::parse(record.bytes));
        case LogRecordType::rollback: return sessions_.rollback(format::RollbackRecord::parse(record.bytes));
        case LogRecordType::undo_info: return sessions_.complete(format::BookmarkRecord::parse(record.bytes));
        case LogRecordType::macro_begin:
        case LogRecordType::macro_abort:
        case LogRecordType::macro_commit: {
            const auto macro = format::MacroRecord::parse(record.bytes);
            ReplayedSession* session = sessions_.in_transaction(macro.session);
            if (session == nullptr) return;
            if (record.type == LogRecordType::macro_begin) {
                session->macros[macro.dbtime].clear();
            } else if (record.type == LogRecordType::macro_commit) {
                commit_macro(macro, record.position);
            } else {
                session->macros.erase(macro.dbtime);
            }
            return;
        }
        default: not_known();
    }
}

void Redo::commit_macro(const format::MacroRecord& macro, const format::Lgpos& position) {
    ReplayedSession& session = *sessions_.in_transaction(macro.session);
    const auto found = session.macros.find(macro.dbtime);
    if (found == session.macros.end())
        throw Error(ErrorKind::damage, JET_errLogFileCorrupt, "a change of several pages ends that has not begun");
    const auto kept = std::move(found->second);
    session.macros.erase(found);
    if (kept.empty()) return;
    const auto dbid = format::dbid_of(kept.front());
    std::vector<ByteView> records;
    for (const auto& record : kept) {
        if (format::dbid_of(record) != dbid) not_known();
        records.emplace_back(record);
    }
    if (RecoveringDatabase* target = database(dbid.value_or(0), position))
        apply_macro({*target, sessions_, position}, records);
}

// --- pages

void Redo::replay_page_record(const format::LogRecord& record) {
    switch (record.type) {
        case LogRecordType::shrink_db:
        case LogRecordType::shrink_db2:
        case LogRecordType::shrink_db3:
        case LogRecordType::trim_db: return replay_removal(record);
        default: break;
    }
    const auto dbid = format::dbid_of(record.bytes);
    const auto session_number = format::session_of(record.bytes);
    if (!dbid || !session_number) not_known();
    RecoveringDatabase* target = database(*dbid, record.position);
    ReplayedSession* session = sessions_.in_transaction(*session_number);
    const auto head = format::record_layout(record.bytes).head;
    const bool has_page_head = head == format::LogRecordHead::page || head == format::LogRecordHead::node;
    const bool begins_root_move = record.type == LogRecordType::root_page_move;
    const std::uint64_t dbtime = has_page_head      ? format::PageHead::parse(record.bytes).dbtime
                                 : begins_root_move ? format::record_field(record.bytes, "dbtimeAfter").value_or(0)
                                                    : 0;
    if (session == nullptr) {
        // Its transaction began before the replay, so all that it changed is on the pages (LOG-FORMAT 5.3).
        if (target != nullptr && dbtime != 0) target->note_dbtime(dbtime);
        return;
    }
    if (dbtime != 0) {
        if (const auto macro = session->macros.find(dbtime); macro != session->macros.end()) {
            macro->second.emplace_back(record.bytes.begin(), record.bytes.end());
            return;
        }
    }
    if (target == nullptr) return;
    const ChangeTarget target_of_record{*target, sessions_, record.position};
    if (is_about_one_node(record.type)) {
        apply_node_record(target_of_record, record.bytes);
    } else {
        apply_tree_record(target_of_record, record.bytes);
    }
}

// Pages that belong to nobody go: at the end of the file, or from the middle of it.
void Redo::replay_removal(const format::LogRecord& record) {
    RecoveringDatabase* target = database(format::dbid_of(record.bytes).value_or(0), record.position);
    if (target == nullptr) return;
    const auto number = [&](std::string_view name) {
        return static_cast<std::uint32_t>(format::record_field(record.bytes, name).value_or(0));
    };
    if (record.type == LogRecordType::trim_db) {
        // Nothing is wiped. What a transaction that began before the replay did to these pages later on is not replayed,
        // because it is on them.
        target->forget_unresolved(PageNumber(number("pgnoStartZeroes")), number("cpgZeroLength"));
    } else {
        target->shrink_to(PageNumber(number("pgnoLast")), record.position);
    }
}

// --- databases

RecoveringDatabase* Redo::database(std::uint8_t dbid, const format::Lgpos& position) {
    const auto found = attached_.find(dbid);
    if (found == attached_.end() || !found->second.database) return nullptr;
    RecoveringDatabase* database = found->second.database.get();
    return database->is_behind_attach(position) ? database : nullptr;
}

void Redo::replay_database_record(const format::LogRecord& record) {
    switch (record.type) {
        case LogRecordType::create_db:
            return create_database(format::CreateDbRecord::parse(record.bytes), record.position);
        case LogRecordType::attach_db: {
            const auto logged = format::AttachDbRecord::parse(record.bytes);
            Attached entry{utf16_to_utf8_lossy(logged.path), {}, logged.database, record.position, nullptr, {}, std::nullopt};
            return attach(logged.dbid, std::move(entry), logged.consistent, logged.log, record.position);
        }
        case LogRecordType::detach_db:
            return detach(format::DetachDbRecord::parse(record.bytes).dbid, record.position);
        case LogRecordType::backup2: return stamp_backup(format::BackupRecord::parse(record.bytes), record.position);
        case LogRecordType::signal_attach_db:
        case LogRecordType::re_attach: return;
        default: break;
    }
    const auto dbid = format::dbid_of(record.bytes);
    RecoveringDatabase* target = dbid ? database(*dbid, record.position) : nullptr;
    if (target == nullptr) return;
    switch (record.type) {
        case LogRecordType::create_db_finish: return target->creation_finished();
        case LogRecordType::extend_db:
            return target->grow_to(format::ExtendDbRecord::parse(record.bytes).last, record.position);
        case LogRecordType::set_db_version: {
            const auto version = format::SetDbVersionRecord::parse(record.bytes);
            return target->set_version({version.major, version.update_major, version.update_minor});
        }
        default: not_known();
    }
}

void Redo::attach_listed(const std::vector<format::AttachInfo>& list, const format::Lgpos& start) {
    for (const format::AttachInfo& info : list) {
        Attached entry{utf16_to_utf8_lossy(info.path()), {}, info.database, info.attach, nullptr, {}, std::nullopt};
        attach(info.dbid, std::move(entry), info.consistent, std::nullopt, start);
        if (auto& database = attached_.at(info.dbid).database) {
            database->note_dbtime(info.dbtime);
            database->note_object(info.last_object);
        }
    }
}

void Redo::attach(std::uint8_t dbid, Attached entry, const format::Lgpos& consistent,
                  const std::optional<format::Signature>& logged_stream, const format::Lgpos& now) {
    free_number(dbid);
    entry.path = surroundings_.place_of(entry.logged_path, entry.signature);
    os::FileSystem& files = *surroundings_.files;
    const auto info = entry.path.empty() ? std::nullopt : files.info(entry.path);
    if (!info || !info->is_regular) {
        entry.why_not = entry.path.empty() ? "no place was given for it" : "there is no such file";
        attached_[dbid] = std::move(entry);
        return;
    }
    try {
        auto file = files.open(entry.path, os::OpenMode::read_write);
        if (!file->try_lock(true))
            throw Error(ErrorKind::busy, JET_errFileAccessDenied, "another process has the database attached");
        auto header = read_database_header(*file, JET_errReadVerifyFailure).header;
        const auto decision = decide_attach(header, {surroundings_.stream, entry.signature, entry.position, consistent,
                                                     logged_stream, now});
        entry.why_not = decision.why_not;
        entry.consistent_later = decision.consistent_later;
        if (decision.attach) {
            const Generation required = header.get(hf::max_required);
            if (required > surroundings_.last_generation)
                throw Error(ErrorKind::chain, JET_errRequiredLogFilesMissing,
                            "the database requires the logs up to generation " + format::to_string(required) +
                                ", and the last one that is there is " +
                                format::to_string(surroundings_.last_generation));
            if (header.get(hf::max_committed) > surroundings_.last_generation && !surroundings_.accept_lost_logs)
                throw Error(ErrorKind::chain, JET_errCommittedLogFilesMissing,
                            "transactions were committed up to generation " +
                                format::to_string(header.get(hf::max_committed)) +
                                ", and the last one that is there is " +
                                format::to_string(surroundings_.last_generation));
            const bool is_behind = header.get(hf::attach_lgpos) < entry.position;
            entry.database = open(dbid, entry.path, std::move(file), std::move(header));
            replayed_.push_back(entry.signature);
            if (is_behind) entry.database->attach(entry.position, surroundings_.stream, dbid);
        }
    } catch (Error& error) {
        error.set_file(entry.path);
        throw;
    }
    attached_[dbid] = std::move(entry);
}

void Redo::create_database(const format::CreateDbRecord& record, const format::Lgpos& position) {
    free_number(record.dbid);
    Attached entry{utf16_to_utf8_lossy(record.path), {}, record.database, position, nullptr, {}, std::nullopt};
    os::FileSystem& files = *surroundings_.files;
    entry.path = surroundings_.place_of(entry.logged_path, entry.signature);
    const auto info = entry.path.empty() ? std::nullopt : files.info(entry.path);
    if (info && info->is_regular) {
        const auto file = files.open(entry.path, os::OpenMode::read);
        const auto header = read_database_header(*file, JET_errReadVerifyFailure).header;
        const bool is_same = header.get(hf::log_signature) == surroundings_.stream &&
                             header.get(hf::database_signature) == record.database;
        if (is_same && header.state() == format::DatabaseState::just_created)
            return create_file(record, std::move(entry));
        // What a backup copied while the logs that created it were still needed is patched by now.
        const bool is_dirty = header.state() == format::DatabaseState::dirty_shutdown ||
                              header.state() == format::DatabaseState::dirty_and_patched;
        if (is_same && header.get(hf::attach_lgpos) == position && header.get(hf::consistent_lgpos) < position && is_dirty)
            return attach(record.dbid, std::move(entry), {}, std::nullopt, position);
        const bool is_older = header.get(hf::attach_lgpos) < position && !is_same;
        if (surroundings_.may_be_overwritten(entry.path) &&
            (header.get(hf::log_signature) != surroundings_.stream || is_older))
            return create_file(record, std::move(entry));
        entry.why_not = "it is there already, at another point of the log";
        if (header.get(hf::database_signature) == record.database)
            entry.consistent_later = header.get(hf::consistent_lgpos);
    } else if (surroundings_.is_restore || !can_be_created(files, entry.path)) {
        // A restore brings its databases along (BACKUP-SEMANTICS 5.4).
        entry.why_not = "there is no such file";
    } else {
        return create_file(record, std::move(entry));
    }
    attached_[record.dbid] = std::move(entry);
}

void Redo::create_file(const format::CreateDbRecord& record, Attached entry) {
    try {
        auto file = create_database_file(*surroundings_.files, *surroundings_.clock, entry.path,
                                         surroundings_.page_bytes, record.database, surroundings_.stream);
        if (!file->try_lock(true))
            throw Error(ErrorKind::busy, JET_errFileAccessDenied, "another process has the database attached");
        auto header = read_database_header(*file, JET_errReadVerifyFailure).header;
        entry.database = open(record.dbid, entry.path, std::move(file), std::move(header));
        entry.database->attach(entry.position, surroundings_.stream, record.dbid);
    } catch (Error& error) {
        error.set_file(entry.path);
        throw;
    }
    replayed_.push_back(entry.signature);
    attached_[record.dbid] = std::move(entry);
}

std::optional<Generation> Redo::write_back(Generation next) {
    for (auto& [dbid, entry] : attached_) {
        // A file that is missing may be back next time.
        if (!entry.database && !entry.consistent_later) return std::nullopt;
        if (entry.database && !entry.database->write_back()) return std::nullopt;
    }
    const auto oldest = sessions_.oldest_begin();
    const Generation from = oldest ? std::min(oldest->generation, next) : next;
    for (auto& [dbid, entry] : attached_)
        if (entry.database) entry.database->require_from(from);
    return from;
}

bool Redo::drop_if_unfinished(const Attached& entry) {
    if (!entry.database || entry.database->header().state() != format::DatabaseState::just_created) return false;
    surroundings_.files->remove(entry.path);
    surroundings_.files->sync_directory(os::directory_of(entry.path));
    return true;
}

void Redo::drop_unfinished_creations() {
    std::erase_if(attached_, [&](const auto& item) { return drop_if_unfinished(item.second); });
}

// A creation that failed is not heard of any more, and another database gets its number.
void Redo::free_number(std::uint8_t dbid) {
    const auto found = attached_.find(dbid);
    if (found != attached_.end() && drop_if_unfinished(found->second)) attached_.erase(found);
}

std::unique_ptr<RecoveringDatabase> Redo::open(std::uint8_t dbid, const std::string& path,
                                               std::unique_ptr<os::File> file, format::DatabaseHeader header) {
    RecoveringDatabase::Surroundings surroundings;
    surroundings.clock = surroundings_.clock;
    surroundings.cache_bytes = surroundings_.cache_bytes;
    surroundings.flush_log = [this](const format::Lgpos& position) { flush_log_(position); };
    surroundings.held = [this, dbid](ObjectId object) { return sessions_.holds(dbid, object); };
    surroundings.newest_generation = [this] {
        return std::pair(surroundings_.last_generation, surroundings_.last_generation_created);
    };
    return std::make_unique<RecoveringDatabase>(std::move(file), path, std::move(header), std::move(surroundings));
}

void Redo::detach(std::uint8_t dbid, const format::Lgpos& position) {
    const auto found = attached_.find(dbid);
    if (found == attached_.end()) return;
    if (auto& database = found->second.database) {
        if (surroundings_.is_restore) database->clear_backup_marks();
        database->become_clean(position);
    }
    attached_.erase(found);
}

void Redo::become_clean(const format::Lgpos& position) {
    while (!attached_.empty()) detach(attached_.begin()->first, position);
}

bool Redo::has_replayed(const format::Signature& database) const {
    return std::ranges::find(replayed_, database) != replayed_.end();
}

void Redo::end_run(bool keep_attached) {
    if (sessions_.any_open())
        throw Error(ErrorKind::damage, JET_errLogFileCorrupt, "a run ends while transactions are open");
    if (!keep_attached) become_clean(last_shut_down_mark_);
}

// Only this phase is about headers; the others are information (LOG-FORMAT 4.3).
void Redo::stamp_backup(const format::BackupRecord& record, const format::Lgpos& position) {
    if (record.phase != format::BackupPhase::update_header) return;
    RecoveringDatabase* target = database(record.dbid, position);
    if (target == nullptr) return;
    switch (record.scope) {
        case format::BackupScope::full: return target->stamp_backup(BackupSlot::full, record.info);
        case format::BackupScope::incremental: return target->stamp_backup(BackupSlot::incremental, record.info);
        case format::BackupScope::copy: return target->stamp_backup(BackupSlot::copy, record.info);
        case format::BackupScope::differential: return target->stamp_backup(BackupSlot::differential, record.info);
    }
}

}  // namespace ese::engine
