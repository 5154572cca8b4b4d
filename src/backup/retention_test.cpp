#include "backup/retention.h"

#include <catch2/catch.hpp>
#include <memory>

namespace ese::backup {

namespace {

using archive::BackupKind;

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t now = 1700000000000;

// A directory of archives, each a day of one instance.
class Directory {
 public:
    // A full or copy backup has one log, whose generation names it; a backup of logs names its full one.
    std::size_t add(BackupKind kind, double days_ago, std::uint32_t first, std::uint32_t last, std::uint32_t base = 0,
                    const std::string& host = "one") {
        archive::Manifest& manifest = *manifests_.emplace_back(std::make_unique<archive::Manifest>());
        manifest.kind = kind;
        manifest.host = host;
        manifest.instance.directory = "/srv/app";
        manifest.instance.base_name = "edb";
        manifest.started = archive::rfc3339(now - static_cast<std::int64_t>(days_ago * double{day_ms}));
        archive::DatabaseRecord database;
        database.original_path = "/srv/app/data.edb";
        database.signature = host;
        const std::uint32_t mark = base == 0 ? first : base;
        const archive::BackupMark made{std::to_string(mark) + ":1:0", std::to_string(mark), 0, 0};
        (base == 0 ? database.marks.current : database.marks.full_prev) = made;
        manifest.databases.push_back(database);
        manifest.logs.signature = host;
        manifest.logs.first = first;
        manifest.logs.last = last;
        for (std::uint32_t g = first; g <= last; ++g) {
            archive::GenerationRecord log;
            log.generation = g;
            log.member = "logs/" + std::to_string(g);
            log.created = std::to_string(g);
            log.previous_created = std::to_string(g - 1);
            manifest.logs.generations.push_back(log);
        }
        return manifests_.size() - 1;
    }

    archive::Manifest& manifest(std::size_t i) { return *manifests_[i]; }

    std::vector<Retained> judge(const RetentionRule& rule) const {
        std::vector<ChainArchive> archives;
        for (std::size_t i = 0; i < manifests_.size(); ++i)
            archives.push_back({"archive" + std::to_string(i), manifests_[i].get()});
        return apply_retention(archives, rule, now);
    }
    std::vector<std::size_t> gone(const RetentionRule& rule) const {
        const auto judged = judge(rule);
        std::vector<std::size_t> removed;
        for (std::size_t i = 0; i < judged.size(); ++i)
            if (!judged[i].keep) removed.push_back(i);
        return removed;
    }

 private:
    std::vector<std::unique_ptr<archive::Manifest>> manifests_;
};

using Indices = std::vector<std::size_t>;

RetentionRule full(unsigned count) { return {count, std::nullopt}; }
RetentionRule days(int count) { return {std::nullopt, count * day_ms}; }

// Three weeks: a full backup on the first day of each, incremental ones on two more.
struct Weeks : Directory {
    std::size_t full1 = add(BackupKind::full, 20, 10, 10), inc1a = add(BackupKind::incremental, 18, 11, 12, 10),
                inc1b = add(BackupKind::incremental, 16, 13, 14, 10), full2 = add(BackupKind::full, 13, 20, 20),
                inc2a = add(BackupKind::incremental, 11, 21, 22, 20),
                inc2b = add(BackupKind::incremental, 9, 23, 24, 20), full3 = add(BackupKind::full, 6, 30, 30),
                inc3a = add(BackupKind::incremental, 4, 31, 32, 30),
                inc3b = add(BackupKind::incremental, 2, 33, 34, 30);
};

}  // namespace

TEST_CASE("the newest full backups stay with all that follows the oldest of them") {
    const Weeks weeks;
    CHECK(weeks.gone(full(1)) == Indices{0, 1, 2, 3, 4, 5});
    CHECK(weeks.gone(full(2)) == Indices{0, 1, 2});
    CHECK(weeks.gone(full(3)).empty());
    CHECK(weeks.gone(full(99)).empty());
    const auto judged = weeks.judge(full(2));
    CHECK(judged[weeks.full2].because == "one of the 2 newest full backups");
    CHECK(judged[weeks.inc2a].because == "newer than the oldest of the 2 newest full backups");
}

TEST_CASE("every state of the days that are kept can be restored, the first moment of them too") {
    const Weeks weeks;
    CHECK(weeks.gone(days(30)).empty());
    // Ten days ago inc2a was the newest; its full backup is needed with it.
    CHECK(weeks.gone(days(10)) == Indices{0, 1, 2});
    // Three days ago: inc3a, and full3.
    CHECK(weeks.gone(days(3)) == Indices{0, 1, 2, 3, 4, 5});
    CHECK(weeks.judge(days(3))[weeks.full3].because == "needed by archive8");
    // Six and a half days ago full3 did not exist, so the state of then comes from the week before.
    const auto judged = weeks.judge({std::nullopt, 13 * day_ms / 2});
    CHECK(judged[weeks.inc2b].because.find("the newest before ") == 0);
    CHECK(judged[weeks.inc2a].because == "needed by archive5");
    CHECK(judged[weeks.full2].keep);
    CHECK_FALSE(judged[weeks.inc1b].keep);
    // However old all of it is, the newest state stays.
    CHECK(weeks.gone(days(1)) == Indices{0, 1, 2, 3, 4, 5});
}

TEST_CASE("of two rules each keeps what the other would let go") {
    const Weeks weeks;
    CHECK(weeks.gone({1, 10 * day_ms}) == Indices{0, 1, 2});
    CHECK(weeks.gone({2, 3 * day_ms}) == Indices{0, 1, 2});
}

TEST_CASE("an incremental backup that continues an older full one than the newest keeps that one") {
    Directory archives;
    const auto old = archives.add(BackupKind::full, 9, 10, 10);
    const auto useless = archives.add(BackupKind::full, 8, 8, 8);
    archives.add(BackupKind::full, 5, 12, 12);
    const auto increment = archives.add(BackupKind::incremental, 1, 11, 13, 10);
    CHECK(archives.gone(full(1)) == Indices{useless});
    CHECK(archives.judge(full(1))[old].because == "needed by archive" + std::to_string(increment));
}

TEST_CASE("where a backup that is kept is broken, nothing goes that it could need") {
    Weeks weeks;
    weeks.manifest(weeks.inc3a).logs.generations.clear();  // generation 31 and 32 are lost to inc3b
    weeks.manifest(weeks.inc3a).logs.first = weeks.manifest(weeks.inc3a).logs.last = 0;
    CHECK(weeks.gone(full(1)) == Indices{0, 1, 2, 3, 4, 5});
    CHECK(weeks.judge(days(1))[weeks.full3].keep);

    Directory without_base;
    without_base.add(BackupKind::full, 9, 10, 10);
    without_base.add(BackupKind::incremental, 7, 11, 12, 10);
    without_base.add(BackupKind::full, 5, 20, 20);
    without_base.add(BackupKind::incremental, 1, 15, 16, 14);  // its full backup is not here
    const auto judged = without_base.judge(full(1));
    CHECK(judged[0].because == "perhaps needed by archive3");
    CHECK(judged[1].keep);
}

TEST_CASE("a broken chain keeps what it could need, too, where its host got another name in the middle") {
    Directory archives;
    const auto base = archives.add(BackupKind::full, 9, 10, 10);
    const auto before = archives.add(BackupKind::incremental, 8, 11, 12, 10);
    const auto stranger = archives.add(BackupKind::full, 7, 10, 10, 0, "stranger");
    archives.add(BackupKind::full, 6, 20, 20);
    archives.add(BackupKind::full, 5, 30, 30, 0, "stranger");
    const auto after = archives.add(BackupKind::incremental, 1, 15, 16, 10);  // the generations 13 and 14 are lost
    archives.manifest(after).host = "renamed";
    CHECK(archives.gone(full(1)) == Indices{stranger});
    const auto judged = archives.judge(full(1));
    CHECK(judged[base].because == "perhaps needed by archive" + std::to_string(after));
    CHECK(judged[before].because == "perhaps needed by archive" + std::to_string(after));
}

TEST_CASE("instances are looked at one by one, and what can't be dated stays") {
    Directory archives;
    archives.add(BackupKind::full, 9, 10, 10, 0, "one");
    archives.add(BackupKind::full, 8, 10, 10, 0, "two");
    archives.add(BackupKind::full, 1, 20, 20, 0, "one");
    CHECK(archives.gone(full(1)) == Indices{0});
    archives.manifest(0).started = "yesterday";
    CHECK(archives.gone(full(1)).empty());
    CHECK(archives.judge(full(1))[0].because == "when it was taken can't be told");
}

TEST_CASE("copies count as no full backup, and go with their time") {
    Directory archives;
    archives.add(BackupKind::copy, 20, 5, 5);
    archives.add(BackupKind::full, 9, 10, 10);
    archives.add(BackupKind::copy, 3, 12, 12);
    CHECK(archives.gone(full(1)) == Indices{0});
    CHECK(archives.gone(days(2)) == Indices{0, 1});
}

}  // namespace ese::backup
