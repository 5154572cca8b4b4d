#include "cli/jobs.h"

#include "cli/duration.h"

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

void add_wait(CLI::App& command, std::int64_t& wait_ms) {
    add_duration(command, "--wait", wait_ms, "Wait so long for another job on the same instance or directory");
}

}  // namespace ese::cli
