#pragma once

#include <string>

namespace ese::archive {

// The command with an archive's name wherever it says {name}. The name must be of letters, digits and the characters
// . _ - / : + @ and not begin with a hyphen, so that it is the same word in quotes, out of them and on another machine;
// ErrorKind::usage otherwise.
std::string with_archive_name(std::string command, const std::string& name);
constexpr const char* archive_name_variable = "ESEBACKUP_NAME";

}  // namespace ese::archive
