#pragma once

// verify --deep.

#include <string>
#include <vector>

#include "backup/chain.h"
#include "backup/watch.h"
#include "base/error.h"
#include "cli/command.h"

namespace ese::cli {

struct DeepOptions {
    bool wanted = false;
    std::string from_exec;  // the command that gives the archives
    std::string scratch;  // where restored databases lie meanwhile
    unsigned threads = 1;
};

// One database file. Returns what is wrong with it, once for all.
std::vector<Error> verify_database_deeply(const Shell& shell, const std::string& path, const backup::Watch& watch);

// Restores each archive that no other one here continues, with all that it takes, and walks what comes out.
std::vector<Error> verify_archives_deeply(const Shell& shell, const DeepOptions& options,
                                          const std::vector<backup::ChainArchive>& archives,
                                          const backup::Watch& watch);

}  // namespace ese::cli
