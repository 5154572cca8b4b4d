#include "cli/duration.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace ese::cli {

namespace {

struct Unit {
    char letter;
    const char* name;
    std::int64_t milliseconds;
};
constexpr std::array units{Unit{'s', "s", 1000}, Unit{'m', "min", 60'000}, Unit{'h', "h", 3'600'000},
                           Unit{'d', "d", 86'400'000}, Unit{'w', "weeks", 7 * 86'400'000LL}};
constexpr std::int64_t longest = 100'000;  // of any unit; no sum of such overflows

}  // namespace

std::optional<std::int64_t> parse_duration(const std::string& text) {
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || rest == text.data() || rest + 1 != end || number < 0 || number > longest)
        return std::nullopt;
    const auto unit = std::ranges::find(units, *rest, &Unit::letter);
    if (unit == units.end()) return std::nullopt;
    return number * unit->milliseconds;
}

std::string age_text(std::int64_t milliseconds) {
    std::int64_t left = std::max<std::int64_t>(milliseconds, 0);
    const std::size_t day = 3;
    std::size_t unit = day;
    while (unit > 0 && left < units[unit].milliseconds) --unit;
    const std::int64_t count = left / units[unit].milliseconds;
    left -= count * units[unit].milliseconds;
    std::string text = std::to_string(count) + " " + units[unit].name;
    if (unit == day && left >= units[unit - 1].milliseconds)
        text += " " + std::to_string(left / units[unit - 1].milliseconds) + " " + units[unit - 1].name;
    return text;
}

}  // namespace ese::cli
