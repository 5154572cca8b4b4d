#include "format/common.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace ese::format {

std::string to_string(Generation generation) {
    char text[32];
    std::snprintf(text, sizeof text, "%u (0x%X)", generation.value(), generation.value());
    return text;
}

Lgpos Lgpos::parse(ByteView bytes, std::size_t at) {
    return {Generation(load_u32(bytes, at + 4)), load_u16(bytes, at + 2), load_u16(bytes, at)};
}

void Lgpos::write(ByteSpan bytes, std::size_t at) const {
    store_u16(bytes, at, offset);
    store_u16(bytes, at + 2, sector);
    store_u32(bytes, at + 4, generation.value());
}

std::string Lgpos::to_string() const {
    char text[32];
    std::snprintf(text, sizeof text, "%X:%X:%X", generation.value(), sector, offset);
    return text;
}

LogTime LogTime::parse(ByteView bytes, std::size_t at) {
    LogTime time;
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), size, time.raw.begin());
    return time;
}

void LogTime::write(ByteSpan bytes, std::size_t at) const {
    std::copy(raw.begin(), raw.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

LogTime LogTime::from_unix_ms(std::int64_t unix_ms) {
    using namespace std::chrono;
    const sys_time<milliseconds> when{milliseconds(unix_ms)};
    const auto day = floor<days>(when);
    const year_month_day date{day};
    const hh_mm_ss clock{when - day};
    const auto ms = static_cast<unsigned>(clock.subseconds().count());
    LogTime time;
    time.raw = {static_cast<std::uint8_t>(clock.seconds().count()),
                static_cast<std::uint8_t>(clock.minutes().count()),
                static_cast<std::uint8_t>(clock.hours().count()),
                static_cast<std::uint8_t>(static_cast<unsigned>(date.day())),
                static_cast<std::uint8_t>(static_cast<unsigned>(date.month())),
                static_cast<std::uint8_t>(static_cast<int>(date.year()) - 1900),
                static_cast<std::uint8_t>(1u | (ms & 0x7F) << 1),  // bit 0: the time is UTC
                static_cast<std::uint8_t>((ms >> 7) << 1)};
    return time;
}

std::int64_t LogTime::to_unix_ms() const {
    using namespace std::chrono;
    if (is_zero()) return 0;
    const year_month_day date{year(1900 + raw[5]), month(std::clamp<unsigned>(raw[4], 1, 12)),
                              day(std::clamp<unsigned>(raw[3], 1, 31))};
    const unsigned ms = std::min(999u, static_cast<unsigned>(raw[6] >> 1 | (raw[7] >> 1 & 7) << 7));
    const auto clock = hours(std::min<unsigned>(raw[2], 23)) + minutes(std::min<unsigned>(raw[1], 59)) +
                       seconds(std::min<unsigned>(raw[0], 60)) + milliseconds(ms);
    return duration_cast<milliseconds>(sys_days(date).time_since_epoch() + clock).count();
}

std::string LogTime::to_string() const {
    using namespace std::chrono;
    if (is_zero()) return {};
    const sys_time<milliseconds> when{milliseconds(to_unix_ms())};
    const auto day = floor<days>(when);
    const year_month_day date{day};
    const hh_mm_ss clock{when - day};
    char text[48];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return text;
}

Signature Signature::parse(ByteView bytes, std::size_t at) {
    Signature signature;
    signature.random = load_u32(bytes, at);
    signature.created = LogTime::parse(bytes, at + 4);
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at) + 12, signature.computer.size(),
                signature.computer.begin());
    return signature;
}

void Signature::write(ByteSpan bytes, std::size_t at) const {
    store_u32(bytes, at, random);
    created.write(bytes, at + 4);
    std::copy(computer.begin(), computer.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at) + 12);
}

std::string Signature::to_string() const {
    char text[16];
    std::snprintf(text, sizeof text, "%08x-", random);
    return text + created.to_string();
}

BackupInfo BackupInfo::parse(ByteView bytes, std::size_t at) {
    return {Lgpos::parse(bytes, at), LogTime::parse(bytes, at + 8), Generation(load_u32(bytes, at + 16)),
            Generation(load_u32(bytes, at + 20))};
}

void BackupInfo::write(ByteSpan bytes, std::size_t at) const {
    mark.write(bytes, at);
    time.write(bytes, at + 8);
    store_u32(bytes, at + 16, low.value());
    store_u32(bytes, at + 20, high.value());
}

std::uint32_t header_checksum(ByteView page) {
    std::uint32_t sum = header_magic;
    for (std::size_t at = 4; at < page.size(); at += 4) sum ^= load_u32(page, at);
    return sum;
}

bool header_checksum_ok(ByteView page) { return load_u32(page, 0) == header_checksum(page); }

void stamp_header_checksum(ByteSpan page) { store_u32(page, 0, header_checksum(page)); }

}  // namespace ese::format
