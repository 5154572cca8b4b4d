#pragma once

#include <string>

namespace ese::os {

// Writes a small file that other programs read at any time: they find the old text or the new one, whole. It may be
// read by everybody whom the umask lets. Throws ErrorKind::output.
void publish_file(const std::string& path, const std::string& text);

}  // namespace ese::os
