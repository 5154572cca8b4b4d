#pragma once

// Which kind of backup it should be, where that is left to the program.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "archive/keys.h"
#include "archive/manifest.h"
#include "backup/instance_finder.h"
#include "os/file_system.h"

namespace ese::backup {

struct KindChoice {
    archive::BackupKind kind = archive::BackupKind::full;
    std::string why;
};

// An incremental backup, unless it is impossible, or the archives in `directory` (empty: it does not go into one) lack
// what it would continue, or hide it from these identities, or the last full backup is older than `full_every_ms`.
KindChoice choose_kind(os::FileSystem& files, const FoundInstance& found, const std::string& directory,
                       const std::vector<archive::Identity>& identities, std::optional<std::int64_t> full_every_ms,
                       std::int64_t now_unix_ms);

}  // namespace ese::backup
