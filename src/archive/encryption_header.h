#pragma once

// The beginning of an encrypted archive: for whom it is, and the key of its chunks, once for each of them. It is that
// of age-encryption.org/v1, with recipients of the kind X25519.

#include <optional>
#include <string>
#include <vector>

#include "archive/keys.h"

namespace ese::archive {

constexpr std::string_view encryption_magic = "age-encryption.org/v1\n";
constexpr std::size_t max_encryption_header_bytes = 64 * 1024;
constexpr std::size_t payload_nonce_bytes = 16;

// Header and nonce, and the key of the chunks behind them.
struct EncryptionStart {
    std::vector<std::uint8_t> bytes;
    Key payload_key;
};
// Throws ErrorKind::usage for a recipient that is none.
EncryptionStart start_encryption(const std::vector<Recipient>& recipients, os::Clock& clock);

// Finds the end of a header that comes in pieces: how many bytes it and the nonce behind it have; nothing as long as
// they are not all there. Throws ErrorKind::damage where they can't become a header any more.
std::optional<std::size_t> encryption_start_bytes(ByteView begin);

// `start` has as many bytes as that. Throws ErrorKind::not_possible where none of the identities is meant,
// ErrorKind::damage where the header is not what its writer made.
Key open_encryption(ByteView start, const std::vector<Identity>& identities);

}  // namespace ese::archive
