#pragma once

// What the commands that take a backup share.

#include <memory>

#include "backup/take_backup.h"
#include "cli/command.h"

namespace ese::cli {

struct BackupCommand {
    CLI::App* command;
    std::shared_ptr<backup::BackupRequest> request;
};

// A subcommand, called as the kind is, with the options that all of them have.
BackupCommand add_backup_command(CLI::App& parent, Shell& shell, archive::BackupKind kind,
                                 const std::string& description);
void add_assume_durable(const BackupCommand& added);

}  // namespace ese::cli
