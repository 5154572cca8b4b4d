#include "format/log/stored_path.h"

namespace ese::format {

std::u16string parse_stored_path(ByteView bytes, bool utf16) {
    const std::size_t width = utf16 ? 2 : 1;
    std::u16string path;
    for (std::size_t at = 0; at + width <= bytes.size(); at += width) {
        const char16_t unit = utf16 ? static_cast<char16_t>(load_u16(bytes, at)) : static_cast<char16_t>(bytes[at]);
        if (unit == 0) break;
        path.push_back(unit);
    }
    return path;
}

std::vector<std::uint8_t> store_path(std::u16string_view path) {
    std::vector<std::uint8_t> bytes(2 * (path.size() + 1));
    for (std::size_t i = 0; i < path.size(); ++i) store_u16(bytes, 2 * i, path[i]);
    return bytes;
}

}  // namespace ese::format
