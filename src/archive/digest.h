#pragma once

// The digests of an archive: SHA-256 (compressed frames, manifest; members on request) and XXH3-128 (members).

#include <memory>
#include <string>

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

std::string sha256_hex(ByteView bytes);
std::string to_hex(ByteView bytes);

}  // namespace ese::archive
