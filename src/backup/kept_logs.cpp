#include "backup/kept_logs.h"

#include <algorithm>

namespace ese::backup {

std::string generations_text(std::uint32_t first, std::uint32_t last) {
    return first == last ? "generation " + std::to_string(first)
                         : "generations " + std::to_string(first) + " to " + std::to_string(last);
}

std::optional<KeptLogs> kept_by_checkpoint(std::uint32_t first_kept, std::uint32_t last,
                                           const std::vector<archive::DatabaseRecord>& databases) {
    if (first_kept > last) return std::nullopt;
    KeptLogs kept{first_kept, last, "the checkpoint stands in generation " + std::to_string(first_kept)};
    // The checkpoint follows the database that is furthest behind. A running program goes on meanwhile, so what the
    // headers said when the backup began may have become less.
    const auto behind = std::ranges::min_element(
        databases, {}, [](const archive::DatabaseRecord& database) { return database.required.min; });
    if (behind == databases.end() || behind->required.min == 0 || behind->required.min > first_kept)
        kept.because += ", and recovery begins there";
    else if (behind->required.min == first_kept)
        kept.because += ": " + behind->original_path +
                        " requires the logs from there on, because changes that they hold are not in its file yet";
    else
        kept.because += ", and recovery begins there; " + behind->original_path +
                        " was furthest behind when the backup began";
    return kept;
}

}  // namespace ese::backup
