#pragma once

// What reading an archive from a file needs to know of its frames: the whole seek table and frames.txt.

#include <vector>

#include "archive/layout.h"
#include "archive/manifest.h"
#include "archive/seek_table.h"
#include "os/file_system.h"

namespace ese::archive {

struct FrameIndex {
    // Reads both and holds them against each other and against the manifest; ErrorKind::damage where they do not agree.
    // Memory: 44 bytes a frame, with `with_sha256` 32 more.
    FrameIndex(const os::File& file, const Manifest& manifest, bool with_sha256);

    std::vector<SeekEntry> entries;  // of all frames
    Layout layout;
    // Of the frames that the manifest counts:
    std::vector<Xxh3Digest> xxh3_of;
    std::vector<Sha256Digest> sha256_of;  // empty without `with_sha256`

 private:
    void add(const FrameRecord& record, bool with_sha256);
    void read_list(const os::File& file, const Manifest& manifest, bool with_sha256);
};

}  // namespace ese::archive
