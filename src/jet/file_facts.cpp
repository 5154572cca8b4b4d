#include "jet/file_facts.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <vector>

#include "base/error.h"

namespace ese::jet {
namespace {

static_assert(std::endian::native == std::endian::little, "the public structures share the byte order of the headers");

// Where a run of bytes of the header lies in JET_DBINFOMISC7, whose older versions are its beginnings
// (BACKUP-SEMANTICS 6.4). Positions, times, signatures and backup marks have the same layout in both.
struct HeaderRun {
    std::uint16_t to, from, bytes;
};
constexpr auto header_runs = std::to_array<HeaderRun>({
    {0, 8, 4},       // format version
    {4, 232, 4},     // its update
    {8, 24, 28},     // database signature
    {36, 52, 4},     // state
    {40, 56, 48},    // consistent, attach (time, position), detach (time, position)
    {88, 108, 28},   // log signature
    {116, 136, 72},  // full, incremental, current full backup
    {196, 216, 16},  // version of the operating system
    {216, 296, 8},   // required generations
    {224, 348, 8},   // creation time of the newest
    {232, 240, 12},  // repairs
    {244, 364, 4},
    {248, 368, 48},  // ECC corrections, ECC failures, bad checksums
    {296, 416, 4},   // committed generation
    {300, 420, 48},  // copy and differential backup
    {348, 476, 32},  // reseeds, page patches
    {380, 516, 20},  // database scan
    {400, 564, 16},  // last re-attach
});

constexpr auto misc_sizes = std::to_array<std::uint32_t>({216, 296, 300, 348, 380, 400, 416});

template <class T>
void put(T value, void* result, std::uint32_t bytes) {
    if (!result || bytes != sizeof(T))
        throw Error(ErrorKind::usage, JET_errInvalidBufferSize,
                    "this info level gives " + std::to_string(sizeof(T)) + " bytes");
    std::memcpy(result, &value, sizeof value);
}

Error bad_size(const char* structure, std::uint32_t bytes) {
    return {ErrorKind::usage, JET_errInvalidBufferSize,
            std::string("no version of ") + structure + " has " + std::to_string(bytes) + " bytes"};
}

template <class Public, class Ours>
Public as_public(const Ours& ours) {
    static_assert(sizeof(Public) == Ours::size);
    std::array<std::uint8_t, Ours::size> bytes{};
    ours.write(bytes, 0);
    return std::bit_cast<Public>(bytes);
}

}  // namespace

void fill_database_misc(const format::DatabaseHeader& header, void* result, std::uint32_t bytes) {
    if (!result || std::ranges::find(misc_sizes, bytes) == misc_sizes.end()) throw bad_size("JET_DBINFOMISC", bytes);
    std::array<std::uint8_t, misc_sizes.back()> misc{};
    for (const HeaderRun& run : header_runs)
        std::memcpy(misc.data() + run.to, header.bytes().data() + run.from, run.bytes);
    const std::uint32_t flags = header.get(format::header_field::flags);
    store_le(misc.data() + 188, std::uint32_t{flags & 1});       // shadow catalog disabled
    store_le(misc.data() + 192, std::uint32_t{flags >> 1 & 1});  // upgrade pending
    store_le(misc.data() + 212, header.page_bytes());
    std::memcpy(result, misc.data(), bytes);
}

void fill_log_info(const format::LogHeader& header, std::uint32_t level, void* result, std::uint32_t bytes) {
    constexpr auto sizes =
        std::to_array<std::uint32_t>({sizeof(JET_LOGINFOMISC), sizeof(JET_LOGINFOMISC2), sizeof(JET_LOGINFOMISC3)});
    static_assert(JET_LogInfoMisc == 0 && JET_LogInfoMisc2 == 1 && JET_LogInfoMisc3 == 2);
    if (level >= sizes.size())
        throw Error(ErrorKind::usage, JET_errInvalidParameter, "there is no info level " + std::to_string(level));
    if (!result || bytes != sizes[level]) throw bad_size("this JET_LOGINFOMISC", bytes);
    // Up to lgposCheckpoint all of them have the same layout; only what the version fields are called differs.
    JET_LOGINFOMISC3 misc{};
    misc.ulGeneration = header.generation.value();
    misc.signLog = as_public<JET_SIGNATURE>(header.signature);
    misc.logtimeCreate = as_public<JET_LOGTIME>(header.created);
    misc.logtimePreviousGeneration = as_public<JET_LOGTIME>(header.previous_created);
    misc.ulFlags = header.flags;
    misc.ulVersionMajor = header.version.major;
    const bool third = level == JET_LogInfoMisc3;
    misc.ulVersionUpdateMajor = third ? header.version.update : header.version.minor;
    misc.ulVersionUpdateMinor = third ? header.version.update_minor : header.version.update;
    misc.cbSectorSize = header.sector_bytes;
    misc.cbHeader = header.header_sectors;
    misc.cbFile = header.sectors;
    misc.cbDatabasePageSize = header.page_bytes;
    misc.lgposCheckpoint = as_public<JET_LGPOS>(header.checkpoint);
    misc.ulVersionMinorDeprecated = header.version.minor;
    misc.checksumPrevLogAllSegments = header.previous_checksum;
    static_assert(offsetof(JET_LOGINFOMISC2, ulVersionMinor) == offsetof(JET_LOGINFOMISC3, ulVersionUpdateMajor) &&
                  offsetof(JET_LOGINFOMISC2, ulVersionUpdate) == offsetof(JET_LOGINFOMISC3, ulVersionUpdateMinor) &&
                  offsetof(JET_LOGINFOMISC2, lgposCheckpoint) == offsetof(JET_LOGINFOMISC3, lgposCheckpoint));
    std::memcpy(result, &misc, bytes);
}

void put_number(std::uint32_t value, void* result, std::uint32_t bytes) { put(value, result, bytes); }
void put_number(std::uint64_t value, void* result, std::uint32_t bytes) { put(value, result, bytes); }

void fill_database_info(const DatabaseFileFacts& facts, std::uint32_t level, void* result, std::uint32_t bytes) {
    switch (level) {
        case JET_DbInfoMisc: return fill_database_misc(facts.header, result, bytes);
        case JET_DbInfoPageSize: return put(facts.header.page_bytes(), result, bytes);
        case JET_DbInfoFileType:
            return put(static_cast<std::uint32_t>(facts.header.get(format::header_field::file_type)), result, bytes);
        case JET_DbInfoVersion: return put(facts.header.version().major, result, bytes);
        case JET_DbInfoFilesizeOnDisk: return put(facts.bytes_on_disk, result, bytes);
        case JET_DbInfoFilename:
        case JET_DbInfoLCID:
        case JET_DbInfoOptions:
        case JET_DbInfoTransactions:
        case JET_DbInfoSpaceOwned:
        case JET_DbInfoSpaceAvailable:
        case JET_DbInfoUpgrade:
        case JET_DbInfoDBInUse:
            throw Error(JET_errFeatureNotAvailable, "info level " + std::to_string(level) + " is not available here");
        default:
            throw Error(ErrorKind::usage, JET_errInvalidParameter, "there is no info level " + std::to_string(level));
    }
}

}  // namespace ese::jet
