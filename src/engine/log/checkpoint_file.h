#pragma once

#include <optional>
#include <string>

#include "format/log/checkpoint.h"
#include "os/file_system.h"

namespace ese::engine {

// Throws JET_errCheckpointFileNotFound, JET_errCheckpointCorrupt and what else format::parse_checkpoint throws; errors
// name the file.
format::Checkpoint read_checkpoint(os::FileSystem& files, const std::string& path);

// One copy after the other, so that at every moment one of them is valid (LOG-FORMAT 6). Creates the file.
void write_checkpoint(os::FileSystem& files, const std::string& path, const format::Checkpoint& checkpoint);

}  // namespace ese::engine
