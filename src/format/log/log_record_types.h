#pragma once

// The records that the engine's frame reads and writes, as structs. parse() takes a whole record that has passed
// check_record() and whose type is one of those named; serialise() gives the whole record. Other records: fields by
// name, log_record.h.

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "format/common.h"
#include "format/log/log_header.h"
#include "format/log/log_record.h"

namespace ese::format {

using SessionNumber = std::uint16_t;

// Init2, and Init, which has no time. The first record of every run.
struct InitRecord {
    DbmsParam parameters;
    LogTime time;
    static InitRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;  // Init2
};

// Term2, RecoveryQuit2, RecoveryQuitKeepAttachments, and the old Term and RecoveryQuit, which have no time.
struct RunEndRecord {
    LogRecordType type = LogRecordType::term2;
    Lgpos back;       // Init2 or RecoveryUndo2 of this run, as the writer knew it (LOG-FORMAT 3.3)
    Lgpos redo_from;  // where recovery began; zero in Term2
    bool hard = false;
    LogTime time;
    static RunEndRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;
};
// Whether a log whose last record has this type was closed by its engine.
bool is_run_end(LogRecordType type);

struct RecoveryUndoRecord {
    LogTime time;  // zero in the old RecoveryUndo
    static RecoveryUndoRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;  // RecoveryUndo2
};

struct CreateDbRecord {
    static constexpr std::uint8_t flag_version = 4;
    static constexpr std::uint8_t flag_utf16 = 8;
    static constexpr std::uint8_t flag_sparse = 0x10;
    SessionNumber session = 0;
    std::uint8_t dbid = 0;
    std::uint32_t grbit = 0;
    std::uint32_t max_pages = 0;
    Signature database;
    std::uint8_t flags = flag_version | flag_utf16;
    std::uint16_t procedure_version = 2;  // how the empty database is made; with flag_version only
    std::uint16_t procedure_update = 0;
    std::u16string path;
    static CreateDbRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;  // always with flag_utf16
};

struct CreateDbFinishRecord {
    SessionNumber session = 0;
    std::uint8_t dbid = 0;
    static CreateDbFinishRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;
};

struct AttachDbRecord {
    static constexpr std::uint8_t flag_utf16 = 8;
    static constexpr std::uint8_t flag_sparse = 0x10;
    SessionNumber session = 0;
    std::uint8_t dbid = 0;
    std::uint32_t max_pages = 0;
    Lgpos consistent;  // these three as the database header had them before it was attached
    Signature database;
    Signature log;
    std::uint8_t flags = flag_utf16;
    std::u16string path;
    static AttachDbRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;  // always with flag_utf16
};

struct DetachDbRecord {
    static constexpr std::uint8_t flag_utf16 = 0x10;
    SessionNumber session = 0;
    std::uint8_t dbid = 0;
    std::uint8_t flags = flag_utf16;
    std::u16string path;
    static DetachDbRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;  // always with flag_utf16
};

struct SetDbVersionRecord {
    std::uint8_t dbid = 0;
    std::uint32_t major = 0;
    std::uint32_t update_major = 0;
    std::uint32_t update_minor = 0;
    static SetDbVersionRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;
};

struct SignalAttachDbRecord {
    std::uint8_t dbid = 0;
    static SignalAttachDbRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;
};

struct ExtendDbRecord {
    std::uint8_t dbid = 0;
    PageNumber last;
    static ExtendDbRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;
};

enum class BackupPhase : std::uint8_t {
    begin = 1,
    prepare_logs = 2,
    truncate = 3,
    update_header = 4,
    abort = 5,
    stop = 6
};
enum class BackupScope : std::uint8_t { full = 1, incremental = 2, copy = 5, differential = 6 };

// Backup2: which fields mean something in which phase is in LOG-FORMAT 4.3.
struct BackupRecord {
    BackupPhase phase = BackupPhase::begin;
    std::uint32_t type = 0;  // 0: external
    BackupScope scope = BackupScope::full;
    std::uint8_t dbid = 0;  // in update_header only
    BackupInfo info;
    std::vector<std::uint8_t> path;  // not used by external backups; bytes as stored
    static BackupRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;
};

struct TraceRecord {
    SessionNumber session = 0;
    std::string text;  // as stored, up to a terminator
    static TraceRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;  // with a terminator
};

// Begin0 and Begin.
struct BeginRecord {
    LogRecordType type = LogRecordType::begin0;
    SessionNumber session = 0;
    std::uint8_t from_level = 0;
    std::uint8_t levels = 1;
    std::uint32_t trx = 0;  // Begin0
    static BeginRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;
};

// Commit0 and Commit.
struct CommitRecord {
    LogRecordType type = LogRecordType::commit0;
    SessionNumber session = 0;
    std::uint8_t to_level = 0;
    std::uint32_t trx = 0;  // Commit0
    static CommitRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;
};

struct RollbackRecord {
    SessionNumber session = 0;
    std::uint8_t levels = 1;
    static RollbackRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;
};

// MacroBegin, MacroCommit, MacroAbort.
struct MacroRecord {
    LogRecordType type = LogRecordType::macro_begin;
    SessionNumber session = 0;
    std::uint64_t dbtime = 0;
    static MacroRecord parse(ByteView record);
    std::vector<std::uint8_t> serialise() const;
};

// The page timestamps that are no timestamps (LOG-FORMAT, scalar types).
constexpr std::uint64_t dbtime_nil = ~std::uint64_t{0};
constexpr std::uint64_t dbtime_lowest_sentinel = ~std::uint64_t{0} - 4;

// The first 32 bytes of every record about a page.
struct PageHead {
    static constexpr std::size_t size = 32;
    static constexpr std::uint8_t flag_versioned = 0x01;
    static constexpr std::uint8_t flag_unique = 0x04;
    static constexpr std::uint8_t flag_space = 0x08;
    LogRecordType type = LogRecordType::insert;
    SessionNumber session = 0;
    std::uint8_t dbid = 0;
    PageNumber page;
    std::uint64_t dbtime = 0;
    std::uint64_t dbtime_before = dbtime_nil;
    std::uint32_t trx = 0;
    std::uint8_t level = 0;
    std::uint16_t line = 0;
    std::uint8_t flags = 0;
    static PageHead parse(ByteView record);
    void write(ByteSpan record) const;
};

// The first 44 bytes of every record about a node.
struct NodeHead {
    static constexpr std::size_t size = 44;
    PageHead page;
    std::uint32_t rceid = 0;
    PageNumber tree_root;
    ObjectId object;
    static NodeHead parse(ByteView record);
    void write(ByteSpan record) const;
};

std::vector<std::uint8_t> shut_down_mark_record();
// The record that takes exactly this many bytes, 5 at least (NOP2).
std::vector<std::uint8_t> filler_record(std::size_t bytes);

}  // namespace ese::format
