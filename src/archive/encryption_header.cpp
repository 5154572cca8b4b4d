#include "archive/encryption_header.h"

#include <algorithm>

#include "archive/key_text.h"
#include "base/error.h"

namespace ese::archive {

namespace {

// What the public description of age-encryption.org/v1 calls so.
constexpr std::string_view x25519_purpose = "age-encryption.org/v1/X25519";
constexpr std::string_view stanza_begin = "-> ";
constexpr std::string_view x25519_begin = "-> X25519 ";
constexpr std::string_view header_end = "---";
constexpr std::size_t body_columns = 64;

using FileKey = Secret<16>;
constexpr Aead::Nonce no_nonce{};  // each key that it is used with seals one thing only

ByteView bytes_of(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

[[noreturn]] void damaged(const char* what) {
    throw Error(ErrorKind::damage, std::string("the archive is encrypted, and its header is damaged: ") + what);
}

// The key that file keys are wrapped with, between the owner of `own` and that of `other`.
std::optional<Key> wrapping_key(const Key& own, const PublicKey& other, const PublicKey& share,
                                const PublicKey& recipient) {
    Key shared;
    if (!x25519_shared(own, other, shared)) return std::nullopt;
    std::vector<std::uint8_t> salt(share.begin(), share.end());
    salt.insert(salt.end(), recipient.begin(), recipient.end());
    return hkdf_sha256(shared.bytes(), salt, x25519_purpose);
}

std::string stanza(const Recipient& recipient, const FileKey& file_key, os::Clock& clock) {
    Key once;
    clock.random_bytes(once.bytes());
    const PublicKey share = x25519_public(once);
    const auto key = wrapping_key(once, recipient.key, share, recipient.key);
    if (!key) throw Error(ErrorKind::usage, "this recipient is no public key: " + recipient.to_string());
    std::array<std::uint8_t, 16 + tag_bytes> wrapped{};
    Aead(*key).seal(no_nonce, file_key.bytes(), wrapped);
    return std::string(x25519_begin) + to_base64(share) + "\n" + to_base64(wrapped) + "\n";
}

// Up to and with "---".
std::string mac_of(std::string_view header, const FileKey& file_key) {
    const Key key = hkdf_sha256(file_key.bytes(), {}, "header");
    return to_base64(hmac_sha256(key.bytes(), bytes_of(header)));
}

struct Stanza {
    std::string_view line;  // from "-> " on
    std::string body;
};

// The lines of a header.
class Lines {
 public:
    explicit Lines(std::string_view text) : text_(text) {}

    std::string_view peek() const {
        const auto end = text_.find('\n', at_);
        if (end == std::string_view::npos) damaged("it ends in the middle of a line");
        return text_.substr(at_, end - at_);
    }
    std::string_view next() {
        const std::string_view line = peek();
        at_ += line.size() + 1;
        return line;
    }
    std::size_t offset() const { return at_; }

 private:
    std::string_view text_;
    std::size_t at_ = 0;
};

Stanza read_stanza(Lines& lines) {
    Stanza stanza{lines.next(), {}};
    while (true) {
        const std::string_view line = lines.next();
        if (line.size() > body_columns || !from_base64(line)) damaged("what should be base64 is not");
        stanza.body += line;
        if (line.size() < body_columns) return stanza;
    }
}

// The file key, if the stanza is for this identity.
std::optional<FileKey> unwrap(const Stanza& stanza, const Identity& identity) {
    const auto share_bytes = from_base64(stanza.line.substr(x25519_begin.size()));
    const auto wrapped = from_base64(stanza.body);
    PublicKey share{};
    if (!share_bytes || share_bytes->size() != share.size()) damaged("a key that is none");
    std::ranges::copy(*share_bytes, share.begin());
    FileKey file_key;
    if (!wrapped || wrapped->size() != file_key.bytes().size() + tag_bytes) damaged("a wrapped key of another length");
    const auto key = wrapping_key(identity.key, share, share, identity.recipient().key);
    if (!key) damaged("a key that is the same for everybody");
    if (!Aead(*key).open(no_nonce, *wrapped, file_key.bytes())) return std::nullopt;
    return file_key;
}

Key payload_key(const FileKey& file_key, ByteView nonce) { return hkdf_sha256(file_key.bytes(), nonce, "payload"); }

}  // namespace

EncryptionStart start_encryption(const std::vector<Recipient>& recipients, os::Clock& clock) {
    FileKey file_key;
    clock.random_bytes(file_key.bytes());
    std::string header(encryption_magic);
    for (const Recipient& recipient : recipients) header += stanza(recipient, file_key, clock);
    header += header_end;
    header += " " + mac_of(header, file_key) + "\n";
    if (header.size() + payload_nonce_bytes > max_encryption_header_bytes)
        throw Error(ErrorKind::usage, "there are too many recipients");
    EncryptionStart start;
    start.bytes.assign(header.begin(), header.end());
    start.bytes.resize(header.size() + payload_nonce_bytes);
    const ByteSpan nonce = ByteSpan(start.bytes).last(payload_nonce_bytes);
    clock.random_bytes(nonce);
    start.payload_key = payload_key(file_key, nonce);
    return start;
}

std::optional<std::size_t> encryption_start_bytes(ByteView begin) {
    const std::string_view text(reinterpret_cast<const char*>(begin.data()), begin.size());
    const auto last_line = text.find("\n--- ");
    const auto end = last_line == std::string_view::npos ? last_line : text.find('\n', last_line + 1);
    if (end != std::string_view::npos && text.size() - end - 1 >= payload_nonce_bytes)
        return end + 1 + payload_nonce_bytes;
    if (begin.size() >= max_encryption_header_bytes) damaged("it has no end");
    return std::nullopt;
}

Key open_encryption(ByteView start, const std::vector<Identity>& identities) {
    const ByteView nonce = start.last(payload_nonce_bytes);
    const std::string_view text(reinterpret_cast<const char*>(start.data()), start.size() - payload_nonce_bytes);
    Lines lines(text);
    if (std::string(lines.next()) + "\n" != encryption_magic) damaged("it is of another version");
    std::vector<Stanza> stanzas;
    while (lines.peek().starts_with(stanza_begin)) stanzas.push_back(read_stanza(lines));
    const std::string_view covered = text.substr(0, lines.offset() + header_end.size());
    const std::string_view last = lines.next();
    if (!covered.ends_with(header_end) || lines.offset() != text.size()) damaged("a line that makes no sense");
    for (const Identity& identity : identities) {
        for (const Stanza& stanza : stanzas) {
            if (!stanza.line.starts_with(x25519_begin)) continue;
            const auto file_key = unwrap(stanza, identity);
            if (!file_key) continue;
            if (last != std::string(header_end) + " " + mac_of(covered, *file_key))
                damaged("it is not the one that was written");
            return payload_key(*file_key, nonce);
        }
    }
    throw Error(ErrorKind::not_possible,
                identities.empty() ? "the archive is encrypted" : "the archive is encrypted, and for other keys")
        .with_hint("give the file with the secret key with --identity");
}

}  // namespace ese::archive
