#pragma once

// What the commands that take a backup share.

#include <memory>

#include "backup/take_backup.h"
#include "cli/command.h"

namespace ese::cli {

struct BackupOptions {
    backup::BackupRequest request;
    std::vector<std::string> recipients;  // as they were given: keys, or files of them
    std::vector<std::string> identities;  // files
    std::string metrics;                  // a file; empty: none
    bool dry_run = false;
    bool automatic = false;  // --auto: the kind is chosen when the instance has been looked at
    std::optional<std::int64_t> full_every_ms;
    std::int64_t wait_ms = 0;  // for another job
};

struct BackupCommand {
    CLI::App* command;
    std::shared_ptr<BackupOptions> options;
};

// A subcommand, called as the kind is, with the options that all of them have.
BackupCommand add_backup_command(CLI::App& parent, Shell& shell, archive::BackupKind kind,
                                 const std::string& description);
// Where the instance is.
void add_instance(CLI::App& command, backup::InstanceRequest& instance);
// The options of it beside the directory.
void add_instance_details(CLI::App& command, backup::InstanceRequest& instance);
// Tells people and programs what is said on the way.
backup::Listener listen(const Shell& shell);
void add_assume_durable(const BackupCommand& added);

}  // namespace ese::cli
