#pragma once

// From an archive back to databases that can be attached.

#include <string>
#include <vector>

#include "archive/reader.h"
#include "backup/archive_check.h"
#include "backup/watch.h"
#include "os/file_system.h"

namespace ese::backup {

struct RestoreRequest {
    std::string target;  // a directory that is empty or does not exist
    unsigned threads = 1;
};

struct RestoredDatabase {
    std::string path;
    std::string original_path;
    std::uint64_t bytes = 0;
};

struct RestoreResult {
    archive::Manifest manifest;
    ArchiveReport report;
    std::vector<RestoredDatabase> databases;
};

// What is restored from: a file by its seek table, or a pipe front to back.
struct ArchiveInput {
    const os::File* file = nullptr;
    archive::ByteSource* stream = nullptr;
    std::string name;
};

// Unpacks everything, checks it, lets the engine recover it, and gives the databases their names. If that fails, what
// was placed stays under names that end with `.unrecovered`, and the error says so.
RestoreResult restore(os::FileSystem& files, const ArchiveInput& input, const RestoreRequest& request,
                      const Watch& watch);

constexpr const char* unrecovered_suffix = ".unrecovered";

}  // namespace ese::backup
