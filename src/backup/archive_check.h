#pragma once

// What is in an archive, checked against the formats of ESE: pages, log segments, the log chain, headers against
// trailers and against the manifest. The archive's own digests are the reader's business.

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "archive/reader.h"
#include "backup/member_check.h"
#include "backup/watch.h"

namespace ese::backup {

// Checks every database and log while an archive is read. What has to happen with the bytes beside that is a derived
// class's.
class ArchiveChecker : public archive::Consumer {
 public:
    explicit ArchiveChecker(const Watch& watch) : watch_(watch) {}

    void started(const archive::BackupIdentity& identity) override;
    bool wish(const archive::MemberInfo& member) override;
    void chunk(const archive::MemberInfo& member, std::uint64_t offset, ByteView bytes) override;
    void finished(const archive::MemberInfo& member, bool intact) override;

    // When everything has been read: what only shows in several files together, and against what the manifest says.
    void check_together(const archive::Manifest& manifest);

    CheckFindings& findings() { return findings_; }
    // Generations that a database requires and that are not there.
    const std::vector<std::string>& missing() const { return missing_; }
    // See DatabaseCheck; of a database that did not come none.
    std::vector<PageNumber> damaged_pages(const std::string& member);
    std::uint64_t databases() const { return databases_.size(); }
    std::uint64_t logs() const { return logs_.size(); }

 private:
    void check_chain();
    void check_database(const archive::DatabaseRecord& record);
    void check_generation(const archive::GenerationRecord& record);

    const Watch& watch_;
    std::uint32_t page_bytes_ = 0;
    CheckFindings findings_;
    std::mutex mutex_;  // of the two maps, which grow while other threads look members up
    std::map<std::string, std::unique_ptr<DatabaseCheck>> databases_;
    std::map<std::string, std::unique_ptr<LogCheck>> logs_;
    std::vector<std::string> missing_;
};

struct ArchiveReport {
    archive::VerifyReport archive;
    std::vector<Damage> damage;
    std::vector<Damage> recorded;  // damage that the manifest tells of: it was there when the backup was taken
    std::uint64_t recorded_count = 0;  // of it; `recorded` lists no more than a DamageList does
    std::vector<Damage> warnings;
    std::vector<std::string> missing;
    std::uint64_t damage_count = 0;
    std::uint64_t databases = 0, logs = 0, pages = 0, unused_pages = 0, segments = 0;

    bool good() const { return archive.good() && damage_count == 0 && recorded_count == 0 && missing.empty(); }
    // What the whole comes to: the error that an archive that is not good ends with.
    std::optional<Error> verdict(bool accept_recorded = false) const;
};
ArchiveReport make_report(archive::VerifyReport read, ArchiveChecker& checker);

}  // namespace ese::backup
