#pragma once

#include <openssl/crypto.h>

#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace ese::archive {

// Bytes that must not stay behind in memory.
template <std::size_t size>
class Secret {
 public:
    Secret() = default;
    ~Secret() { OPENSSL_cleanse(bytes_.data(), size); }
    Secret(const Secret&) = default;
    Secret& operator=(const Secret&) = default;

    ByteSpan bytes() { return bytes_; }
    ByteView bytes() const { return bytes_; }

 private:
    std::array<std::uint8_t, size> bytes_{};
};

}  // namespace ese::archive
