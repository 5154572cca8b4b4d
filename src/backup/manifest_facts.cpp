#include "backup/manifest_facts.h"

#include <algorithm>
#include <cstdio>

#include "archive/tar.h"
#include "base/error.h"
#include "base/utf.h"
#include "esent.h"
#include "os/file_system.h"

namespace ese::backup {

namespace {

namespace field = format::header_field;

std::optional<archive::BackupMark> mark_of(const format::BackupInfo& info) {
    if (info.is_zero()) return std::nullopt;
    return archive::BackupMark{info.mark.to_string(), info.time.to_string(), info.low.value(), info.high.value()};
}

// Names of files here may have what names in an archive may not: each such byte becomes '_'.
std::string safe_name(std::string name) {
    if (archive::is_safe_member_path(name)) return name;
    const bool is_utf8 = utf8_to_utf16(name).has_value();
    for (char& c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F || c == '\\' || (byte >= 0x80 && !is_utf8)) c = '_';
    }
    return name;
}

// As folding the trailer into the header will do it (BACKUP-SEMANTICS 3.7): ranges only grow.
archive::RequiredLogs required_logs(const format::DatabaseHeader& header, const format::Trailer& trailer) {
    const auto greater = [&](Generation in_header, Generation in_trailer) {
        return std::max(in_header, in_trailer == Generation() ? trailer.backup.high : in_trailer).value();
    };
    Generation low = header.get(field::min_required);
    if (trailer.min_required != Generation() && trailer.min_required < low) low = trailer.min_required;
    return {low.value(), greater(header.get(field::max_required), trailer.max_required),
            greater(header.get(field::max_committed), trailer.max_committed)};
}

// What every header says. `extra`: pages of the file or stream that are not the tree's.
archive::DatabaseRecord record_of(const format::DatabaseHeader& header, const std::string& original_path,
                                  std::uint64_t bytes, std::uint64_t extra) {
    const std::uint64_t pages = bytes / header.page_bytes();
    archive::DatabaseRecord record;
    record.original_path = original_path;
    record.signature = header.get(field::database_signature).to_string();
    record.state = format::to_string(header.state());
    record.page_bytes = header.page_bytes();
    record.pages = pages < extra ? 0 : pages - extra;
    record.marks = {mark_of(header.get(field::full_previous)), mark_of(header.get(field::incremental_previous)),
                    mark_of(header.get(field::copy_previous)), mark_of(header.get(field::differential_previous)),
                    std::nullopt};
    return record;
}

}  // namespace

archive::DatabaseRecord database_record(ByteView header_page, ByteView trailer_page, const std::string& member,
                                        const std::string& original_path, std::uint64_t stream_bytes) {
    const auto header = format::DatabaseHeader::parse(header_page);
    if (!header)
        throw Error(JET_errDatabaseCorrupted, "the database's stream does not begin with a sound header")
            .in_file(member);
    const auto trailer = format::Trailer::parse(trailer_page);
    if (!trailer)
        throw Error(JET_errBadPatchPage, "the database's stream does not end with a sound trailer page")
            .in_file(member);
    format::BackupInfo current = header->get(field::full_current);
    if (trailer->database_signature != header->get(field::database_signature) ||
        trailer->log_signature != header->get(field::log_signature) || trailer->backup.mark != current.mark) {
        throw Error(JET_errDatabasePatchFileMismatch,
                    "header and trailer of the database do not belong to the same backup")
            .in_file(member);
    }
    current.high = trailer->backup.high;
    archive::DatabaseRecord record = record_of(*header, original_path, stream_bytes, 3);  // the trailer is the third
    record.member = member;
    record.marks.current = mark_of(current);
    record.required = required_logs(*header, *trailer);
    return record;
}

archive::DatabaseRecord logs_only_record(const format::DatabaseHeader& header, const std::string& original_path,
                                         std::uint64_t file_bytes) {
    archive::DatabaseRecord record = record_of(header, original_path, file_bytes, 2);
    record.required = {header.get(field::min_required).value(), header.get(field::max_required).value(),
                       header.get(field::max_committed).value()};
    return record;
}

archive::GenerationRecord generation_record(const format::LogHeader& header, const std::string& member,
                                            std::optional<std::uint64_t> accumulated) {
    if (header.version.update_minor < format::first_chained_update_minor) accumulated.reset();
    return {header.generation.value(), member, header.created.to_string(), header.previous_created.to_string(),
            header.previous_checksum, accumulated};
}

bool holds_databases(archive::BackupKind kind) {
    return kind == archive::BackupKind::full || kind == archive::BackupKind::copy;
}

std::string database_member(std::size_t index, const std::string& path) {
    char number[24];
    std::snprintf(number, sizeof number, "%02zu", index);
    return databases_folder + std::string(number) + "/" + safe_name(os::name_of(path));
}

std::string log_member(const std::string& path) { return logs_folder + os::name_of(path); }

namespace {

// Deeper in the folder is nothing that this version knows.
bool lies_in(const std::string& member, const char* folder, std::ptrdiff_t depth) {
    return member.starts_with(folder) && std::count(member.begin(), member.end(), '/') == depth;
}

}  // namespace

bool is_log_member(const std::string& member) { return lies_in(member, logs_folder, 1); }

bool is_patch_member(const std::string& member) {
    return lies_in(member, databases_folder, 2) && member.ends_with(".pat");
}

bool is_database_member(const std::string& member) {
    return lies_in(member, databases_folder, 2) && !is_patch_member(member);
}

}  // namespace ese::backup
