#pragma once

// From archives back to databases that can be attached.

#include <string>
#include <vector>

#include "archive/reader.h"
#include "backup/archive_check.h"
#include "backup/engine_session.h"
#include "backup/replay_plan.h"
#include "backup/stop_position.h"
#include "backup/watch.h"
#include "os/file_system.h"

namespace ese::backup {

struct RestoreRequest {
    std::string target;  // a directory that is empty or does not exist; empty: where the backup was taken
    std::string logs;  // empty, or where the instance's logs still are: what they hold beyond the archives is replayed
    std::optional<StopPosition> until;  // where replaying ends; not given: with the last log
    unsigned threads = 1;
    bool accept_bad_pages = false;  // those that the manifest records as damaged
};

struct RestoredDatabase {
    std::string path;
    std::string original_path;
    std::uint64_t bytes = 0;
};

struct RestoreResult {
    archive::Manifest manifest;          // of the full backup
    archive::Manifest last;              // of the archive that the chain ends with
    std::vector<ArchiveReport> reports;  // one for each archive
    std::vector<RestoredDatabase> databases;
    format::Lgpos replayed_to;             // the last record that was replayed
    std::size_t live_logs = 0;             // of the instance, beyond the archives
    std::vector<std::string> moved_aside;  // directories with what was there before
};

// What is restored from: a file by its seek table, or a pipe front to back.
struct ArchiveInput {
    const os::File* file = nullptr;
    archive::ByteSource* stream = nullptr;
    std::string name;
};

// What restore() would replay, of archives in files, in its order. Throws what would keep it from beginning. Writes
// nothing.
ReplayPlan plan_restore(os::FileSystem& files, const std::vector<ArchiveInput>& inputs, const RestoreRequest& request);

// `inputs`: a full or copy backup, then what continues it, oldest first. Where one of them is a pipe, whose place in
// the chain shows only at its end, they may come in any order, and have to be one chain. Unpacks everything, checks it,
// lets the engine recover it, and gives the databases their names. If that fails, what was placed stays under names
// that end with `.unrecovered`, and the error says so.
RestoreResult restore(os::FileSystem& files, const std::vector<ArchiveInput>& inputs, const RestoreRequest& request,
                      const Watch& watch, const EngineEvents& events);

// Which of these archives a restore takes, oldest first: indices. The last is the newest one that everything is there
// for; with a position to end at, the one whose logs reach it, behind a full backup that ends before it, or the newest
// one if none does and `more_logs` go on behind it. Throws ErrorKind::chain, naming what is missing, where there is
// none.
std::vector<std::size_t> choose_chain(const std::vector<std::pair<std::string, archive::Manifest>>& archives,
                                      const std::optional<StopPosition>& until, bool more_logs);

}  // namespace ese::backup
