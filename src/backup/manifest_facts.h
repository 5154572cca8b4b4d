#pragma once

// What the manifest says of a database and of a log, out of their own headers. Writing a backup and verifying one use
// the same functions, so that the manifest can be compared with the files.

#include <string>

#include "archive/manifest.h"
#include "base/bytes.h"
#include "format/database/database_header.h"
#include "format/database/trailer.h"
#include "format/log/log_header.h"

namespace ese::backup {

// `header_page` and `trailer_page` as streamed. Throws JET_errDatabaseCorrupted, JET_errBadPatchPage or
// JET_errDatabasePatchFileMismatch, as a restore would, where they are not sound or do not belong together.
archive::DatabaseRecord database_record(ByteView header_page, ByteView trailer_page, const std::string& member,
                                        const std::string& original_path, std::uint64_t stream_bytes);

// Of a database that is not in the archive, whose logs are: its header page, and the size of its file.
archive::DatabaseRecord logs_only_record(const format::DatabaseHeader& header, const std::string& original_path,
                                         std::uint64_t file_bytes);

// `accumulated`: over the log's own segments, where somebody has read them.
archive::GenerationRecord generation_record(const format::LogHeader& header, const std::string& member,
                                            std::optional<std::uint64_t> accumulated = std::nullopt);

// Full backups and copies do, the others hold only logs.
bool holds_databases(archive::BackupKind kind);

// Names of members.
std::string database_member(std::size_t index, const std::string& path);  // databases/00/app.edb
std::string log_member(const std::string& path);                          // logs/edb0001A.log
bool is_database_member(const std::string& member);
bool is_log_member(const std::string& member);
bool is_patch_member(const std::string& member);  // databases/00/app.pat
constexpr const char* databases_folder = "databases/";
constexpr const char* logs_folder = "logs/";

}  // namespace ese::backup
