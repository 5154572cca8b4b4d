#include "format/log/log_record.h"

#include <algorithm>
#include <cstdio>

#include "base/error.h"
#include "esent.h"
#include "format/log/log_record_types.h"

namespace ese::format {

namespace {

using Type = LogRecordType;

constexpr std::uint8_t highest_dbid = 6;
constexpr std::size_t empty_page_entry_bytes = 16;
constexpr std::size_t bytes_described = 32;

[[noreturn]] void corrupt(ByteView record, const std::string& reason) {
    throw Error(ErrorKind::damage, JET_errLogFileCorrupt,
                "a log record of type " + std::string(record_name(record_type(record))) + " is wrong: " + reason);
}

std::uint32_t part_bytes(ByteView record, const LogRecordPart& part) {
    const std::uint32_t value = part.length_bytes == 4   ? load_u32(record, part.length_at)
                                : part.length_bytes == 2 ? load_u16(record, part.length_at)
                                                         : load_u8(record, part.length_at);
    return value & part.length_mask;
}

const LogRecordField* find_field(const LogRecordLayout& layout, std::string_view name) {
    for (const auto fields : {head_fields(layout.head), layout.fields}) {
        const auto found = std::ranges::find(fields, name, &LogRecordField::name);
        if (found != fields.end()) return &*found;
    }
    return nullptr;
}

const LogRecordField& require_field(const LogRecordLayout& layout, std::string_view name) {
    const LogRecordField* found = find_field(layout, name);
    if (found != nullptr && found->bytes <= 8) return *found;
    throw Error(JET_errInternalError,
                "log records of type " + std::string(layout.name) + " have no number " + std::string(name));
}

std::uint64_t load_field(ByteView record, const LogRecordField& field) {
    const auto sign_extended = [](auto value) { return static_cast<std::uint64_t>(std::int64_t{value}); };
    switch (field.kind) {
        case LogFieldKind::u8: return load_u8(record, field.offset);
        case LogFieldKind::u16: return load_u16(record, field.offset);
        case LogFieldKind::u32: return load_u32(record, field.offset);
        case LogFieldKind::i16: return sign_extended(static_cast<std::int16_t>(load_u16(record, field.offset)));
        case LogFieldKind::i32: return sign_extended(static_cast<std::int32_t>(load_u32(record, field.offset)));
        default: return load_u64(record, field.offset);
    }
}

// The value of a field that the layout is known to have.
std::uint64_t number(ByteView record, std::string_view name) {
    return load_field(record, require_field(record_layout(record), name));
}

std::string to_hex(ByteView bytes) {
    std::string text;
    char digits[4];
    for (const std::uint8_t byte : bytes.first(std::min(bytes.size(), bytes_described))) {
        std::snprintf(digits, sizeof digits, "%02x", byte);
        text += digits;
    }
    return bytes.size() > bytes_described ? text + "..." : text;
}

std::string describe_field(ByteView record, const LogRecordField& field) {
    switch (field.kind) {
        case LogFieldKind::lgpos: return Lgpos::parse(record, field.offset).to_string();
        case LogFieldKind::time: return LogTime::parse(record, field.offset).to_string();
        case LogFieldKind::signature: return Signature::parse(record, field.offset).to_string();
        case LogFieldKind::dbms_param: {
            const DbmsParam param = DbmsParam::parse(record, field.offset);
            return param.system_path() + ',' + param.log_path();
        }
        case LogFieldKind::reserved: return to_hex(record.subspan(field.offset, field.bytes));
        case LogFieldKind::i16:
        case LogFieldKind::i32:
        case LogFieldKind::i64: return std::to_string(static_cast<std::int64_t>(load_field(record, field)));
        default: return std::to_string(load_field(record, field));
    }
}

// How many bytes the rest of an ignored-head record must have. More is allowed: a later engine may have added to it.
std::size_t shortest_rest(Type type) {
    switch (type) {
        case Type::extend_db: return 5;
        case Type::commit_ctx: return 2;
        case Type::scan_check: return 39;
        case Type::re_attach: return 45;
        case Type::macro_info2: return 5;
        case Type::free_fdp: return 10;
        default: return 0;
    }
}

void check_ignored(ByteView record) {
    const std::size_t rest = load_u32(record, 1);
    const Type type = record_type(record);
    if (rest < shortest_rest(type)) corrupt(record, std::to_string(rest) + " bytes behind its head");
    if (type == Type::macro_info && rest % 4 != 0) corrupt(record, "its list of pages ends inside a page number");
    if (type == Type::macro_info2 && rest != 5 + std::uint64_t{4} * load_u32(record, 6)) {
        corrupt(record, "its list of pages has another length than its count");
    }
}

void check_page_head(ByteView record) {
    const PageHead head = PageHead::parse(record);
    if (head.page.value() == 0) corrupt(record, "page 0");
    const bool both_are_times = head.dbtime < dbtime_lowest_sentinel && head.dbtime_before < dbtime_lowest_sentinel;
    if (both_are_times && head.dbtime <= head.dbtime_before) {
        corrupt(record, "the page's time goes from " + std::to_string(head.dbtime_before) + " to " +
                            std::to_string(head.dbtime));
    }
}

void check_begin(ByteView record) {
    const BeginRecord begin = BeginRecord::parse(record);
    const bool outermost = begin.type == Type::begin0;
    if (begin.levels == 0 || outermost != (begin.from_level == 0) || begin.from_level + begin.levels > 0xF) {
        corrupt(record, "levels " + std::to_string(begin.from_level) + " + " + std::to_string(begin.levels));
    }
}

void check_path(ByteView record, std::uint8_t utf16_flag) {
    if ((number(record, "fFlags") & utf16_flag) != 0 && number(record, "cbPath") % 2 != 0) {
        corrupt(record, "its path ends inside a character");
    }
}

void check_content(ByteView record) {
    switch (record_type(record)) {
        case Type::begin:
        case Type::begin0: check_begin(record); break;
        case Type::create_db: check_path(record, CreateDbRecord::flag_utf16); break;
        case Type::attach_db: check_path(record, AttachDbRecord::flag_utf16); break;
        case Type::detach_db: check_path(record, DetachDbRecord::flag_utf16); break;
        case Type::new_page:
            if (number(record, "pgno") == 0) corrupt(record, "page 0");
            break;
        case Type::empty_tree:
            if (number(record, "cbEmptyPageList") % empty_page_entry_bytes != 0) {
                corrupt(record, "its list of pages ends inside an entry");
            }
            break;
        case Type::replace:
            if ((number(record, "cbAndDiff2") & 0x7FFF) != number(record, "cbNewData")) {
                corrupt(record, "the new data has not the length that it says");
            }
            break;
        default: break;
    }
}

// Backup2 is about a database only in one of its phases.
bool may_lack_dbid(Type type) { return type == Type::backup2; }

}  // namespace

const LogRecordLayout& record_layout(ByteView record) {
    const LogRecordLayout* layout = record.empty() ? nullptr : find_record_layout(record[0]);
    if (layout != nullptr) return *layout;
    throw Error(ErrorKind::damage, JET_errLogFileCorrupt,
                record.empty() ? std::string("a log record of no bytes")
                               : "a log record of the unknown type " + std::to_string(record[0]));
}

std::string_view record_name(LogRecordType type) {
    const LogRecordLayout* layout = find_record_layout(static_cast<std::uint8_t>(type));
    return layout != nullptr ? layout->name : "unknown";
}

std::optional<std::size_t> record_size(ByteView available) {
    const LogRecordLayout& layout = record_layout(available);
    if (available.size() < layout.fixed_bytes) return std::nullopt;
    std::size_t bytes = layout.fixed_bytes;
    for (const LogRecordPart& part : layout.parts) bytes += part_bytes(available, part);
    return bytes;
}

void check_record(ByteView record) {
    const LogRecordLayout& layout = record_layout(record);
    const auto size = record_size(record);
    if (size != record.size()) {
        corrupt(record, "it has " + std::to_string(record.size()) + " bytes, not the " +
                            (size ? std::to_string(*size) : "at least " + std::to_string(layout.fixed_bytes)) +
                            " that it must have");
    }
    if (layout.head == LogRecordHead::ignored) check_ignored(record);
    if (layout.head == LogRecordHead::page || layout.head == LogRecordHead::node) check_page_head(record);
    if (const auto dbid = dbid_of(record);
        dbid && (*dbid > highest_dbid || (*dbid == 0 && !may_lack_dbid(layout.type)))) {
        corrupt(record, "database number " + std::to_string(*dbid));
    }
    check_content(record);
}

LogRecordEffect effect_of(LogRecordType type) {
    const LogRecordLayout* layout = find_record_layout(static_cast<std::uint8_t>(type));
    return layout != nullptr ? layout->effect : LogRecordEffect::none;
}

bool is_page_change(LogRecordType type) { return effect_of(type) == LogRecordEffect::pages; }

std::optional<std::uint8_t> dbid_of(ByteView record) {
    const LogRecordField* found = find_field(record_layout(record), "dbid");
    if (found == nullptr || found->offset >= record.size()) return std::nullopt;
    return record[found->offset];
}

std::optional<std::uint16_t> session_of(ByteView record) {
    const LogRecordField* found = find_field(record_layout(record), "procid");
    if (found == nullptr || found->offset + std::size_t{2} > record.size()) return std::nullopt;
    return load_u16(record, found->offset);
}

std::optional<std::uint64_t> record_field(ByteView record, std::string_view name) {
    const LogRecordField& found = require_field(record_layout(record), name);
    if (std::size_t{found.offset} + found.bytes > record.size()) return std::nullopt;
    return load_field(record, found);
}

ByteView record_part(ByteView record, std::string_view name) {
    const LogRecordLayout& layout = record_layout(record);
    std::size_t pos = layout.fixed_bytes;
    for (const LogRecordPart& candidate : layout.parts) {
        const std::uint32_t bytes = part_bytes(record, candidate);
        if (candidate.name == name) return record.subspan(pos, bytes);
        pos += bytes;
    }
    throw Error(JET_errInternalError,
                "log records of type " + std::string(layout.name) + " have no part " + std::string(name));
}

std::string describe_record(ByteView record) {
    const LogRecordLayout& layout = record_layout(record);
    std::string text(layout.name);
    for (const auto fields : {head_fields(layout.head), layout.fields}) {
        for (const LogRecordField& each : fields) {
            if (std::size_t{each.offset} + each.bytes > record.size()) continue;
            text += ' ' + std::string(each.name) + '=' + describe_field(record, each);
        }
    }
    std::size_t pos = layout.fixed_bytes;
    for (const LogRecordPart& each : layout.parts) {
        const std::uint32_t bytes = part_bytes(record, each);
        if (bytes > 0) {
            text +=
                ' ' + std::string(each.name) + '[' + std::to_string(bytes) + "]=" + to_hex(record.subspan(pos, bytes));
        }
        pos += bytes;
    }
    return text;
}

std::vector<std::uint8_t> make_record(LogRecordType type, ByteView tail) {
    const std::uint8_t code = static_cast<std::uint8_t>(type);
    const LogRecordLayout& layout = record_layout(ByteView(&code, 1));
    std::vector<std::uint8_t> record(layout.fixed_bytes);
    record[0] = code;
    if (layout.head == LogRecordHead::ignored) store_u32(record, 1, static_cast<std::uint32_t>(tail.size()));
    record.insert(record.end(), tail.begin(), tail.end());
    return record;
}

void set_record_field(ByteSpan record, std::string_view name, std::uint64_t value) {
    const LogRecordField& found = require_field(record_layout(record), name);
    if (std::size_t{found.offset} + found.bytes > record.size()) {
        throw Error(JET_errInternalError, "this log record is too short for " + std::string(name));
    }
    for (std::size_t i = 0; i < found.bytes; ++i)
        record[found.offset + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

}  // namespace ese::format
