#include "archive/end_of_archive.h"

#include "base/error.h"

namespace ese::archive {

namespace {

constexpr std::uint64_t max_commit_bytes = 512;

[[noreturn]] void damaged(const std::string& reason) { throw Error(ErrorKind::damage, reason); }

}  // namespace

void EndCollector::member(const std::string& path, std::uint64_t size) {
    const bool is_next = (parts_ == 0 && path == manifest_name) || (parts_ == 1 && path == commit_name);
    if (!is_next) damaged("\"" + path + "\" does not belong at the archive's end");
    if (size > (parts_ == 0 ? max_manifest_bytes : max_commit_bytes)) damaged(path + " is too large");
    ++parts_;
}

void EndCollector::data(std::uint64_t, ByteView bytes) { text_.insert(text_.end(), bytes.begin(), bytes.end()); }

void EndCollector::member_end() {
    if (parts_ == 2) commit_ = parse_commit(text_);
    if (parts_ == 1) manifest_text_ = std::move(text_);
    text_.clear();
}

Manifest EndCollector::manifest(const FrameSums& end) const {
    if (sha256_hex(manifest_text_) != commit_->manifest_sha256)
        damaged("manifest.json is not the one that COMMIT names");
    Manifest manifest = parse_manifest(manifest_text_);
    if (manifest.id != commit_->id) damaged("COMMIT and manifest.json are of different backups");
    if (manifest.frames.count + end.count != commit_->frames)
        damaged("the archive has not as many frames as COMMIT says");
    if (manifest.frames.raw_bytes + end.raw_bytes != commit_->raw_bytes)
        damaged("the archive has not as many bytes as COMMIT says");
    return manifest;
}

}  // namespace ese::archive
