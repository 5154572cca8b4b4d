#pragma once

// What an archive says of itself: `backup.json` (first member) and `manifest.json` (last but COMMIT), whose size grows
// with the number of members, not with their sizes: those are frames.txt's business.
// esebackup-archive(5) describes every field. The structs are plain: whoever fills them knows the engine, this
// folder does not.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "archive/digest.h"
#include "archive/frame_list.h"
#include "base/bytes.h"

namespace ese::archive {

constexpr std::uint32_t format_major = 1;
constexpr std::uint32_t format_minor = 1;

// Members that every archive has.
constexpr const char* begin_name = "backup.json";
constexpr const char* frames_name = "frames.txt";
constexpr const char* manifest_name = "manifest.json";
constexpr const char* commit_name = "COMMIT";

enum class BackupKind { full, incremental, differential, copy };
std::string to_string(BackupKind kind);

struct FormatVersion {
    std::uint32_t major = format_major;
    std::uint32_t minor = format_minor;
};

struct InstanceRecord {
    std::string directory;         // that the operator named
    std::string log_directory;     // of its logs
    std::string system_directory;  // of its checkpoint
    std::string base_name;  // "edb"
    std::uint32_t page_bytes = 0;
    std::uint64_t log_file_bytes = 0;
    std::string log_signature;
    // Where a running program had the instance and served its backup.
    struct Server {
        std::uint32_t process = 0;
        std::string socket;
    };
    std::optional<Server> served_by = std::nullopt;
};

// What is known when a backup starts and does not change; both records begin with it.
struct BackupIdentity {
    FormatVersion format;
    std::vector<std::string> features_required;  // a reader that lacks one of them refuses the archive
    std::vector<std::string> features_optional;
    std::string id;  // UUIDv7
    BackupKind kind = BackupKind::full;
    std::string tool;  // "esebackup 0.1.0"
    std::string host;
    InstanceRecord instance;
    std::string started;  // RFC 3339, UTC
};

struct BeginDatabase {
    std::string member;  // empty where the archive holds only logs
    std::string original_path;
    std::uint64_t bytes = 0;  // as far as known at the start; for progress only
};

struct BeginRecord : BackupIdentity {
    std::vector<BeginDatabase> databases;
    DigestKind member_digest = DigestKind::xxh3_128;  // set by the Writer; who reads a pipe must know it in advance
};

// One backup as a database header remembers it.
struct BackupMark {
    std::string mark;  // log position "1A:10:CC7"
    std::string time;
    std::uint32_t gen_low = 0;
    std::uint32_t gen_high = 0;
};

struct BackupMarks {
    std::optional<BackupMark> full_prev, inc_prev, copy_prev, diff_prev, current;
};

struct RequiredLogs {
    std::uint32_t min = 0;
    std::uint32_t max = 0;
    std::uint32_t committed = 0;
};

struct PageDamage {
    std::uint32_t page = 0;
    std::string reason;
    std::string expected;  // checksum, hexadecimal; may be empty
    std::string found;
};

struct DatabaseRecord {
    std::string member;  // empty where the archive holds only logs
    std::string original_path;
    std::string signature;
    std::string state;  // as the header named it: "clean", "dirty", …
    std::uint32_t page_bytes = 0;
    std::uint64_t pages = 0;
    BackupMarks marks;
    RequiredLogs required;
    std::vector<PageDamage> damage;
};

struct GenerationRecord {
    std::uint32_t generation = 0;
    std::string member;
    std::string created;           // with previous_created and the checksum: which log this is, beyond its number
    std::string previous_created;  // empty for the first one
    std::uint64_t accumulated_checksum_previous = 0;  // of the previous generation; hexadecimal in JSON
    // Its own, which the next generation will name: since version 1.1, and of logs that know of such checksums.
    std::optional<std::uint64_t> accumulated_checksum;
};

struct LogsRecord {
    std::string signature;
    std::uint32_t first = 0;  // 0: no logs
    std::uint32_t last = 0;
    std::vector<GenerationRecord> generations;  // every one from first to last
};

// Every transaction committed before the log roll that ended `generation` is in the backup.
struct ConsistentThrough {
    std::uint32_t generation = 0;
    std::string time;
};

// What JetTruncateLog would delete; written before it is called.
struct TruncationPlan {
    std::uint32_t first = 0;  // 0: nothing
    std::uint32_t last = 0;
    std::string bound;  // what keeps the next one: "checkpoint", "database NAME was never backed up", …
};

// The Writer fills in members and frames.
struct MemberRecord {
    std::string path;
    std::uint64_t size = 0;
    DigestKind digest_kind = DigestKind::xxh3_128;
    std::string digest;       // hexadecimal; JSON names the field "xxh3_128" or "sha256"
    std::uint64_t frame = 0;  // where its first byte of data lies
    std::uint64_t offset_in_frame = 0;
    std::uint64_t pages_checked = 0;
};

struct FrameSums {
    std::uint64_t count = 0;
    std::uint64_t raw_bytes = 0;
    std::uint64_t compressed_bytes = 0;

    void add(std::uint64_t raw, std::uint64_t compressed) {
        ++count;
        raw_bytes += raw;
        compressed_bytes += compressed;
    }
    bool operator==(const FrameSums&) const = default;
};

struct Manifest : BackupIdentity {
    std::string finished;
    std::vector<DatabaseRecord> databases;
    LogsRecord logs;
    ConsistentThrough consistent_through;
    std::optional<TruncationPlan> truncation_planned;
    std::vector<std::string> warnings;
    // In the archive's order, backup.json first, frames.txt last; manifest.json and COMMIT are not named.
    std::vector<MemberRecord> members;
    FrameSums frames;                         // before the one that manifest.json starts
    std::vector<FrameRecord> frames_of_list;  // the last of these, which hold frames.txt; it lists the others

    // How many frames frames.txt lists.
    std::uint64_t frames_listed() const { return frames.count - frames_of_list.size(); }

    // Index into `members`, or nothing.
    std::optional<std::size_t> find(const std::string& path) const;
};

// JSON text, the same for the same content. Text that is not UTF-8 gets U+FFFD in its place.
std::string to_json(const BeginRecord& record);
std::string to_json(const Manifest& manifest);

// Reading is for hostile input: ErrorKind::damage names the field that is wrong; a newer major version or a
// required feature that is not known here is ErrorKind::not_possible. Unknown fields are ignored. What a returned
// manifest says is consistent in itself: member paths safe and different, members in the order of their places,
// log generations consecutive and present. Whether the places are in the archive is told by Layout.
BeginRecord parse_begin_record(ByteView text);
Manifest parse_manifest(ByteView text);

constexpr std::uint64_t max_begin_record_bytes = std::uint64_t{16} << 20;
constexpr std::uint64_t max_manifest_bytes = std::uint64_t{128} << 20;
constexpr std::size_t max_members = 250'000;  // whose manifest is not larger than that; the Writer refuses one more

// A UUIDv7: 48 bits of time, the rest from `random`.
std::string make_backup_id(std::int64_t unix_ms, std::span<const std::uint8_t, 10> random);
// "2024-05-01T12:34:56.789Z"
std::string rfc3339(std::int64_t unix_ms);

// The line in COMMIT.
struct Commit {
    std::string manifest_sha256;
    std::uint64_t raw_bytes = 0;  // of the whole tar, its end included
    std::uint64_t frames = 0;     // all of them, the manifest's too; the seek table is not one
    std::string id;
};
std::string to_line(const Commit& commit);
Commit parse_commit(ByteView text);

}  // namespace ese::archive
