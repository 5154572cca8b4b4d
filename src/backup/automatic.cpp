#include "backup/automatic.h"

#include <algorithm>

#include "archive/manifest.h"
#include "backup/take_backup.h"
#include "base/error.h"

namespace ese::backup {

using archive::BackupKind;

KindChoice choose_kind(os::FileSystem& files, const FoundInstance& found, const std::string& directory,
                       const std::vector<archive::Identity>& identities, std::optional<std::int64_t> full_every_ms,
                       std::int64_t now_unix_ms) {
    if (!found.has_logs()) return {BackupKind::full, "the instance has no logs yet"};
    try {
        require_base_for_logs(found);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::not_possible && error.kind() != ErrorKind::chain) throw;
        return {BackupKind::full, (error.file().empty() ? "" : error.file() + ": ") + error.message()};
    }
    std::int64_t oldest = now_unix_ms;
    for (const FoundDatabase& database : found.databases)
        oldest = std::min(oldest, database.header.get(format::header_field::full_previous).time.to_unix_ms());
    const std::string last = "the last full backup is of " + archive::rfc3339(oldest);
    if (full_every_ms && now_unix_ms - oldest >= *full_every_ms)
        return {BackupKind::full, last + ", and it is time for another one"};
    const std::string lacking =
        directory.empty() ? std::string() : reason_against_base(files, directory, found, identities);
    if (!lacking.empty()) return {BackupKind::full, lacking};
    return {BackupKind::incremental, last};
}

}  // namespace ese::backup
