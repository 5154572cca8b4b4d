#pragma once

// One job at a time on an instance and on a directory of archives.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backup/watch.h"
#include "os/clock.h"
#include "os/file_system.h"

namespace ese::backup {

// The kernel drops it when its process dies, however that happens.
constexpr const char* job_lock_name = ".esebackup.lock";

struct JobPlace {
    std::string directory;
    bool is_output = false;  // what fails there is ErrorKind::output
};

// Time that a job has for others to end, in all.
class Patience {
 public:
    // `waiting` is told once, and what for. All arguments must outlive it.
    Patience(os::Clock& clock, std::int64_t wait_ms, const Watch& watch,
             std::function<void(const std::string&)> waiting);
    // Passes a moment; false: there is no time left.
    bool wait(const std::string& what_for);

 private:
    os::Clock& clock_;
    const Watch& watch_;
    std::function<void(const std::string&)> waiting_;
    std::int64_t until_;
    bool told_ = false;
};

class JobLocks {
 public:
    // Takes the lock of each of these places, in the same order whoever asks, so that no two jobs wait for each other.
    // Where other jobs do not end in time: ErrorKind::busy. Directories that are not there or can't be written to are
    // left out: nothing can be done in them that another job could mind.
    JobLocks(os::FileSystem& files, const std::vector<JobPlace>& places, Patience& patience);

 private:
    std::vector<std::unique_ptr<os::Lock>> locks_;
};

}  // namespace ese::backup
