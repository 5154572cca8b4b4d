#include "jet/file_facts.h"

#include <algorithm>
#include <array>
#include <bit>
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
    {40, 56, 48},    // consistent, attach (time, position), detach (time, position); see below for attach
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

void fill_log_misc(const format::LogHeader& header, void* result, std::uint32_t bytes) {
    if (!result || (bytes != sizeof(JET_LOGINFOMISC) && bytes != sizeof(JET_LOGINFOMISC2)))
        throw bad_size("JET_LOGINFOMISC", bytes);
    JET_LOGINFOMISC2 misc{};
    misc.ulGeneration = header.generation.value();
    misc.signLog = as_public<JET_SIGNATURE>(header.signature);
    misc.logtimeCreate = as_public<JET_LOGTIME>(header.created);
    misc.logtimePreviousGeneration = as_public<JET_LOGTIME>(header.previous_created);
    misc.ulFlags = header.flags;
    misc.ulVersionMajor = header.version.major;
    misc.ulVersionMinor = header.version.minor;
    misc.ulVersionUpdate = header.version.update;
    misc.cbSectorSize = header.sector_bytes;
    misc.cbHeader = header.header_sectors;
    misc.cbFile = header.sectors;
    misc.cbDatabasePageSize = header.page_bytes;
    misc.lgposCheckpoint = as_public<JET_LGPOS>(header.checkpoint);
    std::memcpy(result, &misc, bytes);
}

void fill_database_info(const DatabaseFileFacts& facts, std::uint32_t level, void* result, std::uint32_t bytes) {
    switch (level) {
        case JET_DbInfoMisc: return fill_database_misc(facts.header, result, bytes);
        case JET_DbInfoPageSize: return put(facts.header.page_bytes(), result, bytes);
        case JET_DbInfoFilesize: {
            if (bytes == sizeof(std::uint64_t)) return put(facts.file_bytes, result, bytes);
            return put(static_cast<std::uint32_t>(facts.file_bytes / facts.header.page_bytes()), result, bytes);
        }
        case JET_DbInfoFileType:
            return put(static_cast<std::uint32_t>(facts.header.get(format::header_field::file_type)), result, bytes);
        case JET_DbInfoVersion: return put(facts.header.version().major, result, bytes);
        default: throw Error(JET_errFeatureNotAvailable, "info level " + std::to_string(level) + " is not available");
    }
}

}  // namespace ese::jet
