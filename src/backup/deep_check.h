#pragma once

// What no check of pages and digests can see: whether a backup can be restored, and whether what is in the databases
// belongs together. The engine restores, recovers, and walks every tree.

#include <string>
#include <vector>

#include "backup/damage.h"
#include "backup/restore.h"
#include "backup/watch.h"
#include "os/file_system.h"

namespace ese::backup {

struct DeepReport {
    std::vector<std::string> databases;  // that were walked: where they were when they were backed up, or are
    std::vector<Damage> damage;
    std::vector<Damage> warnings;
    std::vector<std::string> notes;  // what was not checked, and why

    bool good() const { return damage.empty(); }
};

// A database that was shut down cleanly, attached for reading only.
DeepReport check_database_deeply(const std::string& path, const Watch& watch);

// `inputs` as for restore(). They are restored into a directory of its own under `scratch`, which is removed in the
// end.
DeepReport check_restore_deeply(os::FileSystem& files, const std::vector<ArchiveInput>& inputs,
                                const std::string& scratch, unsigned threads, const Watch& watch,
                                const EngineEvents& events);

}  // namespace ese::backup
