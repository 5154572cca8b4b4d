#include "archive/ciphers.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <string>

#include "base/error.h"

namespace ese::archive {

namespace {

struct Free {
    void operator()(EVP_PKEY* at) const { EVP_PKEY_free(at); }
    void operator()(EVP_PKEY_CTX* at) const { EVP_PKEY_CTX_free(at); }
    void operator()(EVP_CIPHER_CTX* at) const { EVP_CIPHER_CTX_free(at); }
};
template <class Type>
using Owned = std::unique_ptr<Type, Free>;

void require(bool done, const char* what) {
    if (!done) throw Error(ErrorKind::other, std::string(what) + " is not available in this system's libcrypto");
}

Owned<EVP_PKEY> x25519_key(const Key& key) {
    Owned<EVP_PKEY> made(
        EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, key.bytes().data(), key.bytes().size()));
    require(made != nullptr, "X25519");
    return made;
}

}  // namespace

PublicKey x25519_public(const Key& key) {
    PublicKey made{};
    std::size_t size = made.size();
    require(EVP_PKEY_get_raw_public_key(x25519_key(key).get(), made.data(), &size) == 1, "X25519");
    return made;
}

bool x25519_shared(const Key& key, const PublicKey& other, Key& shared) {
    const auto own = x25519_key(key);
    const Owned<EVP_PKEY> peer(EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, other.data(), other.size()));
    const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(own.get(), nullptr));
    require(peer && context && EVP_PKEY_derive_init(context.get()) == 1 &&
                EVP_PKEY_derive_set_peer(context.get(), peer.get()) == 1,
            "X25519");
    std::size_t size = shared.bytes().size();
    return EVP_PKEY_derive(context.get(), shared.bytes().data(), &size) == 1 && !is_all_zero(shared.bytes());
}

std::array<std::uint8_t, 32> hmac_sha256(ByteView key, ByteView text) {
    static constexpr std::uint8_t none = 0;  // a key of no bytes still has to lie somewhere
    std::array<std::uint8_t, 32> made{};
    unsigned size = made.size();
    require(HMAC(EVP_sha256(), key.empty() ? &none : key.data(), static_cast<int>(key.size()), text.data(), text.size(),
                 made.data(), &size) != nullptr,
            "HMAC-SHA-256");
    return made;
}

Key hkdf_sha256(ByteView secret, ByteView salt, std::string_view purpose) {
    auto extracted = hmac_sha256(salt, secret);
    std::vector<std::uint8_t> block(purpose.begin(), purpose.end());
    block.push_back(1);  // the first block of the expansion is all that 32 bytes take
    auto expanded = hmac_sha256(extracted, block);
    Key key;
    std::copy(expanded.begin(), expanded.end(), key.bytes().begin());
    OPENSSL_cleanse(extracted.data(), extracted.size());
    OPENSSL_cleanse(expanded.data(), expanded.size());
    return key;
}

struct Aead::Context {
    Owned<EVP_CIPHER_CTX> seal{EVP_CIPHER_CTX_new()};
    Owned<EVP_CIPHER_CTX> open{EVP_CIPHER_CTX_new()};
};

Aead::Aead(const Key& key) : context_(std::make_unique<Context>()) {
    const EVP_CIPHER* cipher = EVP_chacha20_poly1305();
    require(context_->seal && context_->open &&
                EVP_EncryptInit_ex(context_->seal.get(), cipher, nullptr, key.bytes().data(), nullptr) == 1 &&
                EVP_DecryptInit_ex(context_->open.get(), cipher, nullptr, key.bytes().data(), nullptr) == 1,
            "ChaCha20-Poly1305");
}

Aead::~Aead() = default;

void Aead::seal(const Nonce& nonce, ByteView plain, ByteSpan sealed) {
    EVP_CIPHER_CTX* context = context_->seal.get();
    int size = 0, more = 0;
    require(EVP_EncryptInit_ex(context, nullptr, nullptr, nullptr, nonce.data()) == 1 &&
                EVP_EncryptUpdate(context, sealed.data(), &size, plain.data(), static_cast<int>(plain.size())) == 1 &&
                EVP_EncryptFinal_ex(context, sealed.data() + size, &more) == 1 &&
                EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, tag_bytes, sealed.data() + plain.size()) == 1,
            "ChaCha20-Poly1305");
}

bool Aead::open(const Nonce& nonce, ByteView sealed, ByteSpan plain) {
    if (sealed.size() < tag_bytes || plain.size() != sealed.size() - tag_bytes) return false;
    EVP_CIPHER_CTX* context = context_->open.get();
    std::array<std::uint8_t, tag_bytes> tag{};
    std::copy_n(sealed.end() - tag_bytes, tag_bytes, tag.begin());
    int size = 0, more = 0;
    require(EVP_DecryptInit_ex(context, nullptr, nullptr, nullptr, nonce.data()) == 1 &&
                EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, tag_bytes, tag.data()) == 1 &&
                EVP_DecryptUpdate(context, plain.data(), &size, sealed.data(), static_cast<int>(plain.size())) == 1,
            "ChaCha20-Poly1305");
    return EVP_DecryptFinal_ex(context, plain.data() + size, &more) == 1;
}

}  // namespace ese::archive
