#include "archive/digest.h"

#include <openssl/evp.h>
// Where libxxhash can choose by the processor at hand, a digest costs a third of what its plain build for x86 takes.
#ifdef XXH3_CHOOSES_BY_PROCESSOR
#include <xxh_x86dispatch.h>
#else
#include <xxhash.h>
#endif

#include <new>

#include "base/error.h"

namespace ese::archive {

namespace {

// The order of bytes in which digests are printed.
Xxh3Digest canonical(XXH128_hash_t hash) {
    XXH128_canonical_t bytes;
    XXH128_canonicalFromHash(&bytes, hash);
    return std::to_array(bytes.digest);
}

}  // namespace

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
        Sha256Digest out;
        if (EVP_DigestFinal_ex(state_->sha.get(), out.data(), nullptr) != 1) throw std::bad_alloc();
        return to_hex(out);
    }
    return to_hex(canonical(XXH3_128bits_digest(state_->xxh.get())));
}

Xxh3Digest xxh3_128(ByteView bytes) { return canonical(XXH3_128bits(bytes.data(), bytes.size())); }

Sha256Digest sha256(ByteView bytes) {
    Sha256Digest out;
    if (EVP_Digest(bytes.data(), bytes.size(), out.data(), nullptr, EVP_sha256(), nullptr) != 1)
        throw Error(ErrorKind::other, "SHA-256 is not available in this system's libcrypto");
    return out;
}

std::string sha256_hex(ByteView bytes) { return to_hex(sha256(bytes)); }

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

bool from_hex(std::string_view text, ByteSpan into) {
    if (text.size() != 2 * into.size()) return false;
    const auto value = [](char digit) -> unsigned {
        if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
        if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a') + 10;
        return 16;
    };
    for (std::size_t i = 0; i < into.size(); ++i) {
        const unsigned high = value(text[2 * i]), low = value(text[2 * i + 1]);
        if (high > 15 || low > 15) return false;
        into[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return true;
}

}  // namespace ese::archive
