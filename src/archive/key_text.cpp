#include "archive/key_text.h"

#include <algorithm>
#include <array>

namespace ese::archive {

namespace {

constexpr std::string_view bech32_digits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t checksum_digits = 6;

using Digits = std::vector<std::uint8_t>;

// Cuts bits out of numbers of `from` bits into numbers of `to` bits; what is left over at the end is filled up with
// zeros.
Digits regroup(ByteView numbers, unsigned from, unsigned to) {
    Digits made;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const std::uint8_t number : numbers) {
        bits = (bits << from | number) & 0xFFFFFF;
        for (count += from; count >= to; count -= to)
            made.push_back(static_cast<std::uint8_t>(bits >> (count - to) & ((1U << to) - 1)));
    }
    if (count > 0) made.push_back(static_cast<std::uint8_t>(bits << (to - count) & ((1U << to) - 1)));
    return made;
}

// The bytes that digits of `bits` bits stand for; nothing where the bits left over are none that regroup() makes.
std::optional<Digits> bytes_of(ByteView digits, unsigned bits) {
    Digits bytes = regroup(digits, bits, 8);
    if (digits.size() * bits % 8 != 0) bytes.pop_back();
    if (!std::ranges::equal(regroup(bytes, 8, bits), digits)) return std::nullopt;
    return bytes;
}

std::optional<Digits> digits_of(std::string_view text, std::string_view alphabet) {
    Digits digits;
    for (const char c : text) {
        const auto at = alphabet.find(c);
        if (at == std::string_view::npos) return std::nullopt;
        digits.push_back(static_cast<std::uint8_t>(at));
    }
    return digits;
}

std::string text_of(ByteView digits, std::string_view alphabet) {
    std::string text;
    for (const std::uint8_t digit : digits) text += alphabet[digit];
    return text;
}

// The code of BIP 173 over the prefix and the digits: 1 where the last six digits are the right ones.
std::uint32_t bech32_remainder(std::string_view prefix, ByteView digits) {
    constexpr std::array<std::uint32_t, 5> generator{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    std::uint32_t remainder = 1;
    const auto take = [&](std::uint32_t digit) {
        const std::uint32_t top = remainder >> 25;
        remainder = (remainder & 0x1ffffff) << 5 ^ digit;
        for (std::size_t i = 0; i < generator.size(); ++i)
            if ((top >> i & 1) != 0) remainder ^= generator[i];
    };
    for (const char c : prefix) take(static_cast<std::uint8_t>(c) >> 5U);
    take(0);
    for (const char c : prefix) take(static_cast<std::uint8_t>(c) & 31U);
    for (const std::uint8_t digit : digits) take(digit);
    return remainder;
}

std::string in_lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

}  // namespace

std::string to_bech32(std::string_view prefix, ByteView bytes) {
    Digits digits = regroup(bytes, 8, 5);
    const std::size_t data = digits.size();
    digits.resize(data + checksum_digits);
    const std::uint32_t checksum = bech32_remainder(prefix, digits) ^ 1;
    for (std::size_t i = 0; i < checksum_digits; ++i)
        digits[data + i] = static_cast<std::uint8_t>(checksum >> (5 * (checksum_digits - 1 - i)) & 31);
    return std::string(prefix) + "1" + text_of(digits, bech32_digits);
}

std::optional<std::vector<std::uint8_t>> from_bech32(std::string_view prefix, std::string_view text) {
    const std::string lower = in_lower_case(text);
    const bool one_case = lower == text || std::ranges::none_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
    const std::string begin = std::string(prefix) + "1";
    if (!one_case || !lower.starts_with(begin)) return std::nullopt;
    const auto digits = digits_of(std::string_view(lower).substr(begin.size()), bech32_digits);
    if (!digits || digits->size() < checksum_digits || bech32_remainder(prefix, *digits) != 1) return std::nullopt;
    return bytes_of(ByteView(*digits).first(digits->size() - checksum_digits), 5);
}

std::string to_base64(ByteView bytes) { return text_of(regroup(bytes, 8, 6), base64_digits); }

std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text) {
    const auto digits = digits_of(text, base64_digits);
    return digits ? bytes_of(*digits, 6) : std::nullopt;
}

}  // namespace ese::archive
