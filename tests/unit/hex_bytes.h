#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace test {

// Two hexadecimal digits make a byte; spaces and bars are for the reader.
inline std::vector<std::uint8_t> hex(std::string_view text) {
    std::vector<std::uint8_t> bytes;
    std::string digits;
    for (const char c : text) {
        if (c == ' ' || c == '|') continue;
        digits += c;
        if (digits.size() == 2) {
            bytes.push_back(static_cast<std::uint8_t>(std::stoul(digits, nullptr, 16)));
            digits.clear();
        }
    }
    return bytes;
}

}  // namespace test
