#pragma once

// One file of a backup, from the engine into the archive.

#include <cstdint>
#include <string>
#include <vector>

#include "archive/writer.h"
#include "backup/sequence.h"

namespace ese::backup {

struct CopiedFile {
    std::uint64_t bytes = 0;
    std::vector<std::uint8_t> head;  // of the first read; enough for a header of any size
    std::vector<std::uint8_t> tail;  // the last page
};

// JetOpenFile, JetReadFile until it is all there, JetCloseFile. The engine checks every page and segment while it
// reads. `page_bytes` is that of the instance.
CopiedFile copy_stream(const EngineApi& engine, JET_INSTANCE instance, const std::string& path,
                       const std::string& member, std::uint32_t page_bytes, bool is_database, archive::Writer& writer,
                       const Watch& watch);

}  // namespace ese::backup
