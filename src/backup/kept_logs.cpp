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
    // The checkpoint follows the database that is furthest behind. One that moved on since its header was read is not
    // to blame any more.
    const auto behind = std::ranges::find_if(
        databases, [&](const archive::DatabaseRecord& database) { return database.required.min == first_kept; });
    kept.because += behind != databases.end() ? ": " + behind->original_path +
                                                    " requires the logs from there on, because changes that they "
                                                    "hold are not in its file yet"
                                              : ", and recovery begins there";
    return kept;
}

}  // namespace ese::backup
