#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "os/file_system.h"

namespace ese::os {

// What a small file or a pipe gives, up to its end. Throws ErrorKind::usage where that is more than `most_bytes`, and
// ErrorKind::interrupted where it takes long and `stop` says so.
std::string read_whole_file(const std::string& path, std::size_t most_bytes, const std::function<bool()>& stop);

// The beginning of a file: so many bytes, or all that it has where these are fewer.
std::vector<std::uint8_t> read_start(FileSystem& files, const std::string& path, std::size_t bytes);

}  // namespace ese::os
