#pragma once

// The small structures that database, log and checkpoint files share (DATABASE-FORMAT 2, LOG-FORMAT scalar types).

#include <array>
#include <compare>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/ids.h"

namespace ese::format {

constexpr std::uint32_t header_magic = 0x89ABCDEF;

// What kind of file a header belongs to: the u32 at offset 667 of every header page.
enum class FileType : std::uint32_t { unknown = 0, database = 1, log = 3, checkpoint = 4, temporary_database = 5, flush_map = 7 };

// For people: "26 (0x1A)"; file names and the dumps of ESE have the hexadecimal form.
std::string to_string(Generation generation);

// A position in the log: segment `sector` of `generation`, `offset` bytes into it. 8 bytes on disk: ib u16, isec u16, generation i32.
struct Lgpos {
    static constexpr std::size_t size = 8;
    Generation generation;
    std::uint16_t sector = 0;
    std::uint16_t offset = 0;

    auto operator<=>(const Lgpos&) const = default;
    bool is_zero() const { return *this == Lgpos{}; }
    static Lgpos parse(ByteView bytes, std::size_t at);
    void write(ByteSpan bytes, std::size_t at) const;
    std::string to_string() const;  // "1A:10:CC7", hexadecimal, as the dumps of ESE print it
};

// A time as ESE stores it, to the millisecond. It serves as the identity of a log file, so the raw bytes are kept exactly.
struct LogTime {
    static constexpr std::size_t size = 8;
    std::array<std::uint8_t, size> raw{};

    bool operator==(const LogTime&) const = default;
    bool is_zero() const { return *this == LogTime{}; }
    static LogTime parse(ByteView bytes, std::size_t at);
    static LogTime from_unix_ms(std::int64_t unix_ms);  // UTC
    void write(ByteSpan bytes, std::size_t at) const;
    std::int64_t to_unix_ms() const;     // fields out of range are clamped; 0 for a zero time
    std::string to_string() const;       // RFC 3339 in UTC; empty for a zero time
};

// Identity of a database or of a log stream: random number, time of creation, computer name (zero in modern files).
struct Signature {
    static constexpr std::size_t size = 28;
    std::uint32_t random = 0;
    LogTime created;
    std::array<std::uint8_t, 16> computer{};

    bool operator==(const Signature&) const = default;
    bool is_zero() const { return *this == Signature{}; }
    static Signature parse(ByteView bytes, std::size_t at);
    void write(ByteSpan bytes, std::size_t at) const;
    std::string to_string() const;  // "7ca0c95a-2022-03-23T14:17:57.566Z"
};

// One backup as database headers remember it (BACKUP-SEMANTICS 3.1).
struct BackupInfo {
    static constexpr std::size_t size = 24;
    Lgpos mark;
    LogTime time;
    Generation low;
    Generation high;

    bool operator==(const BackupInfo&) const = default;
    bool is_zero() const { return *this == BackupInfo{}; }
    static BackupInfo parse(ByteView bytes, std::size_t at);
    void write(ByteSpan bytes, std::size_t at) const;
};

// The checksum of header pages, checkpoint copies and the backup trailer: XOR of all u32 words but the first, seeded with the
// magic (DATABASE-FORMAT 2.1). The size must be a multiple of 4 and not 0.
std::uint32_t header_checksum(ByteView page);
bool header_checksum_ok(ByteView page);
void stamp_header_checksum(ByteSpan page);

constexpr bool is_page_size(std::uint32_t bytes) {
    return bytes == 2048 || bytes == 4096 || bytes == 8192 || bytes == 16384 || bytes == 32768;
}

}  // namespace ese::format
