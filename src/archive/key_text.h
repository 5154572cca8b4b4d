#pragma once

// How keys and small bytes are written as text: Bech32 (BIP 173) for keys, base64 without padding in headers.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace ese::archive {

// In lower case, as the prefix must be.
std::string to_bech32(std::string_view prefix, ByteView bytes);
// Nothing unless it is a text with this prefix, of one case, whose checksum is right.
std::optional<std::vector<std::uint8_t>> from_bech32(std::string_view prefix, std::string_view text);

std::string to_base64(ByteView bytes);
// Only what to_base64 would give.
std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text);

}  // namespace ese::archive
