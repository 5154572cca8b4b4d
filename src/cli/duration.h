#pragma once

// Lengths of time as people write and read them.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>

namespace ese::cli {

// "90s", "15m", "12h", "7d", "2w" in milliseconds; nothing for anything else.
std::optional<std::int64_t> parse_duration(const std::string& text);

// "40 s", "12 min", "5 h", "3 d 4 h": an age, cut and not rounded. Below zero counts as zero: clocks are set back.
std::string age_text(std::int64_t milliseconds);

// An option that takes a duration and puts its milliseconds into `into`.
template <class Milliseconds>
CLI::Option* add_duration(CLI::App& command, const std::string& name, Milliseconds& into,
                          const std::string& description) {
    return command
        .add_option_function<std::string>(
            name,
            [&into, name](const std::string& text) {
                const auto parsed = parse_duration(text);
                if (!parsed)
                    throw CLI::ValidationError(name,
                                               "\"" + text + "\" is no length of time; write 90s, 15m, 12h, 7d or 2w");
                into = *parsed;
            },
            description)
        ->type_name("DURATION");
}

}  // namespace ese::cli
