#include "backup/chain.h"

#include <catch2/catch.hpp>
#include <memory>

namespace ese::backup {

namespace {

using archive::BackupKind;
using Indices = std::vector<std::size_t>;

// A log stream: which log has a number. Branch 'b' leaves branch 'a' behind generation 5.
archive::GenerationRecord log(std::uint32_t generation, char branch) {
    const auto stamp = [&](std::uint32_t g) { return (g > 5 ? std::string(1, branch) : "a") + std::to_string(g); };
    return {generation, "logs/" + std::to_string(generation), "created " + stamp(generation),
            "created " + stamp(generation - 1), 1000 + generation, std::nullopt};
}

class Directory {
 public:
    // `mark`: where a full or copy backup began; for the others, the one that the header remembers.
    std::size_t add(BackupKind kind, std::uint32_t mark, std::uint32_t first, std::uint32_t last, char branch = 'a',
                    const std::string& database = "db") {
        archive::Manifest& manifest = *manifests_.emplace_back(std::make_unique<archive::Manifest>());
        manifest.kind = kind;
        archive::DatabaseRecord record;
        record.original_path = "/srv/" + database;
        record.signature = database;
        const archive::BackupMark made{std::to_string(mark) + ":1:0", "time " + std::to_string(mark), 0, 0};
        if (kind == BackupKind::full || kind == BackupKind::copy)
            record.marks.current = made;
        else if (mark != 0)
            record.marks.full_prev = made;
        manifest.databases.push_back(record);
        manifest.logs.signature = "stream";
        manifest.logs.first = first;
        manifest.logs.last = last;
        for (std::uint32_t g = first; g <= last; ++g) manifest.logs.generations.push_back(log(g, branch));
        return manifests_.size() - 1;
    }

    archive::Manifest& manifest(std::size_t index) { return *manifests_[index]; }

    Chains chains() const {
        std::vector<ChainArchive> archives;
        for (std::size_t i = 0; i < manifests_.size(); ++i)
            archives.push_back({"archive" + std::to_string(i), manifests_[i].get()});
        return find_chains(archives);
    }

 private:
    std::vector<std::unique_ptr<archive::Manifest>> manifests_;
};

std::string problem_of(const ChainPlace& place) { return place.problems.empty() ? "" : place.problems.front(); }

}  // namespace

TEST_CASE("a chain goes from the full backup over incremental ones that overlap, in whatever order they lie there") {
    Directory all;
    const auto second = all.add(BackupKind::incremental, 3, 7, 9);
    const auto full = all.add(BackupKind::full, 3, 2, 4);
    const auto first = all.add(BackupKind::incremental, 3, 4, 7);
    const auto third = all.add(BackupKind::incremental, 3, 10, 12);
    const auto differential = all.add(BackupKind::differential, 3, 10, 13);
    const Chains chains = all.chains();
    CHECK(chains.forks.empty());
    CHECK(chains.places[full].needed == Indices{full});
    CHECK_FALSE(chains.places[full].continues);
    CHECK(chains.places[first].continues == full);
    CHECK(chains.places[first].needed == Indices{full, first});
    CHECK(chains.places[second].continues == first);
    CHECK(chains.places[second].bases == Indices{full});
    CHECK(chains.places[second].needed == Indices{full, first, second});
    CHECK(chains.places[third].needed == Indices{full, first, second, third});
    CHECK(chains.places[differential].continues == third);
    CHECK(chains.places[differential].needed == Indices{full, first, second, differential});
}

TEST_CASE("an archive that holds all logs since the full backup needs no other, but continues the newest") {
    Directory all;
    const auto full = all.add(BackupKind::full, 3, 2, 4);
    const auto first = all.add(BackupKind::incremental, 3, 1, 7);
    const auto second = all.add(BackupKind::incremental, 3, 1, 9);
    const Chains chains = all.chains();
    CHECK(chains.places[second].continues == first);
    CHECK(chains.places[second].needed == Indices{full, second});
}

TEST_CASE("a missing incremental backup is a gap that is named, unless a differential has its logs") {
    Directory all;
    const auto full = all.add(BackupKind::full, 3, 2, 4);
    const auto late = all.add(BackupKind::incremental, 3, 8, 9);
    ChainPlace place = all.chains().places[late];
    CHECK(place.broken());
    CHECK(problem_of(place).find("generations 5 to 7 are in no archive") != std::string::npos);
    CHECK(place.needed.empty());
    CHECK_FALSE(place.continues);

    const auto part = all.add(BackupKind::incremental, 3, 4, 6);
    CHECK(problem_of(all.chains().places[late]).find("generation 7 is in no archive") != std::string::npos);
    CHECK_FALSE(all.chains().places[part].broken());

    const auto differential = all.add(BackupKind::differential, 3, 4, 7);
    place = all.chains().places[late];
    CHECK(place.needed == Indices{full, differential, late});
}

TEST_CASE("a chain goes around a copy, and around a full backup that was killed before it was stamped") {
    for (const auto kind : {BackupKind::copy, BackupKind::full}) {
        Directory all;
        const auto full = all.add(BackupKind::full, 3, 2, 4);
        const auto between = all.add(kind, 6, 1, 7);
        const auto late = all.add(BackupKind::incremental, 3, 8, 9);
        CHECK(problem_of(all.chains().places[late]).find("generations 5 to 7 are in no archive") != std::string::npos);
        const auto first = all.add(BackupKind::incremental, 3, 4, 7);
        CHECK(all.chains().places[late].needed == Indices{full, first, late});
        CHECK(all.chains().places[between].needed == Indices{between});
    }
}

TEST_CASE("an incremental backup belongs to the full backup that the header names, not to the one before it") {
    Directory all;
    all.add(BackupKind::full, 3, 2, 4);
    all.add(BackupKind::copy, 6, 4, 6);
    const auto lost = all.add(BackupKind::incremental, 8, 4, 9);
    const auto none = all.add(BackupKind::incremental, 0, 4, 10);
    const Chains chains = all.chains();
    CHECK(problem_of(chains.places[lost]).find("the full backup of /srv/db of time 8") != std::string::npos);
    CHECK(chains.places[none].broken());
    Directory other;
    other.add(BackupKind::full, 3, 2, 4, 'a', "another database");
    const auto foreign = other.add(BackupKind::incremental, 3, 4, 9);
    CHECK(other.chains().places[foreign].broken());
}

TEST_CASE("the same generation with other bytes is a fork: named, and never mixed into a chain") {
    Directory all;
    const auto full = all.add(BackupKind::full, 3, 2, 5);
    const auto one = all.add(BackupKind::incremental, 3, 6, 8, 'a');
    const auto other = all.add(BackupKind::incremental, 3, 6, 9, 'b');
    const auto behind_other = all.add(BackupKind::incremental, 3, 10, 11, 'b');
    const auto behind_one = all.add(BackupKind::incremental, 3, 9, 12, 'a');
    const Chains chains = all.chains();
    CHECK(chains.places[one].needed == Indices{full, one});
    CHECK(chains.places[other].needed == Indices{full, other});
    CHECK(chains.places[behind_other].needed == Indices{full, other, behind_other});
    CHECK(chains.places[behind_one].needed == Indices{full, one, behind_one});
    REQUIRE(chains.forks.size() == 2);
    CHECK(chains.forks[0].archive == other);
    CHECK(chains.forks[0].other == one);
    CHECK(chains.forks[0].generation == 6);
    CHECK(chains.forks[1].archive == behind_one);
    CHECK(chains.forks[1].other == other);
    CHECK(chains.forks[1].generation == 9);
}

TEST_CASE("a chain whose middle is of another branch is broken, and the message says fork") {
    Directory all;
    all.add(BackupKind::full, 3, 2, 5);
    all.add(BackupKind::incremental, 3, 6, 9, 'b');
    const auto behind = all.add(BackupKind::incremental, 3, 9, 12, 'a');
    const ChainPlace place = all.chains().places[behind];
    CHECK(problem_of(place).find("generations 6 to 8 are in no archive") != std::string::npos);
    CHECK(problem_of(place).find("archive1") != std::string::npos);
    CHECK(problem_of(place).find("fork") != std::string::npos);
}

TEST_CASE("logs that are the same by header but not by digest are a fork") {
    Directory all;
    const auto full = all.add(BackupKind::full, 3, 2, 4);
    const auto next = all.add(BackupKind::incremental, 3, 4, 6);
    for (const auto index : {full, next}) {
        archive::MemberRecord member;
        member.path = "logs/4";
        member.digest = std::to_string(index);
        all.manifest(index).members.push_back(member);
    }
    const Chains chains = all.chains();
    REQUIRE(chains.forks.size() == 1);
    CHECK(chains.forks[0].generation == 4);
    CHECK(chains.places[next].broken());
}

TEST_CASE("databases of one instance may have different full backups, and all of them are needed") {
    Directory all;
    const auto early = all.add(BackupKind::full, 3, 2, 4, 'a', "one");
    const auto late = all.add(BackupKind::full, 7, 4, 7, 'a', "two");
    const auto next = all.add(BackupKind::incremental, 3, 6, 9, 'a', "one");
    archive::DatabaseRecord second = all.manifest(late).databases[0];
    std::swap(second.marks.full_prev, second.marks.current);
    all.manifest(next).databases.push_back(second);
    const ChainPlace place = all.chains().places[next];
    CHECK(problem_of(place).empty());
    CHECK(place.bases == Indices{early, late});
    CHECK(place.needed == Indices{early, late, next});
    CHECK(place.continues == late);
}

TEST_CASE("branches that part behind the last log of one archive are told apart by its checksum, where that is known") {
    Directory all;
    const auto full = all.add(BackupKind::full, 3, 2, 4);
    const auto next = all.add(BackupKind::incremental, 3, 5, 6);
    CHECK(problem_of(all.chains().places[next]).empty());
    auto& checksum = all.manifest(full).logs.generations.back().accumulated_checksum;
    checksum = all.manifest(next).logs.generations.front().accumulated_checksum_previous;
    CHECK(problem_of(all.chains().places[next]).empty());
    ++*checksum;
    CHECK_THAT(problem_of(all.chains().places[next]), Catch::Contains("a fork"));
}

TEST_CASE("logs of another stream lead nowhere, whatever their numbers are") {
    Directory all;
    all.add(BackupKind::full, 3, 2, 4);
    const auto foreign = all.add(BackupKind::incremental, 3, 5, 6);
    const auto last = all.add(BackupKind::incremental, 3, 7, 8);
    all.manifest(foreign).logs.signature = "another stream";
    const Chains chains = all.chains();
    CHECK_FALSE(problem_of(chains.places[foreign]).empty());
    CHECK_THAT(problem_of(chains.places[last]), Catch::Contains("generations 5 to 6 are in no archive that fits"));
    CHECK(chains.forks.empty());
}

}  // namespace ese::backup
