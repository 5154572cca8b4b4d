#include "archive/manifest.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "archive/hostile_text.h"
#include "base/error.h"

namespace ese::archive {

std::string to_string(BackupKind kind) {
    switch (kind) {
        case BackupKind::full: return "full";
        case BackupKind::incremental: return "incremental";
        case BackupKind::differential: return "differential";
        case BackupKind::copy: return "copy";
    }
    return {};
}

std::optional<std::size_t> Manifest::find(const std::string& path) const {
    const auto found =
        std::find_if(members.begin(), members.end(), [&](const MemberRecord& m) { return m.path == path; });
    if (found == members.end()) return std::nullopt;
    return static_cast<std::size_t>(found - members.begin());
}

std::string make_backup_id(std::int64_t unix_ms, std::span<const std::uint8_t, 10> random) {
    std::array<std::uint8_t, 16> id;
    for (std::size_t i = 0; i < 6; ++i)
        id[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(unix_ms) >> (8 * (5 - i)));
    std::copy(random.begin(), random.end(), id.begin() + 6);
    id[6] = static_cast<std::uint8_t>(0x70 | (id[6] & 0x0F));  // version 7
    id[8] = static_cast<std::uint8_t>(0x80 | (id[8] & 0x3F));  // variant 10
    std::string text = to_hex(id);
    for (const std::size_t dash : {20u, 16u, 12u, 8u}) text.insert(dash, "-");
    return text;
}

std::string rfc3339(std::int64_t unix_ms) {
    // Days since 1970 to a date of the Gregorian calendar, counted in eras of 400 years from 0000-03-01.
    const std::int64_t day_ms = 86'400'000;
    const std::int64_t day = (unix_ms >= 0 ? unix_ms : unix_ms - day_ms + 1) / day_ms;
    const std::int64_t ms = unix_ms - day * day_ms;
    const std::int64_t z = day + 719'468;
    const std::int64_t era = (z >= 0 ? z : z - 146'096) / 146'097;
    const std::int64_t day_of_era = z - era * 146'097;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t month_index = (5 * day_of_year + 2) / 153;  // 0 is March
    const std::int64_t month = month_index < 10 ? month_index + 3 : month_index - 9;
    const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    std::array<char, 64> text;
    std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", static_cast<int>(year),
                  static_cast<int>(month), static_cast<int>(day_of_year - (153 * month_index + 2) / 5 + 1),
                  static_cast<int>(ms / 3'600'000), static_cast<int>(ms / 60'000 % 60),
                  static_cast<int>(ms / 1000 % 60), static_cast<int>(ms % 1000));
    return text.data();
}

std::string to_line(const Commit& commit) {
    return "manifest_sha256=" + commit.manifest_sha256 + " raw_bytes=" + std::to_string(commit.raw_bytes) +
           " frames=" + std::to_string(commit.frames) + " id=" + commit.id + "\n";
}

Commit parse_commit(ByteView text) {
    std::string_view line(reinterpret_cast<const char*>(text.data()), text.size());
    const auto damaged = [] {
        return Error(ErrorKind::damage, "COMMIT is not one line of the four fields it must have");
    };
    const auto value = [&](std::string_view key, char end) {
        const std::size_t length = line.find(end);
        if (!line.starts_with(key) || length == std::string_view::npos) throw damaged();
        const std::string result(line.substr(key.size(), length - key.size()));
        line.remove_prefix(length + 1);
        return result;
    };
    const auto number = [&](const std::string& digits) {
        std::uint64_t result = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), result);
        if (error != std::errc() || end != digits.data() + digits.size()) throw damaged();
        return result;
    };
    Commit commit;
    commit.manifest_sha256 = value("manifest_sha256=", ' ');
    commit.raw_bytes = number(value("raw_bytes=", ' '));
    commit.frames = number(value("frames=", ' '));
    commit.id = value("id=", '\n');
    if (!line.empty() || !is_hex(commit.manifest_sha256, 64) || !is_uuid(commit.id)) throw damaged();
    return commit;
}

}  // namespace ese::archive
