#include "archive/keys.h"

#include <catch2/catch.hpp>

#include "archive/key_text.h"
#include "base/error.h"

namespace ese::archive {

namespace {

using Bytes = std::vector<std::uint8_t>;

std::string hex(ByteView bytes) {
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

}  // namespace

TEST_CASE("HKDF gives what RFC 5869 says, with a salt and without") {
    const Bytes secret(22, 0x0b);
    Bytes salt, purpose;
    for (std::uint8_t i = 0; i < 13; ++i) salt.push_back(i);
    for (std::uint8_t i = 0xf0; i < 0xfa; ++i) purpose.push_back(i);
    CHECK(hex(hkdf_sha256(secret, salt, std::string(purpose.begin(), purpose.end())).bytes()) ==
          "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
    CHECK(hex(hkdf_sha256(secret, {}, "").bytes()) ==
          "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
}

TEST_CASE("Bech32 takes what BIP 173 calls valid, and nothing with a digit changed, mixed case or another prefix") {
    CHECK(from_bech32("a", "A12UEL5L") == Bytes{});
    CHECK(from_bech32("a", "a12uel5l") == Bytes{});
    CHECK_FALSE(from_bech32("a", "a12UEL5L"));
    CHECK_FALSE(from_bech32("b", "a12uel5l"));
    CHECK_FALSE(from_bech32("a", "a1"));
    const std::string text = to_bech32("age", Bytes(32, 0xA5));
    CHECK(from_bech32("age", text) == Bytes(32, 0xA5));
    for (std::size_t i = 4; i < text.size(); ++i) {
        std::string changed = text;
        changed[i] = changed[i] == 'q' ? 'p' : 'q';
        CAPTURE(changed);
        CHECK_FALSE(from_bech32("age", changed));
    }
}

TEST_CASE("base64 is taken in one spelling only") {
    for (std::size_t size = 0; size < 70; ++size) {
        Bytes bytes;
        for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<std::uint8_t>(i * 37));
        CHECK(from_base64(to_base64(bytes)) == bytes);
    }
    CHECK(to_base64(Bytes{'f', 'o', 'o', 'b'}) == "Zm9vYg");
    for (const char* text : {"Zm9vYh", "Zm9vYg==", "Zm9v\nYg", "Z", "Zm-_", "Zm9v Yg"}) {
        CAPTURE(text);
        CHECK_FALSE(from_base64(text));
    }
}

TEST_CASE("keys come back from their text, and what is none is named by its line, not by what it holds") {
    const Identity identity = Identity::generate(os::real_clock());
    CHECK(identity.to_string().starts_with("AGE-SECRET-KEY-1"));
    CHECK(identity.recipient().to_string().starts_with("age1"));
    const auto identities = parse_identities("# created: now\n\n" + identity.to_string() + "\r\n");
    REQUIRE(identities.size() == 1);
    CHECK(identities.front().recipient().key == identity.recipient().key);
    CHECK(parse_recipients(identity.recipient().to_string() + "\n" + identity.recipient().to_string()).size() == 2);

    // A secret key where a public one belongs must not end up in a message.
    const auto message_of = [](auto parse, const std::string& text) -> std::string {
        try {
            parse(text);
        } catch (const Error& error) {
            return error.what();
        }
        return {};
    };
    CHECK(message_of(parse_recipients, "\n" + identity.to_string()) == "line 2 is no public key (age1...)");
    CHECK(message_of(parse_identities, identity.recipient().to_string()) ==
          "line 1 is no secret key (AGE-SECRET-KEY-1...)");
    CHECK(message_of(parse_identities, "# nothing\n") == "there is no secret key (AGE-SECRET-KEY-1...) in it");
}

}  // namespace ese::archive
