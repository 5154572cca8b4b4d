#include "cli/backup.h"

namespace ese::cli {

void add_full(CLI::App& parent, Shell& shell) {
    const auto added =
        add_backup_command(parent, shell, archive::BackupKind::full, "Take a full backup of an instance");
    backup::BackupRequest& request = added.options->request;
    added.command->add_flag("--keep-logs", request.keep_logs,
                            "Delete no log; incremental backups can follow all the same");
    added.command->add_flag_callback(
        "--copy", [&request] { request.kind = archive::BackupKind::copy; },
        "A copy backup: deletes no log and leaves the chain of backups as it is");
    added.command->add_flag(
        "--accept-bad-pages", request.accept_bad_pages,
        "Archive damaged pages, too, and record them; the backup is a copy, and ends with status 7 if "
        "there were any");
    add_assume_durable(added);
    added.command
        ->add_option("--offline-copy", request.offline_copy,
                     "Copy the instance into this new directory and back up the copy")
        ->type_name("DIR");
}

}  // namespace ese::cli
