#include "backup/chain.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "backup/manifest_facts.h"

namespace ese::backup {

namespace {

using archive::BackupKind;

// One log, beyond its number.
struct LogIdentity {
    std::string created, previous_created;
    std::uint64_t checksum_before = 0;
    std::optional<std::uint64_t> checksum;
    const archive::MemberRecord* file = nullptr;  // nothing where the manifest has no digest

    bool is_same(const LogIdentity& other) const {
        if (created != other.created || previous_created != other.previous_created ||
            checksum_before != other.checksum_before)
            return false;
        const bool comparable = file && other.file && file->digest_kind == other.file->digest_kind;
        return !comparable || file->digest == other.file->digest;
    }
};

struct Logs {
    std::string signature;
    std::map<std::uint32_t, LogIdentity> by_generation;

    bool empty() const { return by_generation.empty(); }
    std::uint32_t first() const { return by_generation.begin()->first; }
    std::uint32_t last() const { return by_generation.rbegin()->first; }
};

Logs logs_of(const archive::Manifest& manifest) {
    std::unordered_map<std::string_view, const archive::MemberRecord*> members;
    for (const auto& member : manifest.members) members.emplace(member.path, &member);
    Logs logs;
    logs.signature = manifest.logs.signature;
    for (const auto& record : manifest.logs.generations) {
        const auto member = members.find(record.member);
        logs.by_generation[record.generation] = {record.created, record.previous_created,
                                                 record.accumulated_checksum_previous, record.accumulated_checksum,
                                                 member == members.end() ? nullptr : member->second};
    }
    return logs;
}

std::string range_text(std::uint32_t first, std::uint32_t last) {
    return first == last ? "generation " + std::to_string(first)
                         : "generations " + std::to_string(first) + " to " + std::to_string(last);
}

// Later logs than `later`'s first one lie in `earlier` or follow its last one, and what both hold is the same.
enum class Fit { fits, gap, other_logs };

Fit fit(const Logs& earlier, const Logs& later) {
    if (earlier.empty() || later.empty() || earlier.signature != later.signature) return Fit::gap;
    if (std::uint64_t{earlier.last()} + 1 < later.first()) return Fit::gap;
    const auto& next = later.by_generation.begin()->second;
    if (earlier.last() + 1 == later.first()) {
        const auto& last = earlier.by_generation.rbegin()->second;
        const bool same_bytes = !last.checksum || *last.checksum == next.checksum_before;
        return same_bytes && next.previous_created == last.created ? Fit::fits : Fit::other_logs;
    }
    for (const auto& [generation, identity] : earlier.by_generation) {
        const auto same = later.by_generation.find(generation);
        if (same != later.by_generation.end() && !same->second.is_same(identity)) return Fit::other_logs;
    }
    return Fit::fits;
}

class Finder {
 public:
    explicit Finder(std::span<const ChainArchive> archives) : archives_(archives) {
        for (const auto& archive : archives_) logs_.push_back(logs_of(*archive.manifest));
    }

    Chains find() {
        Chains chains;
        for (std::size_t i = 0; i < archives_.size(); ++i) chains.places.push_back(place(i));
        chains.forks = forks();
        return chains;
    }

 private:
    const archive::Manifest& manifest(std::size_t index) const { return *archives_[index].manifest; }

    ChainPlace place(std::size_t index) const {
        ChainPlace place;
        if (holds_databases(manifest(index).kind)) {
            place.needed = {index};
            return place;
        }
        find_bases(index, place);
        place.continues = predecessor(index, place);
        if (!place.broken()) find_needed(index, place);
        if (place.broken()) place.needed.clear();
        return place;
    }

    // The full backup whose mark the header remembers: the place in the log where it began, and when.
    std::optional<std::size_t> base_of(const archive::DatabaseRecord& database) const {
        if (!database.marks.full_prev) return std::nullopt;
        for (std::size_t i = 0; i < archives_.size(); ++i) {
            if (manifest(i).kind != BackupKind::full) continue;
            for (const auto& candidate : manifest(i).databases) {
                if (candidate.signature == database.signature && candidate.marks.current &&
                    candidate.marks.current->mark == database.marks.full_prev->mark &&
                    candidate.marks.current->time == database.marks.full_prev->time)
                    return i;
            }
        }
        return std::nullopt;
    }

    void find_bases(std::size_t index, ChainPlace& place) const {
        if (logs_[index].empty()) place.problems.push_back("it holds no logs");
        if (manifest(index).databases.empty()) place.problems.push_back("it names no database");
        for (const auto& database : manifest(index).databases) {
            const auto base = base_of(database);
            if (!base) {
                place.problems.push_back("the full backup of " + database.original_path +
                                         (database.marks.full_prev ? " of " + database.marks.full_prev->time : "") +
                                         ", which it continues, is not here");
            } else if (std::find(place.bases.begin(), place.bases.end(), *base) == place.bases.end()) {
                place.bases.push_back(*base);
            }
        }
        // The one that reaches least far first: from its end on every log is needed.
        std::sort(place.bases.begin(), place.bases.end(),
                  [this](std::size_t a, std::size_t b) { return reach(a) < reach(b); });
    }

    std::uint32_t reach(std::size_t index) const { return logs_[index].empty() ? 0 : logs_[index].last(); }

    // Every backup closes a log, so what was taken earlier reaches less far.
    std::optional<std::size_t> predecessor(std::size_t index, const ChainPlace& place) const {
        std::optional<std::size_t> best;
        for (std::size_t i = 0; i < archives_.size(); ++i) {
            const bool counts = manifest(i).kind == BackupKind::incremental ||
                                (manifest(i).kind == BackupKind::full &&
                                 std::find(place.bases.begin(), place.bases.end(), i) != place.bases.end());
            if (!counts || reach(i) >= reach(index) || fit(logs_[i], logs_[index]) != Fit::fits) continue;
            if (!best || reach(i) > reach(*best)) best = i;
        }
        return best;
    }

    // From this archive's first log back to the end of the base, with as few archives as can be.
    void find_needed(std::size_t index, ChainPlace& place) const {
        const std::uint64_t wanted = std::uint64_t{reach(place.bases.front())} + 1;
        place.needed = {index};
        std::size_t at = index;
        while (logs_[at].first() > wanted) {
            const auto step = step_back(at, place);
            if (!step) {
                explain_gap(at, place);
                return;
            }
            at = *step;
            place.needed.push_back(at);
        }
        for (const std::size_t base : place.bases) {
            if (logs_[base].signature != logs_[index].signature)
                place.problems.push_back("its logs belong to another log stream than those of " + archives_[base].name);
            const auto differs = [&](std::size_t i) {
                return i != base && fit(logs_[base], logs_[i]) == Fit::other_logs;
            };
            if (std::none_of(place.needed.begin(), place.needed.end(), differs)) continue;
            place.problems.push_back("it is no continuation of " + archives_[base].name +
                                     ": their logs have the same numbers and are not the same (a fork)");
        }
        for (auto base = place.bases.rbegin(); base != place.bases.rend(); ++base) {
            if (std::find(place.needed.begin(), place.needed.end(), *base) == place.needed.end())
                place.needed.push_back(*base);
        }
        std::reverse(place.needed.begin(), place.needed.end());
    }

    // A restore takes the databases of the bases and no others: another full backup, or a copy, is no bridge between
    // archives, although it holds logs, too.
    bool is_bridge(std::size_t index, const ChainPlace& place) const {
        if (logs_[index].empty()) return false;
        return !holds_databases(manifest(index).kind) ||
               std::find(place.bases.begin(), place.bases.end(), index) != place.bases.end();
    }

    std::optional<std::size_t> step_back(std::size_t at, const ChainPlace& place) const {
        std::optional<std::size_t> best;
        for (std::size_t i = 0; i < archives_.size(); ++i) {
            if (!is_bridge(i, place) || reach(i) >= reach(at) || logs_[i].first() >= logs_[at].first()) continue;
            if (fit(logs_[i], logs_[at]) != Fit::fits) continue;
            if (!best || logs_[i].first() < logs_[*best].first()) best = i;
        }
        return best;
    }

    void explain_gap(std::size_t at, ChainPlace& place) const {
        std::uint32_t first = reach(place.bases.front()) + 1;  // of the gap
        const std::uint32_t last = logs_[at].first() - 1;
        std::string forked;
        for (std::size_t i = 0; i < archives_.size(); ++i) {
            if (i == at || !is_bridge(i, place) || logs_[i].signature != logs_[at].signature || reach(i) >= reach(at))
                continue;
            if (fit(logs_[i], logs_[at]) == Fit::other_logs) {
                forked = archives_[i].name;
            } else if (reach(i) < last && logs_[i].first() <= last) {
                first = std::max(first, reach(i) + 1);
            }
        }
        std::string text = "there is a gap behind its full backup: " + range_text(first, last) +
                           (first == last ? " is" : " are") + " in no archive that fits";
        if (!forked.empty()) text += "; the logs in " + forked + " have the same numbers and are not the same (a fork)";
        place.problems.push_back(text);
    }

    std::vector<Fork> forks() const {
        std::map<std::pair<std::string, std::uint32_t>, std::pair<std::size_t, const LogIdentity*>> first_seen;
        std::vector<Fork> forks;
        for (std::size_t i = 0; i < archives_.size(); ++i) {
            bool told = false;
            for (const auto& [generation, identity] : logs_[i].by_generation) {
                const auto [seen, is_new] =
                    first_seen.try_emplace(std::pair(logs_[i].signature, generation), i, &identity);
                if (is_new || told || seen->second.second->is_same(identity)) continue;
                forks.push_back({i, seen->second.first, generation});
                told = true;
            }
        }
        return forks;
    }

    std::span<const ChainArchive> archives_;
    std::vector<Logs> logs_;
};

}  // namespace

Chains find_chains(std::span<const ChainArchive> archives) { return Finder(archives).find(); }

std::string to_text(const Fork& fork, std::span<const ChainArchive> archives) {
    return archives[fork.archive].name + ": generation " + std::to_string(fork.generation) +
           " is another log here than in " + archives[fork.other].name +
           ": a fork, because the instance was restored or copied and both went on";
}

}  // namespace ese::backup
