#pragma once

// One file of a backup, from the engine into the archive.

#include <cstdint>
#include <string>
#include <vector>

#include "archive/writer.h"
#include "backup/sequence.h"
#include "format/log/segment_sum.h"

namespace ese::backup {

enum class StreamKind { database, log, patch_file };

struct StreamFile {
    std::string path;  // as the engine names it
    std::string member;
    StreamKind kind = StreamKind::database;
    bool may_have_bad_pages = false;  // the engine was told to deliver them (JET_paramAcceptBadPages)
    format::SegmentSum* sum = nullptr;  // gets the bytes of a log
};

struct CopiedFile {
    std::uint64_t bytes = 0;
    std::vector<std::uint8_t> head;  // of the first read; enough for a header of any size
    std::vector<std::uint8_t> tail;  // the last page
    std::vector<archive::PageDamage> damage;
};

// JetOpenFile, JetReadFile until it is all there, JetCloseFile. The engine checks every page and segment while it
// reads. `page_bytes` is that of the instance.
CopiedFile copy_stream(const EngineApi& engine, JET_INSTANCE instance, const StreamFile& file, std::uint32_t page_bytes,
                       archive::Writer& writer, const Watch& watch);

}  // namespace ese::backup
