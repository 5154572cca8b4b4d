#include "archive/digest.h"

#include <openssl/evp.h>
#include <xxhash.h>

#include <array>
#include <new>

#include "base/error.h"

namespace ese::archive {

struct Digest::State {
    struct FreeEvp {
        void operator()(EVP_MD_CTX* at) const { EVP_MD_CTX_free(at); }
    };
    struct FreeXxh {
        void operator()(XXH3_state_t* at) const { XXH3_freeState(at); }
    };
    std::unique_ptr<EVP_MD_CTX, FreeEvp> sha;
    std::unique_ptr<XXH3_state_t, FreeXxh> xxh;
};

Digest::Digest(DigestKind kind) : state_(std::make_unique<State>()) {
    if (kind == DigestKind::sha256) {
        state_->sha.reset(EVP_MD_CTX_new());
        if (!state_->sha) throw std::bad_alloc();
        if (EVP_DigestInit_ex(state_->sha.get(), EVP_sha256(), nullptr) != 1) {
            throw Error(ErrorKind::other, "SHA-256 is not available in this system's libcrypto");
        }
    } else {
        state_->xxh.reset(XXH3_createState());
        if (!state_->xxh) throw std::bad_alloc();
        XXH3_128bits_reset(state_->xxh.get());
    }
}

Digest::~Digest() = default;
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;

void Digest::update(ByteView bytes) {
    if (state_->sha) {
        if (EVP_DigestUpdate(state_->sha.get(), bytes.data(), bytes.size()) != 1) throw std::bad_alloc();
    } else {
        XXH3_128bits_update(state_->xxh.get(), bytes.data(), bytes.size());
    }
}

std::string Digest::hex() {
    if (state_->sha) {
        std::array<std::uint8_t, 32> out;
        if (EVP_DigestFinal_ex(state_->sha.get(), out.data(), nullptr) != 1) throw std::bad_alloc();
        return to_hex(out);
    }
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_->xxh.get()));
    return to_hex(canonical.digest);
}

std::string sha256_hex(ByteView bytes) {
    Digest digest(DigestKind::sha256);
    digest.update(bytes);
    return digest.hex();
}

std::string to_hex(ByteView bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

}  // namespace ese::archive
