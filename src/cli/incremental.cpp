#include "cli/backup.h"

namespace ese::cli {

void add_incremental(CLI::App& parent, Shell& shell) {
    add_assume_durable(add_backup_command(parent, shell, archive::BackupKind::incremental,
                                          "Back up the logs since the last full or incremental backup"));
}

}  // namespace ese::cli
