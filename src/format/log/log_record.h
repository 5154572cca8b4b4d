#pragma once

// What every log record has in common: its type, its length, its fields by name (LOG-FORMAT 4). The structs for single
// record types are in log_record_types.h.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "format/common.h"

namespace ese::format {

enum class LogRecordType : std::uint8_t {
    nop = 0,
    init = 1,
    term = 2,
    ms = 3,
    end = 4,
    begin = 5,
    commit = 6,
    rollback = 7,
    begin0 = 8,
    commit0 = 9,
    refresh = 10,
    macro_begin = 11,
    macro_commit = 12,
    macro_abort = 13,
    create_db = 14,
    attach_db = 15,
    detach_db = 16,
    recovery_undo = 17,
    recovery_quit = 18,
    full_backup = 19,
    inc_backup = 20,
    jet_op = 21,
    trace = 22,
    shut_down_mark = 23,
    create_multiple_extent_fdp = 24,
    create_single_extent_fdp = 25,
    convert_fdp = 26,
    split = 27,
    merge = 28,
    insert = 29,
    flag_insert = 30,
    flag_insert_and_replace_data = 31,
    flag_delete = 32,
    replace = 33,
    replace_d = 34,
    delete_node = 35,
    undo_info = 36,
    delta = 37,
    set_external_header = 38,
    undo = 39,
    checksum = 42,
    ext_restore = 45,
    backup = 46,
    empty_tree = 48,
    init2 = 49,
    term2 = 50,
    recovery_undo2 = 51,
    recovery_quit2 = 52,
    begin_dt = 53,
    prep_commit = 54,
    prep_rollback = 55,
    force_write_log = 57,
    convert_fdp2 = 58,
    ext_restore2 = 59,
    backup2 = 60,
    force_log_rollover = 61,
    split2 = 62,
    merge2 = 63,
    scrub = 64,
    page_move = 65,
    page_patch_request = 66,
    macro_info = 67,
    extend_db = 68,
    commit_ctx = 69,
    scan_check = 70,
    nop2 = 71,
    re_attach = 72,
    macro_info2 = 73,
    free_fdp = 74,
    ignored9 = 75,
    fragment_begin = 76,
    fragment = 77,
    shrink_db = 78,
    create_db_finish = 79,
    recovery_quit_keep_attachments = 80,
    trim_db = 81,
    ignored10 = 82,  // to ignored19 = 91
    ignored19 = 91,
    set_db_version = 92,
    delta64 = 93,
    shrink_db2 = 94,
    new_page = 95,
    root_page_move = 96,
    signal_attach_db = 97,
    scan_check2 = 98,
    shrink_db3 = 99,
    extent_freed = 100,
    extent_freed2 = 101,
};

// A record that does not fit in the rest of a segment is split: heads of the first piece and of the others. With less
// room than shortest_fragment_room the rest is padded with zero bytes instead (LOG-FORMAT 3.2).
constexpr std::uint16_t fragment_begin_bytes = 7;
constexpr std::uint16_t fragment_bytes = 3;
constexpr std::uint16_t shortest_fragment_room = 32;

enum class LogRecordHead : std::uint8_t {
    plain,    // the type alone
    session,  // type, session: 3 bytes
    ignored,  // type, u32 length of the rest: whoever does not know it skips it
    page,     // 32 bytes
    node,     // 44 bytes
};

// What replaying a record would have to do.
enum class LogRecordEffect : std::uint8_t {
    none,         // information
    stream,       // start and end of a run, fragments
    transaction,  // begin, commit, undo information, brackets around changes of several pages
    database,     // creates, attaches, detaches a database or changes its header
    size,         // makes a database file longer
    pages,        // changes pages, or takes them away
};

enum class LogFieldKind : std::uint8_t {
    u8,
    u16,
    u32,
    u64,
    i16,
    i32,
    i64,
    lgpos,
    time,
    signature,
    dbms_param,
    reserved
};

struct LogRecordField {
    std::string_view name;  // as in LOG-FORMAT 4.2
    std::uint16_t offset;   // from the start of the record
    LogFieldKind kind;
    std::uint16_t bytes;
};

// A part of variable length behind the fixed part; parts follow each other without a gap.
struct LogRecordPart {
    std::string_view name;
    std::uint16_t length_at;    // where its length is
    std::uint8_t length_bytes;  // 1, 2 or 4
    std::uint32_t length_mask;
};

struct LogRecordLayout {
    LogRecordType type;
    std::string_view name;
    LogRecordHead head;
    std::uint16_t fixed_bytes;
    LogRecordEffect effect;
    std::span<const LogRecordField>
        fields;  // without those of the head; of an ignored-head record also inside its rest
    std::span<const LogRecordPart> parts;
};

// Null for the numbers that no known engine writes.
const LogRecordLayout* find_record_layout(std::uint8_t type);
// Throws JET_errLogFileCorrupt for those.
const LogRecordLayout& record_layout(ByteView record);
std::span<const LogRecordField> head_fields(LogRecordHead head);
std::string_view record_name(LogRecordType type);  // "Insert"; "unknown" for an unknown number

inline LogRecordType record_type(ByteView record) { return static_cast<LogRecordType>(record[0]); }

// The size of the record that starts here, computed from its fixed part. Nothing if `available` is shorter than the
// fixed part. The result may be longer than `available`. Throws JET_errLogFileCorrupt for an unknown type.
std::optional<std::size_t> record_size(ByteView available);

// Every check that one record allows by itself: exact size, page numbers, dbtimes, levels, name lengths
// (LOG-FORMAT 7.6). Throws JET_errLogFileCorrupt with the reason.
void check_record(ByteView record);

bool is_page_change(LogRecordType type);
LogRecordEffect effect_of(LogRecordType type);
// The database that a record is about; nothing where it is about none.
std::optional<std::uint8_t> dbid_of(ByteView record);
// The session that wrote it, where the record says it.
std::optional<std::uint16_t> session_of(ByteView record);

// A number by its name, sign-extended where the field is signed; fields of the head too. Nothing where the record is
// too short to have it. JET_errInternalError for a name that the type does not have.
std::optional<std::uint64_t> record_field(ByteView record, std::string_view name);
// A part by its name. The record has passed check_record().
ByteView record_part(ByteView record, std::string_view name);
// "name=value" for every field, and "name[bytes]=hex" for every part.
std::string describe_record(ByteView record);

// A record of this type with all fields zero. `tail` is what follows the fixed part, and the length of an ignored-head
// record is set from it; other length fields are the caller's to set.
std::vector<std::uint8_t> make_record(LogRecordType type, ByteView tail = {});
void set_record_field(ByteSpan record, std::string_view name, std::uint64_t value);

}  // namespace ese::format
