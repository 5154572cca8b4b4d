#include "format/log/log_header.h"

#include <algorithm>

#include "base/error.h"
#include "esent.h"
#include "format/log/stored_path.h"

namespace ese::format {

namespace {

namespace at {  // LOG-FORMAT 2
constexpr std::size_t generation = 4;
constexpr std::size_t sector_bytes = 8;
constexpr std::size_t header_sectors = 10;
constexpr std::size_t sectors = 12;
constexpr std::size_t page_bytes = 14;
constexpr std::size_t created = 16;
constexpr std::size_t previous_created = 24;
constexpr std::size_t major = 32;
constexpr std::size_t minor = 36;
constexpr std::size_t update = 40;
constexpr std::size_t signature = 44;
constexpr std::size_t parameters = 72;
constexpr std::size_t flags = 639;
constexpr std::size_t checkpoint = 640;
constexpr std::size_t update_minor = 648;
constexpr std::size_t sector_size_mismatch = 652;
constexpr std::size_t previous_checksum = 653;
constexpr std::size_t engine_format = 661;
constexpr std::size_t file_type = 667;
constexpr std::size_t attachments = 671;
}  // namespace at

constexpr std::size_t path_bytes = DbmsParam::longest_path + 1;
constexpr std::size_t system_path_at = 0;
constexpr std::size_t log_path_at = path_bytes;
constexpr std::size_t param_flags_at = 522;

// Header, one data segment, and the sector for its shadow.
constexpr std::uint16_t fewest_sectors = 3;

[[noreturn]] void corrupt(const std::string& reason) {
    throw Error(ErrorKind::damage, JET_errLogFileCorrupt, "the log header is damaged: " + reason);
}

std::string path_at(const DbmsParam& param, std::size_t offset) {
    const auto begin = param.raw.begin() + static_cast<std::ptrdiff_t>(offset);
    return {begin, std::find(begin, begin + static_cast<std::ptrdiff_t>(path_bytes), std::uint8_t{0})};
}

void set_path_at(DbmsParam& param, std::size_t offset, std::string_view path) {
    const auto begin = param.raw.begin() + static_cast<std::ptrdiff_t>(offset);
    std::fill_n(begin, path_bytes, std::uint8_t{0});
    std::copy_n(path.begin(), std::min(path.size(), DbmsParam::longest_path), begin);
}

LogVersion parse_version(ByteView page) {
    return {load_u32(page, at::major), load_u32(page, at::minor), load_u32(page, at::update),
            load_u32(page, at::update_minor)};
}

void check_geometry(const LogHeader& header) {
    if (header.generation.value() == 0 || header.generation.value() > 0x7FFFFFFF) {
        corrupt("generation " + std::to_string(header.generation.value()));
    }
    if (header.sector_bytes != log_sector_bytes) {
        corrupt("sectors of " + std::to_string(header.sector_bytes) + " bytes, not 4096");
    }
    if (header.header_sectors != 1) corrupt(std::to_string(header.header_sectors) + " header sectors, not 1");
    if (header.sectors < fewest_sectors) corrupt("a file of " + std::to_string(header.sectors) + " sectors");
    if (!is_page_size(header.page_bytes)) corrupt("pages of " + std::to_string(header.page_bytes) + " bytes");
}

}  // namespace

std::string LogVersion::to_string() const {
    return std::to_string(major) + '.' + std::to_string(minor) + '.' + std::to_string(update) + '.' +
           std::to_string(update_minor);
}

void check_log_version(const LogVersion& version) {
    if (version.major == 7 && version.minor == 3704) {
        throw Error(JET_errBadLogVersion, "the log has format " + version.to_string() +
                                              ", the one of Windows XP to Windows 7 (7.3704); only 8.4000 can be read");
    }
    if (version.major != 8 || version.minor != 4000) {
        throw Error(JET_errBadLogVersion, "the log has format " + version.to_string() + "; only 8.4000 can be read");
    }
    if (version.update > newest_log_update) {
        throw Error(JET_errBadLogVersion, "the log has format " + version.to_string() +
                                              "; the newest known is 8.4000." + std::to_string(newest_log_update));
    }
}

DbmsParam DbmsParam::parse(ByteView bytes, std::size_t at) {
    DbmsParam param;
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), size, param.raw.begin());
    return param;
}

void DbmsParam::write(ByteSpan bytes, std::size_t at) const {
    std::copy(raw.begin(), raw.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

std::string DbmsParam::system_path() const { return path_at(*this, system_path_at); }
std::string DbmsParam::log_path() const { return path_at(*this, log_path_at); }
bool DbmsParam::circular_logging() const { return (raw[param_flags_at] & 1) != 0; }
std::uint32_t DbmsParam::count(Count which) const { return load_u32(raw, static_cast<std::size_t>(which)); }

void DbmsParam::set_paths(std::string_view system_path, std::string_view log_path) {
    set_path_at(*this, system_path_at, system_path);
    set_path_at(*this, log_path_at, log_path);
}

void DbmsParam::set_circular_logging(bool on) {
    raw[param_flags_at] = static_cast<std::uint8_t>((raw[param_flags_at] & ~1u) | (on ? 1u : 0u));
}

void DbmsParam::set_count(Count which, std::uint32_t value) { store_u32(raw, static_cast<std::size_t>(which), value); }

std::u16string AttachInfo::path() const { return parse_stored_path(names, (flags & flag_utf16) != 0); }

void AttachInfo::set_path(std::u16string_view path) {
    flags |= flag_utf16;
    names = store_path(path);
}

std::vector<AttachInfo> parse_attach_list(ByteView area, std::int32_t jet) {
    std::vector<AttachInfo> list;
    std::size_t pos = 0;
    for (;; pos += AttachInfo::fixed_size + list.back().names.size()) {
        if (pos >= area.size()) throw Error(ErrorKind::damage, jet, "the attach list has no end");
        if (area[pos] == 0) return list;
        if (area.size() - pos < AttachInfo::fixed_size) {
            throw Error(ErrorKind::damage, jet, "the attach list is cut off in an entry");
        }
        AttachInfo entry;
        entry.dbid = area[pos];
        entry.flags = area[pos + 1];
        const std::size_t name_bytes = load_u16(area, pos + 2);
        entry.dbtime = load_u64(area, pos + 4);
        entry.last_object = ObjectId(load_u32(area, pos + 12));
        entry.max_pages = load_u32(area, pos + 16);
        entry.attach = Lgpos::parse(area, pos + 20);
        entry.consistent = Lgpos::parse(area, pos + 28);
        entry.database = Signature::parse(area, pos + 36);
        if (area.size() - pos - AttachInfo::fixed_size < name_bytes) {
            throw Error(ErrorKind::damage, jet, "the attach list is cut off in a path");
        }
        if ((entry.flags & AttachInfo::flag_utf16) != 0 && name_bytes % 2 != 0) {
            throw Error(ErrorKind::damage, jet, "the attach list has a path of half a character");
        }
        const ByteView names = area.subspan(pos + AttachInfo::fixed_size, name_bytes);
        entry.names.assign(names.begin(), names.end());
        list.push_back(std::move(entry));
    }
}

bool write_attach_list(const std::vector<AttachInfo>& list, ByteSpan area) {
    std::size_t needed = 1;  // the zero dbid at the end
    for (const AttachInfo& entry : list) {
        if (entry.names.size() > area.size()) return false;
        needed += AttachInfo::fixed_size + entry.names.size();
    }
    if (needed > area.size()) return false;

    std::ranges::fill(area, std::uint8_t{0});
    std::size_t pos = 0;
    for (const AttachInfo& entry : list) {
        area[pos] = entry.dbid;
        area[pos + 1] = entry.flags;
        store_u16(area, pos + 2, static_cast<std::uint16_t>(entry.names.size()));
        store_u64(area, pos + 4, entry.dbtime);
        store_u32(area, pos + 12, entry.last_object.value());
        store_u32(area, pos + 16, entry.max_pages);
        entry.attach.write(area, pos + 20);
        entry.consistent.write(area, pos + 28);
        entry.database.write(area, pos + 36);
        std::ranges::copy(entry.names, area.begin() + static_cast<std::ptrdiff_t>(pos + AttachInfo::fixed_size));
        pos += AttachInfo::fixed_size + entry.names.size();
    }
    return true;
}

void update_attach_list(const std::vector<AttachInfo>& list, ByteSpan area) {
    try {
        if (parse_attach_list(area, 0) == list) return;
    } catch (const Error&) {
        // What was there makes no sense and is replaced.
    }
    if (!write_attach_list(list, area)) {
        throw Error(JET_errTooManyAttachedDatabases,
                    "the list of " + std::to_string(list.size()) + " attached databases does not fit in a log header");
    }
}

LogHeader parse_log_header(ByteView page) {
    if (page.size() != log_sector_bytes) corrupt("it has " + std::to_string(page.size()) + " bytes, not 4096");
    if (!header_checksum_ok(page)) corrupt("the checksum is wrong");

    LogHeader header;
    header.file_type = static_cast<FileType>(load_u32(page, at::file_type));
    if (header.file_type != FileType::log && header.file_type != FileType::unknown) {
        throw Error(ErrorKind::damage, JET_errFileInvalidType,
                    "this is not a log: the file type is " + std::to_string(load_u32(page, at::file_type)));
    }
    header.version = parse_version(page);
    check_log_version(header.version);

    std::ranges::copy(page, header.raw.begin());
    header.generation = Generation(load_u32(page, at::generation));
    header.sector_bytes = load_u16(page, at::sector_bytes);
    header.header_sectors = load_u16(page, at::header_sectors);
    header.sectors = load_u16(page, at::sectors);
    const std::uint16_t page_bytes = load_u16(page, at::page_bytes);
    header.page_bytes = page_bytes == 0 ? 4096 : page_bytes;
    header.created = LogTime::parse(page, at::created);
    header.previous_created = LogTime::parse(page, at::previous_created);
    header.signature = Signature::parse(page, at::signature);
    header.parameters = DbmsParam::parse(page, at::parameters);
    header.flags = page[at::flags];
    header.checkpoint = Lgpos::parse(page, at::checkpoint);
    header.sector_size_mismatch = page[at::sector_size_mismatch];
    header.previous_checksum = load_u64(page, at::previous_checksum);
    header.engine_format = load_u32(page, at::engine_format);
    check_geometry(header);
    header.attachments = parse_attach_list(page.subspan(at::attachments, attach_list_bytes), JET_errLogFileCorrupt);
    return header;
}

LogSector serialise_log_header(const LogHeader& header) {
    LogSector page = header.raw;
    store_u32(page, at::generation, header.generation.value());
    store_u16(page, at::sector_bytes, header.sector_bytes);
    store_u16(page, at::header_sectors, header.header_sectors);
    store_u16(page, at::sectors, header.sectors);
    // Zero stands for 4096, and stays if it was so.
    if (header.page_bytes != 4096 || load_u16(page, at::page_bytes) != 0 || is_all_zero(header.raw)) {
        store_u16(page, at::page_bytes, static_cast<std::uint16_t>(header.page_bytes));
    }
    header.created.write(page, at::created);
    header.previous_created.write(page, at::previous_created);
    store_u32(page, at::major, header.version.major);
    store_u32(page, at::minor, header.version.minor);
    store_u32(page, at::update, header.version.update);
    store_u32(page, at::update_minor, header.version.update_minor);
    header.signature.write(page, at::signature);
    header.parameters.write(page, at::parameters);
    page[at::flags] = header.flags;
    header.checkpoint.write(page, at::checkpoint);
    page[at::sector_size_mismatch] = header.sector_size_mismatch;
    store_u64(page, at::previous_checksum, header.previous_checksum);
    store_u32(page, at::engine_format, header.engine_format);
    store_u32(page, at::file_type, static_cast<std::uint32_t>(header.file_type));
    update_attach_list(header.attachments, ByteSpan(page).subspan(at::attachments, attach_list_bytes));
    stamp_header_checksum(page);
    return page;
}

void check_log_file_size(const LogHeader& header, std::uint64_t file_bytes) {
    if (file_bytes == header.file_bytes()) return;
    throw Error(
        ErrorKind::damage, JET_errLogFileSizeMismatch,
        "the log has " + std::to_string(file_bytes) + " bytes, its header says " + std::to_string(header.file_bytes()));
}

void check_log_page_size(const LogHeader& header, std::uint32_t page_bytes) {
    if (header.page_bytes == page_bytes) return;
    throw Error(JET_errPageSizeMismatch, "the log is for databases with pages of " + std::to_string(header.page_bytes) +
                                             " bytes, not " + std::to_string(page_bytes));
}

LogLink link_of(const LogHeader& header, std::optional<std::uint64_t> accumulated_checksum) {
    return {header.generation, header.created, header.signature, accumulated_checksum};
}

void check_successor(const LogLink& previous, const LogHeader& next) {
    if (next.signature != previous.signature) {
        throw Error(ErrorKind::chain, JET_errBadLogSignature,
                    "the log belongs to another log stream: its signature is " + next.signature.to_string() +
                        ", the one before it has " + previous.signature.to_string());
    }
    if (next.generation != previous.generation.next()) {
        throw Error(ErrorKind::chain, JET_errInvalidLogSequence,
                    "the log has generation " + std::to_string(next.generation.value()) + " where " +
                        std::to_string(previous.generation.next().value()) + " must follow");
    }
    if (next.previous_created != previous.created) {
        throw Error(ErrorKind::chain, JET_errInvalidLogSequence,
                    "generation " + std::to_string(next.generation.value()) + " continues a log created " +
                        next.previous_created.to_string() + ", the one before it was created " +
                        previous.created.to_string());
    }
    if (next.version.update_minor < first_chained_update_minor || !previous.checksum) return;
    if (next.previous_checksum != *previous.checksum) {
        throw Error(ErrorKind::chain, JET_errLogSequenceChecksumMismatch,
                    "generation " + std::to_string(previous.generation.value()) +
                        " has not the content that generation " + std::to_string(next.generation.value()) +
                        " was written after: its accumulated checksum differs");
    }
}

}  // namespace ese::format
