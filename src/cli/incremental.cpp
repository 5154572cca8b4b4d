#include "cli/backup.h"
#include "cli/duration.h"

namespace ese::cli {

void add_incremental(CLI::App& parent, Shell& shell) {
    const BackupCommand added = add_backup_command(parent, shell, archive::BackupKind::incremental,
                                                   "Back up the logs since the last full or incremental backup");
    add_assume_durable(added);
    CLI::Option* automatic = added.command->add_flag(
        "--auto", added.options->automatic, "Take a full backup where an incremental one is not possible, and say why");
    add_duration(*added.command, "--full-every", added.options->full_every_ms,
                 "With --auto: also where the last full backup is older than that")
        ->needs(automatic);
}

}  // namespace ese::cli
