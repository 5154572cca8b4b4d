#pragma once

// A database as a backup delivered it, with its trailer page behind the last page (BACKUP-SEMANTICS 3.7, 5.3 step 6).

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "format/database/database_header.h"
#include "os/clock.h"
#include "os/file_system.h"

namespace ese::engine {

class RestoredDatabase {
 public:
    // Reads header and trailer and checks that they belong together. Throws JET_errDatabaseCorrupted (no sound header),
    // JET_errRestoreOfNonBackupDatabase, JET_errBadPatchPage, JET_errDatabasePatchFileMismatch. Writes nothing.
    RestoredDatabase(os::FileSystem& files, const std::string& original_path, const std::string& path);

    const std::string& original_path() const { return original_path_; }
    const std::string& path() const { return path_; }
    const format::DatabaseHeader& header() const { return header_; }
    // The generations without which the copy is not consistent.
    Generation low_required() const { return low_required_; }
    Generation high_required() const { return high_required_; }

    // The pages that do not verify, whether a log touches them or not, in their order. `poll` is called now and then on
    // the calling thread; what it throws ends the search.
    std::vector<PageNumber> bad_pages(const std::function<void()>& poll) const;

    // From here on it is a database that was not shut down cleanly, which requires these generations: the header says so
    // first, then the trailer is cut off. Nothing of this object can be used afterwards.
    void become_recoverable(os::Clock& clock);

 private:
    std::string original_path_;
    std::string path_;
    std::unique_ptr<os::File> file_;
    format::DatabaseHeader header_;
    std::uint64_t bytes_without_trailer_ = 0;
    Generation low_required_, high_required_;
};

}  // namespace ese::engine
