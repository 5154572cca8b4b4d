#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace ese::os {

// What a small file or a pipe gives, up to its end. Throws ErrorKind::usage where that is more than `most_bytes`, and
// ErrorKind::interrupted where it takes long and `stop` says so.
std::string read_whole_file(const std::string& path, std::size_t most_bytes, const std::function<bool()>& stop);

}  // namespace ese::os
