#include "archive/encryption.h"

#include <algorithm>

#include "archive/encryption_header.h"
#include "base/error.h"

namespace ese::archive {

namespace {

constexpr std::size_t batch_bytes = std::size_t{1} << 20;  // handed on at once

// Eleven bytes of the number, the greatest first, and one that is 1 for the last chunk.
Aead::Nonce nonce_of(std::uint64_t chunk, bool is_last) {
    Aead::Nonce nonce{};
    store_be(nonce.data() + 3, chunk);
    nonce.back() = is_last ? 1 : 0;
    return nonce;
}

Error changed(std::uint64_t chunk) {
    return Error(ErrorKind::damage, "the archive is encrypted, and its chunk " + std::to_string(chunk) +
                                        " of 64 KiB is not the one that was written");
}

Error cut() {
    return Error(ErrorKind::incomplete, "the archive is encrypted, and its last chunk is missing or damaged");
}

bool begins_encrypted(ByteView begin) {
    return begin.size() >= encryption_magic.size() &&
           std::equal(encryption_magic.begin(), encryption_magic.end(), begin.begin());
}

}  // namespace

EncryptingSink::EncryptingSink(std::unique_ptr<ByteSink> sink, const std::vector<Recipient>& recipients,
                               os::Clock& clock)
    : sink_(std::move(sink)) {
    EncryptionStart start = start_encryption(recipients, clock);
    aead_ = std::make_unique<Aead>(start.payload_key);
    sealed_ = std::move(start.bytes);
    plain_.reserve(chunk_plain_bytes);
}

EncryptingSink::~EncryptingSink() = default;

void EncryptingSink::seal(ByteView chunk, bool is_last) {
    const std::size_t at = sealed_.size();
    sealed_.resize(at + chunk.size() + tag_bytes);
    aead_->seal(nonce_of(number_++, is_last), chunk, ByteSpan(sealed_).subspan(at));
    if (sealed_.size() < batch_bytes && !is_last) return;
    sink_->write(sealed_);
    sealed_.clear();
}

// A full chunk waits until something follows: only then is it not the last.
void EncryptingSink::write(ByteView bytes) {
    while (!bytes.empty()) {
        if (plain_.size() == chunk_plain_bytes) {
            seal(plain_, false);
            plain_.clear();
        }
        for (; plain_.empty() && bytes.size() > chunk_plain_bytes; bytes = bytes.subspan(chunk_plain_bytes))
            seal(bytes.first(chunk_plain_bytes), false);
        const ByteView part = bytes.first(std::min(bytes.size(), chunk_plain_bytes - plain_.size()));
        plain_.insert(plain_.end(), part.begin(), part.end());
        bytes = bytes.subspan(part.size());
    }
}

std::optional<DurableReceipt> EncryptingSink::finish() {
    seal(plain_, true);
    return sink_->finish();
}

bool is_encrypted(const os::File& file) {
    std::array<std::uint8_t, encryption_magic.size()> begin{};
    return begins_encrypted(ByteView(begin).first(file.read_at(0, begin)));
}

std::unique_ptr<os::File> open_decrypted(os::FileSystem& files, const std::string& path,
                                         const std::vector<Identity>& identities) {
    auto file = files.open(path, os::OpenMode::read);
    if (!is_encrypted(*file)) return file;
    try {
        return std::make_unique<DecryptedFile>(std::move(file), identities);
    } catch (Error& error) {
        error.set_file(path);
        throw;
    }
}

DecryptedFile::DecryptedFile(std::unique_ptr<os::File> file, const std::vector<Identity>& identities)
    : file_(std::move(file)) {
    std::vector<std::uint8_t> start(max_encryption_header_bytes);
    start.resize(file_->read_at(0, start));
    const auto start_bytes = encryption_start_bytes(start);
    if (!start_bytes) throw Error(ErrorKind::incomplete, "the archive is encrypted, and ends in its header");
    key_ = open_encryption(ByteView(start).first(*start_bytes), identities);
    begin_ = *start_bytes;
    const std::uint64_t sealed = file_->size() - begin_;
    chunks_ = (sealed + chunk_sealed_bytes - 1) / chunk_sealed_bytes;
    // Only what is empty as a whole has an empty chunk.
    is_cut_ = chunks_ == 0 || sealed - (chunks_ - 1) * chunk_sealed_bytes <= tag_bytes;
    if (!is_cut_)
        size_ = sealed - chunks_ * tag_bytes;
    else if (chunks_ > 0)
        size_ = (chunks_ - 1) * chunk_plain_bytes;
}

DecryptedFile::~DecryptedFile() = default;

std::size_t DecryptedFile::plain_bytes_of(std::uint64_t chunk) const {
    return static_cast<std::size_t>(std::min<std::uint64_t>(size_ - chunk * chunk_plain_bytes, chunk_plain_bytes));
}

void DecryptedFile::open_chunk(Aead& aead, std::uint64_t chunk, ByteSpan plain) const {
    std::vector<std::uint8_t> sealed(plain.size() + tag_bytes);
    file_->read_exactly_at(sealed_offset(chunk), sealed);
    const bool is_last = sealed_offset(chunk) + sealed.size() == file_->size();
    if (aead.open(nonce_of(chunk, is_last), sealed, plain)) return;
    if (chunk + 1 == chunks_) throw cut();
    throw changed(chunk);
}

std::size_t DecryptedFile::read_at(std::uint64_t offset, ByteSpan into) const {
    const std::size_t wanted =
        offset >= size_ ? 0 : static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size_ - offset));
    if (is_cut_ && offset + wanted >= size_) throw cut();
    Aead aead(key_);
    std::vector<std::uint8_t> whole;
    for (std::size_t done = 0; done < wanted;) {
        const std::uint64_t chunk = (offset + done) / chunk_plain_bytes;
        const std::size_t in_chunk = static_cast<std::size_t>((offset + done) % chunk_plain_bytes);
        const std::size_t plain_bytes = plain_bytes_of(chunk);
        const std::size_t part = std::min(wanted - done, plain_bytes - in_chunk);
        if (part == plain_bytes) {
            open_chunk(aead, chunk, into.subspan(done, part));
        } else {
            whole.resize(plain_bytes);
            open_chunk(aead, chunk, whole);
            std::copy_n(whole.begin() + static_cast<std::ptrdiff_t>(in_chunk), part,
                        into.begin() + static_cast<std::ptrdiff_t>(done));
        }
        done += part;
    }
    return wanted;
}

void DecryptedFile::will_read(std::uint64_t offset, std::uint64_t bytes) const {
    file_->will_read(sealed_offset(offset / chunk_plain_bytes), bytes + bytes / chunk_plain_bytes * tag_bytes);
}

void DecryptedFile::drop_cached(std::uint64_t offset, std::uint64_t bytes) const {
    file_->drop_cached(sealed_offset(offset / chunk_plain_bytes), bytes + bytes / chunk_plain_bytes * tag_bytes);
}

void DecryptedFile::write_at(std::uint64_t, ByteView) {
    throw Error(ErrorKind::other, "an encrypted file is only read").in_file(path());
}

void DecryptedFile::resize(std::uint64_t) { write_at(0, {}); }

namespace {

// Which kind of bytes it is shows at the beginning.
class DecryptingSource : public ByteSource {
 public:
    DecryptingSource(ByteSource& source, const std::vector<Identity>& identities)
        : source_(source), identities_(identities) {}

    std::size_t read(ByteSpan into) override {
        if (!begun_) begin();
        if (!aead_ && raw_.empty()) return source_.read(into);
        ByteView have = aead_ ? ByteView(plain_).subspan(given_) : ByteView(raw_).subspan(given_);
        if (have.empty() && aead_ && !ended_) {
            next_chunk();
            have = plain_;
        }
        const std::size_t part = std::min(into.size(), have.size());
        std::copy_n(have.begin(), part, into.begin());
        given_ += part;
        if (!aead_ && given_ == raw_.size()) raw_.clear();
        return part;
    }

 private:
    // Reads until there are `bytes`, or no more.
    void fill(std::size_t bytes) {
        const std::size_t have = raw_.size();
        raw_.resize(std::max(have, bytes));
        std::size_t got = have;
        while (got < bytes) {
            const std::size_t more = source_.read(ByteSpan(raw_).subspan(got, bytes - got));
            if (more == 0) break;
            got += more;
        }
        raw_.resize(got);
    }

    void begin() {
        begun_ = true;
        fill(encryption_magic.size());
        if (!begins_encrypted(raw_)) return;
        std::optional<std::size_t> start_bytes;
        for (std::size_t wanted = raw_.size(); !start_bytes; start_bytes = encryption_start_bytes(raw_)) {
            wanted += 256;
            fill(wanted);
            if (raw_.size() < wanted && !encryption_start_bytes(raw_))
                throw Error(ErrorKind::incomplete, "the archive is encrypted, and ends in its header");
        }
        aead_ = std::make_unique<Aead>(open_encryption(ByteView(raw_).first(*start_bytes), identities_));
        raw_.erase(raw_.begin(), raw_.begin() + static_cast<std::ptrdiff_t>(*start_bytes));
    }

    // One byte more than a chunk tells whether it is the last.
    void next_chunk() {
        fill(chunk_sealed_bytes + 1);
        ended_ = raw_.size() <= chunk_sealed_bytes;
        const ByteView sealed = ByteView(raw_).first(std::min(raw_.size(), chunk_sealed_bytes));
        if (sealed.size() < tag_bytes) throw cut();
        plain_.resize(sealed.size() - tag_bytes);
        given_ = 0;
        const bool is_empty = plain_.empty() && number_ > 0;  // no writer ends so
        if (is_empty || !aead_->open(nonce_of(number_, ended_), sealed, plain_))
            throw ended_ ? cut() : changed(number_);
        raw_.erase(raw_.begin(), raw_.begin() + static_cast<std::ptrdiff_t>(sealed.size()));
        ++number_;
    }

    ByteSource& source_;
    const std::vector<Identity>& identities_;
    std::unique_ptr<Aead> aead_;  // only where it is encrypted
    bool begun_ = false;
    bool ended_ = false;
    std::uint64_t number_ = 0;         // of the next chunk
    std::vector<std::uint8_t> raw_;    // read ahead
    std::vector<std::uint8_t> plain_;  // of the chunk that is being given
    std::size_t given_ = 0;            // of that, or of raw_
};

}  // namespace

std::unique_ptr<ByteSource> decrypting_source(ByteSource& source, const std::vector<Identity>& identities) {
    return std::make_unique<DecryptingSource>(source, identities);
}

}  // namespace ese::archive
