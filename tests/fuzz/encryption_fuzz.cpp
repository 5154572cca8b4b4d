// The header of an encrypted archive and texts of keys. What is taken as a key must come back the same; a header that
// nobody wrote opens nothing.

#include <cstdlib>
#include <string>

#include "archive/encryption_header.h"
#include "archive/key_text.h"
#include "base/error.h"

using namespace ese;
using namespace ese::archive;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView input(data, size);
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (const auto bytes = from_base64(text); bytes && to_base64(*bytes) != text) std::abort();
    if (const auto bytes = from_bech32("age", text); bytes && from_bech32("age", to_bech32("age", *bytes)) != bytes)
        std::abort();
    Identity identity;
    identity.key.bytes()[0] = 1;
    try {
        (void)parse_recipients(text);
    } catch (const Error&) {
    }
    try {
        const auto start_bytes = encryption_start_bytes(input);
        if (!start_bytes) return 0;
        if (*start_bytes > size) std::abort();
        (void)open_encryption(input.first(*start_bytes), {identity});
        std::abort();
    } catch (const Error&) {
    }
    return 0;
}
