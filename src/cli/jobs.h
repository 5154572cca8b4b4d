#pragma once

// Keeping jobs apart that would disturb each other.

#include "backup/job_lock.h"
#include "cli/command.h"

namespace ese::cli {

// Nobody else works in these places as long as it lives; says where it has to wait.
backup::JobLocks hold(const Shell& shell, const std::vector<backup::JobPlace>& places, std::int64_t wait_ms,
                      const backup::Watch& watch);
// --wait
void add_wait(CLI::App& command, std::int64_t& wait_ms);

}  // namespace ese::cli
