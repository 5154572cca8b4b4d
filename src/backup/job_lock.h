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

class JobLocks {
 public:
    // Takes the lock of each of these places, in the same order whoever asks, so that no two jobs wait for each other.
    // Waits for other jobs up to `wait_ms`, and says so once through `waiting`; then ErrorKind::busy. Directories that
    // are not there or can't be written to are left out: nothing can be done in them that another job could mind.
    JobLocks(os::FileSystem& files, os::Clock& clock, const std::vector<JobPlace>& places, std::int64_t wait_ms,
             const Watch& watch, const std::function<void(const std::string&)>& waiting);

 private:
    std::vector<std::unique_ptr<os::Lock>> locks_;
};

}  // namespace ese::backup
