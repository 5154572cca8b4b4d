#pragma once

// Where the files of a restore go. All of them are made under names that end with `.unrecovered`, and get their own
// when the engine has ended clean. A run that was interrupted leaves nothing else, and the next one begins anew.

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "archive/manifest.h"
#include "os/file_system.h"

namespace ese::backup {

constexpr const char* unrecovered_suffix = ".unrecovered";
// In the directory of the logs while a restore in place moves files: some may lie in the directory where it keeps them.
constexpr const char* moves_name = "restore-moves.unrecovered";
constexpr const char* aside_prefix = "before-restore-";

class RestorePlaces {
 public:
    explicit RestorePlaces(os::FileSystem& files) : files_(files) {}
    virtual ~RestorePlaces() = default;
    RestorePlaces(const RestorePlaces&) = delete;
    RestorePlaces& operator=(const RestorePlaces&) = delete;

    // Makes the directories, takes away what an interrupted restore left, and keeps other restores off until it is
    // destroyed. Throws ErrorKind::usage where something else is in the way, ErrorKind::busy where another one works.
    virtual void prepare() = 0;
    // Throws JET_errDiskFull unless there is room for what these members (path, bytes) become.
    virtual void require_space(const std::map<std::string, std::uint64_t>& members) = 0;
    // Where a database (or a patch file) lies until it is recovered.
    virtual std::string unrecovered(const std::string& member) = 0;
    // Where nothing has been unpacked: takes away what prepare() made for the work.
    void withdraw();
    // The file whose place a database takes; empty: none.
    virtual std::string replaced(const std::string& member) const = 0;
    // Gives everything its name, makes that durable, and removes what only the restore needed.
    virtual void settle() = 0;

    // The logs out of the archives, and the directory in which recovery goes on with logs of its own.
    std::string backup_logs() const { return os::join(work(), "backup-logs"); }
    virtual std::string work() const = 0;
    // The directory that the operator knows.
    virtual const std::string& target() const = 0;
    // Directories to which what was there before has been moved.
    virtual std::vector<std::string> moved_aside() const { return {}; }

 protected:
    // The logs and the checkpoint that recovery left. What was unpacked for it goes, and copies of logs that lie behind
    // the position at which it ended.
    std::vector<std::string> take_recovered_logs();
    void require_room(const std::string& directory, std::uint64_t bytes);

    os::FileSystem& files_;
};

// A directory that is empty or does not exist: databases under the names that they had, logs beside them.
std::unique_ptr<RestorePlaces> places_in_directory(os::FileSystem& files, const std::string& target);

// Where the backup was taken from, as its manifest tells. What is there is moved into `before-restore-<id>` when the
// restored databases are ready; nothing is deleted.
std::unique_ptr<RestorePlaces> places_in_place(os::FileSystem& files, const archive::Manifest& manifest);

}  // namespace ese::backup
