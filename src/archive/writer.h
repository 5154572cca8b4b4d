#pragma once

// Writes an archive: tar members into frames, frames through parallel compression into a sink, in order.
//
//     Writer writer(sink, begin_record, options);
//     writer.begin_member("databases/00/app.edb", bytes, Writer::starts_frame);
//     while (writer.left() > 0) {
//         ByteSpan buffer = writer.reserve(1 << 20);
//         writer.commit(read(buffer));
//     }
//     writer.end_member(pages_checked);
//     …
//     WriteResult result = writer.finish(manifest);     // members and frames are filled in
//
// Where frames are cut depends on the members alone, so the same members, records and options give the same bytes
// with any number of threads:
//  * a member that asks for it, and one that does not fit whole into what is left of the frame, starts a new frame;
//  * a member is cut at multiples of frame_bytes of its own data. So a page of a database never lies in two frames,
//    and a log that is not larger than frame_bytes lies in one.
// Memory: threads + 3 frames of raw and threads + 2 of compressed bytes, and zstd's own tables and window for each
// thread (6 MiB at level 3).

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "archive/manifest.h"
#include "archive/sink.h"

namespace ese::archive {

struct WriterOptions {
    int level = 3;         // zstd's, 1 to 19
    unsigned threads = 1;  // that compress
    DigestKind digest = DigestKind::xxh3_128;
    std::uint32_t frame_bytes = 0;        // 0: 8 MiB, 16 MiB at level 9 and above; else a multiple of 64 KiB
    std::int64_t mtime_unix_seconds = 0;  // of every member
    // Asked by the threads that compress, between blocks, until the last frame is compressed; then every call fails
    // with ErrorKind::interrupted.
    std::function<bool()> stop = [] { return false; };
};

struct WriteResult {
    std::uint64_t raw_bytes = 0;         // of the tar
    std::uint64_t compressed_bytes = 0;  // of the archive
    std::uint64_t frames = 0;
    std::string manifest_sha256;
    std::optional<DurableReceipt> receipt;
};

class Writer {
 public:
    enum FrameUse { shares_frame, starts_frame };

    // Writes backup.json.
    Writer(ByteSink& sink, const BeginRecord& begin, const WriterOptions& options);
    // Without finish(): stops the threads and leaves the sink unfinished.
    ~Writer();

    // Databases start a frame; everything else shares.
    void begin_member(const std::string& path, std::uint64_t size, FrameUse use);
    // Memory for the member's next bytes: at most `wanted`, at least one; 4096-aligned, and a multiple of 64 KiB as
    // long as `wanted` and the member's size are. In a member that starts a frame this is the frame itself, nothing
    // is copied. Valid until the next call.
    ByteSpan reserve(std::size_t wanted);
    // The first `bytes` of what reserve() gave are filled.
    void commit(std::size_t bytes);
    void write(ByteView bytes);
    // Data of the member that is still to be written.
    std::uint64_t left() const;
    // Everything announced must have been written.
    void end_member(std::uint64_t pages_checked = 0);

    // Writes frames.txt, manifest.json (with its list of members), COMMIT, the tar's end and the seek table, and
    // finishes the sink.
    WriteResult finish(Manifest manifest);

    // So far, for progress; safe from any thread.
    std::uint64_t compressed_bytes() const;

 private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ese::archive
