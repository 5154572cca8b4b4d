#pragma once

// The header page of a database, DBFILEHDR: pages 0 and 1 of the file (DATABASE-FORMAT 2).

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "format/common.h"

namespace ese::format {

enum class DatabaseState : std::uint32_t {
    none = 0,
    just_created = 1,
    dirty_shutdown = 2,
    clean_shutdown = 3,
    being_converted = 4,
    force_detach = 5,
    incremental_reseed = 6,
    dirty_and_patched = 7,
    revert_in_progress = 8,
};

std::string_view to_string(DatabaseState state);

// How the backup that a BackupInfo describes was made (the *_type fields).
enum class BackupType : std::uint32_t { streaming = 0, os_snapshot = 1, snapshot = 2 };

// Version of the format; compared in this order. A greater update_minor alone never makes a file unreadable.
struct DatabaseVersion {
    std::uint32_t major = 0x620;
    std::uint32_t update_major = 20;
    std::uint32_t update_minor = 0;

    auto operator<=>(const DatabaseVersion&) const = default;
    std::string to_string() const;  // "0x620,20,0"
};

// Where a field lies in the header and how it is typed: an unsigned integer, an enum over one, an Id, or a structure
// with parse and write.
template <class T>
struct HeaderField {
    std::size_t offset;
    std::string_view name;
};

namespace header_field {

using u8 = std::uint8_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;

// clang-format off
inline constexpr HeaderField<u32>           checksum                  {0,   "checksum"};
inline constexpr HeaderField<u32>           magic                     {4,   "magic"};
inline constexpr HeaderField<u32>           version_major             {8,   "version_major"};
inline constexpr HeaderField<u32>           attributes                {12,  "attributes"};
inline constexpr HeaderField<u64>           dbtime_dirtied            {16,  "dbtime_dirtied"};
inline constexpr HeaderField<Signature>     database_signature        {24,  "database_signature"};
inline constexpr HeaderField<DatabaseState> state                     {52,  "state"};
inline constexpr HeaderField<Lgpos>         consistent_lgpos          {56,  "consistent_lgpos"};
inline constexpr HeaderField<LogTime>       consistent_time           {64,  "consistent_time"};
inline constexpr HeaderField<LogTime>       attach_time               {72,  "attach_time"};
inline constexpr HeaderField<Lgpos>         attach_lgpos              {80,  "attach_lgpos"};
inline constexpr HeaderField<LogTime>       detach_time               {88,  "detach_time"};
inline constexpr HeaderField<Lgpos>         detach_lgpos              {96,  "detach_lgpos"};
inline constexpr HeaderField<u32>           dbid                      {104, "dbid"};
inline constexpr HeaderField<Signature>     log_signature             {108, "log_signature"};
inline constexpr HeaderField<BackupInfo>    full_previous             {136, "full_previous"};
inline constexpr HeaderField<BackupInfo>    incremental_previous      {160, "incremental_previous"};
inline constexpr HeaderField<BackupInfo>    full_current              {184, "full_current"}; // not zero: raw backup
inline constexpr HeaderField<u32>           flags                     {208, "flags"};
inline constexpr HeaderField<ObjectId>      last_object               {212, "last_object"};
inline constexpr HeaderField<u32>           os_major                  {216, "os_major"};
inline constexpr HeaderField<u32>           os_minor                  {220, "os_minor"};
inline constexpr HeaderField<u32>           os_build                  {224, "os_build"};
inline constexpr HeaderField<u32>           os_service_pack           {228, "os_service_pack"};
inline constexpr HeaderField<u32>           update_major              {232, "update_major"};
inline constexpr HeaderField<u32>           page_bytes                {236, "page_bytes"};    // 0 means 4096
inline constexpr HeaderField<u32>           repair_count              {240, "repair_count"};
inline constexpr HeaderField<LogTime>       repair_time               {244, "repair_time"};
inline constexpr HeaderField<Signature>     reserved_slv              {252, "reserved_slv"};
inline constexpr HeaderField<u64>           scrub_dbtime              {280, "scrub_dbtime"};
inline constexpr HeaderField<LogTime>       scrub_time                {288, "scrub_time"};
inline constexpr HeaderField<Generation>    min_required              {296, "min_required"};
inline constexpr HeaderField<Generation>    max_required              {300, "max_required"};
inline constexpr HeaderField<u32>           upgrade55_format          {304, "upgrade55_format"};
inline constexpr HeaderField<u32>           upgrade55_free            {308, "upgrade55_free"};
inline constexpr HeaderField<u32>           upgrade55_space_map       {312, "upgrade55_space_map"};
inline constexpr HeaderField<BackupInfo>    snapshot_current          {316, "snapshot_current"};
inline constexpr HeaderField<u32>           created_version           {340, "created_version"};
inline constexpr HeaderField<u32>           created_update            {344, "created_update"};
inline constexpr HeaderField<LogTime>       max_committed_time        {348, "max_committed_time"};
inline constexpr HeaderField<BackupType>    full_previous_type        {356, "full_previous_type"};
inline constexpr HeaderField<BackupType>    incremental_previous_type {360, "incremental_previous_type"};
inline constexpr HeaderField<u32>           repair_count_old          {364, "repair_count_old"};
inline constexpr HeaderField<u32>           ecc_fixed_count           {368, "ecc_fixed_count"};
inline constexpr HeaderField<LogTime>       ecc_fixed_time            {372, "ecc_fixed_time"};
inline constexpr HeaderField<u32>           ecc_fixed_count_old       {380, "ecc_fixed_count_old"};
inline constexpr HeaderField<u32>           ecc_failed_count          {384, "ecc_failed_count"};
inline constexpr HeaderField<LogTime>       ecc_failed_time           {388, "ecc_failed_time"};
inline constexpr HeaderField<u32>           ecc_failed_count_old      {396, "ecc_failed_count_old"};
inline constexpr HeaderField<u32>           bad_checksum_count        {400, "bad_checksum_count"};
inline constexpr HeaderField<LogTime>       bad_checksum_time         {404, "bad_checksum_time"};
inline constexpr HeaderField<u32>           bad_checksum_count_old    {412, "bad_checksum_count_old"};
inline constexpr HeaderField<Generation>    max_committed             {416, "max_committed"};
inline constexpr HeaderField<BackupInfo>    copy_previous             {420, "copy_previous"};
inline constexpr HeaderField<BackupInfo>    differential_previous     {444, "differential_previous"};
inline constexpr HeaderField<BackupType>    copy_previous_type        {468, "copy_previous_type"};
inline constexpr HeaderField<BackupType>    differential_previous_type{472, "differential_previous_type"};
inline constexpr HeaderField<u32>           reseed_count              {476, "reseed_count"};
inline constexpr HeaderField<LogTime>       reseed_time               {480, "reseed_time"};
inline constexpr HeaderField<u32>           reseed_count_old          {488, "reseed_count_old"};
inline constexpr HeaderField<u32>           page_patch_count          {492, "page_patch_count"};
inline constexpr HeaderField<LogTime>       page_patch_time           {496, "page_patch_time"};
inline constexpr HeaderField<u32>           page_patch_count_old      {504, "page_patch_count_old"};
inline constexpr HeaderField<u64>           sort_version              {508, "sort_version"}; // ~0: see MSysLocales
inline constexpr HeaderField<LogTime>       scan_previous_time        {516, "scan_previous_time"};
inline constexpr HeaderField<LogTime>       scan_start_time           {524, "scan_start_time"};
inline constexpr HeaderField<u32>           scan_highest_continuous   {532, "scan_highest_continuous"};
inline constexpr HeaderField<Generation>    recovering                {536, "recovering"};
inline constexpr HeaderField<u32>           extend_count              {540, "extend_count"};
inline constexpr HeaderField<LogTime>       extend_time               {544, "extend_time"};
inline constexpr HeaderField<u32>           shrink_count              {552, "shrink_count"};
inline constexpr HeaderField<LogTime>       shrink_time               {556, "shrink_time"};
inline constexpr HeaderField<LogTime>       reattach_time             {564, "reattach_time"};
inline constexpr HeaderField<Lgpos>         reattach_lgpos            {572, "reattach_lgpos"};
inline constexpr HeaderField<u32>           trim_count                {580, "trim_count"};
inline constexpr HeaderField<Signature>     header_flush_signature    {584, "header_flush_signature"}; // new each time
inline constexpr HeaderField<Signature>     flush_map_signature       {612, "flush_map_signature"}; // zero: no map
inline constexpr HeaderField<Generation>    min_consistent            {640, "min_consistent"};
inline constexpr HeaderField<u32>           update_minor              {644, "update_minor"};
inline constexpr HeaderField<u32>           efv_max_attached          {648, "efv_max_attached"};
inline constexpr HeaderField<u32>           scan_highest              {652, "scan_highest"};
inline constexpr HeaderField<Lgpos>         last_resize_lgpos         {656, "last_resize_lgpos"}; // from update 110 on
inline constexpr HeaderField<FileType>      file_type                 {667, "file_type"};
inline constexpr HeaderField<LogTime>       max_required_time         {672, "max_required_time"}; // from update 150 on
inline constexpr HeaderField<Generation>    pre_redo_min_consistent   {680, "pre_redo_min_consistent"};
inline constexpr HeaderField<Generation>    pre_redo_min_required     {684, "pre_redo_min_required"};
inline constexpr HeaderField<Signature>     snapshot_flush_signature  {688, "snapshot_flush_signature"};
inline constexpr HeaderField<u32>           revert_count              {716, "revert_count"};
inline constexpr HeaderField<LogTime>       revert_from_time          {720, "revert_from_time"};
inline constexpr HeaderField<LogTime>       revert_to_time            {728, "revert_to_time"};
inline constexpr HeaderField<u32>           revert_page_count         {736, "revert_page_count"};
inline constexpr HeaderField<Lgpos>         revert_lgpos              {740, "revert_lgpos"};
// clang-format on

// All of the above in the order of the file, for dumps: std::apply over it.
// clang-format off
inline constexpr std::tuple all{
    checksum, magic, version_major, attributes, dbtime_dirtied, database_signature, state, consistent_lgpos,
    consistent_time, attach_time, attach_lgpos, detach_time, detach_lgpos, dbid, log_signature, full_previous,
    incremental_previous, full_current, flags, last_object, os_major, os_minor, os_build, os_service_pack,
    update_major, page_bytes, repair_count, repair_time, reserved_slv, scrub_dbtime, scrub_time, min_required,
    max_required, upgrade55_format, upgrade55_free, upgrade55_space_map, snapshot_current, created_version,
    created_update, max_committed_time, full_previous_type, incremental_previous_type, repair_count_old,
    ecc_fixed_count, ecc_fixed_time, ecc_fixed_count_old, ecc_failed_count, ecc_failed_time, ecc_failed_count_old,
    bad_checksum_count, bad_checksum_time, bad_checksum_count_old, max_committed, copy_previous,
    differential_previous, copy_previous_type, differential_previous_type, reseed_count, reseed_time,
    reseed_count_old, page_patch_count, page_patch_time, page_patch_count_old, sort_version, scan_previous_time,
    scan_start_time, scan_highest_continuous, recovering, extend_count, extend_time, shrink_count, shrink_time,
    reattach_time, reattach_lgpos, trim_count, header_flush_signature, flush_map_signature, min_consistent,
    update_minor, efv_max_attached, scan_highest, last_resize_lgpos, file_type, max_required_time,
    pre_redo_min_consistent, pre_redo_min_required, snapshot_flush_signature, revert_count, revert_from_time,
    revert_to_time, revert_page_count, revert_lgpos};
// clang-format on

}  // namespace header_field

// A whole header page. Fields are read and written in place, so bytes that no field names survive.
class DatabaseHeader {
 public:
    static constexpr std::size_t defined_bytes = 748;  // the rest of the page is zero
    static constexpr DatabaseVersion baseline_version{0x620, 20, 0};

    // An empty header of a page size: magic, baseline version, page size, file type and sort version are set, the rest
    // is zero.
    explicit DatabaseHeader(std::uint32_t page_bytes);

    // One copy. nullopt if the bytes are not a whole header page: wrong size, magic, page size or checksum.
    static std::optional<DatabaseHeader> parse(ByteView page);

    template <class T>
    T get(const HeaderField<T>& field) const;
    template <class T>
    void set(const HeaderField<T>& field, const std::type_identity_t<T>& value);

    std::uint32_t page_bytes() const { return static_cast<std::uint32_t>(page_.size()); }
    DatabaseVersion version() const;
    void set_version(DatabaseVersion version);
    DatabaseState state() const { return get(header_field::state); }

    // Clean: no log is required any more, so all generations, their times and the detach point follow from the
    // consistent point (DATABASE-FORMAT 2.2). The caller sets consistent_lgpos and consistent_time first.
    void become_clean();

    // A stream of JetReadFile, or a copy of it, that has not been restored: full_current.low is set.
    bool is_raw_backup() const { return get(header_field::full_current).low != Generation(); }

    // The page with its checksum stamped: what goes into both copies.
    ByteView stamped();
    // As it was read or last stamped.
    ByteView bytes() const { return page_; }

    bool operator==(const DatabaseHeader&) const = default;

 private:
    explicit DatabaseHeader(ByteView page) : page_(page.begin(), page.end()) {}

    std::vector<std::uint8_t> page_;
};

// Which copy of the header is to be believed (DATABASE-FORMAT 2.4).
struct PickedHeader {
    DatabaseHeader header;
    int copy = 0;                // 0 or 1
    bool rewrite_other = false;  // the other copy is bad or differs, and should be written again
};

// How many bytes from the start of the file pick_header can use: two pages of the greatest size.
constexpr std::size_t header_probe_bytes = 2 * 32768;

// `file_start` is the beginning of the file, header_probe_bytes or as much as there is. The page size is found by
// trying. Copy 0 wins if it is sound, else copy 1. nullopt: both are bad, and the caller knows which error that is
// (-1018 in recovery, -1206 on attach).
std::optional<PickedHeader> pick_header(ByteView file_start);

// What an engine can attach.
struct AttachLimits {
    std::uint32_t page_bytes = 0;             // the instance's page size; 0 takes any
    std::uint32_t newest_update_major = 290;  // greatest that the engine knows
};

// Throws ese::Error unless a database with this header may be attached without recovery (DATABASE-FORMAT 2.3):
// page size and version errors, -550 dirty, -544 raw backup, -1206 for the rest. Messages name what the header says and
// what was expected.
void check_attachable(const DatabaseHeader& header, const AttachLimits& limits);

// --- implementation of the typed access

template <class T>
T DatabaseHeader::get(const HeaderField<T>& field) const {
    const ByteView page = page_;
    if constexpr (std::unsigned_integral<T>) {
        return load_le<T>(page.data() + field.offset);
    } else if constexpr (std::is_enum_v<T>) {
        return static_cast<T>(load_u32(page, field.offset));
    } else if constexpr (requires { T::parse(page, std::size_t{}); }) {
        return T::parse(page, field.offset);
    } else {
        return T(load_u32(page, field.offset));
    }
}

template <class T>
void DatabaseHeader::set(const HeaderField<T>& field, const std::type_identity_t<T>& value) {
    const ByteSpan page = page_;
    if constexpr (std::unsigned_integral<T>) {
        store_le<T>(page.data() + field.offset, value);
    } else if constexpr (std::is_enum_v<T>) {
        store_u32(page, field.offset, static_cast<std::uint32_t>(value));
    } else if constexpr (requires { T::parse(page, std::size_t{}); }) {
        value.write(page, field.offset);
    } else {
        store_u32(page, field.offset, value.value());
    }
}

}  // namespace ese::format
