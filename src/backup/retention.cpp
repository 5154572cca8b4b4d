#include "backup/retention.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include "backup/manifest_facts.h"

namespace ese::backup {

namespace {

using archive::BackupKind;
using Indices = std::vector<std::size_t>;

class Retention {
 public:
    Retention(std::span<const ChainArchive> archives, const RetentionRule& rule, std::int64_t now_unix_ms)
        : archives_(archives), rule_(rule), now_(now_unix_ms), chains_(find_chains(archives)) {
        kept_.resize(archives.size(), {false, "no rule keeps it, and no backup that is kept needs it"});
    }

    std::vector<Retained> apply() {
        std::map<std::tuple<std::string, std::string, std::string>, Indices> instances;
        for (std::size_t i = 0; i < archives_.size(); ++i) {
            const auto& from = manifest(i);
            instances[{from.host, from.instance.directory, from.instance.base_name}].push_back(i);
        }
        for (auto& [instance, members] : instances) {
            // When a backup started is written in a form that sorts; one that is not stays, and counts for no rule.
            std::ranges::stable_sort(members, std::ranges::greater(), [this](std::size_t i) { return started(i); });
            Indices dated;
            for (const std::size_t i : members) {
                if (started(i).size() == archive::rfc3339(now_).size())
                    dated.push_back(i);
                else
                    keep(i, "when it was taken can't be told");
            }
            if (rule_.full) keep_newest_full(dated);
            if (rule_.age_ms) keep_since(dated, archive::rfc3339(now_ - *rule_.age_ms));
        }
        keep_needed();
        return std::move(kept_);
    }

 private:
    const archive::Manifest& manifest(std::size_t i) const { return *archives_[i].manifest; }
    const std::string& started(std::size_t i) const { return manifest(i).started; }

    void keep(std::size_t i, const std::string& because) {
        if (!kept_[i].keep) kept_[i] = {true, because};
    }

    // `members` are newest first, here and below.
    void keep_newest_full(const Indices& members) {
        unsigned count = 0;
        const std::string wanted = std::to_string(*rule_.full) + " newest full backup" + (*rule_.full == 1 ? "" : "s");
        for (const std::size_t i : members) {
            if (count == *rule_.full) return;
            const bool is_full = manifest(i).kind == BackupKind::full;
            keep(i, is_full ? "one of the " + wanted : "newer than the oldest of the " + wanted);
            if (is_full) ++count;
        }
    }

    void keep_since(const Indices& members, const std::string& since) {
        for (const std::size_t i : members) {
            if (started(i) >= since) {
                keep(i, "taken since " + since);
            } else if (!chains_.places[i].broken()) {
                keep(i, "the newest before " + since + ", so that every state since then can be restored");
                return;
            }
        }
    }

    void keep_needed() {
        Indices newest_first(archives_.size());
        std::iota(newest_first.begin(), newest_first.end(), 0);
        std::ranges::stable_sort(newest_first, std::ranges::greater(), [this](std::size_t i) { return started(i); });
        bool changed = true;
        while (changed) {
            changed = false;
            for (const std::size_t i : newest_first) {
                if (!kept_[i].keep) continue;
                for (const std::size_t needed : possibly_needed(i)) {
                    if (kept_[needed].keep) continue;
                    keep(needed,
                         (chains_.places[i].broken() ? "perhaps needed by " : "needed by ") + archives_[i].name);
                    changed = true;
                }
            }
        }
    }

    // An archive that is not where it could be looked at may be all that a broken chain lacks. A chain goes on where
    // its host or its directory gets another name.
    Indices possibly_needed(std::size_t i) const {
        const ChainPlace& place = chains_.places[i];
        if (!place.broken()) return place.needed;
        Indices needed = place.bases;
        const std::string from = place.bases.empty() ? "" : started(place.bases.front());
        for (std::size_t other = 0; other < archives_.size(); ++other) {
            const bool is_of_chain = manifest(other).logs.signature == manifest(i).logs.signature;
            if (is_of_chain && started(other) >= from && started(other) <= started(i)) needed.push_back(other);
        }
        return needed;
    }

    std::span<const ChainArchive> archives_;
    const RetentionRule& rule_;
    std::int64_t now_;
    Chains chains_;
    std::vector<Retained> kept_;
};

}  // namespace

std::vector<Retained> apply_retention(std::span<const ChainArchive> archives, const RetentionRule& rule,
                                      std::int64_t now_unix_ms) {
    return Retention(archives, rule, now_unix_ms).apply();
}

}  // namespace ese::backup
