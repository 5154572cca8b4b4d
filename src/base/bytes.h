#pragma once

#include <bit>
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
T with_bytes_reversed(T value) {
    if constexpr (sizeof(T) == 2) return __builtin_bswap16(value);
    if constexpr (sizeof(T) == 4) return __builtin_bswap32(value);
    if constexpr (sizeof(T) == 8) return __builtin_bswap64(value);
    return value;
}

template <std::unsigned_integral T>
T load_le(const std::uint8_t* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return std::endian::native == std::endian::little ? value : with_bytes_reversed(value);
}

template <std::unsigned_integral T>
void store_le(std::uint8_t* at, T value) {
    if (std::endian::native != std::endian::little) value = with_bytes_reversed(value);
    std::memcpy(at, &value, sizeof value);
}

template <std::unsigned_integral T>
T load_be(const std::uint8_t* at) {
    return with_bytes_reversed(load_le<T>(at));
}

template <std::unsigned_integral T>
void store_be(std::uint8_t* at, T value) {
    store_le(at, with_bytes_reversed(value));
}

inline std::uint8_t load_u8(ByteView bytes, std::size_t offset) { return bytes[offset]; }
inline std::uint16_t load_u16(ByteView bytes, std::size_t offset) { return load_le<std::uint16_t>(bytes.data() + offset); }
inline std::uint32_t load_u32(ByteView bytes, std::size_t offset) { return load_le<std::uint32_t>(bytes.data() + offset); }
inline std::uint64_t load_u64(ByteView bytes, std::size_t offset) { return load_le<std::uint64_t>(bytes.data() + offset); }
inline void store_u16(ByteSpan bytes, std::size_t offset, std::uint16_t v) { store_le(bytes.data() + offset, v); }
inline void store_u32(ByteSpan bytes, std::size_t offset, std::uint32_t v) { store_le(bytes.data() + offset, v); }
inline void store_u64(ByteSpan bytes, std::size_t offset, std::uint64_t v) { store_le(bytes.data() + offset, v); }

// There is room for them behind `offset`.
inline void store_bytes(ByteSpan into, std::size_t offset, ByteView bytes) {
    if (!bytes.empty()) std::memcpy(into.data() + offset, bytes.data(), bytes.size());
}

bool is_all_zero(ByteView bytes);

}  // namespace ese
