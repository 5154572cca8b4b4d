#pragma once

// What jobs left that could not clean up after themselves.

#include <string>
#include <vector>

#include "os/clock.h"
#include "os/file_system.h"

namespace ese::backup {

// Removes from a directory of archives those that were never finished because their process was killed, and returns
// their paths. Nobody may have such a file locked, and nobody may have written to it for an hour: it may be written from
// another machine, and the file system between may know of no locks. What can't be looked at or removed stays.
std::vector<std::string> remove_unfinished_archives(os::FileSystem& files, os::Clock& clock,
                                                    const std::string& directory);

}  // namespace ese::backup
