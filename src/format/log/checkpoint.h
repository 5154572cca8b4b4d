#pragma once

// The checkpoint file: where redo begins, twice (LOG-FORMAT 6).

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "format/common.h"
#include "format/log/log_header.h"

namespace ese::format {

struct Checkpoint {
    static constexpr std::size_t copy_bytes = log_sector_bytes;
    static constexpr std::size_t file_bytes = 2 * copy_bytes;
    static constexpr std::uint8_t flag_attach_list = 1;

    Lgpos last_full_backup_checkpoint;
    Lgpos position;  // redo starts here
    Signature log_signature;
    DbmsParam parameters;
    Lgpos full_backup;
    LogTime full_backup_time;
    Lgpos incremental_backup;
    LogTime incremental_backup_time;
    std::uint8_t flags = 0;
    Lgpos consistency;  // zero in old files: the same as `position`
    FileType file_type = FileType::checkpoint;
    std::vector<AttachInfo> attachments;  // as of `position`, if has_attach_list()
    LogSector raw{};  // the copy it came from; bytes without a field above are written back from here

    bool has_attach_list() const { return (flags & flag_attach_list) != 0; }
};

// The first copy of the file that is valid. Throws JET_errCheckpointFileNotFound for a file without a byte,
// JET_errFileInvalidType where a valid header says it is another kind of file, JET_errCheckpointCorrupt for everything
// else.
Checkpoint parse_checkpoint(ByteView file);
// One copy with its checksum; the file is this copy written at 0 and, when that is durable, at 4096.
// Throws JET_errTooManyAttachedDatabases if the attach list does not fit.
LogSector serialise_checkpoint(const Checkpoint& checkpoint);
// Throws JET_errBadCheckpointSignature where the checkpoint belongs to another log stream.
void check_checkpoint_signature(const Checkpoint& checkpoint, const Signature& stream);

}  // namespace ese::format
