#include "cli/key_files.h"

#include <openssl/crypto.h>

#include "base/error.h"
#include "os/file_system.h"
#include "os/pipe.h"
#include "os/signals.h"

namespace ese::cli {

namespace {

constexpr std::size_t max_key_file_bytes = 1 << 20;

// Keys may be secret: nothing of them is left behind.
struct KeyText {
    std::string bytes = std::string(max_key_file_bytes, '\0');
    ~KeyText() { OPENSSL_cleanse(bytes.data(), max_key_file_bytes); }
};

template <class Parse>
auto parse_file(const std::string& path, Parse parse) {
    KeyText text;
    try {
        os::FdStream file(path, [] { return os::stop_signal() != 0; });
        std::size_t bytes = 0;
        while (bytes < max_key_file_bytes) {
            const std::size_t got =
                file.read({reinterpret_cast<std::uint8_t*>(text.bytes.data()) + bytes, max_key_file_bytes - bytes});
            if (got == 0) break;
            bytes += got;
        }
        if (bytes == max_key_file_bytes) throw Error(ErrorKind::usage, "this is too large for a file of keys");
        text.bytes.resize(bytes);  // keeps its room
        return parse(text.bytes);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::interrupted) throw;
        throw Error(ErrorKind::usage, error.message()).in_file(path);
    }
}

}  // namespace

std::vector<archive::Recipient> read_recipients(const std::vector<std::string>& keys_or_files) {
    std::vector<archive::Recipient> recipients;
    for (const std::string& word : keys_or_files) {
        const bool is_key = word.starts_with("age1") && !os::real_file_system().info(word);
        const auto some = is_key ? archive::parse_recipients(word) : parse_file(word, archive::parse_recipients);
        recipients.insert(recipients.end(), some.begin(), some.end());
    }
    return recipients;
}

std::vector<archive::Identity> read_identities(const std::vector<std::string>& files) {
    std::vector<archive::Identity> identities;
    for (const std::string& path : files) {
        const auto some = parse_file(path, archive::parse_identities);
        identities.insert(identities.end(), some.begin(), some.end());
    }
    return identities;
}

}  // namespace ese::cli
