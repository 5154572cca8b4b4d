#pragma once

// Keys as the options name them.

#include <string>
#include <vector>

#include "archive/keys.h"

namespace ese::cli {

// --recipient: each a public key, or a file of them, which may be a pipe. Throws ErrorKind::usage.
std::vector<archive::Recipient> read_recipients(const std::vector<std::string>& keys_or_files);
// --identity: files, which may be pipes. Throws ErrorKind::usage.
std::vector<archive::Identity> read_identities(const std::vector<std::string>& files);

}  // namespace ese::cli
