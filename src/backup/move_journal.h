#pragma once

// What a restore in place moves when it is ready: what was there goes aside, what it made gets its name. All of it is
// written down before the first move, so that a run that is interrupted between them can be taken back by the next one.

#include <set>
#include <string>
#include <vector>

#include "os/file_system.h"

namespace ese::backup {

struct Move {
    enum class What { found, made };  // it was there before the restore, or the restore made it

    What what = What::found;
    std::string from, to;
};

class MoveJournal {
 public:
    // `path` is where it is kept while the moves are under way.
    MoveJournal(os::FileSystem& files, std::string path) : files_(files), path_(std::move(path)) {}

    // Moves all of them, in this order, and makes that durable; none if one fails.
    void carry_out(const std::vector<Move>& moves);

    // Takes back what a run that was interrupted has moved, if it left such a list. Nothing is moved but in these
    // directories and those right below them. Throws ErrorKind::usage for a list that names others, or where something
    // else has come to where a file was; the list then stays.
    void undo(const std::set<std::string>& directories);

 private:
    void write(const std::vector<Move>& moves);

    os::FileSystem& files_;
    std::string path_;
};

}  // namespace ese::backup
