#include "format/log/log_file_name.h"

#include <algorithm>
#include <cstdio>

namespace ese::format {

namespace {

constexpr std::uint32_t largest_five_digits = 0xFFFFF;
constexpr std::string_view reserve_mark = "res";
constexpr std::string_view temporary_mark = "tmp";

std::string hex(std::uint32_t number, int digits) {
    char text[16];
    std::snprintf(text, sizeof text, "%0*X", digits, number);
    return text;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_text(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

std::optional<std::uint32_t> parse_hex(std::string_view digits) {
    if (digits.empty() || digits.size() > 8) return std::nullopt;
    std::uint32_t value = 0;
    for (const char c : digits) {
        const char l = lower(c);
        if (l >= '0' && l <= '9') {
            value = value << 4 | static_cast<std::uint32_t>(l - '0');
        } else if (l >= 'a' && l <= 'f') {
            value = value << 4 | static_cast<std::uint32_t>(l - 'a' + 10);
        } else {
            return std::nullopt;
        }
    }
    return value;
}

std::optional<LogFileName> parse_log_stem(std::string_view middle, bool legacy) {
    if (middle.empty()) return LogFileName{LogFileKind::current, legacy};
    if (same_text(middle, temporary_mark)) return LogFileName{LogFileKind::temporary, legacy};
    if (middle.size() != 5 && middle.size() != 8) return std::nullopt;
    const auto generation = parse_hex(middle);
    if (!generation || *generation == 0 || *generation > 0x7FFFFFFF) return std::nullopt;
    return LogFileName{LogFileKind::archived, legacy, *generation};
}

}  // namespace

std::string LogNaming::current() const { return base + (legacy ? ".log" : ".jtx"); }

std::string LogNaming::archived(Generation generation) const {
    const bool short_form = eight_dot_three && generation.value() <= largest_five_digits;
    return base + hex(generation.value(), short_form ? 5 : 8) + (legacy ? ".log" : ".jtx");
}

std::string LogNaming::temporary() const { return base + "tmp" + (legacy ? ".log" : ".jtx"); }
std::string LogNaming::reserve(std::uint32_t number) const { return base + "res" + hex(number, 5) + ".jrs"; }
std::string LogNaming::checkpoint() const { return base + (legacy ? ".chk" : ".jcp"); }

std::optional<LogFileName> parse_log_file_name(std::string_view base, std::string_view name) {
    constexpr std::size_t extension_chars = 4;
    if (name.size() < base.size() + extension_chars || !same_text(name.substr(0, base.size()), base))
        return std::nullopt;
    const std::string_view extension = name.substr(name.size() - extension_chars);
    const std::string_view middle = name.substr(base.size(), name.size() - base.size() - extension_chars);

    if (same_text(extension, ".log")) return parse_log_stem(middle, true);
    if (same_text(extension, ".jtx")) return parse_log_stem(middle, false);
    if (same_text(extension, ".jsl")) return LogFileName{LogFileKind::shadow, false};
    if (middle.empty() && same_text(extension, ".chk")) return LogFileName{LogFileKind::checkpoint, true};
    if (middle.empty() && same_text(extension, ".jcp")) return LogFileName{LogFileKind::checkpoint, false};
    if (same_text(extension, ".jrs") && middle.size() == reserve_mark.size() + 5 &&
        same_text(middle.substr(0, reserve_mark.size()), reserve_mark)) {
        if (const auto number = parse_hex(middle.substr(reserve_mark.size()))) {
            return LogFileName{LogFileKind::reserve, false, *number};
        }
    }
    return std::nullopt;
}

}  // namespace ese::format
