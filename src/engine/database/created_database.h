#pragma once

// A database that exists in the logs alone: replaying its CreateDB makes the file (LOG-FORMAT 4.3).

#include <memory>
#include <string>

#include "format/database/database_header.h"
#include "os/clock.h"
#include "os/file_system.h"

namespace ese::engine {

// Whether a file can be made there: an absolute path, in a directory that exists. Logs of another machine have paths
// that mean nothing here.
bool can_be_created(os::FileSystem& files, const std::string& path);

// The empty shell: two copies of a header in the state JustCreated, and no page. It gets its name when it is whole; a
// file of that name is replaced.
void write_database_shell(os::FileSystem& files, os::Clock& clock, const std::string& path, std::uint32_t page_bytes,
                          const format::Signature& database, const format::Signature& stream);
std::unique_ptr<os::File> name_database_shell(os::FileSystem& files, const std::string& path);
// One that does not get its name.
void remove_database_shell(os::FileSystem& files, const std::string& path);
// Both steps.
std::unique_ptr<os::File> create_database_file(os::FileSystem& files, os::Clock& clock, const std::string& path,
                                               std::uint32_t page_bytes, const format::Signature& database,
                                               const format::Signature& stream);

}  // namespace ese::engine
