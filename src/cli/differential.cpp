#include "cli/backup.h"

namespace ese::cli {

void add_differential(CLI::App& parent, Shell& shell) {
    add_backup_command(parent, shell, archive::BackupKind::differential,
                       "Back up the logs since the last full or incremental backup, and leave the chain as it is");
}

}  // namespace ese::cli
