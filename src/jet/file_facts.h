#pragma once

// The public structures that describe database and log files, filled from their headers.

#include <string>

#include "esent.h"
#include "format/database/database_header.h"
#include "format/log/log_header.h"

namespace ese::jet {

// Fills a JET_DBINFOMISC of any of its versions: the size says which. Throws JET_errInvalidBufferSize for any other
// size.
void fill_database_misc(const format::DatabaseHeader& header, void* result, std::uint32_t bytes);
// Fills the JET_LOGINFOMISC of the info level. Throws JET_errInvalidBufferSize where `bytes` is not its size, and
// JET_errInvalidParameter for a level that does not exist.
void fill_log_info(const format::LogHeader& header, std::uint32_t level, void* result, std::uint32_t bytes);

// The value of a level whose result is one number. Throws JET_errInvalidBufferSize where `bytes` is not its size.
void put_number(std::uint32_t value, void* result, std::uint32_t bytes);
void put_number(std::uint64_t value, void* result, std::uint32_t bytes);

// What JetGetDatabaseFileInfo and JetGetDatabaseInfo know of a file besides its name.
struct DatabaseFileFacts {
    format::DatabaseHeader header;
    std::uint64_t file_bytes;
    std::uint64_t bytes_on_disk;
};
// Fills `result` as the info level asks, where the level means the same for a file and for an attached database. Throws
// JET_errInvalidBufferSize, JET_errFeatureNotAvailable for levels that are not available yet, and
// JET_errInvalidParameter for those that do not exist.
void fill_database_info(const DatabaseFileFacts& facts, std::uint32_t level, void* result, std::uint32_t bytes);

}  // namespace ese::jet
