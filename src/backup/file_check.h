#pragma once

// Checks of single files, and telling which kind a file is.

#include <string>

#include "backup/member_check.h"
#include "backup/watch.h"
#include "os/file_system.h"

namespace ese::backup {

enum class FileKind { archive, database, raw_database, log, checkpoint, unknown };
std::string_view to_string(FileKind kind);

// By what is in it, not by its name. raw_database: the stream of a backup, with its trailer page.
FileKind kind_of_file(const os::File& file);

// Every page of a database, every segment of a log, both copies of a checkpoint, as `esentutl /k` does it. Throws
// ErrorKind::usage for any other file.
void check_file(const os::File& file, FileKind kind, unsigned threads, const Watch& watch, CheckFindings& findings);

}  // namespace ese::backup
