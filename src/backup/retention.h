#pragma once

// Which archives of a directory may go.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "backup/chain.h"

namespace ese::backup {

struct RetentionRule {
    std::optional<unsigned> full;  // so many of the newest full backups, and all that is newer than the oldest of them
    std::optional<std::int64_t> age_ms;  // every state since then
};

struct Retained {
    bool keep = true;
    std::string because;
};

// One for each archive. What one rule keeps the other does not let go. Each instance (host, directory and base name) is
// looked at alone by the rules. Whatever a kept backup needs is kept, of whatever name; where one that is kept is
// broken, all of its log stream that it could need.
std::vector<Retained> apply_retention(std::span<const ChainArchive> archives, const RetentionRule& rule,
                                      std::int64_t now_unix_ms);

}  // namespace ese::backup
