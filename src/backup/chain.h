#pragma once

// Which backup continues which, from manifests alone and by what the engine itself recorded: never by the names of
// files or by the time of day. A full backup is named by the marks in the databases' headers; logs belong together by
// log signature, generation, creation times, accumulated checksums and digest, because a restored or copied instance
// keeps its signature and uses generation numbers again.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "archive/manifest.h"

namespace ese::backup {

struct ChainArchive {
    std::string name;  // for messages
    const archive::Manifest* manifest;
};

// Where one archive stands among the others. Numbers are indices into these. A full or copy backup stands alone.
struct ChainPlace {
    std::vector<std::size_t> bases;        // the full backups that the headers name; one, unless databases differ
    std::optional<std::size_t> continues;  // the newest full or incremental one whose logs lead to this one's
    std::vector<std::size_t> needed;       // all that a restore takes, oldest first, itself last; empty with problems
    std::vector<std::string> problems;     // in words: what is missing or does not fit

    bool broken() const { return !problems.empty(); }
};

// The same generation of the same log stream with other bytes: the instance was restored or copied, and both went on.
struct Fork {
    std::size_t archive;
    std::size_t other;  // the first one that has this generation
    std::uint32_t generation;
};

struct Chains {
    std::vector<ChainPlace> places;  // one for each archive
    std::vector<Fork> forks;         // at most one for each archive, its lowest generation that differs
};

Chains find_chains(std::span<const ChainArchive> archives);

// "a.ese.tar.zst: generation 8 is another log here than in b.ese.tar.zst: a fork, …"
std::string to_text(const Fork& fork, std::span<const ChainArchive> archives);

}  // namespace ese::backup
