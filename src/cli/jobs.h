#pragma once

// Keeping jobs apart that would disturb each other.

#include "backup/job_lock.h"
#include "backup/served_instance.h"
#include "cli/command.h"

namespace ese::cli {

// Says where it has to wait. Both arguments must outlive it.
backup::Patience patience(const Shell& shell, std::int64_t wait_ms, const backup::Watch& watch);

// Nobody else works in these places as long as it lives.
backup::JobLocks hold(const std::vector<backup::JobPlace>& places, backup::Patience& patience);
backup::JobLocks hold(const Shell& shell, const std::vector<backup::JobPlace>& places, std::int64_t wait_ms,
                      const backup::Watch& watch);

// Does it, and once more whenever another client of the program that serves the instance was there first, as long as
// patience lasts.
template <class Action>
auto when_not_busy(const backup::InstanceRequest& instance, backup::Patience& patience, Action action) {
    for (;;) {
        try {
            return action();
        } catch (const Error& error) {
            if (error.jet() != JET_errBackupInProgress ||
                !backup::await_other_backup(os::real_file_system(), instance, tool_name, patience))
                throw;
        }
    }
}

// What killed jobs left in a directory of archives, which is held. Says what is removed.
void clean_up(const Shell& shell, const std::string& directory);

// --wait
void add_wait(CLI::App& command, std::int64_t& wait_ms);

}  // namespace ese::cli
