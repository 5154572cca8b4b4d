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
// The same for JET_LOGINFOMISC.
void fill_log_misc(const format::LogHeader& header, void* result, std::uint32_t bytes);

// What JetGetDatabaseFileInfo and JetGetDatabaseInfo know of a file besides its name.
struct DatabaseFileFacts {
    format::DatabaseHeader header;
    std::uint64_t file_bytes;
};
// Fills `result` as the info level asks. Throws JET_errInvalidBufferSize, and JET_errFeatureNotAvailable for levels
// that are not here.
void fill_database_info(const DatabaseFileFacts& facts, std::uint32_t level, void* result, std::uint32_t bytes);

}  // namespace ese::jet
