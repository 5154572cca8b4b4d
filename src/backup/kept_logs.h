#pragma once

// Why logs stay when others are deleted. "Logs remain after a good backup" is normal, and the first thing that an
// operator asks about.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "archive/manifest.h"

namespace ese::backup {

struct KeptLogs {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    std::string because;
};

// "generation 7", "generations 7 to 9"
std::string generations_text(std::uint32_t first, std::uint32_t last);

// What the checkpoint keeps, of closed logs up to `last`: it is the one bound of a backup that has all databases
// (BACKUP-SEMANTICS 4). `first_kept`: the first generation that the engine does not offer to delete. `databases` say
// which generations they require. Nothing where no log stays.
std::optional<KeptLogs> kept_by_checkpoint(std::uint32_t first_kept, std::uint32_t last,
                                           const std::vector<archive::DatabaseRecord>& databases);

}  // namespace ese::backup
