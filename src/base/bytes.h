#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace ese {

using ByteView = std::span<const std::uint8_t>;
using ByteSpan = std::span<std::uint8_t>;

// Every on-disk integer goes through these: explicit little-endian (big-endian only inside keys), no alignment needed.
// The caller has checked that the bytes are there.

template <std::unsigned_integral T>
constexpr T load_le(const std::uint8_t* at) {
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) value = static_cast<T>(value | static_cast<T>(static_cast<T>(at[i]) << (8 * i)));
    return value;
}

template <std::unsigned_integral T>
constexpr void store_le(std::uint8_t* at, T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) at[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

template <std::unsigned_integral T>
constexpr T load_be(const std::uint8_t* at) {
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) value = static_cast<T>((value << (sizeof(T) > 1 ? 8 : 0)) | at[i]);
    return value;
}

template <std::unsigned_integral T>
constexpr void store_be(std::uint8_t* at, T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) at[i] = static_cast<std::uint8_t>(value >> (8 * (sizeof(T) - 1 - i)));
}

inline std::uint8_t load_u8(ByteView bytes, std::size_t offset) { return bytes[offset]; }
inline std::uint16_t load_u16(ByteView bytes, std::size_t offset) { return load_le<std::uint16_t>(bytes.data() + offset); }
inline std::uint32_t load_u32(ByteView bytes, std::size_t offset) { return load_le<std::uint32_t>(bytes.data() + offset); }
inline std::uint64_t load_u64(ByteView bytes, std::size_t offset) { return load_le<std::uint64_t>(bytes.data() + offset); }
inline void store_u8(ByteSpan bytes, std::size_t offset, std::uint8_t v) { bytes[offset] = v; }
inline void store_u16(ByteSpan bytes, std::size_t offset, std::uint16_t v) { store_le(bytes.data() + offset, v); }
inline void store_u32(ByteSpan bytes, std::size_t offset, std::uint32_t v) { store_le(bytes.data() + offset, v); }
inline void store_u64(ByteSpan bytes, std::size_t offset, std::uint64_t v) { store_le(bytes.data() + offset, v); }

bool is_all_zero(ByteView bytes);

}  // namespace ese
