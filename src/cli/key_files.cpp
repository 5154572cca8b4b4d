#include "cli/key_files.h"

#include <openssl/crypto.h>

#include "base/error.h"
#include "os/file_system.h"
#include "os/signals.h"
#include "os/whole_file.h"

namespace ese::cli {

namespace {

constexpr std::size_t max_key_file_bytes = std::size_t{1} << 20;

// The text of a file of keys, which does not stay behind in memory.
class KeyText {
 public:
    explicit KeyText(const std::string& path)
        : text_(os::read_whole_file(path, max_key_file_bytes, [] { return os::stop_signal() != 0; })) {}
    ~KeyText() { OPENSSL_cleanse(text_.data(), text_.size()); }
    KeyText(const KeyText&) = delete;
    KeyText& operator=(const KeyText&) = delete;

    const std::string& text() const { return text_; }

 private:
    std::string text_;
};

// Of a file, or of a pipe that a program writes them to.
template <class Parse>
auto parse_file(const std::string& path, Parse parse) {
    try {
        return parse(KeyText(path).text());
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
