#include "archive/keys.h"

#include <algorithm>
#include <sstream>

#include "archive/key_text.h"
#include "base/error.h"

namespace ese::archive {

namespace {

constexpr const char* recipient_prefix = "age";
constexpr const char* identity_prefix = "age-secret-key-";

// The keys in a text; `problem` says what a line is not.
std::vector<std::vector<std::uint8_t>> parse_keys(const std::string& text, const char* prefix, const char* problem) {
    std::vector<std::vector<std::uint8_t>> keys;
    std::istringstream lines(text);
    std::string line;
    for (std::size_t number = 1; std::getline(lines, line); ++number) {
        line.erase(line.find_last_not_of(" \t\r") + 1);
        if (line.empty() || line.front() == '#') continue;
        auto key = from_bech32(prefix, line);
        if (!key || key->size() != std::tuple_size_v<PublicKey>)
            throw Error(ErrorKind::usage, "line " + std::to_string(number) + " is no " + problem);
        keys.push_back(std::move(*key));
    }
    if (keys.empty()) throw Error(ErrorKind::usage, "there is no " + std::string(problem) + " in it");
    return keys;
}

}  // namespace

std::string Recipient::to_string() const { return to_bech32(recipient_prefix, key); }

Identity Identity::generate(os::Clock& clock) {
    Identity identity;
    clock.random_bytes(identity.key.bytes());
    return identity;
}

std::string Identity::to_string() const {
    std::string text = to_bech32(identity_prefix, key.bytes());
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

std::vector<Recipient> parse_recipients(const std::string& text) {
    std::vector<Recipient> recipients;
    for (const auto& key : parse_keys(text, recipient_prefix, "public key (age1...)"))
        std::ranges::copy(key, recipients.emplace_back().key.begin());
    return recipients;
}

std::vector<Identity> parse_identities(const std::string& text) {
    std::vector<Identity> identities;
    for (auto& key : parse_keys(text, identity_prefix, "secret key (AGE-SECRET-KEY-1...)")) {
        std::ranges::copy(key, identities.emplace_back().key.bytes().begin());
        OPENSSL_cleanse(key.data(), key.size());
    }
    return identities;
}

}  // namespace ese::archive
