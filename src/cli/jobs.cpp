#include "cli/jobs.h"

#include "backup/leftovers.h"
#include "cli/duration.h"
#include "os/as_output.h"

namespace ese::cli {

backup::Patience patience(const Shell& shell, std::int64_t wait_ms, const backup::Watch& watch) {
    return {os::real_clock(), wait_ms, watch, [&](const std::string& text) {
                shell.output.say(text);
                shell.output.flush();  // it may take long until more is said
            }};
}

backup::JobLocks hold(const std::vector<backup::JobPlace>& places, backup::Patience& patience) {
    return {os::real_file_system(), places, patience};
}

backup::JobLocks hold(const Shell& shell, const std::vector<backup::JobPlace>& places, std::int64_t wait_ms,
                      const backup::Watch& watch) {
    backup::Patience for_locks = patience(shell, wait_ms, watch);
    return hold(places, for_locks);
}

void clean_up(const Shell& shell, const std::string& directory) {
    const auto removed = os::as_output(directory, [&] {
        return backup::remove_unfinished_archives(os::real_file_system(), os::real_clock(), directory);
    });
    for (const std::string& path : removed)
        shell.output.say(path + ": removed; a backup that was killed had left it unfinished");
}

void add_wait(CLI::App& command, std::int64_t& wait_ms) {
    add_duration(command, "--wait", wait_ms, "Wait so long for another job on the same instance or directory");
}

}  // namespace ese::cli
