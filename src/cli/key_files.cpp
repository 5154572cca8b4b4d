#include "cli/key_files.h"

#include <openssl/crypto.h>

#include "base/error.h"
#include "os/file_system.h"

namespace ese::cli {

namespace {

constexpr std::size_t max_key_file_bytes = 1 << 20;

template <class Parse>
auto parse_file(const std::string& path, Parse parse) {
    std::string text(max_key_file_bytes, '\0');
    try {
        const auto file = os::real_file_system().open(path, os::OpenMode::read);
        const std::size_t bytes = file->read_at(0, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
        if (bytes == max_key_file_bytes) throw Error(ErrorKind::usage, "this is too large for a file of keys");
        auto keys = parse(text.substr(0, bytes));
        OPENSSL_cleanse(text.data(), text.size());
        return keys;
    } catch (const Error& error) {
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
