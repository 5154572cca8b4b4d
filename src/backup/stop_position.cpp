#include "backup/stop_position.h"

#include <charconv>
#include <chrono>

#include "base/error.h"

namespace ese::backup {

namespace {

// The whole of `text` as a number.
template <class Number>
std::optional<Number> number_in(std::string_view text, int base) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return value;
}

std::optional<format::Lgpos> lgpos_in(const std::string& text) {
    const std::size_t first = text.find(':');
    const std::size_t second = first == std::string::npos ? first : text.find(':', first + 1);
    if (second == std::string::npos) return std::nullopt;
    const std::string_view all = text;
    const auto generation = number_in<std::uint32_t>(all.substr(0, first), 16);
    const auto sector = number_in<std::uint16_t>(all.substr(first + 1, second - first - 1), 16);
    const auto offset = number_in<std::uint16_t>(all.substr(second + 1), 16);
    if (!generation || !sector || !offset || *generation == 0) return std::nullopt;
    return format::Lgpos{Generation(*generation), *sector, *offset};
}

std::optional<Generation> generation_in(const std::string& text) {
    const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    const auto value =
        number_in<std::uint32_t>(std::string_view(text).substr(hexadecimal ? 2 : 0), hexadecimal ? 16 : 10);
    if (!value || *value == 0) return std::nullopt;
    return Generation(*value);
}

// "Z", "+02:00" or "-0530" in minutes.
std::optional<int> offset_in(std::string_view text) {
    if (text == "Z" || text == "z") return 0;
    if (text.size() != 5 && text.size() != 6) return std::nullopt;
    if (text[0] != '+' && text[0] != '-') return std::nullopt;
    if (text.size() == 6 && text[3] != ':') return std::nullopt;
    const auto hours = number_in<unsigned>(text.substr(1, 2), 10);
    const auto minutes = number_in<unsigned>(text.substr(text.size() - 2), 10);
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    const int all = static_cast<int>(*hours * 60 + *minutes);
    return text[0] == '-' ? -all : all;
}

}  // namespace

std::optional<std::int64_t> parse_rfc3339(const std::string& text) {
    // 2024-05-01T12:34:56, a fraction, an offset.
    constexpr std::size_t seconds_end = 19;
    if (text.size() <= seconds_end || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':')
        return std::nullopt;
    if (text[10] != 'T' && text[10] != 't' && text[10] != ' ') return std::nullopt;
    const std::string_view all = text;
    const auto year = number_in<unsigned>(all.substr(0, 4), 10), month = number_in<unsigned>(all.substr(5, 2), 10),
               day = number_in<unsigned>(all.substr(8, 2), 10), hour = number_in<unsigned>(all.substr(11, 2), 10),
               minute = number_in<unsigned>(all.substr(14, 2), 10), second = number_in<unsigned>(all.substr(17, 2), 10);
    if (!year || !month || !day || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month),
                                           std::chrono::day(*day)};
    if (!date.ok()) return std::nullopt;
    std::size_t at = seconds_end;
    std::int64_t ms = 0;
    if (text[at] == '.') {
        std::int64_t unit = 100;
        for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10)
            ms += (text[at] - '0') * unit;
    }
    const auto offset = offset_in(all.substr(at));
    if (!offset) return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    const std::int64_t minutes = days * 24 * 60 + *hour * 60 + *minute - *offset;
    return (minutes * 60 + *second) * 1000 + ms;
}

StopPosition parse_stop_position(const std::string& text) {
    if (const auto position = lgpos_in(text)) return *position;
    if (const auto generation = generation_in(text)) return *generation;
    if (const auto unix_ms = parse_rfc3339(text)) return StopTime{*unix_ms};
    throw Error(ErrorKind::usage, "\"" + text + "\" is no time with an offset, no generation and no position in a log")
        .with_hint("for example 2024-05-01T12:34:56+02:00, 2024-05-01T10:34:56Z, 26, 0x1A or 1A:10:CC7");
}

bool ends_before(const archive::Manifest& manifest, const StopPosition& stop) {
    if (const auto* time = std::get_if<StopTime>(&stop))
        return parse_rfc3339(manifest.consistent_through.time).value_or(INT64_MAX) <= time->unix_ms;
    const auto* generation = std::get_if<Generation>(&stop);
    return manifest.logs.last <= (generation ? *generation : std::get<format::Lgpos>(stop).generation).value();
}

bool reaches(const archive::Manifest& manifest, const StopPosition& stop) {
    if (const auto* time = std::get_if<StopTime>(&stop))
        return parse_rfc3339(manifest.consistent_through.time).value_or(0) >= time->unix_ms;
    const auto* generation = std::get_if<Generation>(&stop);
    return manifest.logs.last >= (generation ? *generation : std::get<format::Lgpos>(stop).generation).value();
}

}  // namespace ese::backup
