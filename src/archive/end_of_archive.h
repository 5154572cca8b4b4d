#pragma once

// The last members, which say whether an archive is complete.

#include <optional>
#include <string>

#include "archive/manifest.h"
#include "archive/tar.h"

namespace ese::archive {

// Collects manifest.json and COMMIT out of the tar. Throws ErrorKind::damage for anything else.
class EndCollector : public TarParser::Handler {
 public:
    void member(const std::string& path, std::uint64_t size) override;
    void data(std::uint64_t offset, ByteView bytes) override;
    void member_end() override;

    bool in_manifest_or_later() const { return parts_ > 0; }
    bool has_commit() const { return commit_.has_value(); }
    const Commit& commit() const { return *commit_; }

    // The manifest, once it has been compared with COMMIT. `end`: the frames that the two lie in, which the manifest
    // does not count. Throws ErrorKind::damage.
    Manifest manifest(const FrameSums& end) const;

 private:
    int parts_ = 0;  // begun: 1 manifest, 2 COMMIT
    std::vector<std::uint8_t> text_;
    std::vector<std::uint8_t> manifest_text_;
    std::optional<Commit> commit_;
};

}  // namespace ese::archive
