#pragma once

// Reads and checks an archive: from a file by its seek table, with frames decoded in parallel, or front to back
// from a pipe.
//
// Where every byte is checked: compressed frames by their XXH3-128 in frames.txt, the frames of frames.txt by theirs in
// the manifest, the manifest by its SHA-256 in COMMIT; COMMIT and the manifest against each other, the seek table and
// the size of the file; the tar's headers and padding against the manifest. So the members are what was compressed, and
// in their places. That they are what was read from the engine is for their own checksums to show, which every page and
// every segment of a log has; where the digests of whole members are compared, too, each byte is looked at twice.
// Memory: threads + 2 frames, raw and compressed.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "archive/manifest.h"
#include "archive/sink.h"
#include "base/error.h"
#include "os/file_system.h"
#include "os/pipe.h"

namespace ese::archive {

struct MemberInfo {
    std::size_t index = 0;  // in the archive's order, backup.json is 0
    std::string path;
    std::uint64_t size = 0;
};

// What reading hands out. manifest.json and COMMIT are not handed out.
class Consumer {
 public:
    virtual ~Consumer() = default;
    // First of all. From a file this is what the manifest says, from a pipe what backup.json says.
    virtual void started(const BackupIdentity&) {}
    // Whether its bytes are wanted. Asked once for each member before its first chunk, in the archive's order, on the
    // calling thread.
    virtual bool wish(const MemberInfo&) { return false; }
    // A piece of a member: from a file in any order, on several threads at once; from a pipe in order, on the calling
    // thread. Pieces of a database begin and end at multiples of 64 KiB (the last one ends with the member), a log
    // comes whole if it is not larger than a frame. The chunk's frame has passed its digest (in a pipe zstd's
    // checksum).
    virtual void chunk(const MemberInfo&, std::uint64_t /*offset*/, ByteView) {}
    // All chunks of the member have been handed out; `intact`: every byte arrived, and all digests that were compared
    // are what the archive says. On the calling thread. In a pipe the manifest comes last, so this comes when
    // everything has been read. Only then may a file that was written get its name.
    virtual void finished(const MemberInfo&, bool /*intact*/) {}
};

struct ReadOptions {
    unsigned threads = 1;
    // From a file: do not read frames in which nothing is wished for. What is then not read is not checked, and the
    // report says nothing about it.
    bool only_wished = false;
    // Also compare each compressed frame with its SHA-256, and each member with its digest: without it, only those
    // whose bytes nobody wishes for, and backup.json.
    bool every_digest = false;
};

struct Finding {
    ErrorKind kind = ErrorKind::damage;  // damage or incomplete
    std::string member;                  // empty: the archive itself
    std::uint64_t offset = 0;            // in the member, or in the archive file
    std::string reason;
};

struct VerifyReport {
    std::vector<Finding> findings;
    bool complete = false;  // COMMIT and seek table are there and agree with everything
    std::optional<Manifest> manifest;
    std::uint64_t members_intact = 0;
    std::uint64_t members = 0;           // 0 where no manifest was found
    std::uint64_t frames = 0;            // read
    std::uint64_t raw_bytes = 0;         // read
    std::uint64_t compressed_bytes = 0;  // of the archive, as far as it was read

    bool good() const { return complete && findings.empty(); }
    // ErrorKind::incomplete or ErrorKind::damage for an archive that is not good.
    void throw_if_bad() const;
    // That it is there. Throws for an archive that is not good.
    DurableReceipt receipt(const std::string& where) const;
};

// A complete archive in a file. Opening reads the end of the seek table and the manifest's frames, however large the
// archive is; it throws ErrorKind::incomplete for an archive without its end, ErrorKind::damage, or
// ErrorKind::not_possible for one from a newer version.
class Archive {
 public:
    // `file` must outlive the Archive.
    explicit Archive(const os::File& file);

    const Manifest& manifest() const { return manifest_; }
    const Commit& commit() const { return commit_; }
    std::uint64_t file_bytes() const { return file_bytes_; }

    // Goes on after damage, but throws it where frames.txt or the seek table is damaged. Exceptions of the consumer end
    // it and come out here.
    VerifyReport read(Consumer& consumer, const ReadOptions& options) const;

 private:
    void read_end();

    const os::File& file_;
    std::uint64_t file_bytes_ = 0;
    Manifest manifest_;
    Commit commit_;
};

// Bytes in order. read() gives at least one byte, or 0 at the end.
class ByteSource {
 public:
    virtual ~ByteSource() = default;
    virtual std::size_t read(ByteSpan into) = 0;
};

class PipeSource : public ByteSource {
 public:
    explicit PipeSource(os::FdStream& stream) : stream_(stream) {}
    std::size_t read(ByteSpan into) override { return stream_.read(into); }

 private:
    os::FdStream& stream_;
};

class FileSource : public ByteSource {
 public:
    explicit FileSource(const os::File& file) : file_(file) {}
    std::size_t read(ByteSpan into) override;

 private:
    const os::File& file_;
    std::uint64_t offset_ = 0;
};

// Reads a whole archive front to back and checks everything. Ends at the first frame that cannot be decoded. Throws
// only what the consumer and the source throw, and ErrorKind::not_possible.
VerifyReport read_stream(ByteSource& source, Consumer& consumer, const ReadOptions& options);

// The whole check of a file: by its seek table, or, where its end or frames.txt is missing or damaged, front to back,
// so that the report tells which members are there.
VerifyReport verify_file(const os::File& file, Consumer& consumer, const ReadOptions& options);

}  // namespace ese::archive
