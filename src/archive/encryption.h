#pragma once

// An archive encrypted as a whole: a header (encryption_header.h), then its bytes in chunks of 64 KiB, each with a tag
// of its own. A chunk's nonce is its number and whether it is the last, so a chunk that was changed, moved or left out,
// and an end that was cut off, fail their check; and any byte can be read without those before it. It is the format of
// age(1): `age -d -i KEY` gives the archive back.

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "archive/keys.h"
#include "archive/reader.h"
#include "archive/sink.h"

namespace ese::archive {

constexpr std::size_t chunk_plain_bytes = 64 * 1024;
constexpr std::size_t chunk_sealed_bytes = chunk_plain_bytes + tag_bytes;

// Encrypts what it hands on.
class EncryptingSink : public ByteSink {
 public:
    EncryptingSink(std::unique_ptr<ByteSink> sink, const std::vector<Recipient>& recipients, os::Clock& clock);
    ~EncryptingSink() override;
    void write(ByteView bytes) override;
    std::optional<DurableReceipt> finish() override;

 private:
    void seal(ByteView chunk, bool is_last);

    std::unique_ptr<ByteSink> sink_;
    std::unique_ptr<Aead> aead_;
    std::uint64_t number_ = 0;          // of the next chunk
    std::vector<std::uint8_t> plain_;   // not sealed yet; never empty behind the first chunk, for the last one is not
    std::vector<std::uint8_t> sealed_;  // not written yet
};

bool is_encrypted(const os::File& file);
// The file as it is, or what is in it if it is encrypted. Throws what DecryptedFile does.
std::unique_ptr<os::File> open_decrypted(os::FileSystem& files, const std::string& path,
                                         const std::vector<Identity>& identities);

// What is in an encrypted file, to be read anywhere by several threads. A chunk that fails its check is
// ErrorKind::damage where it is read; where that is the last one, ErrorKind::incomplete.
class DecryptedFile : public os::File {
 public:
    // Throws what open_encryption() does, and ErrorKind::incomplete for a file that ends in its header.
    DecryptedFile(std::unique_ptr<os::File> file, const std::vector<Identity>& identities);
    ~DecryptedFile() override;

    const std::string& path() const override { return file_->path(); }
    std::uint64_t size() const override { return size_; }
    std::size_t read_at(std::uint64_t offset, ByteSpan into) const override;
    void will_read(std::uint64_t offset, std::uint64_t bytes) const override;
    void drop_cached(std::uint64_t offset, std::uint64_t bytes) const override;
    bool try_lock(bool exclusive) override { return file_->try_lock(exclusive); }
    // It is for reading.
    void write_at(std::uint64_t, ByteView) override;
    void resize(std::uint64_t) override;
    void sync() override {}

 private:
    std::uint64_t sealed_offset(std::uint64_t chunk) const { return begin_ + chunk * chunk_sealed_bytes; }
    std::size_t plain_bytes_of(std::uint64_t chunk) const;
    void open_chunk(Aead& aead, std::uint64_t chunk, ByteSpan plain) const;

    std::unique_ptr<os::File> file_;
    Key key_;
    std::uint64_t begin_ = 0;  // of the chunks, in the file
    std::uint64_t chunks_ = 0;
    std::uint64_t size_ = 0;
    bool is_cut_ = false;  // the last chunk is too short to be one: nothing is known of the end
};

// The bytes of a source, decrypted if they are encrypted. Both arguments must outlive it.
std::unique_ptr<ByteSource> decrypting_source(ByteSource& source, const std::vector<Identity>& identities);

}  // namespace ese::archive
