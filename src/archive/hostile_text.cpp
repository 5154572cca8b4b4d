#include "archive/hostile_text.h"

#include <algorithm>
#include <string>

#include "base/error.h"

namespace ese::archive {

namespace {

constexpr unsigned max_depth = 16;
constexpr std::size_t max_values = std::size_t{4} << 20;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

// `#` stands for a digit, `x` for a hexadecimal one.
bool matches(std::string_view text, std::string_view pattern) {
    return text.size() == pattern.size() && std::equal(text.begin(), text.end(), pattern.begin(), [](char c, char p) {
               return p == '#' ? is_digit(c) : p == 'x' ? is_hex_digit(c) : c == p;
           });
}

}  // namespace

bool is_hex(std::string_view text, std::size_t digits) {
    return text.size() == digits && std::all_of(text.begin(), text.end(), is_hex_digit);
}

bool is_uuid(std::string_view text) { return matches(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"); }

bool is_rfc3339_utc(std::string_view text) {
    return matches(text, "####-##-##T##:##:##.###Z") || matches(text, "####-##-##T##:##:##Z");
}

std::size_t check_json_limits(ByteView text, std::string_view name) {
    unsigned depth = 0;
    std::size_t values = 0, names = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::uint8_t byte = text[i];
        if (in_string) {
            if (byte == '\\') ++i;
            in_string = byte != '"';
        } else if (byte == '"') {
            in_string = true;
        } else if (byte == '{' || byte == '[') {
            ++values;
            if (++depth > max_depth) throw Error(ErrorKind::damage, std::string(name) + ": nested too deep");
        } else if ((byte == '}' || byte == ']') && depth > 0) {
            --depth;
        } else if (byte == ',') {
            ++values;
        } else if (byte == ':') {
            ++names;
        }
        if (values > max_values) throw Error(ErrorKind::damage, std::string(name) + ": too many values");
    }
    return names;
}

}  // namespace ese::archive
