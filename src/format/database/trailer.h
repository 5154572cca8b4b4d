#pragma once

// The page that JetReadFile appends to a database's stream, PATCHHDR (BACKUP-SEMANTICS 3.7). Restoring folds it into
// the header.

#include <optional>
#include <vector>

#include "format/common.h"

namespace ese::format {

struct Trailer {
    BackupInfo backup;  // mark and time of Begin; low as in the stream's header; high: greatest generation needed
    Signature database_signature;
    Signature log_signature;
    // Zero before update-major 150: backup.high stands for both maxima.
    Generation min_required;
    Generation max_required;
    Generation max_committed;
    LogTime max_required_time;
    LogTime max_committed_time;

    bool operator==(const Trailer&) const = default;

    // nullopt if the checksum is wrong: the usual reason is a copy that was cut short (JET_errBadPatchPage, -535). Zero
    // pages fail it too.
    static std::optional<Trailer> parse(ByteView page);

    // A whole page, zero but for the fields, checksum stamped.
    std::vector<std::uint8_t> to_page(std::uint32_t page_bytes) const;
};

}  // namespace ese::format
