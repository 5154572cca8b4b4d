#pragma once

// The digests of an archive: XXH3-128 (compressed frames, members) and SHA-256 (compressed frames, manifest; members on
// request).

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace ese::archive {

enum class DigestKind { xxh3_128, sha256 };

// A running digest. `hex()` ends it: lower-case hexadecimal, as `sha256sum` and `xxh128sum` print it.
class Digest {
 public:
    explicit Digest(DigestKind kind);
    ~Digest();
    Digest(Digest&&) noexcept;
    Digest& operator=(Digest&&) noexcept;

    void update(ByteView bytes);
    std::string hex();

 private:
    struct State;
    std::unique_ptr<State> state_;
};

using Xxh3Digest = std::array<std::uint8_t, 16>;
using Sha256Digest = std::array<std::uint8_t, 32>;
Xxh3Digest xxh3_128(ByteView bytes);
Sha256Digest sha256(ByteView bytes);

std::string sha256_hex(ByteView bytes);
std::string to_hex(ByteView bytes);
// Lower-case digits, exactly as many as fill `into`; false for anything else.
bool from_hex(std::string_view text, ByteSpan into);

}  // namespace ese::archive
