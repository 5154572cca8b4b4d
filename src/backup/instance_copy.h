#pragma once

// A copy of an instance to work on, where the original must stay as it is.

#include <cstdint>
#include <functional>
#include <string>

#include "backup/instance_finder.h"
#include "os/file_system.h"

namespace ese::backup {

// Copies one file to a new name. `poll` is called between pieces and may throw. What goes wrong with the copy is
// ErrorKind::output.
void copy_file(os::FileSystem& files, const std::string& from, const std::string& to,
               const std::function<void()>& poll);

// Throws where copy_instance can't be done: the directory is not empty, two databases have one name, or there is not
// room for the copy and `reserve` bytes beside it.
void require_room_for_copy(os::FileSystem& files, const FoundInstance& found, const std::string& directory,
                           std::uint64_t reserve);

// Copies databases, logs and checkpoint into `directory`, which must be empty or not exist, and returns the instance
// that lies there. `poll` is called between pieces and may throw.
FoundInstance copy_instance(os::FileSystem& files, const FoundInstance& found, const std::string& directory,
                            const std::function<void()>& poll);

}  // namespace ese::backup
