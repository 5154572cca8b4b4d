#pragma once

// The primitives that encrypted archives are made of, from libcrypto. Nothing here is an invention.

#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include "archive/secret.h"

namespace ese::archive {

using Key = Secret<32>;
using PublicKey = std::array<std::uint8_t, 32>;

constexpr std::size_t tag_bytes = 16;

PublicKey x25519_public(const Key& key);
// The secret that both owners share. False for a public key that makes the same secret with everybody.
bool x25519_shared(const Key& key, const PublicKey& other, Key& shared);

std::array<std::uint8_t, 32> hmac_sha256(ByteView key, ByteView text);
// HKDF (RFC 5869) with SHA-256, 32 bytes of it.
Key hkdf_sha256(ByteView secret, ByteView salt, std::string_view purpose);

// ChaCha20-Poly1305 (RFC 8439) under one key. Not for two threads at once.
class Aead {
 public:
    using Nonce = std::array<std::uint8_t, 12>;

    explicit Aead(const Key& key);
    ~Aead();
    Aead(const Aead&) = delete;
    Aead& operator=(const Aead&) = delete;

    // `sealed` has tag_bytes more than `plain`.
    void seal(const Nonce& nonce, ByteView plain, ByteSpan sealed);
    // False: these bytes were not sealed so. What is in `plain` then means nothing.
    bool open(const Nonce& nonce, ByteView sealed, ByteSpan plain);

 private:
    struct Context;
    std::unique_ptr<Context> context_;
};

}  // namespace ese::archive
