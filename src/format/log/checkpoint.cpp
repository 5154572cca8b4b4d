#include "format/log/checkpoint.h"

#include <algorithm>

#include "base/error.h"
#include "esent.h"

namespace ese::format {

namespace {

namespace at {  // LOG-FORMAT 6
constexpr std::size_t last_full_backup_checkpoint = 4;
constexpr std::size_t position = 12;
constexpr std::size_t signature = 20;
constexpr std::size_t parameters = 48;
constexpr std::size_t full_backup = 615;
constexpr std::size_t full_backup_time = 623;
constexpr std::size_t incremental_backup = 631;
constexpr std::size_t incremental_backup_time = 639;
constexpr std::size_t flags = 647;
constexpr std::size_t consistency = 648;
constexpr std::size_t file_type = 667;
constexpr std::size_t attachments = 679;
}  // namespace at

Checkpoint parse_copy(ByteView copy) {
    Checkpoint checkpoint;
    std::ranges::copy(copy, checkpoint.raw.begin());
    checkpoint.last_full_backup_checkpoint = Lgpos::parse(copy, at::last_full_backup_checkpoint);
    checkpoint.position = Lgpos::parse(copy, at::position);
    checkpoint.log_signature = Signature::parse(copy, at::signature);
    checkpoint.parameters = DbmsParam::parse(copy, at::parameters);
    checkpoint.full_backup = Lgpos::parse(copy, at::full_backup);
    checkpoint.full_backup_time = LogTime::parse(copy, at::full_backup_time);
    checkpoint.incremental_backup = Lgpos::parse(copy, at::incremental_backup);
    checkpoint.incremental_backup_time = LogTime::parse(copy, at::incremental_backup_time);
    checkpoint.flags = copy[at::flags];
    checkpoint.consistency = Lgpos::parse(copy, at::consistency);
    checkpoint.file_type = static_cast<FileType>(load_u32(copy, at::file_type));
    if (checkpoint.has_attach_list()) {
        checkpoint.attachments =
            parse_attach_list(copy.subspan(at::attachments, attach_list_bytes), JET_errCheckpointCorrupt);
    }
    return checkpoint;
}

}  // namespace

Checkpoint parse_checkpoint(ByteView file) {
    if (file.empty()) throw Error(JET_errCheckpointFileNotFound, "the checkpoint file is empty");
    for (std::size_t offset = 0; offset < Checkpoint::file_bytes; offset += Checkpoint::copy_bytes) {
        if (file.size() < offset + Checkpoint::copy_bytes) break;
        const ByteView copy = file.subspan(offset, Checkpoint::copy_bytes);
        if (!header_checksum_ok(copy)) continue;
        const auto type = static_cast<FileType>(load_u32(copy, at::file_type));
        if (type != FileType::checkpoint && type != FileType::unknown) {
            throw Error(ErrorKind::damage, JET_errFileInvalidType,
                        "this is not a checkpoint: the file type is " + std::to_string(load_u32(copy, at::file_type)));
        }
        return parse_copy(copy);
    }
    throw Error(ErrorKind::damage, JET_errCheckpointCorrupt, "neither copy of the checkpoint is valid");
}

LogSector serialise_checkpoint(const Checkpoint& checkpoint) {
    LogSector copy = checkpoint.raw;
    checkpoint.last_full_backup_checkpoint.write(copy, at::last_full_backup_checkpoint);
    checkpoint.position.write(copy, at::position);
    checkpoint.log_signature.write(copy, at::signature);
    checkpoint.parameters.write(copy, at::parameters);
    checkpoint.full_backup.write(copy, at::full_backup);
    checkpoint.full_backup_time.write(copy, at::full_backup_time);
    checkpoint.incremental_backup.write(copy, at::incremental_backup);
    checkpoint.incremental_backup_time.write(copy, at::incremental_backup_time);
    copy[at::flags] = checkpoint.flags;
    checkpoint.consistency.write(copy, at::consistency);
    store_u32(copy, at::file_type, static_cast<std::uint32_t>(checkpoint.file_type));
    // Without the flag, now and before, nobody has read the area.
    if (checkpoint.has_attach_list() || (checkpoint.raw[at::flags] & Checkpoint::flag_attach_list) != 0) {
        update_attach_list(checkpoint.has_attach_list() ? checkpoint.attachments : std::vector<AttachInfo>{},
                           ByteSpan(copy).subspan(at::attachments, attach_list_bytes));
    }
    stamp_header_checksum(copy);
    return copy;
}

void check_checkpoint_signature(const Checkpoint& checkpoint, const Signature& stream) {
    if (checkpoint.log_signature == stream) return;
    throw Error(JET_errBadCheckpointSignature, "the checkpoint belongs to another log stream: its signature is " +
                                                   checkpoint.log_signature.to_string() + ", the logs have " +
                                                   stream.to_string());
}

}  // namespace ese::format
