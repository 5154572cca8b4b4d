#pragma once

// Who can read an encrypted archive: keys as age(1) has them, so that either program can use the other's.

#include <string>
#include <vector>

#include "archive/ciphers.h"
#include "os/clock.h"

namespace ese::archive {

// A public key: "age1…".
struct Recipient {
    PublicKey key{};

    std::string to_string() const;
};

// A secret key: "AGE-SECRET-KEY-1…".
struct Identity {
    Key key;

    static Identity generate(os::Clock& clock);
    std::string to_string() const;
    Recipient recipient() const { return {x25519_public(key)}; }
};

// Texts with a key in each line; empty lines, and those that begin with #, are passed over. Throw ErrorKind::usage,
// with the number of the line and never with what stands there.
std::vector<Recipient> parse_recipients(const std::string& text);
std::vector<Identity> parse_identities(const std::string& text);

}  // namespace ese::archive
