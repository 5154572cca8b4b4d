#pragma once

// The first 4096 bytes of a log file, and what must agree from one generation to the next (LOG-FORMAT 2).

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "format/common.h"

namespace ese::format {

// A log header, a log segment and a checkpoint copy all have this size.
constexpr std::size_t log_sector_bytes = 4096;

using LogSector = std::array<std::uint8_t, log_sector_bytes>;

// 8.4000.U.u as in LOG-FORMAT 2.1. `update` must be known to the reader; `update_minor` is forward compatible.
struct LogVersion {
    std::uint32_t major = 8;
    std::uint32_t minor = 4000;
    std::uint32_t update = 0;
    std::uint32_t update_minor = 0;

    auto operator<=>(const LogVersion&) const = default;
    std::string to_string() const;  // "8.4000.5.16"
};

constexpr std::uint32_t newest_log_update = 130;
// From this update_minor on a header holds the accumulated checksum of the previous generation (LOG-FORMAT 2.4).
constexpr std::uint32_t first_chained_update_minor = 13;

// Throws JET_errBadLogVersion for every format that cannot be read, and calls 7.3704 by its name.
void check_log_version(const LogVersion& version);

// The parameters of the instance that wrote the file (LOG-FORMAT 2.2). Paths are for display only.
struct DbmsParam {
    static constexpr std::size_t size = 567;
    static constexpr std::size_t longest_path = 260;
    enum class Count : std::uint16_t {  // the value is the offset
        sessions = 523,
        open_tables = 527,
        version_pages = 531,
        cursors = 535,
        log_buffers = 539,
        log_sectors = 543,
        cache_pages = 547,
    };

    std::array<std::uint8_t, size> raw{};

    bool operator==(const DbmsParam&) const = default;
    static DbmsParam parse(ByteView bytes, std::size_t at);
    void write(ByteSpan bytes, std::size_t at) const;

    std::string system_path() const;
    std::string log_path() const;
    bool circular_logging() const;
    std::uint32_t count(Count which) const;
    void set_paths(std::string_view system_path, std::string_view log_path);  // cut to 260 bytes each
    void set_circular_logging(bool on);
    void set_count(Count which, std::uint32_t value);
};

// One attached database in the attach list of a log header or a checkpoint (LOG-FORMAT 2.3).
struct AttachInfo {
    static constexpr std::size_t fixed_size = 64;
    static constexpr std::uint8_t flag_utf16 = 0x20;
    static constexpr std::uint8_t flag_sparse = 0x40;

    std::uint8_t dbid = 0;
    std::uint8_t flags = flag_utf16;
    std::uint64_t dbtime = 0;
    ObjectId last_object;
    std::uint32_t max_pages = 0;
    Lgpos attach;
    Lgpos consistent;
    Signature database;
    std::vector<std::uint8_t> names;  // as stored: path and its terminator, UTF-16LE where flag_utf16 is set

    bool operator==(const AttachInfo&) const = default;
    std::u16string path() const;
    void set_path(std::u16string_view path);  // sets flag_utf16
};

// The attach list fills 2048 bytes of both headers and ends with a zero dbid inside them.
constexpr std::size_t attach_list_bytes = 2048;
// `jet` is the error of a list that does not hold together: a log's and a checkpoint's differ.
std::vector<AttachInfo> parse_attach_list(ByteView area, std::int32_t jet);
// False, and nothing written, where the list does not fit: then fewer databases can be attached.
bool write_attach_list(const std::vector<AttachInfo>& list, ByteSpan area);
// Writes it into a header page unless it is what the area holds already, whose bytes behind the end then stay as they
// are. Throws JET_errTooManyAttachedDatabases where it does not fit.
void update_attach_list(const std::vector<AttachInfo>& list, ByteSpan area);

struct LogHeader {
    static constexpr std::uint8_t flag_reserve_used = 1;
    static constexpr std::uint8_t flag_circular = 2;
    static constexpr std::uint8_t flag_circular_once = 4;

    Generation generation;
    std::uint16_t sector_bytes = log_sector_bytes;
    std::uint16_t header_sectors = 1;
    std::uint16_t sectors = 0;  // of the whole file, header and the unused last one included
    std::uint32_t page_bytes = 4096;
    LogTime created;
    LogTime previous_created;  // zero in the first log
    LogVersion version;
    Signature signature;  // of the stream, the same in all generations
    DbmsParam parameters;
    std::uint8_t flags = 0;
    Lgpos checkpoint;  // as known when the file was created; informational
    std::uint8_t sector_size_mismatch = 0;
    std::uint64_t previous_checksum = 0;  // XOR of the checksums of the data segments of the previous generation
    std::uint32_t engine_format = 0;      // diagnostic
    FileType file_type = FileType::log;
    std::vector<AttachInfo> attachments;
    LogSector raw{};  // the page it came from; bytes without a field above are written back from here

    std::uint64_t file_bytes() const { return std::uint64_t{sectors} * log_sector_bytes; }
    // Data segments are the sectors 1 .. last_data_sector(); the one behind it only ever holds a shadow
    // (LOG-FORMAT 1.2).
    std::uint16_t last_data_sector() const { return static_cast<std::uint16_t>(sectors - 2); }
};

// Parses and checks the header page: checksum, version, file type, geometry, attach list.
// Throws JET_errLogFileCorrupt, JET_errBadLogVersion, JET_errFileInvalidType.
LogHeader parse_log_header(ByteView page);
// The page with its checksum. Throws JET_errTooManyAttachedDatabases if the attach list does not fit.
LogSector serialise_log_header(const LogHeader& header);

// Throws JET_errLogFileSizeMismatch where the file has not the length that its header says.
void check_log_file_size(const LogHeader& header, std::uint64_t file_bytes);
// Throws JET_errPageSizeMismatch.
void check_log_page_size(const LogHeader& header, std::uint32_t page_bytes);

// What the next generation must agree with.
struct LogLink {
    Generation generation;
    LogTime created;
    Signature signature;
    std::optional<std::uint64_t> checksum;  // accumulated over the data segments; not given: not compared
};
LogLink link_of(const LogHeader& header, std::optional<std::uint64_t> accumulated_checksum);

// The identity rules of LOG-FORMAT 2.4, in this order: JET_errBadLogSignature, JET_errInvalidLogSequence (number or
// creation time of the predecessor), JET_errLogSequenceChecksumMismatch.
void check_successor(const LogLink& previous, const LogHeader& next);

}  // namespace ese::format
