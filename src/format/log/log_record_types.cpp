#include "format/log/log_record_types.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "esent.h"
#include "format/log/stored_path.h"

namespace ese::format {

namespace {

using Type = LogRecordType;

std::string text_of(ByteView bytes) { return {bytes.begin(), std::ranges::find(bytes, std::uint8_t{0})}; }

std::vector<std::uint8_t> path_tail(const std::u16string& path) {
    std::vector<std::uint8_t> bytes = store_path(path);
    if (bytes.size() > 0xFFFF) throw Error(JET_errInvalidParameter, "a database path is too long for the log");
    return bytes;
}

std::uint16_t size16(const std::vector<std::uint8_t>& bytes) { return static_cast<std::uint16_t>(bytes.size()); }

}  // namespace

InitRecord InitRecord::parse(ByteView record) {
    InitRecord init{DbmsParam::parse(record, 1), {}};
    if (record_type(record) == Type::init2) init.time = LogTime::parse(record, 568);
    return init;
}

std::vector<std::uint8_t> InitRecord::serialise() const {
    auto record = make_record(Type::init2);
    parameters.write(record, 1);
    time.write(record, 568);
    return record;
}

bool is_run_end(LogRecordType type) {
    return type == Type::term || type == Type::term2 || type == Type::recovery_quit || type == Type::recovery_quit2 ||
           type == Type::recovery_quit_keep_attachments;
}

RunEndRecord RunEndRecord::parse(ByteView record) {
    RunEndRecord end{record_type(record), Lgpos::parse(record, 1), Lgpos::parse(record, 9), record[17] != 0, {}};
    if (record.size() >= 26) end.time = LogTime::parse(record, 18);
    return end;
}

std::vector<std::uint8_t> RunEndRecord::serialise() const {
    auto record = make_record(type);
    back.write(record, 1);
    redo_from.write(record, 9);
    record[17] = hard ? 1 : 0;
    if (record.size() >= 26) time.write(record, 18);
    return record;
}

RecoveryUndoRecord RecoveryUndoRecord::parse(ByteView record) {
    return {record_type(record) == Type::recovery_undo2 ? LogTime::parse(record, 1) : LogTime{}};
}

std::vector<std::uint8_t> RecoveryUndoRecord::serialise() const {
    auto record = make_record(Type::recovery_undo2);
    time.write(record, 1);
    return record;
}

CreateDbRecord CreateDbRecord::parse(ByteView record) {
    CreateDbRecord create;
    create.session = load_u16(record, 1);
    create.dbid = record[3];
    create.grbit = load_u32(record, 4);
    create.max_pages = load_u32(record, 8);
    create.database = Signature::parse(record, 12);
    create.flags = record[42];
    const ByteView version = record_part(record, "version");
    create.procedure_version = version.empty() ? std::uint16_t{0} : load_u16(version, 0);
    create.procedure_update = version.empty() ? std::uint16_t{0} : load_u16(version, 2);
    create.path = parse_stored_path(record_part(record, "path"), (create.flags & flag_utf16) != 0);
    return create;
}

std::vector<std::uint8_t> CreateDbRecord::serialise() const {
    const auto stored = path_tail(path);
    std::array<std::uint8_t, 4> version{};
    store_u16(version, 0, procedure_version);
    store_u16(version, 2, procedure_update);
    std::vector<std::uint8_t> tail;
    if ((flags & flag_version) != 0) tail.assign(version.begin(), version.end());
    tail.insert(tail.end(), stored.begin(), stored.end());
    auto record = make_record(Type::create_db, tail);
    store_u16(record, 1, session);
    record[3] = dbid;
    store_u32(record, 4, grbit);
    store_u32(record, 8, max_pages);
    database.write(record, 12);
    store_u16(record, 40, size16(stored));
    record[42] = flags | flag_utf16;
    return record;
}

CreateDbFinishRecord CreateDbFinishRecord::parse(ByteView record) { return {load_u16(record, 1), record[3]}; }

std::vector<std::uint8_t> CreateDbFinishRecord::serialise() const {
    auto record = make_record(Type::create_db_finish);
    store_u16(record, 1, session);
    record[3] = dbid;
    return record;
}

AttachDbRecord AttachDbRecord::parse(ByteView record) {
    AttachDbRecord attach;
    attach.session = load_u16(record, 1);
    attach.dbid = record[3];
    attach.max_pages = load_u32(record, 4);
    attach.consistent = Lgpos::parse(record, 8);
    attach.database = Signature::parse(record, 16);
    attach.log = Signature::parse(record, 44);
    attach.flags = record[74];
    attach.path = parse_stored_path(record_part(record, "path"), (attach.flags & flag_utf16) != 0);
    return attach;
}

std::vector<std::uint8_t> AttachDbRecord::serialise() const {
    const auto stored = path_tail(path);
    auto record = make_record(Type::attach_db, stored);
    store_u16(record, 1, session);
    record[3] = dbid;
    store_u32(record, 4, max_pages);
    consistent.write(record, 8);
    database.write(record, 16);
    log.write(record, 44);
    store_u16(record, 72, size16(stored));
    record[74] = flags | flag_utf16;
    return record;
}

DetachDbRecord DetachDbRecord::parse(ByteView record) {
    const std::uint8_t flags = record[6];
    return {load_u16(record, 1), record[3], flags,
            parse_stored_path(record_part(record, "path"), (flags & flag_utf16) != 0)};
}

std::vector<std::uint8_t> DetachDbRecord::serialise() const {
    const auto stored = path_tail(path);
    auto record = make_record(Type::detach_db, stored);
    store_u16(record, 1, session);
    record[3] = dbid;
    store_u16(record, 4, size16(stored));
    record[6] = flags | flag_utf16;
    return record;
}

SetDbVersionRecord SetDbVersionRecord::parse(ByteView record) {
    return {record[1], load_u32(record, 2), load_u32(record, 6), load_u32(record, 10)};
}

std::vector<std::uint8_t> SetDbVersionRecord::serialise() const {
    auto record = make_record(Type::set_db_version);
    record[1] = dbid;
    store_u32(record, 2, major);
    store_u32(record, 6, update_major);
    store_u32(record, 10, update_minor);
    return record;
}

SignalAttachDbRecord SignalAttachDbRecord::parse(ByteView record) { return {record[1]}; }

std::vector<std::uint8_t> SignalAttachDbRecord::serialise() const {
    auto record = make_record(Type::signal_attach_db);
    record[1] = dbid;
    return record;
}

ExtendDbRecord ExtendDbRecord::parse(ByteView record) { return {record[5], PageNumber(load_u32(record, 6))}; }

std::vector<std::uint8_t> ExtendDbRecord::serialise() const {
    std::array<std::uint8_t, 5> tail{dbid};
    store_u32(tail, 1, last.value());
    return make_record(Type::extend_db, tail);
}

BackupRecord BackupRecord::parse(ByteView record) {
    const ByteView path = record_part(record, "path");
    return {static_cast<BackupPhase>(record[1]), load_u32(record, 2),
            static_cast<BackupScope>(record[6]), record[7],
            BackupInfo::parse(record, 8),        {path.begin(), path.end()}};
}

std::vector<std::uint8_t> BackupRecord::serialise() const {
    if (path.size() > 0xFFFF) throw Error(JET_errInvalidParameter, "a backup path is too long for the log");
    auto record = make_record(Type::backup2, path);
    record[1] = static_cast<std::uint8_t>(phase);
    store_u32(record, 2, type);
    record[6] = static_cast<std::uint8_t>(scope);
    record[7] = dbid;
    info.write(record, 8);
    store_u16(record, 33, size16(path));
    return record;
}

TraceRecord TraceRecord::parse(ByteView record) { return {load_u16(record, 1), text_of(record_part(record, "text"))}; }

std::vector<std::uint8_t> TraceRecord::serialise() const {
    std::vector<std::uint8_t> tail(
        text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(text.size(), 0xFFFE)));
    tail.push_back(0);
    auto record = make_record(Type::trace, tail);
    store_u16(record, 1, session);
    store_u16(record, 3, size16(tail));
    return record;
}

BeginRecord BeginRecord::parse(ByteView record) {
    return {record_type(record), load_u16(record, 1), static_cast<std::uint8_t>(record[3] & 0xF),
            static_cast<std::uint8_t>(record[3] >> 4), record.size() >= 8 ? load_u32(record, 4) : 0};
}

std::vector<std::uint8_t> BeginRecord::serialise() const {
    auto record = make_record(type);
    store_u16(record, 1, session);
    record[3] = static_cast<std::uint8_t>((from_level & 0xF) | (levels & 0xF) << 4);
    if (record.size() >= 8) store_u32(record, 4, trx);
    return record;
}

CommitRecord CommitRecord::parse(ByteView record) {
    return {record_type(record), load_u16(record, 1), record[3], record.size() >= 8 ? load_u32(record, 4) : 0};
}

std::vector<std::uint8_t> CommitRecord::serialise() const {
    auto record = make_record(type);
    store_u16(record, 1, session);
    record[3] = to_level;
    if (record.size() >= 8) store_u32(record, 4, trx);
    return record;
}

RollbackRecord RollbackRecord::parse(ByteView record) { return {load_u16(record, 1), record[3]}; }

std::vector<std::uint8_t> RollbackRecord::serialise() const {
    auto record = make_record(Type::rollback);
    store_u16(record, 1, session);
    record[3] = levels;
    return record;
}

MacroRecord MacroRecord::parse(ByteView record) {
    return {record_type(record), load_u16(record, 1), load_u64(record, 3)};
}

std::vector<std::uint8_t> MacroRecord::serialise() const {
    auto record = make_record(type);
    store_u16(record, 1, session);
    store_u64(record, 3, dbtime);
    return record;
}

PageHead PageHead::parse(ByteView record) {
    return {record_type(record),
            load_u16(record, 1),
            record[3],
            PageNumber(load_u32(record, 4)),
            load_u64(record, 8),
            load_u64(record, 16),
            load_u32(record, 24),
            record[28],
            load_u16(record, 29),
            record[31]};
}

void PageHead::write(ByteSpan record) const {
    record[0] = static_cast<std::uint8_t>(type);
    store_u16(record, 1, session);
    record[3] = dbid;
    store_u32(record, 4, page.value());
    store_u64(record, 8, dbtime);
    store_u64(record, 16, dbtime_before);
    store_u32(record, 24, trx);
    record[28] = level;
    store_u16(record, 29, line);
    record[31] = flags;
}

NodeHead NodeHead::parse(ByteView record) {
    return {PageHead::parse(record), load_u32(record, 32), PageNumber(load_u32(record, 36)),
            ObjectId(load_u32(record, 40))};
}

void NodeHead::write(ByteSpan record) const {
    page.write(record);
    store_u32(record, 32, rceid);
    store_u32(record, 36, tree_root.value());
    store_u32(record, 40, object.value());
}

std::vector<std::uint8_t> shut_down_mark_record() { return make_record(Type::shut_down_mark); }

std::vector<std::uint8_t> filler_record(std::size_t bytes) {
    constexpr std::size_t head = 5;
    if (bytes < head) throw Error(JET_errInternalError, "a filler of " + std::to_string(bytes) + " bytes");
    return make_record(Type::nop2, std::vector<std::uint8_t>(bytes - head));
}

}  // namespace ese::format
